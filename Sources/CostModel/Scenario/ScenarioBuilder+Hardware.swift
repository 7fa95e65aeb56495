extension ScenarioBuilder {
  /// What the time of a pre-training run depends on, for accelerators that lack what money or energy need too.
  static func job(
    for request: Request, in catalog: any Catalog
  ) throws(ScenarioError) -> (model: Scenario.Model, phases: [Scenario.Phase], hardware: Scenario.Hardware) {
    var builder = try ScenarioBuilder(request, in: catalog)
    let model = try builder.model()
    let phases = try builder.phases(of: model)
    var hardware = try builder.hardware(for: model)
    hardware.scaling = try builder.steps(for: model, phases).scaling
    return (model, phases, hardware)
  }

  mutating func hardware(for model: Scenario.Model) throws(ScenarioError) -> Scenario.Hardware {
    let precision = request.precision ?? accelerator.referencePrecision
    guard let peak = accelerator.referencePeak, peak > 0 else {
      throw .missing(field: "16-bit peak", accelerator: accelerator.name)
    }
    guard accelerator.peaks[precision.rawValue] != nil else {
      throw .unsupportedPrecision(precision, accelerator: accelerator.name, supported: accelerator.precisions)
    }
    let reference = accelerator.referencePrecision.name
    return Scenario.Hardware(
      accelerator: accelerator, precision: precision,
      peak: Expression.input(
        "peak", "dense \(reference) peak of \(accelerator.id)", Ranged(.operationsPerSecond(peak)),
        from: .table(accelerator.reference)),
      speedup: try speedup(of: precision, over: peak, architecture: model.architecture),
      efficiency: try efficiency(for: model),
      isEfficiencyGiven: request[Settings.mfu] != nil || request[Settings.steadyMFU] != nil, goodput: try goodput(),
      referenceContext: try inputs.row("reference-context", as: "reference_context", "context the MFU stands for"),
      widthToDepth: try inputs.row("width-to-depth-ratio", as: "width_to_depth", "hidden width over layers"))
  }

  /// What decoding depends on; nil where the accelerator's memory is unknown.
  func decoding() throws(ScenarioError) -> Scenario.Decoding? {
    guard let memory = accelerator.memoryBytes, let bandwidth = accelerator.bandwidthBytesPerSecond else { return nil }
    return Scenario.Decoding(
      memory: Expression.input(
        "memory", "memory of \(accelerator.id)", Ranged(memory), from: .table(accelerator.reference)),
      bandwidth: Expression.input(
        "bandwidth", "memory bandwidth of \(accelerator.id)", Ranged(bandwidth * 3600),
        from: .table(accelerator.reference)),
      memoryShare: try inputs.row("decode-memory-share", as: "memory_share", "usable share of the memory"),
      weightRate: try inputs.row(
        "weight-sync-bytes-per-hour", as: "weight_sync", "weights from training to the engine, over a usual network"),
      constants: try ServingCatalog(catalog))
  }

  private mutating func efficiency(for model: Scenario.Model) throws(ScenarioError) -> any Efficiency {
    if let mfu = try inputs.given(Settings.mfu) { return GivenEfficiency(mfu) }
    if let mfu = try inputs.given(Settings.steadyMFU) { return GivenEfficiency(mfu) }
    let catalog = catalog
    let accelerator = accelerator
    let (published, tuned) = try Inputs.look { () throws(CatalogError) in
      (
        try catalog.publishedEfficiency(),
        try catalog.tunedEfficiency(accelerator: accelerator.id, model.architecture)
      )
    }
    if let compared = try comparedEfficiency(model, published, tuned) { return compared }
    guard let (efficiency, isSeen) = published.efficiency(on: accelerator, model.architecture, tuned: tuned) else {
      throw .noEfficiency(accelerator: accelerator.name)
    }
    // A stage after pre-training has an efficiency of its own; this one bounds it.
    if !isSeen, purpose == .pretraining {
      notes.append(
        "fewer than three published runs on the generation of \(accelerator.id): its MFU is an assumption")
    }
    return efficiency
  }

  /// The efficiency by that of the same run on another accelerator; nil where none is named, or its steps are unknown.
  private func comparedEfficiency(
    _ model: Scenario.Model, _ published: PublishedEfficiency, _ tuned: TunedEfficiency?
  ) throws(ScenarioError) -> (any Efficiency)? {
    let catalog = catalog
    guard let baseline = request.baseline, let tuned else { return nil }
    let other = try Inputs.look { () throws(CatalogError) in try catalog.accelerator(baseline) }
    guard other.id != accelerator.id else { return nil }
    let reference = try Inputs.look { () throws(CatalogError) in
      try catalog.tunedEfficiency(accelerator: other.id, model.architecture)
    }
    guard let reference,
      let known = published.efficiency(on: other, model.architecture, tuned: reference)
    else { return nil }
    let error: Expression<Ratio> = try inputs.row(
      "ratio-error-accelerator", as: "ratio_error", "error of the ratio of tuned steps on two accelerators")
    return ComparedEfficiency(
      baseline: known.efficiency, ratio: (tuned, reference), error: error, limit: published.limit)
  }

  /// Goodput is counted once: a steady state lacks it, an effective MFU includes it.
  private func goodput() throws(ScenarioError) -> Expression<Ratio>? {
    guard request[Settings.steadyMFU] != nil else {
      guard request[Settings.goodput] == nil || hasPilot else {
        throw .contradiction(
          "a goodput is given without a steady-state MFU",
          advice:
            "the effective MFU includes goodput; give \(Settings.steadyMFU), or a measured speed as \(Settings.tokensPerSecond), with it"
        )
      }
      return nil
    }
    guard request[Settings.mfu] == nil else {
      throw .contradiction("an effective and a steady-state MFU are both given", advice: "leave out one of the two")
    }
    return try inputs(Settings.goodput)
  }

  /// Throughput of a precision over that of the 16-bit reference; nil where they are the same.
  ///
  /// Measured gains of eight and four bits stay well below the ratio of the peaks, and never exceed it. The ratio alone
  /// stands for 16 and 19 bits.
  private func speedup(
    of precision: Precision, over reference: Double, architecture: ArchitectureClass
  ) throws(ScenarioError) -> Expression<Ratio>? {
    guard precision != accelerator.referencePrecision, let peak = accelerator.peaks[precision.rawValue] else {
      return nil
    }
    let ratio = peak / reference
    let name = "speed-up of \(precision.name) over \(accelerator.referencePrecision.name)"
    guard precision == .fp8 || precision == .fp4 else {
      guard ratio != 1 else { return nil }
      return Expression.input("precision_speedup", name, Ranged(ratio), from: .table(accelerator.reference))
    }
    let input: Expression<Ratio> = try inputs.row(
      "precision-speedup-\(precision.rawValue)-\(architecture.rawValue)", as: "precision_speedup", name)
    let value = input.range
    guard value.high.value > ratio else { return input }
    return input.ranging(
      over: Ranged(Swift.min(value.typical.value, ratio), low: Swift.min(value.low.value, ratio), high: ratio),
      from: ratio <= value.low.value ? .table(accelerator.reference) : nil)
  }
}
