/// Runs of which the FLOP or the accelerator-hours are known, and not how large the model is.
extension ScenarioBuilder {
  /// How far 6·N·D may lie from FLOP that are given too: published figures are rounded.
  private static let rounding = 1.1
  /// What large runs get out of their accelerators, to size the model that stands in for an unknown one.
  private static let usualMFU = 0.35

  /// Above so many FLOP a run takes months.
  private static let frontier = 1e25

  /// Whether the run is told by its FLOP, or by its accelerator-hours.
  var isOfKnownCompute: Bool {
    purpose == .pretraining && (request[Settings.compute] != nil || request[Settings.acceleratorHours] != nil)
  }

  /// Whether parameters are given, or counted.
  private var hasParameters: Bool { request.model != nil || request[Settings.parameters] != nil }

  /// Whether neither parameters nor tokens are given, so that others stand in for them.
  var isSizeUnknown: Bool { isOfKnownCompute && !hasParameters && request.phases.isEmpty }

  /// The FLOP of the run: as given, or those of the accelerator-hours at the usual efficiency of a model of that size.
  private func compute() throws(ScenarioError) -> Expression<Operations>? {
    if let given = try inputs.given(Settings.compute, named: "FLOP of the run") { return given }
    guard let hours = try inputs.given(Settings.acceleratorHours) else { return nil }
    guard let peak = accelerator.referencePeak, peak > 0 else {
      throw .missing(field: "16-bit peak", accelerator: accelerator.name)
    }
    let rough = Expression<Per<Operations, AcceleratorHours>>(constant: peak * 3600 * Self.usualMFU) * hours
    let model: Scenario.Model
    if hasParameters { model = try givenModel() } else { model = Scenario.Model(parameters: try standIn(for: rough)) }
    // What is to say of its efficiency is said where the run's own is looked for.
    var copy = self
    let hardware = try copy.hardware(for: model)
    var throughput = hardware.peak * hardware.efficiency.mfu(of: Work(phases: []), model: model)
    if let speedup = hardware.speedup { throughput = throughput * speedup }
    if let goodput = hardware.goodput { throughput = throughput * goodput }
    return (throughput * hours).named("FLOP of the run", note: "what so many accelerator-hours usually give")
  }

  /// Active parameters of a model of so many FLOP: √(C / 6·r), at r tokens for each of them.
  private func standIn(for operations: Expression<Operations>) throws(ScenarioError) -> Expression<Parameters> {
    let ratio: Expression<Ratio> = try inputs.row(
      "tokens-per-active-parameter", as: "tokens_per_parameter", "tokens for each active parameter")
    let count = operations / Expression<Operations>(constant: 6)
    return (Expression<Parameters>(constant: 1) * (count / ratio).power(0.5)).named(
      "parameters that stand in", note: "N = √(C / 6·r), at r tokens for each parameter: the run's were not given")
  }

  /// The model of a run whose FLOP are known, by its tokens, or the one that stands in.
  func modelOfCompute() throws(ScenarioError) -> Scenario.Model? {
    guard isOfKnownCompute, !hasParameters, let operations = try compute() else { return nil }
    guard request[Settings.activeParameters] == nil else {
      throw .contradiction(
        "\(Settings.activeParameters) is given without \(Settings.parameters)",
        advice: "give both, or neither: \(Settings.compute) tells the rest")
    }
    guard let phase = try givenPhases().first else {
      return Scenario.Model(parameters: try standIn(for: operations))
    }
    try checkOnePhase()
    var tokens = phase.tokens
    if let epochs = phase.epochs { tokens = tokens * epochs }
    let each = Expression<Per<Per<Operations, Parameters>, Tokens>>(constant: 6) * tokens
    return Scenario.Model(parameters: (operations / each).named("parameters", note: "N = C / 6·D"))
  }

  /// The tokens that the FLOP of a run leave for its model; nil where they are given.
  func phasesOfCompute(_ model: Scenario.Model) throws(ScenarioError) -> [Scenario.Phase]? {
    guard isOfKnownCompute else { return nil }
    guard request.phases.isEmpty else {
      if hasParameters { try checkCompute(model) }
      return nil
    }
    guard let operations = try compute() else { return nil }
    guard request[Settings.context] == nil else {
      throw .contradiction(
        "\(Settings.compute) counts all FLOP, and \(Settings.context) would add those of attention",
        advice: "leave out one of the two, or give \(Settings.parameters) and \(Settings.tokens)")
    }
    let epochs = try inputs.given(Settings.epochs)
    let active = model.activeParameters ?? model.parameters
    var tokens = operations / (Expression<Per<Per<Operations, Tokens>, Parameters>>(constant: 6) * active)
    if let epochs { tokens = tokens / epochs }
    return [
      Scenario.Phase(name: "pre-training", tokens: tokens.named("tokens", note: "D = C / 6·N"), epochs: epochs)
    ]
  }

