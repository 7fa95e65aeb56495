/// Training on what a teacher says: on its texts, on its distributions, or on its judgement of the student's own texts.
public struct Distillation: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(Distillation.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "distill"
  /// What it estimates, in a line.
  public static let summary = "Estimate distillation from a teacher: its texts, its distributions, or on-policy."
  /// The headline of its estimate.
  public static let headline = "Distillation"
  /// What to know before using it.
  public static let discussion =
    "`params` is the student. The teacher runs on the same accelerators, or is billed by the token (`teacher` ID)."

  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(["params": "8B", "teacher-params": "70B", "prompts": "800k"], "on texts of a 70B teacher"),
    StageExample(["params": "8B", "teacher": "deepseek-reasoner", "prompts": "100k"], "texts bought by the token"),
    StageExample(["params": "8B", "teacher-params": "32B", "method": "on-policy"], "on the student's own texts"),
  ]
  /// Parameters of the teacher.
  public static let teacherParameters = Setting<Parameters>(
    "teacher-params", "parameters of the teacher", 1e3...1e16, help: "all parameters of the teacher")
  /// Parameters of the teacher that work on a token.
  public static let teacherActive = Setting<Parameters>(
    "teacher-active-params", "active parameters of the teacher", 1e3...1e16,
    help: "parameters of the teacher that work on each token")
  /// Texts kept over texts generated.
  public static let keepRate = Setting<Ratio>(
    "keep-rate", "share of texts kept", 1e-4...1, help: "share of the generated texts that is kept")
  /// Tokens of texts that are there.
  public static let tokens = Setting<Tokens>(
    "tokens", "tokens of the texts", 1...1e18, isOfJob: true,
    help: "tokens of texts that are there, before epochs, in place of \(input: "prompts")")
  /// Logits of the teacher kept for each token.
  public static let cachedLogits = Setting<Ratio>(
    "cached-logits", "logits kept of each token", 1...1e6, isOfJob: true,
    help: "logits of the teacher kept for each token, as 50, or the size of the vocabulary for all")
  /// Bytes of a logit that is kept.
  public static let logitBytes = Setting<Per<Bytes, Items>>(
    "logit-bytes", "bytes of a logit that is kept", 0.5...64, help: "bytes of a logit that is kept, with its token")
  /// Passes over the texts.
  public static let epochs = SupervisedFineTuning.epochs

  /// What the student learns from.
  public static let signal = Choice(
    "method", ["offline", "logits", "on-policy"],
    help: "learn from the teacher's texts, its distributions over given text, or its distributions over own texts")
  /// How often the teacher reads given texts.
  public static let cache = Choice(
    "teacher-logits", ["each-step", "cached"],
    help: "the teacher reads given texts in each epoch, or once, and its logits are kept on disk")
  /// Where the teacher's texts come from.
  public static let teacher = Choice(
    "teacher", rowOf: "token-prices", standard: "own",
    help:
      "own: generated on the same accelerators; else a row of '\(command: "tables token-prices")', billed by the token")

  /// What it asks for.
  package static let settings =
    [AnySetting(Rollouts.prompts), AnySetting(tokens)]
    + Rollouts.settings + Rollouts.lengths + [
      AnySetting(teacherParameters), AnySetting(teacherActive), AnySetting(keepRate), AnySetting(epochs),
      AnySetting(cachedLogits), AnySetting(logitBytes),
      AnySetting(TokenPrice.inputPrice), AnySetting(TokenPrice.outputPrice),
    ]
  /// What it lets one choose.
  public static let choices = [signal, cache, teacher] + Rollouts.choices
  /// What settings and choices need in order to count.
  package static let requirements =
    Rollouts.requirements + [
      Requirement([teacher.id, keepRate.id], .isChosen(signal, ["offline"])),
      Requirement([tokens.id, cache.id], .isChosen(signal, ["logits"])),
      Requirement([cachedLogits.id, logitBytes.id], .isChosen(cache, ["cached"])),
      Requirement([Rollouts.prompts.id], .isNotGiven(tokens.id)),
      Requirement([TokenPrice.inputPrice.id, TokenPrice.outputPrice.id], .isNotChosen(teacher, "own")),
      Requirement(Rollouts.decoding, .isNotChosen(signal, "logits")),
      Requirement(Rollouts.waiting, .isChosen(signal, ["on-policy"])),
      Requirement(
        Rollouts.decoding + Rollouts.waiting + [teacherParameters.id, teacherActive.id],
        .isChosen(teacher, ["own"])),
    ]

  /// Texts, their tokens and epochs, and what the student learns from.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    var settings = RunSettings()
    let count = try run.number("items")
    let (mean, whole) = (try run.number("meanResponseTokens"), try run.number("tokensPerItem"))
    let passes = try run.number("epochs")
    settings.set(Rollouts.prompts, count)
    settings.set(Rollouts.promptTokens, try run.number("promptTokens"))
    settings.set(Rollouts.answerTokens, mean ?? whole)
    settings.set(epochs, passes)
    if count == nil, let tokens = try run.number("trainingTokens") {
      // What was trained on is known, and not in which texts: as texts of the usual length.
      settings.set(Rollouts.prompts, tokens / (passes ?? 1) / (mean ?? whole ?? 4000))
      settings.set(Rollouts.promptTokens, 0)
      settings.set(Rollouts.answerTokens, mean ?? whole ?? 4000)
      settings.set(epochs, passes ?? 1)
    }
    settings.choose(signal, try run.text("method"))
    return settings
  }

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { .fineTuning }

  /// The teacher's part by generation, forward passes or purchase, and the student's updates.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let length = try inputs(Rollouts.promptTokens) + (try inputs(Rollouts.answerTokens))
    var texts = Expression<Items>(constant: 0)
    let once: Expression<Tokens>
    if inputs(signal) == "logits", inputs.isGiven(Self.tokens) {
      once = try inputs(Self.tokens)
    } else {
      texts = try inputs(Rollouts.prompts)
      once = (length * texts).named("tokens of the texts")
    }
    let tokens = (once * (try inputs(epochs))).named("tokens trained on")
    var phases: [Work.Phase] = []
    var purchases: [Work.Purchase] = []
    var cached: Expression<Bytes>?
    switch inputs(signal) {
    case "logits" where inputs(cache) == "cached":
      phases.append(try reading(once, scenario, inputs))
      let bytes = try keptLogits(once, inputs)
      purchases.append(Work.Purchase(.storage, "cached logits", StorageCharge.amount(of: bytes, scenario.storage)))
      cached = bytes
    case "logits": phases.append(try reading(tokens, scenario, inputs))
    case "on-policy":
      phases += try Rollouts.generation(by: model, answers: texts, inputs, scenario).phases("student's texts")
      phases.append(try reading(tokens, scenario, inputs))
    default:
      let made = (texts / (try inputs(keepRate))).named("texts generated")
      if inputs(teacher) == "own" {
        let shape = try teacherShape(scenario, inputs)
        phases += try Rollouts.generation(by: shape, answers: made, inputs, scenario, isInTraining: false)
          .phases("teacher's texts")
      } else {
        purchases.append(try Synthesis.bought(made, from: inputs(teacher), inputs))
      }
    }
    var update = TrainingCompute.sixND(activeParameters: model.active, tokens: tokens)
    update = try LongContext.added(to: update, passes: 6, model, tokens, length, scenario)
    phases.append(
      Work.Phase(
        name: "student updates", tokens: tokens, operations: update.named("FLOP, updates"),
        exact: TrainingCompute.exactTraining(model, tokens, length)))
    var work = Work(phases: phases, purchases: purchases, overhead: try inputs.optional(Rollouts.overhead))
    work.cachedLogits = cached
    return work
  }

  /// What the teacher said of each token, on disk until the student has learned it.
  private static func keptLogits(
    _ tokens: Expression<Tokens>, _ inputs: StageInputs
  ) throws(ScenarioError) -> Expression<Bytes> {
    let perToken = Expression<Per<Items, Tokens>>(constant: 1) * (try inputs(cachedLogits))
    return (try inputs(logitBytes) * (perToken * tokens)).named(
      "cached logits", note: "tokens × logits kept of each × bytes of one")
  }

  /// The teacher's forward passes: 2·N a token.
  private static func reading(
    _ tokens: Expression<Tokens>, _ scenario: Scenario, _ inputs: StageInputs
  ) throws(ScenarioError) -> Work.Phase {
    let shape = try teacherShape(scenario, inputs)
    return Work.Phase(
      name: "teacher's distributions", tokens: tokens,
      operations: TrainingCompute.forward(shape.active, tokens).named("FLOP, teacher"), effort: .scoring)
  }

  private static func teacherShape(
    _ scenario: Scenario, _ inputs: StageInputs
  ) throws(ScenarioError) -> ModelShape {
    let parameters = try inputs(teacherParameters)
    let active = try inputs.optional(teacherActive)
    if let active, active.typical > parameters.typical {
      throw .moreActiveThanTotal(
        active: Notation.display(active.typical.value, as: .parameters),
        total: Notation.display(parameters.typical.value, as: .parameters))
    }
    return ModelShape(
      parameters: parameters, active: active ?? parameters, architecture: active == nil ? .dense : .mixtureOfExperts,
      widthToDepth: scenario.hardware.widthToDepth)
  }
}

