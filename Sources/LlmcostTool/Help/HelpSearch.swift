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
  /// So many rows of one table.
  private static let mostRows = 3

  init(_ text: String, width: Int) {
    words = text.lowercased().split(separator: " ").map(String.init).filter { $0.count > 1 }
    self.width = width
  }

  /// What was found, by kind; nil where there is nothing.
  func text(_ tables: TableSet) throws(Failure) -> String? {
    guard !words.isEmpty else { return nil }
    let found = [
      ("Commands", commands), ("Options", try options(TableCatalog(tables))), ("Topics of 'llmcost help'", topics),
      ("Rows of 'llmcost tables'", try rows(tables)),
    ].filter { !$0.1.isEmpty }
    guard !found.isEmpty else { return nil }
    return found.map { heading, entries in
      heading + ":\n"
        + entries.prefix(Self.most).map { TextLayout.entry($0.name, $0.meaning, column: 26, width: width) }.joined()
        + (entries.count > Self.most ? "  and \(entries.count - Self.most) more\n" : "")
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

  /// Rows whose id or name has the words, a few of each table.
  private func rows(_ tables: TableSet) throws(Failure) -> [(name: String, meaning: String)] {
    // A row of exactly that name comes first.
    let word = words.joined(separator: " ")
    var found: [(name: String, meaning: String)] = []
    do throws(CatalogError) {
      for table in TableSet.names {
        let rows = try tables.rows(of: table, containing: words[0]).filter { row in
          holds(row.id, row.member("name")?.string ?? "")
        }.sorted { $0.id == word && $1.id != word }
        for row in rows.prefix(Self.mostRows) {
          found.append(("\(table) \(row.id)", row.member("name")?.string ?? row.member("note")?.string ?? ""))
        }
        if rows.count > Self.mostRows { found.append((table, "\(rows.count - Self.mostRows) more rows")) }
      }
    } catch {
      throw Failure(error)
    }
    return found.filter { $0.name.hasSuffix(" " + word) } + found.filter { !$0.name.hasSuffix(" " + word) }
  }
}