  private func checkOnePhase() throws(ScenarioError) {
    guard request.phases.count > 1 else { return }
    throw .contradiction(
      "\(Settings.compute) is that of the whole run, and there are several phases",
      advice: "give \(Settings.parameters) in place of \(Settings.compute), or one phase")
  }

  /// Of parameters, tokens and FLOP two tell the third: where all are given, they must agree.
  private func checkCompute(_ model: Scenario.Model) throws(ScenarioError) {
    guard let operations = try inputs.given(Settings.compute)?.typical.value else { return }
    let active = (model.activeParameters ?? model.parameters).typical.value
    let tokens = try givenPhases().reduce(0) { $0 + $1.tokens.typical.value * ($1.epochs?.typical.value ?? 1) }
    let product = 6 * active * tokens
    guard product > operations * Self.rounding || product < operations / Self.rounding else { return }
    let shown = { (value: Double) in Notation.display(value, as: .operations) }
    throw .contradiction(
      "6 FLOP for each of \(Notation.display(active, as: .parameters)) parameters and "
        + "\(Notation.display(tokens, as: .tokens)) tokens are \(shown(product)), not the \(shown(operations)) of "
        + "\(Settings.compute)",
      advice: "leave out one of \(Settings.parameters), \(Settings.tokens) and \(Settings.compute): two tell the third")
  }

  /// The accelerator-hours, where they are known; refused where something else says how long it takes.
  func knownHours() throws(ScenarioError) -> Expression<AcceleratorHours>? {
    guard let hours = try inputs.given(Settings.acceleratorHours) else { return nil }
    if hasPilot {
      throw .contradiction(
        "\(Settings.acceleratorHours) and a measured speed are both given, and each tells the time",
        advice: "leave out one of the two")
    }
    let tellsCompute =
      purpose == .postTraining || request[Settings.compute] != nil || hasParameters && !request.phases.isEmpty
    for setting in [Settings.mfu, Settings.steadyMFU] where tellsCompute && request[setting] != nil {
      throw .contradiction(
        "\(Settings.acceleratorHours) and \(setting) are both given, and each tells the time of these FLOP",
        advice: "leave out one of the two")
    }
    return hours
  }

  /// The cluster of a run whose FLOP alone are known, where none is given: as many accelerators as take about as long as
  /// the largest published runs, since a few weeks would take clusters that nobody has. Nil for smaller runs, whose
  /// cluster is chosen as usual.
  mutating func usualCluster(
    _ hardware: Scenario.Hardware, _ model: Scenario.Model, _ phases: [Scenario.Phase]
  ) throws(ScenarioError) -> Expression<Accelerators>? {
    guard isOfKnownCompute, request.cluster == nil, let hours = roughHours(hardware, model, phases),
      Pretraining.work(model, phases, on: hardware).operations.typical.value > Self.frontier,
      let usual = try inputs.find("frontier-run-days")
    else { return nil }
    let time = Quantity<Hours>.days(usual.value.typical.value)
    let node = Double(accelerator.acceleratorsPerNode ?? 1)
    let count = (hours / time.value / node).rounded(.up) * node
    notes.append(
      Message(
        "no cluster is given: \(Notation.display(count, as: .accelerators)) accelerators would take about "
          + "\(Notation.display(time.value, as: .hours)) at the usual efficiency, as the largest published runs did"))
    return .input(
      Settings.accelerators.key, Settings.accelerators.name, Ranged(count), from: .table(usual.reference),
      limits: Settings.accelerators.limits)
  }

  /// What to say of a run whose model is unknown.
  func noteOfStandIn(_ model: Scenario.Model, _ phases: [Scenario.Phase]) -> Message? {
    guard isSizeUnknown else { return nil }
    let parameters = Notation.display(model.parameters.typical.value, as: .parameters)
    let tokens = Notation.display(phases.reduce(0) { $0 + $1.tokens.typical.value }, as: .tokens)
    let effect =
      request[Settings.acceleratorHours] == nil
      ? "efficiency and storage" : request[Settings.compute] == nil ? "FLOP and storage" : "storage"
    return Message(
      "the model's size is not given: a dense one of \(parameters) parameters on \(tokens) tokens stands in for it, "
        + "for \(effect) alone")
  }
}
