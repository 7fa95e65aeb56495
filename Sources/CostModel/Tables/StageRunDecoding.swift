extension PublishedStageRun {
  /// The run of a row; nil with what is missing where it cannot be predicted.
  static func decoded(
    _ row: TableRow, accelerator: (String) throws(CatalogError) -> Accelerator,
    model: (String) throws(CatalogError) -> KnownModel
  ) throws(CatalogError) -> (run: PublishedStageRun?, missing: String) {
    let command = try row.requiredText("command")
    let method = try row.requiredText("method")
    guard command != "several" else { return (nil, "the hours cover several stages") }
    if let reason = try row.text("exclude") { return (nil, reason) }
    let disclosed = try row.number("acceleratorHours")
    let derived = try row.number("acceleratorHoursDerived")
    guard let hours = disclosed ?? derived else { return (nil, "no hours") }
    guard let hardware = try row.text("hardware") else { return (nil, "no accelerator") }
    let parameters = try row.required("parameters")
    let active = try row.number("activeParameters") ?? parameters
    var settings = PublishedSettings()
    var choices: [String: String] = ["labels": "none"]
    let tokens: Double
    switch command {
    case "sft", "dpo", "reward", "pretrain", "distill":
      guard let trained = try row.number("trainingTokens") else { return (nil, "no count of tokens") }
      tokens = trained
      if command == "sft" || command == "distill" { try settings.fineTuning(row, tokens, method, &choices) }
      if command == "dpo" || command == "reward" {
        settings.preferences(tokens, tokensPerPair: try row.number("tokensPerItem") ?? 1000)
      }
    case "rlhf", "grpo", "synthesize":
      guard let generated = try row.number("generatedTokens"), let answer = try row.number("meanResponseTokens") else {
        return (nil, "lengths are not known")
      }
      tokens = generated
      try settings.rollouts(row, generated: generated, answer: answer, &choices)
    default:
      guard let told = try Stages.all.first(where: { $0.name == command && $0.hasModel })?.settings(of: row),
        let count = try count(of: row)
      else { return (nil, "no command estimates it") }
      tokens = count
      settings.values = told.values.mapValues { Ranged($0) }
      choices.merge(told.choices) { _, new in new }
    }
    var run = PublishedStageRun(
      id: row.id, organization: try row.requiredText("organization"), date: try row.reference().asOf,
      // What offline distillation trains on is given: it is fine-tuning.
      command: command == "distill" ? "sft" : command, method: method, parameters: parameters,
      activeParameters: active, accelerator: try accelerator(hardware), accelerators: try row.number("accelerators"),
      acceleratorHours: hours, settings: settings.values, choices: choices, tokens: tokens,
      sequenceLength: try row.number("sequenceLength"), isOfStepsAlone: try row.text("covers") == "steps",
      exclusion: nil)
    run.step = try steps(row)
    run.model = try row.text("architecture").map(model)
    return (run, "")
  }
}

extension PublishedStageRun {
  /// Tokens trained on, or else generated.
  private static func count(of row: TableRow) throws(CatalogError) -> Double? {
    if let trained = try row.number("trainingTokens") { return trained }
    return try row.number("generatedTokens")
  }
}

/// PublishedSettings as they follow from a row.
fileprivate struct PublishedSettings {
  var values: [String: Ranged<Ratio>] = [:]

  mutating func set(_ id: String, _ value: Double?) {
    if let value { values[id] = Ranged(value) }
  }

  /// Tokens are as trained on: epochs are in them, and padding where every row has the length of the longest.
  mutating func fineTuning(
    _ row: TableRow, _ tokens: Double, _ method: String, _ choices: inout [String: String]
  ) throws(CatalogError) {
    let sequence = try row.number("sequenceLength")
    let length = try row.number("tokensPerItem") ?? sequence ?? 500
    set("examples", tokens / length)
    set("tokens-per-example", length)
    set("epochs", 1)
    let padding = try row.text("padding")
    set("packing", padding == "maximum" ? min(1, length / (sequence ?? length)) : 1)
    // Where nothing is known of the examples sequences are full.
    let isKnown = try row.number("tokensPerItem") != nil
    if padding == "packed" || !isKnown { choices["rows"] = "packed" }
    if method == "lora" || method == "qlora" { choices["tuning"] = method }
  }

  mutating func preferences(_ tokens: Double, tokensPerPair: Double) {
    set("comparisons", tokens / tokensPerPair)
    set("tokens-per-answer", tokensPerPair / 2)
    set("epochs", 1)
  }

  mutating func rollouts(
    _ row: TableRow, generated: Double, answer: Double, _ choices: inout [String: String]
  ) throws(CatalogError) {
    let command = try row.text("command")
    let group = try row.number("groupSize")
    let answers = generated / answer
    set("output-tokens", answer)
    set("input-tokens", try row.number("promptTokens"))
    let inFlight = try row.number("answersInFlight")
    let perStep = try row.number("samplesPerStep")
    set("samples-per-step", inFlight ?? perStep)
    set("cache-bytes", try row.number("cacheBytesPerToken"))
    set("accepted-tokens", try row.number("acceptedTokens"))
    set("max-output-tokens", try row.number("maximumResponseTokens"))
    if try row.text("rollout") == "asynchronous" { choices["rollout"] = "asynchronous" }
    switch command {
    case "grpo":
      set("prompts", answers / (group ?? 8))
      set("group-size", group)
      if try row.text("filtering") == "dynamic" { choices["method"] = "dapo" }
    case "rlhf":
      set("prompts", answers)
      choices["reward-model"] = "existing"
      set("ppo-epochs", try row.number("epochs"))
      set("reward-params", try row.number("criticParameters"))
    default:
      set("items", answers)
      set("keep-rate", 1)
    }
  }
}

