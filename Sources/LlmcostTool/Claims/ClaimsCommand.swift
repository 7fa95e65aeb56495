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
  private let requirement: Requirement?
  /// A file of claims of one's own.
  private let file: String?
  private let output: OutputOptions

  private init(_ arguments: Arguments) throws(Failure) {
    conditions = try arguments.values(of: .conditions)
    requirement = try arguments.value(of: .requirement)
    file = arguments.text(of: .claimFile)
    output = try OutputOptions(arguments)
  }

  static let summary = "Hold claims on the cost of language models against what the estimates compute."

  static let syntax = CommandSyntax(
    name: "llmcost claims", summary: summary,
    discussion: """
      Each claim of the table claims is computed by its command. It holds where the typical result is what is claimed, \
      or the claim lies between p10 and p90, and nothing in it is guessed. It 'holds if' the ranges meet elsewhere, or \
      its inputs are leaks or guesses: the condition stands beside it. It is doubtful where they do not meet, 5 % for \
      rounding aside. It is too wide to tell where they meet and p90 is more than four times p10. By definition is what \
      restates its own inputs; and some claims need an input that nobody published: with the ID it says what would \
      have to be true. --claims takes claims of your own: {"rows": [{"id": "ours", "statement": "our run cost $2M", \
      "topic": "pre-training", "unit": "USD", "typical": 2000000, "command": "llmcost pretrain … --get cost_usd", \
      "asOf": "2026-11", "assumption": "ours"}]}.
      """,
    usage: "[ID | word...] [options]",
    operands: [Operand("ID", completing: .list("claims"), isRepeatable: true)],
    groups: [
      OptionGroup(
        "Claims",
        [
          .conditions.saying(
            "only claims whose column is a value (column=value), is not (!=), contains (~), or is above or below (> <)"),
          .claimFile, .explain.saying("with ID: print the estimate behind it with every formula and source"),
          .requirement,
        ]), OutputOptions.group,
    ],
    examples: [
      CommandExample("llmcost claims --where verdict=doubtful", "what does not add up"),
      CommandExample("llmcost claims deepseek", "claims that have the word"),
      CommandExample("llmcost claims gpt-3-cost --explain", "one claim, with the reasoning behind the verdict"),
      CommandExample("llmcost claims --where topic=data --format csv", "claims on data, for a spreadsheet"),
      CommandExample("llmcost claims --claims mine.json", "claims of your own"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      try ClaimsCommand(arguments).run(arguments.operands, in: world)
    }
  }

  private func run(_ words: [String], in world: any World) throws(Failure) -> Outcome {
    let tables = try self.tables(in: world)
    guard !output.explains || !words.isEmpty else {
      throw Failure("--explain needs a claim", hint: "name one, as llmcost claims gpt-3-cost --explain", status: .usage)
    }
    let fields = ClaimsDocument.fields.flatMap { $0 }
    for column in conditions.map(\.column) where !fields.contains(where: { $0.name == column }) {
      throw Failure(
        "--where: there is no column '\(column)'", hint: "there is \(fields.map(\.name).joined(separator: ", "))",
        status: .usage)
    }
    func meets(_ claim: Claim, _ conditions: [ConditionOption]) -> Bool {
      conditions.allSatisfy { condition in
        fields.first { $0.name == condition.column }.map { condition.holds(for: $0.value(claim)) } ?? false
      }
    }
    let found = try found(words, in: tables)
    var claims = found.claims
    // Conditions that need no computing come first.
    let (early, late) = (
      conditions.filter { Self.isStored($0.column) }, conditions.filter { !Self.isStored($0.column) }
    )
    claims = claims.filter { meets($0, early) }
    // What is to be explained is one, which is known before any is computed.
    if output.explains, late.isEmpty { try checkIsOne(claims) }
    // Their commands read the same tables.
    let known = output.tables.isEmpty ? try ServedWorld(world) : world
    for index in claims.indices { try claims[index].compute(tables: output.tables, in: known) }
    claims = claims.filter { meets($0, late) }
    guard !claims.isEmpty else {
      throw Failure("no claim meets the conditions", hint: "'llmcost claims' lists them all", status: .usage)
    }
    var answer = ClaimsDocument(claims: claims)
    let isOne = !words.isEmpty && claims.count == 1
    if output.explains { try checkIsOne(claims) }
    if isOne {
      answer.needed = try claims[0].needed(tables: output.tables, in: known)
      answer.seen = try claims[0].seen(tables: output.tables, in: known)
      answer.explanation = explanation(of: claims[0], in: known)
    }
    var document = try answer.document()
    document.notes += [found.note].compactMap(\.self)
    if let requirement {
      let allowed: [ClaimVerdict] =
        [.holds, .byDefinition, .needsInput] + (requirement == .holds ? [] : [.holdsIf, .tooWide])
      document.failures = claims.filter { !allowed.contains($0.verdict) }.map {
        "claim \($0.id): \($0.verdict.rawValue)"
      }
    }
    return try output.outcome(document, in: world)
  }

  private func checkIsOne(_ claims: [Claim]) throws(Failure) {
    guard claims.count > 1 else { return }
    throw Failure(
      "--explain needs one claim, and \(claims.count) have these words",
      hint: "name one of \(claims.prefix(8).map(\.id).joined(separator: ", "))\(claims.count > 8 ? ", …" : "")",
      status: .usage)
  }

  /// The claims that are meant: all, those of the ids, or those that have the words.
  private func found(_ operands: [String], in tables: TableSet) throws(Failure) -> ClaimSearch {
    let words = operands.joined(separator: " ")
    do throws(CatalogError) {
      let all = try tables.rows(of: "claims").filter { file == nil || $0.file == file }.map(Claim.init)
      guard !words.isEmpty else { return ClaimSearch(all) }
      for ids in [operands, [words]] {
        var named: [TableRow] = []
        for id in ids { if let row = try Self.row(id, in: tables) { named.append(row) } }
        if named.count == ids.count { return ClaimSearch(named.map(Claim.init)) }
      }
      let found = ClaimSearch(words, among: all)
      guard !found.claims.isEmpty else {
        throw CatalogError.unknown(kind: "claim", name: words, table: "claims", known: all.map(\.id))
      }
      return found
    } catch { throw Failure(error) }
  }

  /// The claim of an id or a spelling of it; nil where there is none.
  private static func row(_ id: String, in tables: TableSet) throws(CatalogError) -> TableRow? {
    do throws(CatalogError) { return try TableCatalog(tables).row(id, in: "claims", kind: "claim") } catch {
      guard case .unknown = error else { throw error }
      return nil
    }
  }

  /// The tables, with the claims of a file of one's own laid over them.
  private func tables(in world: any World) throws(Failure) -> TableSet {
    let tables = try Tables.load(output.tables, in: world)
    guard let file else { return tables }
    let bytes: [UInt8]
    do throws(FileError) { bytes = try world.readFile(file) } catch { throw Failure(error) }
    do throws(CatalogError) {
      let own = try Overlay(file: file, bytes: bytes, of: "claims")
      var errors = CatalogErrors()
      for row in own.rows {
        do throws(CatalogError) {
          try TableCheck.checkClaim(row)
          try Claim.checkCommands(of: row)
        } catch {
          errors.add(error)
        }
      }
      try errors.check(file: file)
      return TableSet(overlays: tables.overlays + [own])
    } catch { throw Failure(error) }
  }

  /// The estimate behind a claim with every formula and source, where that is asked for.
  private func explanation(of claim: Claim, in world: any World) -> String? {
    guard output.explains else { return nil }
    guard let command = claim.command, let (words, _) = Claim.split(command) else { return "" }
    return Tool.run(words + ["--explain", "-q"] + output.tables.flatMap { ["--tables", $0] }, in: world).output
  }

  private static func isStored(_ column: String) -> Bool {
    !["verdict", "reason"].contains(column) && !column.hasPrefix("computed")
  }
}

extension Option {
  fileprivate static let claimFile = Option(
    "--claims", of: .text("file"), completing: .file,
    help: "claims of your own, in the form of the table claims; they alone are shown")
  fileprivate static let requirement = Option(
    "--require", of: .type(ClaimsCommand.Requirement.self),
    help: "exit with status 1 unless every claim shown that is computed holds, or is possible at least")
}
