/// A stage of making a model: a job whose inputs, work and cost have formulas of their own.
public protocol TrainingStage: Job {
  /// The word people call it by, as `sft`.
  static var name: String { get }
  /// Its formulas.
  static var formulas: StageFormulas { get }
  /// A stage of which nothing is said.
  init()
}

/// How the inputs of a stage become work.
public struct StageFormulas: Sendable {
  let kind: any Stage.Type

  init(_ kind: any Stage.Type) { self.kind = kind }
}

extension TrainingStage {
  /// A stage of a model of some size.
  ///
  /// - Parameters:
  ///   - parameters: All parameters of the model.
  ///   - accelerator: An accelerator's name, as people type it; nil for an H100.
  public init(parameters: Ranged<Parameters>, accelerator: String? = nil) {
    self.init()
    self.parameters = parameters
    self.accelerator = accelerator
  }

  /// A stage of a model of known architecture.
  ///
  /// - Parameters:
  ///   - model: The model's name in the tables or on Hugging Face.
  ///   - accelerator: An accelerator's name, as people type it; nil for an H100.
  public init(model: String, accelerator: String? = nil) {
    self.init()
    self.model = model
    self.accelerator = accelerator
  }

  /// The published run of this stage whose settings count where none are given, as `tulu3-8b-sft`; nil for none.
  public var like: String? {
    get { inputs.like }
    set { inputs.like = newValue }
  }

  /// A setting that several stages have, as `Labels.price`; nil where it is not given.
  public subscript<Measure>(_ setting: Setting<Measure>) -> Ranged<Measure>? {
    get { inputs.settings[setting] }
    set { inputs.settings[setting] = newValue }
  }

  /// A choice that several stages have, as `Labels.annotation`; nil where nothing is chosen.
  public subscript(_ choice: Choice) -> String? {
    get { inputs.choices[choice.id] }
    set { inputs.choices[choice.id] = newValue }
  }

  /// What the stage costs, takes and emits.
  ///
  /// - Parameters:
  ///   - tables: Where everything comes from that is not given.
  ///   - plan: How ranges are found.
  /// - Returns: The estimate, sampled once.
  /// - Throws: ``ScenarioError`` that says what is wrong with the inputs, or which look-up failed.
  public func estimate(
    in tables: Tables = .builtIn, sampling plan: SamplingPlan = SamplingPlan()
  ) throws(ScenarioError) -> CostEstimate {
    CostEstimate(try formulas(in: tables.catalog), try plan.correlated(in: tables.catalog))
  }

  /// The estimate as formulas.
  ///
  /// - Throws: ``ScenarioError`` also for an input that would count for nothing.
  package func formulas(in catalog: TableCatalog) throws(ScenarioError) -> Estimate {
    let kind = Self.formulas.kind
    var request = try inputs.request(in: catalog)
    let run = try inputs.like.map { name throws(ScenarioError) in
      try Inputs.look { () throws(CatalogError) in try catalog.run(name, of: kind) }
    }
    if let run { request.take(run, of: kind, context: request[Settings.context]) }
    guard kind != Pretraining.self else {
      if request.phases.isEmpty, let tokens = request[Settings.tokens] {
        request.phases = [Request.Phase(tokens: tokens, contextLength: request[Settings.context])]
      }
      guard
        !request.phases.isEmpty || request[Settings.compute] != nil || request[Settings.acceleratorHours] != nil
      else {
        throw .contradiction(
          "the tokens are not given",
          advice: "give \(Settings.tokens, as: "15T"), or \(Settings.compute) where the FLOP alone are known")
      }
      return try .pretraining(ScenarioBuilder.scenario(for: request, in: catalog))
    }
    if !kind.hasModel { request[Settings.parameters] = Ranged(1e9) }
    let known = Set(kind.settings.map(\.id) + kind.choices.map(\.id))
    for id in inputs.settings.ids + inputs.choices.keys.sorted() where !known.contains(id) {
      throw .contradiction("\(input: id) is no input of \(kind.name)", advice: "leave it out")
    }
    var given: [String: Ranged<Ratio>] = [:]
    for setting in kind.settings { given[setting.id] = inputs.settings[setting.id] }
    for choice in kind.choices {
      guard let chosen = inputs.choices[choice.id], choice.isClosed, !choice.values.contains(chosen) else {
        continue
      }
      throw .outOfRange(input: choice.id, value: chosen, allowed: choice.values.joined(separator: ", "))
    }
    var inputs = StageInputs(stage: Self.name, given: given, chosen: inputs.choices, catalog: catalog)
    if let run { inputs = inputs.taking(run, of: kind) }
    if let unused = inputs.unusedSetting(by: kind.requirements, onClusterOf: request.cluster) { throw unused.error }
    return try .stage(kind, for: request, inputs)
  }
}

extension Pretraining {
  /// Pre-training of a model of some size on some tokens.
  ///
  /// - Parameters:
  ///   - parameters: All parameters of the model.
  ///   - tokens: Tokens that it is trained on.
  ///   - accelerator: An accelerator's name, as people type it; nil for an H100.
  public init(parameters: Ranged<Parameters>, tokens: Ranged<Tokens>, accelerator: String? = nil) {
    self.init(parameters: parameters, accelerator: accelerator)
    self.tokens = tokens
  }
}
