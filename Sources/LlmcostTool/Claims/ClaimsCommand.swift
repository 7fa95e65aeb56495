import CommandLineKit
import CostModel
import TextFormats

/// `llmcost claims`: what others say it costs, computed anew.
struct ClaimsCommand: Sendable {
  /// What a gate asks of the claims shown.
  enum Requirement: String, CaseIterable, OptionValue {
    case holds, possible
  }

  private let conditions: [ConditionOption]
  private let explains: Bool
  private let requirement: Requirement?
  private let output: OutputOptions

  private init(_ arguments: Arguments) throws(Failure) {
    conditions = try arguments.values(of: .conditions)
    explains = arguments.has(.explain)
    requirement = try arguments.value(of: .requirement)
    output = try OutputOptions(arguments)
  }

  static let summary = "Hold claims on the cost of language models against what the estimates compute."

  static let syntax = CommandSyntax(
    name: "llmcost claims", summary: summary,
    discussion: """
      Each claim of the table claims is computed by its command. It holds where the typical result is what is claimed, \
      or the claim lies between p10 and p90; it 'holds if' the ranges meet elsewhere, and says which input would have \
      to be unusual; it is doubtful where they do not meet, 5 % for rounding aside. Where they meet and p90 is more than four \
      times p10, it cannot be told. Where nothing computes it, it says why.
      """,
    usage: "[ID] [options]", operands: [Operand("ID", completing: .list("claims"))],
    groups: [
      OptionGroup(
        "Claims",
        [
          .conditions.saying(
            "only claims whose column is a value (column=value), is not (!=), contains (~), or is above or below (> <)"),
          .explain.saying("with ID: print the estimate behind it with every formula and source"), .requirement,
        ]), OutputOptions.group,
    ],
    examples: [
      CommandExample("llmcost claims --where verdict=doubtful", "what does not add up"),
      CommandExample("llmcost claims gpt-3-cost --explain", "one claim, with the reasoning behind the verdict"),
      CommandExample("llmcost claims --where topic=data --format csv", "claims on data, for a spreadsheet"),
    ])

