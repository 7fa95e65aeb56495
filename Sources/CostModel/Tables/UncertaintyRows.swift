import TextFormats

extension Correlations.Pair {
  init(_ row: TableRow) throws(CatalogError) {
    let coefficient = try row.required("coefficient", above: -1)
    guard coefficient < 1 else { throw row.failure("coefficient", "must lie between -1 and 1") }
    self.init(try row.requiredText("first"), try row.requiredText("second"), coefficient)
    guard first.hasPrefix("*.") == second.hasPrefix("*.") else {
      throw row.failure("second", "'*.' stands for the same stage, so that both inputs need it or neither")
    }
  }
}

extension Inquiry {
  init(_ row: TableRow) throws(CatalogError) {
    self.init(
      inputs: try row.texts("inputs"), kind: try row.choice("kind", Inquiry.Kind.self),
      way: try row.requiredText("way"), answer: try row.text("answer"))
    guard !inputs.isEmpty else { throw row.failure("inputs", "is empty") }
  }
}

extension TableCatalog {
  /// Which uncertain inputs move together.
  package func correlations() throws(CatalogError) -> Correlations {
    try remembered(.correlations, "") { () throws(CatalogError) in
      var pairs: [Correlations.Pair] = []
      for row in try tables.rows(of: "correlations") { pairs.append(try Correlations.Pair(row)) }
      return Correlations(pairs)
    }
  }

  /// What it takes to learn inputs.
  package func inquiries() throws(CatalogError) -> [Inquiry] {
    try remembered(.inquiries, "") { () throws(CatalogError) in
      var inquiries: [Inquiry] = []
      for row in try tables.rows(of: "inquiries") { inquiries.append(try Inquiry(row)) }
      return inquiries
    }
  }
}

extension SamplingPlan {
  /// The plan with the inputs that move together by the tables, and draws kept where the tables keep what was read.
  package func correlated(by catalog: TableCatalog) throws(CatalogError) -> SamplingPlan {
    correlated(by: try catalog.correlations()).keepingDraws(in: catalog.memory?.draws)
  }

  /// The same, for estimates.
  func correlated(in catalog: TableCatalog) throws(ScenarioError) -> SamplingPlan {
    try Inputs.look { () throws(CatalogError) in try correlated(by: catalog) }
  }
}
