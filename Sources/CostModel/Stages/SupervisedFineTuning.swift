/// Supervised fine-tuning on examples: of all weights, or of low-rank adapters beside frozen ones.
public struct SupervisedFineTuning: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(SupervisedFineTuning.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "sft"
  /// What it estimates, in a line.
  public static let summary = "Estimate supervised fine-tuning: all weights, LoRA or QLoRA, and the examples."
  /// The headline of its estimate.
  public static let headline = "Supervised fine-tuning"
  /// What to know before using it.
  public static let discussion = """
    Training takes the steps of a usual layout on the cluster, times what published fine-tunes take over them, and a start \
    of some minutes. Examples are trained on one by one unless `rows` has them packed: short ones then cost less. Examples \
    are taken to be in hand; `labels` counts what people or a model ask for writing them.
    """

  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(["params": "70B", "examples": "2000", "labels": "expert"], "examples written by experts for a 70B"),
    StageExample(
      ["params": "70B", "tuning": "lora", "examples": "50k", "tokens-per-example": "400"], "an adapter on data in hand"),
    StageExample(
      ["like": "tulu3-8b-sft", "gpus": "64", "get": "days"], "days of a run like Tulu 3 8B's, on 64 accelerators"),
  ]
  /// Examples, before epochs.
  public static let examples = Setting<Items>("examples", "examples", 1...1e12, isOfJob: true, help: "examples, as 10k")
  /// Tokens of an example, prompt and answer.
  public static let exampleTokens = Setting<SequenceLength>(
    "tokens-per-example", "tokens per example", 1...1e7, isOfJob: true, help: "tokens of an example, prompt and answer")
  /// Passes over the examples.
  public static let epochs = Setting<Ratio>(
    "epochs", "epochs", 1e-3...1e4, isOfJob: true, help: "passes over the examples")
  /// Useful tokens over processed ones.
  public static let packing = Setting<Ratio>(
    "packing", "share of tokens that is not padding", 0.01...1,
    help: "useful tokens over processed ones: 1 for packed rows, less with padding")
  /// The rank of adapters.
  public static let rank = Setting<Ratio>("lora-rank", "adapter rank", 1...1e6, help: "rank of the adapters")
  /// Time of a step over that of a plain adapter's, where weights are dequantized first.
  public static let dequantization = Setting<Ratio>(
    "dequantization", "time with dequantization over time without", 1...10,
    help: "time of a step with quantized weights over that without")

  /// What is trained.
  public static let tuning = Choice(
    "tuning", ["full", "lora", "qlora"], help: "train all weights, adapters, or adapters over 4-bit weights")
  /// How examples become sequences.
  public static let rows = Choice(
    "rows", ["separate", "packed"], help: "train on examples one by one, or packed into long sequences")
  /// Tokens of a sequence that examples are packed into, at least.
  static let packedTokens = 4096.0
  /// Where adapters sit.
  public static let targets = Choice(
    "lora-targets", ["all", "attention"], help: "adapters on all matrices of a layer, or on those of attention")

  /// What it asks for.
  package static let settings = [
    AnySetting(examples), AnySetting(exampleTokens), AnySetting(epochs), AnySetting(packing), AnySetting(rank),
    AnySetting(dequantization), AnySetting(Labels.price),
  ]
  /// What it lets one choose.
  public static let choices = [tuning, targets, rows, Labels.source, ManagedTraining.choice]
  /// What settings and choices need in order to count.
  package static let requirements = [
    Requirement([rank.id, targets.id], .isNotChosen(tuning, "full")),
    Requirement([dequantization.id], .isChosen(tuning, ["qlora"])),
    Labels.requirement,
  ]

  /// Examples, their tokens and epochs; where the tokens alone are known, as examples of 500.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    var settings = RunSettings()
    let length = try run.number("tokensPerItem") ?? 500
    let total = try run.number("trainingTokens")
    let count = try run.number("items")
    let passes = try run.number("epochs")
    settings.set(examples, count ?? total.map { $0 / length / (passes ?? 1) })
    if count == nil ? total != nil : try run.number("tokensPerItem") != nil { settings.set(exampleTokens, length) }
    settings.set(epochs, passes ?? count.flatMap { count in total.map { $0 / length / count } } ?? total.map { _ in 1 })
    settings.choose(tuning, try run.text("method"))
    return settings
  }

  private static let lora = Source(
    title: "Hu et al. 2021, LoRA: Low-Rank Adaptation of Large Language Models", url: "https://arxiv.org/abs/2106.09685"
  )

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? {
    inputs(tuning) == "full" ? .fineTuning : .adapter
  }

  /// Where the examples come from.
  package static func notes(_ inputs: StageInputs) -> [Message] { Labels.notes(inputs) }

  /// Which matrices of a mixture of experts get adapters; nothing for models whose matrices all do.
  static func notesOfAdapters(in stage: any Stage.Type, _ model: ModelShape, _ inputs: StageInputs) -> [Message] {
    guard let tuning = stage.choices.first(where: { $0.id == tuning.id }), inputs(tuning) != "full",
      model.architecture == .mixtureOfExperts
    else { return [] }
    let chosen = stage.choices.contains { $0.id == targets.id } ? inputs(targets) : "all"
    return [
      chosen == "all"
        ? "adapters stand beside attention, shared experts and dense layers, as PEFT places them by default: routed experts, which hold most of the weights, stay as they are"
        : "adapters stand beside attention alone: experts stay as they are"
    ]
  }

  /// Examples × tokens × epochs over the share that is not padding, 6·N or 4·N FLOP each.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let count = try inputs(examples)
    let length = try inputs(exampleTokens)
    try model.check("an example", of: length.typical.value)
    let tokens = (length * count * (try inputs(epochs)) / (try inputs(packing)))
      .named("tokens processed", note: "examples × tokens × epochs / packing: padding is computed too")
    var operations = try operations(model, tokens, inputs)
    operations = try LongContext.added(to: operations, passes: 6, model, tokens, length, scenario)
    var exact = TrainingCompute.exactTraining(model, tokens, length)
    if inputs(tuning) != "full" {
      let adapters = TrainingCompute.operations(6, try adapterParameters(model, inputs), tokens)
      exact = TrainingCompute.exactFrozen(model, tokens, length).map { $0 + adapters }
    }
    let phase = Work.Phase(
      name: "fine-tuning", tokens: tokens, operations: operations.named("FLOP, fine-tuning"), exact: exact)
    var work = Work(
      phases: [phase], purchases: [try Labels.purchase(of: count, .demonstration, inputs)].compactMap { $0 },
      checkpoints: inputs(tuning) == "full" ? .fineTune : .adapter(try adapterParameters(model, inputs)))
    if inputs(tuning) != "full" { work.overhead = try adapterTime(inputs) }
    let useful = (length * count * (try inputs(epochs))).named("tokens billed", note: "providers do not bill padding")
    work.alternatives = try ManagedTraining.alternatives(
      method: "sft", tuning: inputs(tuning) == "full" ? "full" : "lora", model, ManagedTraining.Tokens(trained: useful),
      inputs)
    return work
  }

  /// Time of a step over that of its passes through frozen weights: that of small matrices beside each large one, and of
  /// weights that are dequantized first.
  private static func adapterTime(_ inputs: StageInputs) throws(ScenarioError) -> Expression<Ratio>? {
    let beside: Expression<Ratio>? = try inputs.factor("adapter-time", in: "factors").map {
      .input("adapter_time", $0.name, $0.value.measured(), from: .table($0.reference), limits: 1...10)
    }
    guard inputs(tuning) == "qlora" else { return beside }
    let dequantized = try inputs(dequantization)
    return beside.map { $0 * dequantized } ?? dequantized
  }

  /// Full: 6·N a token. Adapters: 4·N, since frozen weights need no gradient of their own, and 6 for each of theirs.
  static func operations(
    _ model: ModelShape, _ tokens: Expression<Tokens>, _ inputs: StageInputs
  ) throws(ScenarioError) -> Expression<Operations> {
    guard inputs(tuning) != "full" else {
      return TrainingCompute.sixND(activeParameters: model.active, tokens: tokens)
    }
    let adapters = try adapterParameters(model, inputs)
    let frozen = TrainingCompute.operations(4, model.active, tokens).named(
      "FLOP through frozen weights", note: "2·N forward and 2·N for the gradient of activations", sources: [lora])
    return frozen + TrainingCompute.operations(6, adapters, tokens)
  }

  /// r·(inputs + outputs) for each adapted matrix.
  ///
  /// A layer has queries and outputs of d × d, keys and values of d × 1,024, and three feed-forward matrices of
  /// d × 3.5·d, as Llama 3 8B.
  static func adapterParameters(
    _ model: ModelShape, _ inputs: StageInputs
  ) throws(ScenarioError) -> Expression<Parameters> {
    let rank = try inputs(Self.rank)
    let width = model.width.typical.value
    let largest = inputs.isGiven(Self.rank) ? rank.range.high : nil
    let most = largest ?? rank.typical
    guard most.value <= width else {
      throw .contradiction(
        "an adapter rank of \(Notation.display(most.value, as: .ratio)) is above the model's width of about "
          + Notation.display(width.rounded(), as: .ratio),
        advice: "a rank of 8 to 256 is usual; above the width an adapter has more parameters than the matrix")
    }
    let one = Expression<Parameters>(constant: 1)
    if let known = model.known {
      let profile = MemoryProfile(known)
      let sides = profile.attentionSides + (inputs(targets) == "all" ? profile.feedForwardSides : 0)
      return (one * (rank * Expression(constant: sides))).named(
        "adapter parameters", note: "rank × (inputs + outputs) of each adapted matrix; routed experts have none",
        sources: [lora])
    }
    let feedForward = inputs(targets) == "all" ? 13.5 : 0
    let sides = model.width * Expression(constant: 6 + feedForward) + 2048
    return (one * (rank * model.layers * sides)).named(
      "adapter parameters", note: "rank × (inputs + outputs) of each adapted matrix", sources: [lora])
  }
}

/// Attention of sequences beyond the context that efficiencies bear.
enum LongContext {
  /// FLOP with the attention of long sequences added, for so many FLOP a parameter and token (6 trains, 2 reads); for
  /// sequences that efficiencies bear, as they are.
  static func added(
    to operations: Expression<Operations>, passes: Double, _ model: ModelShape, _ tokens: Expression<Tokens>,
    _ length: Expression<SequenceLength>, _ scenario: Scenario
  ) throws(ScenarioError) -> Expression<Operations> {
    let reference = scenario.hardware.referenceContext
    guard length.typical > reference.typical else { return operations }
    if let known = model.known {
      return operations
        + TrainingCompute.attentionBeyond(known, tokens: tokens, context: length, reference: reference)
        * Expression(constant: passes / 6)
    }
    let attention = TrainingCompute.attentionBeyond(
      activeParameters: model.active, tokens: tokens, context: length, reference: reference,
      widthToDepth: scenario.hardware.widthToDepth)
    return operations + attention * Expression(constant: passes / 6)
  }
}
