import CommandLineKit
import CostModel

/// What an argument without an option's name is meant for.
enum ArgumentAdvice {
  /// How to write it; nil where nothing is known.
  static func text(for word: String, in syntax: CommandSyntax) -> String? {
    let options = syntax.options
    func has(_ name: String) -> Bool { options.contains { $0.names.contains(name) } }
    for (option, endings) in files where has(option) && endings.contains(where: word.lowercased().hasSuffix) {
      return "write \(option) \(word)"
    }
    let value = word.lowercased()
    if let option = options.first(where: { $0.placeholder != nil && $0.choices.contains(value) }) {
      return "write \(option.name) \(value)"
    }
    if has("--params"), isSize(word) { return "write --params \(word)" }
    if let row = row(of: word, for: options.flatMap(\.names)) { return "write \(row)" }
    if StageCommand.all.contains(where: { $0.name == value }) {
      return "'\(syntax.name)' takes no stage; 'llmcost \(value)' estimates that one"
    }
    return nil
  }

  private static let files = [
    ("--log", [".csv", ".tsv", ".jsonl", ".log", ".txt"]), ("--config", ["config.json"]),
  ]

  /// `70B`, or `30B-A3B`.
  private static func isSize(_ word: String) -> Bool {
    let option = Option(AnySetting(Settings.parameters))
    let number = option.expansion?(word)?.value ?? word
    do throws(NotationError) { return try Notation.parse(number, as: .parameters) >= 1e6 } catch { return false }
  }

  /// The option that names a row, with the row's id.
  private static func row(of word: String, for names: [String]) -> String? {
    let catalog = TableCatalog()
    for (option, table) in [
      ("--gpu", "accelerators"), ("--model", "architectures"), ("--region", "regions"), ("--provider", "providers"),
      ("--where", "runs"),
    ] where names.contains(option) {
      do throws(CatalogError) {
        let row = try catalog.row(word, in: table, kind: table)
        return option == "--where" ? "\(option) id=\(row.id)" : "\(option) \(row.id)"
      } catch { continue }
    }
    return nil
  }
}
