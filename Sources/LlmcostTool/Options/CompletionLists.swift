import CommandLineKit
import CostModel
import TextFormats

extension Completion {
  /// Ids of accelerators.
  static var accelerators: Completion { .list("accelerators") }
  /// Ids of regions.
  static var regions: Completion { .list("regions") }
  /// Who rents accelerators out.
  static var providers: Completion { .list("providers") }
  /// Names of results, as `cost_usd`.
  static var results: Completion { .list("results") }
  /// Names of results and of the ends of their ranges, as `cost_usd.p90`.
  static var resultPaths: Completion { .list("result_paths") }
  /// The first word behind `llmcost tables`.
  static var tablesAndActions: Completion { .list("tables_and_actions") }
  /// Tables that are computed from others.
  static var derivedTables: Completion { .list("derived_tables") }
  /// Stages, their settings and recipes.
  static var compared: Completion { .list("compared") }
  /// What there is help for.
  static var helpTopics: Completion { .list("help_topics") }
}

/// What the names of lists stand for; the list of a table's name is its rows.
enum CompletionLists {
  /// More rows than this are not typed by hand, and would make every new shell slower.
  static let maximumRows = 200

  /// All lists, from the built-in tables and the user's.
  static func all(_ tables: TableSet) throws(CatalogError) -> [(name: String, entries: [CompletionEntry])] {
    var lists: [(name: String, entries: [CompletionEntry])] = []
    for table in TableSet.names {
      guard builtInRows(of: table) <= maximumRows else { continue }
      let rows = try tables.rows(of: table)
      var entries = try rows.map { row throws(CatalogError) in try entry(row) }
      if table == "providers" { entries += try otherProviders(tables, known: Set(rows.map(\.id))) }
      lists.append((table, entries))
    }
    var tableEntries: [CompletionEntry] = []
    for table in TableSet.names { tableEntries.append(CompletionEntry(table, try TableSet.description(of: table))) }
    lists.append(
      (
        "tables_and_actions",
        tableEntries + [
          CompletionEntry("check", "check every row"), CompletionEntry("derive", "print a computed table anew"),
        ]
      ))
    lists.append(("derived_tables", Derivation.names.map { CompletionEntry($0) }))
    lists.append(("results", Estimate.names.map { CompletionEntry($0) }))
    let chances = Limited.allCases.map(\.chance) + [Limited.chanceOfAll]
    lists.append(
      ("result_paths", (Estimate.names.flatMap(JSONDocument.names) + chances).map { CompletionEntry($0) }))
    let catalog = TableCatalog(tables)
    for stage in StageCommand.all where !stage.stage.runTables.isEmpty {
      let runs = try catalog.runs(of: stage.stage)
      let entries = try runs.map { run throws(CatalogError) in CompletionEntry(run.id, try run.text("model") ?? "") }
      lists.append((stage.runsList, entries))
    }
    let recipes = lists.first { $0.name == "recipes" }?.entries ?? []
    lists.append(("compared", try CompareCommand.comparedEntries(TableCatalog(tables)) + recipes))
    lists.append(
      (
        "help_topics",
        Tool.commands.map { CompletionEntry($0.name, $0.summary) }
          + HelpTopic.everything.filter { topic in !Tool.commands.contains { $0.name == topic.name } }.map {
            CompletionEntry($0.name, $0.summary)
          }
      ))
    return lists
  }

  /// How many lines of a built-in table are rows; reading a long one only to leave it out would take too long.
  private static func builtInRows(of table: String) -> Int {
    var isAtStart = false
    var count = 0
    for byte in TableSet.bytes(of: table) {
      if isAtStart, byte == UInt8(ascii: "{") { count += 1 }
      isAtStart = byte == UInt8(ascii: "\n")
    }
    return count
  }

  /// Providers of price rows, of the user's above all, that the table of providers does not have.
  private static func otherProviders(
    _ tables: TableSet, known: Set<String>
  ) throws(CatalogError) -> [CompletionEntry] {
    var others: Set<String> = []
    for row in try tables.rows(of: "prices") {
      if case .string(let provider) = TableListing.cell(row, "provider") { others.insert(provider.lowercased()) }
    }
    return others.subtracting(known).sorted().map { CompletionEntry($0) }
  }

  private static func entry(_ row: TableRow) throws(CatalogError) -> CompletionEntry {
    guard case .string(let name) = TableListing.cell(row, "name") else { return CompletionEntry(row.id) }
    return CompletionEntry(row.id, name)
  }
}
