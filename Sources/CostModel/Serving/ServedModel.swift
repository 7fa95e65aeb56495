/// A model on the accelerators that serve it: makes the time of serving of a copy, as a formula and at typical values.
struct ServedModel: Sendable {
  /// What is known of the model's inside.
  enum Shape: Sendable {
    /// The architecture and the formats of its weights.
    case known(Architecture, StoredWeights)
    /// Sizes, bytes of a weight, and the format that matrices are multiplied in.
    case sizes(ModelShape, bytesPerParameter: Expression<Per<Bytes, Parameters>>, StoredPrecision)
  }

  var shape: Shape
  /// The format of the caches; nil for what the shape says in bytes.
  var cache: StoredPrecision
  var accelerator: Accelerator
  /// Memory and bandwidth of the accelerator.
  var memory: Scenario.Decoding

  private var constants: ServingCatalog { memory.constants }

  private var formats: [StoredPrecision] {
    switch shape {
    case .known(_, let weights): [weights.attention, weights.feedForward, weights.experts]
    case .sizes(_, _, let format): [format]
    }
  }

  private func shape<Number: FormulaNumber>(_ number: (Expression<Ratio>) -> Number) -> ServedShape<Number> {
    switch shape {
    case .known(let architecture, let weights): return ServedShape(architecture, weights: weights, cache: cache)
    case .sizes(let model, let bytes, let format):
      let (active, all) = (model.active.typical.value, model.parameters.typical.value)
      let isMixture = model.architecture == .mixtureOfExperts && active < all
      return ServedShape(
        parameters: number(model.parameters.count), active: number(model.active.count),
        idleShare: isMixture ? 1 - active / all : nil, layers: number(model.layers), width: number(model.width),
        bytesPerParameter: number(bytes.count), cacheBytesPerToken: number(model.cacheBytesPerToken.count),
        format: format)
    }
  }

  /// The time of serving of a copy, as a formula.
  func formula(_ layout: CopyLayout) throws(ScenarioError) -> ServingTime<Expression<Ratio>> {
    try time(layout, constants: constants.inputs) { $0 }
  }

  /// The time of serving of a copy, with every input at its typical value.
  func typical(_ layout: CopyLayout) throws(ScenarioError) -> ServingTime<Double> {
    try time(layout, constants: ServingConstants(constants.values)) { $0.typical.value }
  }

  private func time<Number: FormulaNumber>(
    _ layout: CopyLayout, constants: ServingConstants<Number>, _ number: (Expression<Ratio>) -> Number
  ) throws(ScenarioError) -> ServingTime<Number> {
    let second = Expression<Ratio>(constant: 1.0 / 3600)
    let rates = try AcceleratorRates(
      accelerator, bandwidth: number((memory.bandwidth.count * second).named("memory bandwidth, bytes/s")),
      formats: formats, size: layout.accelerators
    ) { name, value in
      number(
        .input(
          "serving_peak_\(name)", "dense \(name.uppercased()) peak of \(accelerator.id), FLOP/s", Ranged(value),
          from: .table(accelerator.reference)))
    }
    return ServingTime(shape: shape(number), rates: rates, layout: layout, constants: constants)
  }

  /// Bytes of memory that weights and caches may fill on some accelerators.
  func usableMemory(_ count: Int) -> Expression<Ratio> {
    memory.memory.count * memory.memoryShare * Expression(constant: Double(count))
  }

  /// The sizes of copies to choose from: powers of two from the fewest that hold the weights and one sequence, dense
  /// models on one node, mixtures on several where their network is known.
  ///
  /// - Throws: ``ScenarioError`` where no cluster holds one.
  func sizes(
    context: Double, attentionGroups: Int?, in batch: ServingLoad.Batch
  ) throws(ScenarioError) -> [CopyLayout] {
    let node = Swift.max(1, accelerator.acceleratorsPerNode ?? 8)
    let typicalShape = shape { $0.typical.value }
    let most = accelerator.networkBytesPerSecond == nil ? node : Self.mostAccelerators
    var usual = typicalShape.idleShare > 0 ? Swift.min(64, most) : Swift.min(node, 8)
    if case .over(let accelerators, _) = batch { usual = Swift.min(usual, Int(accelerators.typical.value)) }
    var layouts: [CopyLayout] = []
    var size = 1
    while size <= most, size <= usual || layouts.isEmpty {
      // Mixtures may hold all of the attention on each accelerator, so that only tokens for the experts travel.
      let groups =
        attentionGroups.map { [Swift.min($0, size)] } ?? (typicalShape.idleShare > 0 && size > 1 ? [1, size] : [1])
      for count in groups {
        let layout = CopyLayout(accelerators: size, attentionGroups: count)
        if room(try typical(layout), context: context) >= 1 { layouts.append(layout) }
      }
      size *= 2
    }
    guard !layouts.isEmpty else { throw tooLarge(CopyLayout(accelerators: 1), context: context) }
    return layouts
  }

