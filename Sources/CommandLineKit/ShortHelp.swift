extension CommandSyntax {
  /// The help that fits one screen: what the command is for, the dozen options that matter most, three examples.
  ///
  /// What matters follows from the declarations of the command: the options of its right usage and of its examples, then
  /// those that are essential wherever they are, then the first ones of its help.
  ///
  /// - Parameters:
  ///   - width: The longest line, except for words that are longer.
  ///   - height: The most lines.
  /// - Returns: Whole lines.
  package func shortHelp(width: Int = 80, height: Int = 40) -> String {
    let head = head(width: width)
    let shown = examples.prefix(Self.shownExamples).map { example in
      "  " + TextLayout.command(example.line, width: width - 2).replacing("\n", with: "\n  ")
        + "\n      \(example.meaning)\n"
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
    let words = ([usage] + examples.prefix(Self.shownExamples).map(\.line)).flatMap { line in
      line.split { " ()|[]=".contains($0) }
    }
    func isNamed(_ option: Option) -> Bool { option.names.contains { words.contains(Substring($0)) } }
    let named = options.indices.filter { isNamed(options[$0]) }
    let essential = options.indices.filter { options[$0].isEssential && !named.contains($0) }
    let known = Set(named + essential)
    return named + essential + options.indices.filter { !known.contains($0) }
  }

  /// What is said of an option before the first semicolon, unless a parenthesis is open there.
  private static func firstClause(of help: String) -> String {
    let first = help.prefix { $0 != ";" }
    return first.contains("(") && !first.contains(")") ? help : String(first)
  }
}