/// Text that a model writes to train on: instructions, rejection sampling, self-play.
public struct Synthesis: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(Synthesis.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// Text.
  package static let buys = BudgetCategory.data
  /// The word people call it by.
  public static let name = "synthesize"
  /// What it estimates, in a line.
  public static let summary = "Estimate generating training data with a model, own or bought by the token."
  /// The headline of its estimate.
  public static let headline = "Synthetic data"
  /// What to know before using it.
  public static let discussion = "`params` is the model that writes. What is thrown away is paid for too: `keep-rate`."
  /// Data, and no model.
  package static let makesData = true
  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(
      ["params": "671B", "active-params": "37B", "gpu": "h800", "items": "800k", "output-tokens": "6k"],
      "reasoning traces from a large model"),
    StageExample(["params": "8B", "generator": "gpt-4o-mini", "items": "100k"], "bought by the token"),
    StageExample(["params": "70B", "items": "100k", "keep-rate": "0.25"], "rejection sampling"),
  ]
  /// Nothing is trained or kept.
  public static let trains = false

  /// Where the text comes from.
  public static let generator = Choice(
    "generator", rowOf: "token-prices", standard: "own",
    help: "own: the model of \(input: "params") on the accelerators; else a row of '\(command: "tables token-prices")'")
  /// Texts kept.
  public static let items = Setting<Items>("items", "texts kept", 1...1e13, isOfJob: true, help: "texts kept, as 100k")

  /// What it asks for.
  package static let settings =
    [AnySetting(items), AnySetting(Distillation.keepRate)] + Rollouts.settings + [
      AnySetting(TokenPrice.inputPrice), AnySetting(TokenPrice.outputPrice),
    ]
  /// What it lets one choose.
  public static let choices = [generator, Rollouts.mode]
  /// What settings and choices need in order to count.
  package static let requirements =
    Rollouts.requirements + [
      Requirement([TokenPrice.inputPrice.id, TokenPrice.outputPrice.id], .isNotChosen(generator, "own")),
      Requirement(
        Rollouts.decoding + [Rollouts.overhead.id], .isChosen(generator, ["own"])),
    ]

  /// Texts and their lengths; of the texts that are told, all are kept.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    var (settings, answers, _) = try Rollouts.settings(of: run)
    settings.set(items, try run.number("items") ?? answers)
    settings.set(Distillation.keepRate, 1)
    return settings
  }

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { nil }

  /// Generation of what is kept and what is thrown away, or its purchase.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let made = (try inputs(items) / (try inputs(Distillation.keepRate))).named("texts generated")
    guard inputs(generator) == "own" else {
      return Work(phases: [], purchases: [try bought(made, from: inputs(generator), inputs)])
    }
    let generation = try Rollouts.generation(by: model, answers: made, inputs, scenario, isInTraining: false)
    return Work(
      phases: generation.phases("texts"), overhead: try inputs.optional(Rollouts.overhead), checkpoints: .none)
  }

  /// Texts that are bought need no model of one's own.
  package static func usesModel(_ inputs: StageInputs) -> Bool { inputs(generator) == "own" }

  /// Texts bought by the token.
  static func bought(
    _ texts: Expression<Items>, from row: String, _ inputs: StageInputs
  ) throws(ScenarioError) -> Work.Purchase {
    let prompt = try inputs(Rollouts.promptTokens)
    let price = try TokenPrice(row: row, prompt: prompt, inputs)
    let read = (prompt * texts).named("tokens sent")
    let written = (try inputs(Rollouts.answerTokens) * texts).named("tokens received")
    return Work.Purchase(.api, "tokens bought", price.amount(read: read, written: written))
  }
}
