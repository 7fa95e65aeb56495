extension CommandSyntax {
  /// The help that fits one screen: what the command is for, the dozen options that matter most, three examples.
  ///
  /// What matters follows from the declarations of the command: the options of its right usage, those that are essential
  /// wherever they are, those of its examples, then the first ones of its help.
  ///
  /// - Parameters:
  ///   - width: The longest line, except for words that are longer.
  ///   - height: The most lines.
  /// - Returns: Whole lines.
  package func shortHelp(width: Int = 80, height: Int = 40) -> String {
    let head = head(width: width)
    let shown = examples.prefix(Self.shownExamples).map { example in
      "  " + TextLayout.command(example.line, width: width - 2).replacing("\n", with: "\n  ")
        + "\n      " + TextLayout.lines(example.meaning, width: width - 6).joined(separator: "\n      ") + "\n"
    }
    let worked = "\nExamples:\n" + shown.joined()
    let end = "\n" + TextLayout.hanging("All \(everyOption.count) options: \(name) --help", width: width) + "\n"
    var room = height - 2
    for text in [head, worked, end] { room -= text.count { $0 == "\n" } }
    let entries = options.map { $0.helpEntry(column: 26, width: width, help: Self.firstClause(of: $0.help)) }
    var chosen: Set<Int> = []
    for place in ranked where chosen.count < Self.mostOptions {
      let lines = entries[place].count { $0 == "\n" }
      guard lines <= room else { continue }
      room -= lines
      chosen.insert(place)
    }
    let options = chosen.sorted().map { entries[$0] }.joined()
    return head + (options.isEmpty ? "" : "\nOptions that matter most:\n" + options) + worked + end
  }

  /// The options that matter most, as many as the short help shows.
  package var essentials: [Option] {
    ranked.prefix(Self.mostOptions).sorted().map { options[$0] }
  }

  private static let mostOptions = 12
  private static let shownExamples = 3

  /// The places of all options, those that matter most first.
  private var ranked: [Int] {
    let options = options
    func named(in lines: [String]) -> [Int] {
      lines.flatMap { line in
        line.split { " ()|[]=".contains($0) }.compactMap { word in
          options.firstIndex { $0.names.contains(String(word)) }
        }
      }
    }
    var known: Set<Int> = []
    let all =
      named(in: [usage]) + options.indices.filter { options[$0].isEssential }
      + named(in: examples.prefix(Self.shownExamples).map(\.line)) + Array(options.indices)
    return all.filter { known.insert($0).inserted }
  }

  /// What is said of an option before the first semicolon, unless a parenthesis is open there.
  private static func firstClause(of help: String) -> String {
    let first = help.prefix { $0 != ";" }
    return first.contains("(") && !first.contains(")") ? help : String(first)
  }
}
