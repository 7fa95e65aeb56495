extension Resolver {
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
      peak: Input(
        "peak", "dense \(reference) peak of \(accelerator.id)", Ranged(.operationsPerSecond(peak)),
        from: .table(accelerator.reference)),
      speedup: try speedup(of: precision, over: peak, architecture: model.architecture),
      mfu: try mfu(for: model, precision: precision), goodput: try goodput(),
      referenceContext: try factor("reference-context", as: "reference_context", "context the MFU stands for"),
      widthToDepth: try factor("width-to-depth-ratio", as: "width_to_depth", "hidden width over layers"))
  }

  /// What decoding depends on; nil where the accelerator's memory is unknown.
  func decoding() throws(ScenarioError) -> Scenario.Decoding? {
    guard let memory = accelerator.memoryBytes, let bandwidth = accelerator.bandwidthBytesPerSecond else { return nil }
    return Scenario.Decoding(
      memory: Input(
        "memory", "memory of \(accelerator.id)", Ranged(memory), from: .table(accelerator.reference)),
      bandwidth: Input(
        "bandwidth", "memory bandwidth of \(accelerator.id)", Ranged(bandwidth * 3600),
        from: .table(accelerator.reference)),
      memoryShare: try factor("decode-memory-share", as: "memory_share", "usable share of the memory"),
      bandwidthEfficiency: try factor(
        "decode-bandwidth-efficiency", as: "bandwidth_efficiency", "share of the bandwidth that decoding reaches",
        limits: Limits.mfu),
      computeEfficiency: try factor(
        "decode-compute-efficiency", as: "decode_mfu", "share of the peak that decoding reaches", limits: Limits.mfu),
      scoringMFU: try factor(
        "scoring-mfu", as: "scoring_mfu", "MFU of forward passes over known tokens", limits: Limits.mfu))
  }

  private mutating func mfu(
    for model: Scenario.Model, precision: Precision
  ) throws(ScenarioError) -> Input<Ratio> {
    if let mfu = request.mfu { return try given("mfu", "effective MFU", mfu, Limits.mfu) }
    if let mfu = request.steadyMFU { return try given("steady_mfu", "steady-state MFU", mfu, Limits.mfu) }
    let active = (model.activeParameters ?? model.parameters).value.typical.value
    let key = EfficiencyKey(
      accelerator: accelerator.id, generation: accelerator.generation, precision: precision,
      architecture: model.architecture, size: SizeClass(activeParameters: active))
    let catalog = catalog
    guard let row = try Self.look({ () throws(CatalogError) in try catalog.efficiency(firstOf: key.rowIDs) }) else {
      throw .noEfficiency(accelerator: accelerator.name)
    }
    if purpose == .postTraining {
      // The stage has an efficiency of its own; this one bounds it.
    } else if row.reference.assumption != nil {
      notes.append(
        "no published run of this kind on the generation of \(accelerator.id): its MFU is an assumption")
    } else if row.reference.id == model.architecture.rawValue {
      notes.append("no published run on \(accelerator.id): its MFU is that of all \(row.reference.id) runs")
    }
    return Input("mfu", "effective MFU", row.mfu, from: .table(row.reference), limits: Limits.mfu)
  }

  /// Goodput is counted once: a steady state lacks it, an effective MFU includes it.
  private func goodput() throws(ScenarioError) -> Input<Ratio>? {
    guard request.steadyMFU != nil else {
      guard request.goodput == nil else {
        throw .contradiction(
          "a goodput is given without a steady-state MFU",
          advice: "the effective MFU includes goodput; give --steady-mfu or --benchmark-mfu with it")
      }
      return nil
    }
    guard request.mfu == nil else {
      throw .contradiction("an effective and a steady-state MFU are both given", advice: "leave out one of the two")
    }
    return try given("goodput", "goodput", request.goodput, Limits.mfu, orFactor: "goodput")
  }

  /// Throughput of a precision over that of the 16-bit reference; nil where they are the same.
  ///
  /// Measured gains of eight and four bits stay well below the ratio of the peaks, and never exceed it. The ratio alone
  /// stands for 16 and 19 bits.
  private func speedup(
    of precision: Precision, over reference: Double, architecture: ArchitectureClass
  ) throws(ScenarioError) -> Input<Ratio>? {
    guard precision != accelerator.referencePrecision, let peak = accelerator.peaks[precision.rawValue] else {
      return nil
    }
    let ratio = peak / reference
    let name = "speed-up of \(precision.name) over \(accelerator.referencePrecision.name)"
    guard precision == .fp8 || precision == .fp4 else {
      guard ratio != 1 else { return nil }
      return Input("precision_speedup", name, Ranged(ratio), from: .table(accelerator.reference))
    }
    var input: Input<Ratio> = try factor(
      "precision-speedup-\(precision.rawValue)-\(architecture.rawValue)", as: "precision_speedup", name)
    let value = input.value
    guard value.high.value > ratio else { return input }
    input.value = Ranged(
      Swift.min(value.typical.value, ratio), low: Swift.min(value.low.value, ratio), high: ratio)
    if ratio <= value.low.value { input.origin = .table(accelerator.reference) }
    return input
  }

  func ownership(in region: Region) throws(ScenarioError) -> Scenario.Ownership {
    if request.price != nil || looksUpPrice {
      throw .contradiction(
        "owned accelerators are not rented too",
        advice: "leave out --own, or what says how the accelerators are rented")
    }
    guard let purchase = accelerator.purchase else {
      throw .missing(field: "purchase price", accelerator: accelerator.name)
    }
    let catalog = catalog
    var serverFactor: Input<Ratio>?
    if purchase.scope != .serverShare {
      let ids = ["server-cost-factor-\(accelerator.id)", "server-cost-factor-\(accelerator.generation)"]
      let known = ids.first { id in (try? catalog.factor(id)) != nil }
      serverFactor = try factor(
        known ?? "server-cost-factor", as: "server_cost_factor", "server price over accelerators'")
    }
    return Scenario.Ownership(
      purchase: Input(
        "purchase_price", "purchase price of \(accelerator.id)", purchase.dollars, from: .table(purchase.reference)),
      serverFactor: serverFactor,
      networkShare: try factor(
        "network-cost-share", as: "network_share", "network's share of the cluster price", limits: 0...0.9),
      lifetime: try factor("depreciation-years", as: "lifetime", "years of life", scale: 8766),
      utilization: try factor(
        "ownership-utilization", as: "utilization", "utilization over the lifetime", limits: 0.01...1),
      electricity: try electricity(in: region))
  }

  private func electricity(in region: Region) throws(ScenarioError) -> Input<Per<Dollars, KilowattHours>> {
    if let price = request.electricityPrice {
      return try given("electricity", "electricity price", price, Limits.electricity)
    }
    return Input(
      "electricity", "electricity price, \(region.name)", Ranged(region.electricity.value),
      from: .table(region.electricity.reference))
  }

  func site(in region: Region) throws(ScenarioError) -> Scenario.Site {
    let power: Double
    var serverFactor: Input<Ratio>?
    if let node = accelerator.nodeWatts, let count = accelerator.acceleratorsPerNode, count > 0 {
      power = node / Double(count)
    } else if let board = accelerator.boardWatts {
      power = board
      serverFactor = try factor("server-power-factor", as: "server_power_factor", "server power over accelerators'")
    } else {
      throw .missing(field: "power", accelerator: accelerator.name)
    }
    let rated = serverFactor == nil ? "rated server power per \(accelerator.id)" : "rated power of \(accelerator.id)"
    return Scenario.Site(
      region: region,
      ratedPower: Input("rated_power", rated, Ranged(power / 1000), from: .table(accelerator.reference)),
      serverFactor: serverFactor,
      draw: try factor("power-draw", as: "power_draw", "average draw over rated power", limits: Limits.share),
      powerUsageEffectiveness: try given(
        "pue", "PUE", request.powerUsageEffectiveness, Limits.powerUsageEffectiveness, orFactor: "pue-default"),
      carbonIntensity: try carbonIntensity(in: region),
      waterOnSite: try factor("wue-default", as: "wue", "water evaporated on site"),
      waterOffSite: Input(
        "grid_water", "water of the power plants, \(region.name)", Ranged(region.water.value),
        from: .table(region.water.reference)))
  }

  private func carbonIntensity(in region: Region) throws(ScenarioError) -> Input<Per<GramsCO2e, KilowattHours>> {
    if let intensity = request.carbonIntensity {
      return try given("carbon_intensity", "grid carbon intensity", intensity, Limits.carbonIntensity)
    }
    return Input(
      "carbon_intensity", "grid carbon intensity, \(region.name)", Ranged(region.carbon.value),
      from: .table(region.carbon.reference))
  }
}