extension TableCatalog {
  /// Published runs after pre-training, and those that cannot be predicted, each with the reason.
  package func stageRuns() throws(CatalogError) -> (known: [PublishedStageRun], others: [(id: String, reason: String)])
  {
    var known: [PublishedStageRun] = []
    var others: [(id: String, reason: String)] = []
    for row in try tables.rows(of: "post-training-runs") {
      let (run, missing) = try PublishedStageRun.decoded(
        row, accelerator: { name throws(CatalogError) in try accelerator(name) },
        model: { name throws(CatalogError) in try knownModel(name).model })
      if let run { known.append(run) } else { others.append((row.id, missing)) }
    }
    for row in try tables.rows(of: "post-training-throughput") where try row.text("kind") == "rl" {
      if let run = try PublishedStageRun.steps(row, accelerator: { name throws(CatalogError) in try accelerator(name) })
      {
        known.append(run)
      } else {
        others.append((row.id, "step time or lengths are not known"))
      }
    }
    return (known, others)
  }
}

extension PublishedStageRun {
  /// What a row says of the steps: a layout in which one accelerator works at a time, what the host keeps, the batch.
  fileprivate static func steps(_ row: TableRow) throws(CatalogError) -> StepChoices {
    var step = StepChoices()
    let command = try row.text("command")
    if command == "pretrain" || command == "sft" || command == "dpo" {
      let pair = command == "dpo" ? 2.0 : 1
      step.batch = try row.number("samplesPerStep").map { .sequences($0 * pair) }
    }
    if try row.text("attention") == "scores" {
      var software = TrainingSoftware()
      software.writesScores = true
      step.software = software
    }
    switch try row.text("layout") {
    case "in-turn"?:
      step.fixed.pipeline = try row.number("accelerators").map { Int.whole($0, atMost: 1 << 20) }
      (step.fixed.tensor, step.fixed.microBatch, step.fixed.recompute) = (1, 1, .full)
      step.batch = .sequences(1)
    case "offload"?: step.fixed.offload = .optimizer
    default: break
    }
    return step
  }

  /// Tokens of a prompt where a report of steps gives those of prompt and answer together.
  private static let promptTokens = 150.0

  /// One step of reinforcement learning as a framework reports it; nil without its time and lengths.
  fileprivate static func steps(
    _ row: TableRow, accelerator: (String) throws(CatalogError) -> Accelerator
  ) throws(CatalogError) -> PublishedStageRun? {
    guard let seconds = try row.number("stepSeconds"), let count = try row.number("accelerators"),
      let samples = try row.number("samplesPerStep"), let mean = try row.number("meanSequenceLength"),
      mean > promptTokens, let parameters = try row.number("parameters"), let hardware = try row.text("hardware")
    else { return nil }
    let active = try row.number("activeParameters") ?? parameters
    var settings = PublishedSettings()
    settings.set("prompts", samples / 16)
    settings.set("group-size", 16)
    settings.set("input-tokens", promptTokens)
    settings.set("output-tokens", mean - promptTokens)
    settings.set("max-output-tokens", try row.number("sequenceLength").map { max($0, mean) })
    settings.set("samples-per-step", samples)
    // Asynchronous by one step, as the table has it.
    let isAsynchronous = try row.text("mode")?.hasPrefix("asynchronous") ?? false
    return PublishedStageRun(
      id: row.id, organization: try row.requiredText("framework"), date: try row.reference().asOf, command: "grpo",
      method: "grpo", parameters: parameters, activeParameters: active, accelerator: try accelerator(hardware),
      accelerators: count, acceleratorHours: count * seconds / 3600, settings: settings.values,
      choices: ["rollout": isAsynchronous ? "asynchronous" : "synchronous"], tokens: samples * mean,
      sequenceLength: nil, isOfStepsAlone: true, exclusion: nil)
  }
}
