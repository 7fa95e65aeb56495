/// The number format that weights or caches are kept in while a model is served.
public enum StoredPrecision: String, CaseIterable, Sendable {
  /// Brain floating point, 16 bits.
  case bf16
  /// Half precision, 16 bits.
  case fp16
  /// Floating point of 8 bits.
  case fp8
  /// Integers of 8 bits with a scale.
  case int8
  /// Floating point of 4 bits with a scale for each block.
  case fp4
  /// Integers of 4 bits with a scale for each block.
  case int4

  /// Bytes of a number. Formats of four bits have a scale of eight bits for every sixteen numbers, as NVFP4 has.
  public var bytes: Double {
    switch self {
    case .bf16, .fp16: 2
    case .fp8, .int8: 1
    case .fp4, .int4: 0.5 + 1.0 / 16
    }
  }

  /// The peaks that matrices of this format may be multiplied at, best first: where the accelerator has no peak of the
  /// format itself, weights are widened on the way.
  var peakNames: [String] {
    switch self {
    case .bf16, .fp16: [rawValue, "bf16", "fp16"]
    case .fp8: ["fp8", "bf16", "fp16"]
    case .int8: ["int8", "bf16", "fp16"]
    case .fp4: ["fp4", "fp8", "bf16", "fp16"]
    case .int4: ["bf16", "fp16"]
    }
  }

  /// The format of its accelerators' own peak that it computes in, and that peak in FLOP/s.
  public func peak(on accelerator: Accelerator) -> (name: String, value: Double)? {
    for name in peakNames {
      if let peak = accelerator.peaks[name] { return (name, peak) }
    }
    return nil
  }
}

/// What serving needs to know of a model: sizes, caches and the FLOP of a token.
public struct ServedModel: Sendable {
  /// Sizes and caches.
  public var shape: ModelShape
  /// FLOP of a token that attends to so many positions, as a function of the positions.
  public var forward: @Sendable (Expression<SequenceLength>) -> Expression<Per<Operations, Tokens>>

  /// A model of which only sizes are known: 2·N FLOP a token, and 4·L·d for each position attended to (Kaplan et al. 2020).
  public init(_ model: Scenario.Model, widthToDepth: Expression<Ratio>, cache: StoredPrecision) {
    var shape = ModelShape(model, widthToDepth: widthToDepth)
    if cache.bytes != 2 {
      shape.cacheBytesPerToken = (shape.cacheBytesPerToken * Expression<Ratio>(constant: cache.bytes / 2))
        .named("key-value cache of a token, estimated", note: "8 heads of 128 for keys and values")
    }
    self.shape = shape
    let (active, width, layers) = (shape.active, shape.width, shape.layers)
    forward = { positions in
      let parameters = Expression<Per<Per<Operations, Parameters>, Tokens>>(constant: 2)
      let matrices = Expression<Per<Operations, Tokens>>(
        .product, [parameters.node, active.node])
      let attention =
        Expression<Per<Per<Operations, Tokens>, SequenceLength>>(constant: 4) * positions * (layers * width)
      return matrices + attention
    }
  }

  /// A model whose architecture is known. Windows and latent attention count as they are.
  public init(
    _ model: Scenario.Model, _ architecture: Architecture, context: Quantity<SequenceLength>, cache: StoredPrecision
  ) {
    let parameters = model.parameters
    let length = Swift.max(context.value, 1)
    let kept = architecture.keyValueCache(context: Quantity(length)).bytesAtContext(bytesPerElement: cache.bytes)
    shape = ModelShape(
      parameters: parameters, active: model.activeParameters ?? parameters,
      architecture: model.architecture, layers: Expression(constant: Double(architecture.layers.count)),
      width: Expression(constant: Double(architecture.hiddenSize)),
      cacheBytesPerToken: Expression<Per<Bytes, Tokens>>(constant: kept.value / length).named(
        "key-value cache of a token",
        note: "of the architecture, at the mean context; windows, latent attention and states as they are"))
    forward = { positions in
      // The mean of a causal sequence twice as long attends to so many positions.
      let flop = architecture.operations(context: Quantity(2 * positions.typical.value)).forward.value
      return Expression<Per<Operations, Tokens>>(constant: flop).named("FLOP of a token, by the architecture")
    }
  }
}

/// How fast engines for serving are: the shares of bandwidth and peak that they reach.
public struct ServingEfficiency: Sendable {
  /// The share of the memory bandwidth while weights and caches are read.
  public var bandwidth: Expression<Ratio>
  /// The share of the peak while tokens are written.
  public var decoding: Expression<Ratio>
  /// The share of the peak while prompts are read.
  public var prefill: Expression<Ratio>
  /// What is left of both shares of the peak in four bits.
  public var fourBits: Expression<Ratio>
  /// Throughput of an engine, model and cluster over that of the roofline.
  public var engine: Expression<Ratio>

  /// The shares of a kind of model, by the rows of the factors.
  public init(_ architecture: ArchitectureClass, in catalog: any Catalog) throws(ScenarioError) {
    func input(_ row: String, _ id: String, _ name: String) throws(ScenarioError) -> Expression<Ratio> {
      let factor = try Inputs.look { () throws(CatalogError) in try catalog.factor(row) }
      return Expression.input(id, name, factor.value, from: .table(factor.reference), limits: 1e-3...10)
    }
    let kind = architecture.rawValue
    bandwidth = try input(
      "serving-bandwidth-\(kind)", "serving_bandwidth", "share of the bandwidth that serving reaches")
    decoding = try input("serving-decoding-\(kind)", "serving_decoding", "share of the peak that decoding reaches")
    prefill = try input("serving-prefill-\(kind)", "serving_prefill", "share of the peak that reading prompts reaches")
    fourBits = try input("serving-four-bits", "serving_four_bits", "what four bits keep of the share of the peak")
    engine = try input("serving-engine", "serving_engine", "throughput of an engine over the roofline's")
  }
}
