import CommandLineKit
import CostModel
import TextFormats

/// `llmcost tables`: browse, check and derive the tables behind the estimates.
struct TablesCommand: Sendable {
  private let conditions: [ConditionOption]
  private let provider: String?
  private let date: DateOption?
  private let output: OutputOptions

  private init(_ arguments: Arguments) throws(Failure) {
    conditions = try arguments.values(of: .conditions)
    provider = arguments.text(of: .provider)
    date = try arguments.value(of: .date)
    output = try OutputOptions(arguments)
  }

  static let summary = "List, show and check the tables behind the estimates."

  static let syntax = CommandSyntax(
    name: "llmcost tables",
    summary: summary,
    discussion: """
      Without arguments, lists the tables. 'tables NAME' lists its rows, 'tables NAME ROW' shows one row with its \
      sources, 'tables check' checks every row, 'tables derive NAME' prints a computed table (efficiency, market, serving-constants, stage-efficiency) anew.
      'tables import FILE' turns a catalog of cloud prices, SkyPilot's vms.csv of any cloud or gpuhunt's CSV of a \
      provider, into rows of the price table; what it leaves out, it says. 'tables update FILE... --output PATH' merges \
      catalogs into a file of such rows: the same offer of the same day is replaced, older prices stay as history.

      Your own rows go over the built-in ones: files like Data/*.json in the folder llmcost of the XDG configuration \
      folder, in the folders or files of LLMCOST_TABLES, and in those of --tables; later ones win. A row with a known \
      id replaces the members it names; a new id is a new row.
      """,
    usage: "[NAME [ROW] | check | derive NAME | import FILE | update FILE...] [options]",
    operands: [
      Operand("NAME", completing: .tablesAndActions),
      Operand(
        "ROW", following: TableSet.names.map { ($0, .list($0)) } + [("derive", .derivedTables)], isRepeatable: true),
    ],
    groups: [
      OptionGroup(
        "Rows",
        [
          .conditions.saying(
            "only rows whose column is a value (column=value), is not (!=), contains (~), or is above or below (> <)")
        ]), OptionGroup("Import", [.provider, .date]), OutputOptions.group,
    ],
    examples: [
      CommandExample(
        "llmcost tables prices --where accelerator=h100-sxm --where 'asOf>2026'", "this year's H100 prices"),
      CommandExample("llmcost tables check --tables ./my-tables", "check your own rows"),
      CommandExample(
        "llmcost tables import aws/vms.csv --output my-tables/aws.json", "a SkyPilot catalog as rows of your own"),
      CommandExample(
        "llmcost tables update aws/vms.csv --output my-tables/prices.json", "newer prices merged into your rows"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      try TablesCommand(arguments).run(arguments.operands, in: world)
    }
  }

  private func run(_ operands: [String], in world: any World) throws(Failure) -> Outcome {
    let tables = try Tables.load(output.tables, in: world, isLenient: operands.first == "check")
    if operands.first == "update" { return try updating(Array(operands.dropFirst()), tables, in: world) }
    guard operands.count <= 2 else {
      throw Failure("unexpected argument '\(operands[2])'", hint: "options start with --", status: .usage)
    }
    if operands.first == "import" { return try importing(operands.dropFirst().first, into: tables, in: world) }
    guard provider == nil, date == nil else {
      throw Failure(
        "--provider and --as-of-date go with 'tables import' and 'tables update'",
        hint: "to choose rows write --where provider=NAME or --where 'asOf>2026'", status: .usage)
    }
    let isListing = operands.count == 1 && !["check", "derive"].contains(operands[0])
    guard conditions.isEmpty || isListing else {
      throw Failure(
        "--where chooses rows of one table", hint: "write llmcost tables prices --where provider=NAME", status: .usage)
    }
    if operands.first == "check", operands.count > 1 {
      throw Failure(
        "unexpected argument '\(operands[1])'", hint: "'llmcost tables check --tables PATH' checks rows of your own",
        status: .usage)
    }
    if operands.first == "derive" { return try derive(operands.dropFirst().first, from: tables) }
    let document: Document
    do throws(CatalogError) {
      switch operands.first {
      case nil: document = try TablesDocument.overview(of: tables, shown: output.columns?.names)
      case "check": return check(tables, in: world)
      case let name?:
        guard TableSet.names.contains(name) else {
          throw .unknown(kind: "table", name: name, table: "", known: TableSet.names)
        }
        document =
          operands.count == 2
          ? try TablesDocument.row(try TableCatalog(tables).row(operands[1], in: name, kind: "row"), of: name)
          : try list(name, of: tables, in: world)
      }
    } catch {
      throw Failure(error)
    }
    return try output.outcome(document, in: world)
  }

  private func list(_ name: String, of tables: TableSet, in world: any World) throws(CatalogError) -> Document {
    let all = try tables.rows(of: name)
    let known = TableListing.columns(of: all)
    for column in conditions.map(\.column) + (output.columns?.names ?? []) where !known.contains(column) {
      throw .unknown(kind: "column", name: column, table: name, known: known)
    }
    let rows = all.filter { row in conditions.allSatisfy { $0.holds(for: TableListing.cell(row, $0.column)) } }
    var document = try TablesDocument.list(name, rows, columns: known, shown: output.columns?.names)
    document.notes = staleness(of: rows, in: name, today: world.today)
    if rows.isEmpty, !all.isEmpty {
      document.notes.append("none of the \(all.count) rows has what --where asks for")
    }
    return document
  }

  private func staleness(of rows: [TableRow], in table: String, today: String) -> [String] {
    guard table == "market" || table.hasSuffix("prices"), let now = CalendarMonth(today) else { return [] }
    let old = rows.filter { row in
      guard case .string(let asOf) = TableListing.cell(row, "asOf"), let month = CalendarMonth(asOf) else {
        return false
      }
      return now - month > PriceSelection.monthsCurrent
    }
    return old.isEmpty ? [] : ["\(old.count) of \(rows.count) prices are older than a year"]
  }

  private func check(_ tables: TableSet, in world: any World) -> Outcome {
    let faults = tables.overlays.flatMap(\.faults).map { ScenarioError.catalog($0).text }
    let problems =
      faults + TableCheck.problems(in: tables).map(\.text) + claims(in: tables)
      + futureRows(in: tables, today: world.today)
    guard problems.isEmpty else {
      var outcome = output.outcome("")
      outcome.complaint = output.complaint(of: problems)
      outcome.status = faults.isEmpty ? .failed : .badData
      return outcome
    }
    var (count, notes) = (0, [String]())
    do throws(CatalogError) {
      for name in TableSet.names {
        let rows = try tables.rows(of: name)
        count += rows.count
        notes += staleness(of: rows, in: name, today: world.today).map { "\(name): \($0)" }
      }
    } catch {
      return Failure(error).outcome
    }
    return output.outcome("\(TableSet.names.count) tables, \(count) rows: nothing wrong\n", notes: notes)
  }

  /// Claims whose commands give no result.
  private func claims(in tables: TableSet) -> [String] {
    // A table that cannot be read is told already.
    ((try? tables.rows(of: "claims")) ?? []).compactMap { row in
      do throws(CatalogError) { try Claim.checkCommands(of: row) } catch { return ScenarioError.catalog(error).text }
      return nil
    }
  }

  /// Rows of a day to come: beside them every true one would look out of date.
  private func futureRows(in tables: TableSet, today: String) -> [String] {
    var problems: [String] = []
    for table in TableSet.names {
      let rows: [TableRow]
      do { rows = try tables.rows(of: table) } catch { return [ScenarioError.catalog(error).text] }
      for row in rows {
        for column in ["asOf", "date"] {
          guard case .string(let date) = TableListing.cell(row, column), PriceFile.liesAhead(date, of: today) else {
            continue
          }
          problems.append("\(row.file): row '\(row.id)': field '\(column)': '\(date)' lies ahead: today is \(today)")
        }
      }
    }
    return problems
  }

  private func derive(_ name: String?, from tables: TableSet) throws(Failure) -> Outcome {
    let hint = "name one of \(Derivation.names.joined(separator: ", "))"
    guard let name else { throw Failure("'tables derive' needs a name", hint: hint, status: .usage) }
    let text: String?
    do throws(CatalogError) { text = try Derivation.text(of: name, from: TableCatalog(tables)) } catch {
      throw Failure(error)
    }
    guard let text else { throw Failure("unknown derived table '\(name)'", hint: hint, status: .usage) }
    return output.outcome(text)
  }

  private func importing(_ path: String?, into tables: TableSet, in world: any World) throws(Failure) -> Outcome {
    guard let path else {
      throw Failure(
        "'tables import' needs a file", hint: "name a SkyPilot vms.csv or a gpuhunt CSV; - is standard input",
        usage: "llmcost tables import FILE [--provider NAME] [--as-of-date 2026-11] > overlay.json", status: .usage)
    }
    let prices = try catalog(path, tables, in: world)
    return output.outcome(prices.overlay, notes: prices.notes)
  }

  private func catalog(_ path: String, _ tables: TableSet, in world: any World) throws(Failure) -> PriceImport {
    let file = try PriceFile.read(
      path, provider: provider, asOf: try date.map { date throws(Failure) in try date.past(world.today) },
      catalog: TableCatalog(tables), in: world)
    guard case .catalog(let prices) = file else {
      throw Failure(
        "\(path) is JSON already", hint: "use it as it is: --tables \(path), or --prices \(path)", status: .usage)
    }
    return prices
  }

  /// Catalogs merged into a file of price rows, with what changed.
  private func updating(
    _ paths: [String], _ tables: TableSet, in world: any World
  ) throws(Failure) -> Outcome {
    guard !paths.isEmpty, let target = output.output, target != "-" else {
      throw Failure(
        "'tables update' needs catalogs and the file of rows to merge them into",
        usage: "llmcost tables update FILE... --output prices.json [--provider NAME] [--as-of-date 2026-11]",
        status: .usage)
    }
    var catalogs: [PriceImport] = []
    for path in paths { catalogs.append(try catalog(path, tables, in: world)) }
    let known = try Self.existing(target, in: world)
    do throws(CatalogError) {
      for prices in catalogs { _ = try TableCatalog(tables).provider(prices.provider) }
      var update = try PriceUpdate(bytes: known, file: target)
      for prices in catalogs { try update.merge(prices) }
      return output.outcome(update.text, notes: catalogs.flatMap(\.notes) + update.summary.map { "\(target): \($0)" })
    } catch {
      throw Failure(error)
    }
  }

  /// The bytes of a file; nil where there is none yet.
  private static func existing(_ path: String, in world: any World) throws(Failure) -> [UInt8]? {
    do { return try world.readFile(path) } catch {
      if error.reason.lowercased().contains("no such file") { return nil }
      throw Failure(error)
    }
  }
}

extension Option {
  fileprivate static let provider = Option(
    "--provider", of: .text("name"),
    help: "whose prices they are (default: the folder of aws/vms.csv, the name of aws.csv)")
  fileprivate static let date = Option(
    "--as-of-date", of: .type(DateOption.self), help: "when they were true (default: this month)")
}
