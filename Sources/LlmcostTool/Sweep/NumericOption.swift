import CostModel

/// An option whose value is a number of a known unit: what grids can be laid over.
struct NumericOption: Sendable {
  /// The option, as `--params`.
  let name: String
  /// What it counts.
  let dimension: Dimension
  /// The input of the estimate that it sets and that formulas alone depend on; nil where a new value may change the
  /// formulas.
  let input: String?
}

extension ScenarioOptions {
  /// The options of pre-training that are numbers, with the inputs they set.
  static let numbers: [NumericOption] =
    modelNumbers + [
      NumericOption(name: "--tokens", dimension: .tokens, input: "tokens"),
      NumericOption(name: "--epochs", dimension: .ratio, input: "epochs"),
      NumericOption(name: "--context", dimension: .sequenceLength, input: "context_length"),
    ] + environmentNumbers

  /// Those of the model.
  static let modelNumbers: [NumericOption] = [
    NumericOption(name: "--params", dimension: .parameters, input: "parameters"),
    NumericOption(name: "--active-params", dimension: .parameters, input: "active_parameters"),
  ]

  /// Those of hardware, money and place.
  static let environmentNumbers: [NumericOption] = [
    NumericOption(name: "--gpus", dimension: .accelerators, input: "accelerators"),
    NumericOption(name: "--days", dimension: .hours, input: "deadline"),
    NumericOption(name: "--mfu", dimension: .ratio, input: "mfu"),
    NumericOption(name: "--steady-mfu", dimension: .ratio, input: "steady_mfu"),
    NumericOption(name: "--benchmark-mfu", dimension: .ratio, input: "steady_mfu"),
    NumericOption(name: "--goodput", dimension: .ratio, input: "goodput"),
    NumericOption(name: "--price", dimension: .per(.dollars, .acceleratorHours), input: "price"),
    NumericOption(name: "--term", dimension: .hours, input: "term"),
    NumericOption(name: "--electricity", dimension: .per(.dollars, .kilowattHours), input: "electricity"),
    NumericOption(name: "--research-multiplier", dimension: .ratio, input: "research_multiplier"),
    NumericOption(name: "--checkpoints", dimension: .checkpoints, input: "checkpoints"),
    NumericOption(name: "--storage-time", dimension: .hours, input: "storage_time"),
    NumericOption(name: "--pue", dimension: .ratio, input: "pue"),
    NumericOption(name: "--carbon-intensity", dimension: .per(.gramsCO2e, .kilowattHours), input: "carbon_intensity"),
  ]
}

extension PretrainCommand {
  static var numbers: [NumericOption] { ScenarioOptions.numbers }
}

extension PostTrainingCommand {
  /// Formulas of these stages are laid out by the typical values: how many accelerators hold a copy, which MFU a job of
  /// its size reaches.
  static var numbers: [NumericOption] {
    let scenario = Described.hasModel ? ScenarioOptions.modelNumbers + ScenarioOptions.environmentNumbers : []
    return scenario.map { NumericOption(name: $0.name, dimension: $0.dimension, input: nil) }
      + Described.settings.map { NumericOption(name: "--" + $0.id, dimension: $0.dimension, input: nil) }
  }
}
