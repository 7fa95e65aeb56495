import CommandLineKit
import CostModel
import TextFormats

/// Finds a word in commands, options, topics and rows of tables.
struct HelpSearch {
  /// What is looked for, in lower case; all words must be there.
  private let words: [String]
  private let width: Int

  /// So many entries of a kind are shown.
  private static let most = 8
  /// So many rows of one table, and of all.
  private static let mostRows = 3
  private static let mostLines = 12

  /// Entries that are shown, and what is said of the others.
  private struct Found {
    var entries: [(name: String, meaning: String)] = []
    var rest = ""

    init() {}

    init(_ all: [(name: String, meaning: String)]) {
      entries = Array(all.prefix(HelpSearch.most))
      if all.count > entries.count { rest = "and \(all.count - entries.count) more" }
    }
  }

  init(_ text: String, width: Int) {
    words = text.lowercased().split(separator: " ").map(String.init).filter { $0.count > 1 }
    self.width = width
  }

  /// What was found, by kind; nil where there is nothing.
  func text(_ tables: TableSet) throws(Failure) -> String? {
    guard !words.isEmpty else { return nil }
    let found = [
      ("Commands", Found(commands)), ("Options", Found(try options(TableCatalog(tables)))),
      ("Topics of 'llmcost help'", Found(topics)), ("Rows of 'llmcost tables'", try rows(tables)),
    ].filter { !$0.1.entries.isEmpty }
    guard !found.isEmpty else { return nil }
    return found.map { heading, found in
      let rest = found.rest.isEmpty ? [] : TextLines.wrapped("  " + found.rest, into: width, hanging: 2)
      return heading + ":\n"
        + found.entries.map { TextLayout.entry($0.name, $0.meaning, column: 26, width: width) }.joined()
        + rest.map { $0 + "\n" }.joined()
    }.joined(separator: "\n")
  }

  private func holds(_ texts: String...) -> Bool {
    let text = texts.joined(separator: " ").lowercased()
    return words.allSatisfy(text.contains)
  }

  /// Things found, those whose name has the word first.
  private func sorted(_ entries: [(name: String, meaning: String)]) -> [(name: String, meaning: String)] {
    entries.filter { holds($0.name) } + entries.filter { !holds($0.name) }
  }

  private var commands: [(name: String, meaning: String)] {
    sorted(Tool.commands.filter { holds($0.name, $0.summary) }.map { ($0.name, $0.summary) })
  }

  /// Each option once, with the commands that have it.
  private func options(_ catalog: TableCatalog) throws(Failure) -> [(name: String, meaning: String)] {
    var order: [Option] = []
    var owners: [String: [String]] = [:]
    for command in Tool.commands {
      for option in try command.syntax().withDefaults(from: catalog).options
      where holds(option.names.joined(separator: " "), option.help, option.choices.joined(separator: " ")) {
        if owners[option.name] == nil { order.append(option) }
        owners[option.name, default: []].append(command.name)
      }
    }
    return sorted(
      order.map { option in
        let commands = owners[option.name] ?? []
        let users = commands.count > 3 ? commands.prefix(2) + ["others"] : commands[...]
        return (option.name, "\(option.help) (\(users.joined(separator: ", ")))")
      })
  }

  private var topics: [(name: String, meaning: String)] {
    sorted(
      HelpTopic.everything.filter { holds($0.name, $0.summary, TextBlock.text($0.blocks(), width: .max)) }
        .map { ($0.name, $0.summary) })
  }

  /// Rows whose names have the words, and claims whose statements have them: the best of each table first, and how many
  /// more each has.
  private func rows(_ tables: TableSet) throws(Failure) -> Found {
    let word = words.joined(separator: " ")
    let search = WordSearch(word)
    var found: [(table: String, ids: [String])] = []
    do throws(CatalogError) {
      for table in Self.first + TableSet.names.filter({ !Self.first.contains($0) }) {
        var fits: [(id: String, fit: WordSearch.Fit)] = []
        func isFound(_ texts: [String]) -> Bool {
          guard let id = texts.first, let fit = search.fit(in: texts) else { return false }
          fits.append((id, fit))
          return true
        }
        if table == "claims" {
          for row in try tables.rows(of: table) { _ = isFound([row.id, row.member("statement")?.string ?? ""]) }
        } else {
          _ = try tables.ids(of: table, where: isFound)
        }
        // A row of exactly that name comes first.
        let ids =
          fits.filter { $0.id == word }.map(\.id)
          + [WordSearch.Fit.whole, .start, .within].flatMap { fit in
            fits.filter { $0.fit == fit && $0.id != word }.map(\.id)
          }
        guard !ids.isEmpty else { continue }
        found.insert((table, ids), at: ids[0] == word ? 0 : found.count)
      }
      return try shown(found, of: tables)
    } catch {
      throw Failure(error)
    }
  }

  /// So many rows as there is room for: one of each table, then a second, and so on.
  private func shown(_ found: [(table: String, ids: [String])], of tables: TableSet) throws(CatalogError) -> Found {
    var counts = found.map { _ in 0 }
    for round in 1...Self.mostRows {
      for place in found.indices where found[place].ids.count >= round && counts.reduce(0, +) < Self.mostLines {
        counts[place] = round
      }
    }
    var shown = Found()
    for (place, (table, ids)) in found.enumerated() {
      for id in ids.prefix(counts[place]) {
        let row = try tables.row(id, of: table)
        let words = ["statement", "name", "recipe.description", "note"].lazy.compactMap { row?.member($0)?.string }
        // A note may go on for lines.
        let meaning = (words.first ?? "").prefix { $0 != ";" }
        shown.entries.append(("\(table) \(id)", String(meaning)))
      }
    }
    let rest = zip(found, counts).filter { $0.ids.count > $1 }.map { "\($0.ids.count - $1) of \($0.table)" }
    shown.rest = rest.isEmpty ? "" : "and " + rest.joined(separator: ", ")
    return shown
  }

  /// The tables of what people ask for.
  private static let first = ["recipes", "claims", "runs", "post-training-runs", "architectures", "accelerators"]
}
