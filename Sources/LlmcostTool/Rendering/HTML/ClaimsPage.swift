import CostModel

/// Claims with their verdicts as a page; one claim with the way to its verdict.
struct ClaimsPage {
  let claims: [Claim]
  let isSingle: Bool

  func page() throws(Failure) -> Page {
    if isSingle, let claim = claims.first { return try Self.page(of: claim) }
    var page = Page(command: "claims", title: "Claims on cost, computed anew")
    let counts = ClaimVerdict.allCases.map { verdict in
      (name: verdict.rawValue, count: claims.filter { $0.verdict == verdict }.count)
    }
    let heading = "Claims by verdict"
    func shown(_ value: Double) -> String { Notation.display(value, as: .items) }
    let chart = Chart.bars(
      heading, description: "One bar for each verdict on \(claims.count) claims.",
      counts.map { Chart.Bar(name: $0.name, value: Spread(typical: Double($0.count))) }, shown: shown)
    var table = TextTable([.left, .right])
    table.rows = [["verdict", "claims"]] + counts.map { [$0.name, "\($0.count)"] }
    page.sections = [
      Page.Section("verdicts", heading, chart, table: DataTable(heading, table)),
      Page.Section("claims", "Claims", tables: [try Self.table(of: claims)]),
    ]
    return page
  }

  private static func table(of claims: [Claim]) throws(Failure) -> DataTable {
    var table = DataTable(
      "What is claimed, and what computing gives",
      columns: [
        DataTable.Column(name: "claim"), DataTable.Column(name: "claimed", isNumeric: true, wraps: true),
        DataTable.Column(name: "computed", isNumeric: true),
        DataTable.Column(name: "p10 – p90", isNumeric: true, wraps: true),
        DataTable.Column(name: "verdict"),
      ],
      rows: claims.map { claim in
        let reason = claim.verdict == .holds ? "" : claim.reason
        return [
          .group([.text(claim.id), .element(.br, [], []), .element(.span, [.class("quiet")], [.text(claim.statement)])]
          ),
          .text(claim.claimedText), .text(claim.typicalText), .text(claim.rangeText),
          .text(claim.verdict.rawValue + (reason.isEmpty ? "" : (claim.verdict == .holdsIf ? " " : ": ") + reason)),
        ]
      })
    var sources: [[Source]] = []
    for claim in claims { sources.append(try Self.sources(of: claim)) }
    table.add(sources)
    return table
  }

  private static func sources(of claim: Claim) throws(Failure) -> [Source] {
    do throws(CatalogError) { return try TableListing.sources(claim.row) } catch { throw Failure(error) }
  }

  private static func page(of claim: Claim) throws(Failure) -> Page {
    var page = Page(command: "claims", title: claim.statement)
    page.facts = [
      Page.Fact(name: "claimed", value: claim.claimedText),
      Page.Fact(name: "computed", value: claim.typicalText, range: claim.rangeText),
      Page.Fact(name: "verdict", value: claim.verdict.rawValue),
    ].filter { !$0.value.isEmpty }
    let table = try table(of: [claim])
    let claimed = claim.claimed.flatMap { claimed in
      (claimed.typical ?? claimed.high ?? claimed.low).map { Spread(typical: $0, p10: claimed.low, p90: claimed.high) }
    }
    guard let claimed, let computed = claim.computed else {
      page.sections = [Page.Section("claim", "The claim", tables: [table])]
      return page
    }
    let chart = Chart.bars(
      "Claimed and computed", description: "The claimed figure above the computed one.",
      [Chart.Bar(name: "claimed", value: claimed), Chart.Bar(name: "computed", value: computed)],
      shown: claim.show)
    page.sections = [Page.Section("claim", "Claimed and computed", chart, table: table)]
    if let command = claim.command {
      var way = TextTable([.left, .left])
      way.rows = [["step", "what"], ["computed by", command]]
      if let over = claim.over { way.rows.append(["divided by", over]) }
      if claim.scale != 1 { way.rows.append(["times", Notation.machineText(claim.scale)]) }
      if let note = claim.note { way.rows.append(["note", note]) }
      page.sections.append(Page.Section("way", "The way to the verdict", tables: [DataTable("Commands", way)]))
    }
    return page
  }
}
