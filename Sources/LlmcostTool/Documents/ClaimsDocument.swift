import CostModel
import TextFormats

/// Claims with their verdicts, ready to be printed; one claim with the way to its verdict.
struct ClaimsDocument {
  let claims: [Claim]
  /// What would have to be true of the only claim; nil for a list of claims.
  var needed: [(what: String, value: String)]?
  /// That the fit of efficiencies has learned from the run that it is of.
  var seen: String?
  /// The estimate behind it, where that is asked for.
  var explanation: String?

  /// The columns, in order.
  static let fields: [[Field<Claim>]] =
    [stored("id"), stored("topic"), Field.word("verdict") { $0.verdict.rawValue }, Field.word("reason") { $0.reason }]
    + ["low", "typical", "high"].map { end in [Field("claimed." + end) { TableListing.cell($0.row, end) }] } + [
      Field.number("computed") { $0.computed?.typical }, Field.number("computed.p10") { $0.computed?.p10 },
      Field.number("computed.p90") { $0.computed?.p90 },
    ]
    + ["unit", "statement", "quantity", "command", "over", "scale", "guessed", "definition", "missing", "run"].map(
      stored)
    + [Field.word("primary") { $0.primary?.url ?? Claim.noPrimary }]
    + ["asOf", "source", "note"].map(stored)

  private static func stored(_ name: String) -> [Field<Claim>] { [Field(name) { TableListing.cell($0.row, name) }] }

  func document() throws(Failure) -> Document {
    var sources: [[Source]] = []
    do throws(CatalogError) {
      for claim in claims { sources.append(try TableListing.sources(claim.row)) }
    } catch { throw Failure(error) }
    var document = Document("claims", title: "Claims on cost, computed anew")
    document.records = Records(claims, Self.fields)
    document.explainingFormats = ["table"]
    guard let needed, let claim = claims.first else {
      document.sections = { $0 == .page ? page(sources) : [Document.Section("claims", "Claims", nil, list)] }
      return document
    }
    document.title = [claim.statement]
    document.facts = [
      Document.Fact("claimed", .text(claim.claimedText)),
      Document.Fact("computed", .text(claim.typicalText), .text(claim.rangeText)),
      Document.Fact("verdict", .text(claim.judgment)),
    ]
    let way = way(to: claim, needed, sources[0])
    document.sections = { audience in
      audience == .page ? page(of: claim, sources, way) : [Document.Section("way", "The way to the verdict", nil, way)]
    }
    if let explanation {
      document.keepsTables = true
      document.explanation = { _ in
        explanation.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
      }
    }
    return document
  }

  /// The claims by verdict, each with its words and its condition.
  private var list: Table {
    var table = Table("Claims", ["claim", .number("computed"), .range])
    for verdict in ClaimVerdict.allCases {
      for (place, claim) in claims.filter({ $0.verdict == verdict }).enumerated() {
        table.add(
          [.text(claim.sentence), .text(claim.typicalText), .text(claim.rangeText)],
          group: place == 0 ? verdict.rawValue : nil)
      }
    }
    table.remarks = [
      "\(claims.count) claims: " + counts.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
        + "; 'llmcost claims ID' shows one with its sources"
    ]
    return table
  }

  private var counts: [(name: String, count: Int)] {
    ClaimVerdict.allCases.map { verdict in (verdict.rawValue, claims.count { $0.verdict == verdict }) }
  }

  private func page(_ sources: [[Source]]) -> [Document.Section] {
    let heading = "Claims by verdict"
    let chart = Chart.bars(
      heading, "One bar for each verdict on \(claims.count) claims.",
      counts.map { ($0.name, Spread(typical: Double($0.count))) }, .items)
    let verdicts = Table(
      heading, ["verdict", .number("claims")], counts.map { [.text($0.name), .value(Double($0.count), .items)] })
    return [
      Document.Section("verdicts", heading, chart, verdicts), Document.Section("claims", "Claims", nil, table(sources)),
    ]
  }

  private func table(_ sources: [[Source]]) -> Table {
    Table(
      "What is claimed, and what computing gives",
      ["claim", Table.Column("claimed", .range), .number("computed"), .range, "verdict", "source"],
      zip(claims, sources).map { claim, sources in
        return [
          .stack([.text(claim.statement), .text(claim.id)]), .text(claim.claimedText), .text(claim.typicalText),
          .text(claim.rangeText), .text(claim.judgment), .sources(claim.primary.map { [$0] } ?? sources),
        ]
      })
  }

  private func page(of claim: Claim, _ sources: [[Source]], _ way: Table) -> [Document.Section] {
    let claimed = claim.claimed.flatMap { claimed in
      (claimed.typical ?? claimed.high ?? claimed.low).map { Spread(typical: $0, p10: claimed.low, p90: claimed.high) }
    }
    let steps = Document.Section("way", "The way to the verdict", nil, way)
    guard let claimed, let computed = claim.computed else {
      return [Document.Section("claim", "The claim", nil, table(sources)), steps]
    }
    let chart = Chart.bars(
      "Claimed and computed", "The claimed figure above the computed one.",
      [("claimed", claimed), ("computed", computed)], shown: claim.show)
    return [Document.Section("claim", "Claimed and computed", chart, table(sources)), steps]
  }

  private func way(to claim: Claim, _ needed: [(what: String, value: String)], _ sources: [Source]) -> Table {
    var table = Table("The way to the verdict", ["step", "what"])
    func add(_ name: String, _ text: String?) { if let text, !text.isEmpty { table.add(.text(name), .text(text)) } }
    add("claimed", claim.claimedText)
    if let command = claim.command {
      add("computed", claim.typicalText + (claim.rangeText.isEmpty ? "" : " (\(claim.rangeText))"))
      add("by", command)
      add("taken as given", Claim.split(command).map { RunGrounds(command: $0.words).text })
      add("divided by", claim.over)
      if claim.scale != 1 { add("times", Notation.machineText(claim.scale)) }
    }
    add("verdict", claim.judgment)
    add("the fit", seen)
    for (what, value) in needed { add("would need", "\(value) \(what)") }
    add("note", claim.note)
    table.add("first published", claim.primary.map { .sources([$0]) } ?? .text(Claim.noPrimary))
    for source in sources where source.title != claim.primary?.title { table.add("as repeated in", .sources([source])) }
    return table
  }
}