  private static let columns = [
    "id", "topic", "verdict", "reason", "claimed.low", "claimed.typical", "claimed.high", "computed", "computed.p10",
    "computed.p90", "unit", "statement", "quantity", "command", "over", "scale", "asOf", "source", "note",
  ]

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      try ClaimsCommand(arguments).run(arguments.operands.first, in: world)
    }
  }

  private func run(_ id: String?, in world: any World) throws(Failure) -> Outcome {
    let tables = try Tables.load(output.tables, in: world)
    guard !explains || id != nil else {
      throw Failure("--explain needs a claim", hint: "name one, as llmcost claims gpt-3-cost --explain", status: .usage)
    }
    for column in conditions.map(\.column) where !Self.columns.contains(column) {
      throw Failure(
        "--where: there is no column '\(column)'", hint: "there is \(Self.columns.joined(separator: ", "))",
        status: .usage)
    }
    var claims: [Claim] = []
    do throws(CatalogError) {
      if let id {
        claims = [Claim(try TableCatalog(tables).row(id, in: "claims", kind: "claim"))]
      } else {
        claims = try tables.rows(of: "claims").map(Claim.init)
      }
    } catch { throw Failure(error) }
    // Conditions that need no computing come first.
    let (early, late) = (
      conditions.filter { Self.isStored($0.column) }, conditions.filter { !Self.isStored($0.column) }
    )
    claims = claims.filter { claim in early.allSatisfy { $0.holds(for: Self.cell(claim, $0.column)) } }
    for index in claims.indices { try claims[index].compute(tables: output.tables, in: world) }
    claims = claims.filter { claim in late.allSatisfy { $0.holds(for: Self.cell(claim, $0.column)) } }
    guard !claims.isEmpty else {
      throw Failure("no claim meets the conditions", hint: "'llmcost claims' lists them all", status: .usage)
    }
    var outcome = output.outcome(try text(of: claims, isSingle: id != nil, in: world))
    if let requirement {
      let allowed: [ClaimVerdict] =
        requirement == .holds ? [.holds, .notComputed] : [.holds, .holdsIf, .cannotBeTold, .notComputed]
      let failing = claims.filter { !allowed.contains($0.verdict) }
      if !failing.isEmpty {
        outcome.status = .failed
        outcome.complaint = failing.map { "llmcost: claim \($0.id): \($0.verdict.rawValue)\n" }.joined()
      }
    }
    return outcome
  }

  private static func isStored(_ column: String) -> Bool {
    !["verdict", "reason"].contains(column) && !column.hasPrefix("computed")
  }

  private static func cell(_ claim: Claim, _ column: String) -> JSONDocument {
    func number(_ value: Double?) -> JSONDocument {
      .result(value)
    }
    switch column {
    case "verdict": return .string(claim.verdict.rawValue)
    case "reason": return .string(claim.reason)
    case "computed": return number(claim.computed?.typical)
    case "computed.p10": return number(claim.computed?.p10)
    case "computed.p90": return number(claim.computed?.p90)
    case "claimed.low", "claimed.typical", "claimed.high":
      return TableListing.cell(claim.row, String(column.dropFirst("claimed.".count)))
    default: return TableListing.cell(claim.row, column)
    }
  }

  private func text(of claims: [Claim], isSingle: Bool, in world: any World) throws(Failure) -> String {
    let format = output.format ?? .table
    guard format == .table else {
      guard !explains else {
        throw Failure("--explain goes with the table", hint: "leave out --format \(format.rawValue)", status: .usage)
      }
      if format == .html || format == .svg {
        guard output.columns == nil else {
          throw Failure(
            "--columns goes with csv, tsv, jsonl, json and markdown", hint: "add --format csv", status: .usage)
        }
        return try ClaimsPage(claims: claims, isSingle: isSingle).page().text(format)
      }
      let columns = try OutputOptions.chosen(output.columns, from: Self.columns)
      return Records.text(
        format, columns: columns, rows: claims.map { claim in columns.map { Self.cell(claim, $0) } }, numeric: [])
    }
    guard output.columns == nil else {
      throw Failure("--columns goes with csv, tsv, jsonl, json and markdown", hint: "add --format csv", status: .usage)
    }
    let style = output.style(in: world)
    if isSingle, let claim = claims.first { return style.shown(try details(of: claim, style, in: world)) }
    var table = TextTable([.left, .left, .left, .right, .left, .left])
    table.indent = ""
    table.rows = [["claim", "verdict", "claimed", "computed", "p10 – p90", "because"]]
    for claim in claims {
      table.rows.append([
        claim.id, claim.verdict.rawValue, claim.claimedText, claim.typicalText, claim.rangeText,
        claim.verdict == .holds ? "" : claim.reason,
      ])
    }
    var lines = table.lines(width: output.columns(in: world))
    lines[0] = style.bold(lines[0])
    let counts = ClaimVerdict.allCases.map { verdict in
      "\(claims.filter { $0.verdict == verdict }.count) \(verdict.rawValue)"
    }
    return style.shown(
      lines.joined(separator: "\n") + "\n\n\(claims.count) claims: \(counts.joined(separator: ", "))\n")
  }

  /// One claim with the way to its verdict.
  private func details(of claim: Claim, _ style: Style, in world: any World) throws(Failure) -> String {
    var table = TextTable([.left, .left])
    table.rows.append(["claimed", claim.claimedText])
    if let command = claim.command {
      table.rows.append(["computed", claim.typicalText + (claim.rangeText.isEmpty ? "" : " (\(claim.rangeText))")])
      table.rows.append(["by", command])
      if let over = claim.over { table.rows.append(["divided by", over]) }
      if claim.scale != 1 { table.rows.append(["times", Notation.machineText(claim.scale)]) }
    }
    table.rows.append(["verdict", claim.verdict.rawValue])
    for (what, value) in try claim.needed(tables: output.tables, in: world) {
      table.rows.append(["would need", "\(value) \(what)"])
    }
    let because = claim.verdict == .holds ? nil : claim.reason
    if let because, !because.isEmpty { table.rows.append([claim.verdict == .holdsIf ? "" : "because", because]) }
    if let note = claim.note, because != note { table.rows.append(["note", note]) }
    do throws(CatalogError) {
      for source in try TableListing.sources(claim.row) {
        table.rows.append(["source", source.title + (source.url.map { ", \($0)" } ?? "")])
      }
    } catch { throw Failure(error) }
    var text = style.bold(claim.statement) + "\n\n" + table.lines().joined(separator: "\n") + "\n"
    guard explains, let command = claim.command, let (words, _) = Claim.split(command) else { return text }
    let outcome = Tool.run(words + ["--explain", "-q"] + output.tables.flatMap { ["--tables", $0] }, in: world)
    text += "\n" + outcome.output
    return text
  }
}

extension Option {
  fileprivate static let requirement = Option(
    "--require", of: .type(ClaimsCommand.Requirement.self),
    help: "exit with status 1 unless every claim shown that is computed holds, or is possible at least")
}