  private static let mostAccelerators = 65_536

  /// Sequences that a copy has room for, at typical values.
  func room(_ time: ServingTime<Double>, context: Double) -> Double {
    let usable = usableMemory(time.layout.accelerators).typical.value
    return (usable - time.storedWeights) / time.storedCache(context: context)
  }

  /// The refusal of a copy that is too small.
  func tooLarge(_ layout: CopyLayout, context: Double) -> ScenarioError {
    let typicalShape = shape { $0.typical.value }
    let caches = typicalShape.attention.map { $0.storedBytes * context }
    let needed = typicalShape.weights + caches.reduce(0, +)
    let each = usableMemory(1).typical.value
    var enough = 1.0
    while enough * each < needed, enough < 1_048_576 { enough *= 2 }
    func bytes(_ value: Double) -> String { Notation.display(value, as: .bytes) }
    return .contradiction(
      "weights of \(bytes(typicalShape.weights)) and one cache of \(bytes(caches.reduce(0, +))) do not fit on "
        + "\(Notation.display(Double(layout.accelerators), as: .accelerators)) \(accelerator.id)",
      advice:
        "a copy takes \(Notation.exact(enough, as: .ratio)) of them (\(input: "tensor-parallel")), or weights and caches in "
        + "fewer bits")
  }
}

/// The table of serving constants: the constants of the time of serving, and how far it is off.
final class ServingCatalog: Sendable {
  /// The constants with their sources.
  let inputs: ServingConstants<Expression<Ratio>>
  /// The constants alone.
  let values: [Double]
  /// How far the time of serving is off.
  let spreads: ServingSpreads
  private let reference: RowReference

  /// Reads the table.
  ///
  /// - Throws: ``ScenarioError`` for a catalog without its rows.
  init(_ catalog: any Catalog) throws(ScenarioError) {
    func row(_ id: String) throws(ScenarioError) -> Factor {
      try Inputs.look { () throws(CatalogError) in
        guard let factor = try catalog.factor(id, in: "serving-constants") else {
          throw .unknown(kind: "serving constant", name: id, table: "serving-constants", known: [])
        }
        return factor
      }
    }
    var values: [Double] = []
    var inputs: [Expression<Ratio>] = []
    for (id, name) in ServingConstants<Double>.rows {
      let factor = try row(id)
      values.append(factor.value.typical.value)
      inputs.append(
        .input(
          "serving_" + id.map { $0 == "-" ? "_" : String($0) }.joined(), name, factor.value,
          from: .table(factor.reference), limits: 0...1e3))
    }
    self.values = values
    self.inputs = ServingConstants(inputs)
    func high(_ ids: [String]) throws(ScenarioError) -> [Double] {
      var factors: [Double] = []
      for id in ids { factors.append(try row(id).value.high.value) }
      return factors
    }
    spreads = ServingSpreads(
      bySize: try high(ServingSpreads.sizeRows), byBatch: try high(ServingSpreads.batchRows),
      firstToken: try high(ServingSpreads.firstTokenRows))
    reference = try row(ServingSpreads.sizeRows[0]).reference
  }

  /// Measured over predicted speed of an engine, for a copy and so many requests at once.
  func engine(size: Double, batch: Double) -> Expression<Ratio> {
    let factor = spreads.throughput(size: size, batch: batch)
    return .input(
      "serving_engine", "speed of an engine over that of the model of time", Ranged(1, low: 1 / factor, high: factor),
      from: .table(reference), limits: 1e-3...1e3)
  }

  /// Measured over predicted time to the first token, for so many requests at once.
  func queueing(batch: Double) -> Expression<Ratio> {
    let factor = spreads.firstToken(batch: batch)
    return .input(
      "serving_first_token", "time to the first token over that of the model of time",
      Ranged(1, low: 1 / factor, high: factor), from: .table(reference), limits: 1e-3...1e3)
  }
}
