import TextFormats

extension ScalingLaw {
  init(_ row: TableRow) throws(CatalogError) {
    let form: Form
    let decay = try Self.decay(row)
    if row.member("loss") != nil {
      guard
        let surface = LossSurface(
          irreducible: try row.required("loss.E", above: -1), parameterWeight: try row.required("loss.A"),
          parameterExponent: try row.required("loss.alpha"), tokenWeight: try row.required("loss.B"),
          tokenExponent: try row.required("loss.beta"))
      else { throw row.failure("loss", "E must not be negative, and A, alpha, B and beta above 0") }
      form = .loss(LossFunction(surface))
    } else {
      form = .optimum(try Self.curve(row))
    }
    let share = try row.number("activeShare") ?? 1
    guard share > 0, share <= 1 else { throw row.failure("activeShare", "a share is above 0 and at most 1") }
    self.init(
      id: row.id, name: try row.requiredText("name"), form: form, activeShare: share,
      fitRange: FitRange(
        parameters: try Self.range("fitRange.parameters", row), tokens: try Self.range("fitRange.tokens", row),
        operations: try Self.range("fitRange.flop", row)),
      repetition: decay, reference: try row.reference())
    batchSize = try Self.power("batchSize", row)
    learningRate = try Self.power("learningRate", row)
  }

  private static func curve(_ row: TableRow) throws(CatalogError) -> OptimumCurve {
    guard row.member("optimum") != nil else { throw row.failure("optimum", "a law has 'loss' or 'optimum'") }
    var (parameters, tokens) = (try power("optimum.parameters", row), try power("optimum.tokens", row))
    var frontier = try power("frontier", row)
    if row.member("optimum.unit") != nil {
      // From the law's own unit of compute to FLOP, so that the curve's variable is one for all laws.
      let unit = try row.required("optimum.unit")
      parameters = parameters?.stretched(by: unit)
      tokens = tokens?.stretched(by: unit)
      frontier?.coefficient *= unit
    }
    guard let curve = OptimumCurve(parameters: parameters, tokens: tokens, frontier: frontier) else {
      throw row.failure("optimum", "'parameters', 'tokens' or both are expected, rising with x")
    }
    return curve
  }

  private static func power(_ path: String, _ row: TableRow) throws(CatalogError) -> OptimumCurve.Power? {
    guard row.member(path) != nil else { return nil }
    let coefficient = try row.required(path + ".coefficient")
    guard let exponent = try row.number(path + ".exponent"),
      let power = OptimumCurve.Power(coefficient: coefficient, exponent: exponent)
    else { throw row.failure(path + ".exponent", "is missing") }
    return power
  }

  private static func decay(_ row: TableRow) throws(CatalogError) -> RepeatedData.Decay? {
    guard row.member("repetition") != nil else { return nil }
    return RepeatedData.Decay(
      tokens: try row.required("repetition.tokens"), parameters: try row.required("repetition.parameters"))
  }

  private static func range(_ path: String, _ row: TableRow) throws(CatalogError) -> ClosedRange<Double>? {
    guard row.member(path) != nil else { return nil }
    let low = try row.number(path + ".low") ?? 0
    let high = try row.number(path + ".high") ?? .greatestFiniteMagnitude
    guard low <= high else { throw row.failure(path, "low is above high") }
    return low...high
  }
}

extension TableCatalog {
  /// The scaling law of that id or alias.
  package func scalingLaw(_ name: String) throws(CatalogError) -> ScalingLaw {
    try ScalingLaw(try row(name, in: "scaling-laws", kind: "scaling law"))
  }
}
