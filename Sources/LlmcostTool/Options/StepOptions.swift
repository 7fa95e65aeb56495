import CommandLineKit
import CostModel

/// Options of one training step.
struct StepOptions: Sendable {
  private let arguments: Arguments
  private let precision: TrainingPrecision
  private let context: Double
  private let documents: Double?
  private let task: StepJob.Task
  private let frozen: Double
  /// Rank of adapters.
  let rank: Int?
  /// What keeps the moments.
  let optimizer: Optimizer
  /// Id of the training software.
  let stack: String?

  init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    precision = try arguments.value(of: .precision) ?? .bf16
    context = try arguments.number(of: .context)?.typical.value ?? 4096
    documents = try arguments.number(of: .documents)?.typical.value
    task = try arguments.value(of: .task) ?? .pretrain
    frozen = try arguments.number(of: .frozen)?.typical.value ?? 0
    rank = try arguments.count(of: .rank)
    optimizer = try arguments.value(of: .optimizer) ?? .adam
    stack = arguments.text(of: .stack)
  }

  static let groups = [
    OptionGroup(
      "Step",
      [.precision, .context, .globalBatch, .documents, .task, .rank, .frozen, .optimizer, .stack]),
    OptionGroup("Layout", [.layout] + LayoutOptions.group.options),
    OptionGroup("Hardware", [.accelerator, .accelerators] + LinkOptions.options),
  ]

  /// What a whole run fixes of its step, too.
  static let ofRuns = [Option.globalBatch, .layout] + LayoutOptions.group.options + [.stack] + LinkOptions.options

  /// What the options of a whole run fix of its step.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - count: Accelerators, where they are given.
  ///   - catalog: The tables.
  /// - Returns: The choices, and how many accelerators a layout has that is whole.
  /// - Throws: ``Failure`` for options that do not read, or go together with others.
  static func choices(
    _ arguments: Arguments, on count: Int?, _ catalog: TableCatalog
  ) throws(Failure) -> (choices: StepChoices, accelerators: Double?) {
    var choices = StepChoices()
    choices.batch = try arguments.value(of: .globalBatch, as: BatchOption.self)?.batch
    let layout = LayoutOptions(arguments: arguments)
    let parsed = try layout.named(count)
    choices.fixed = parsed.fixed
    let links = LinkOptions(arguments: arguments)
    if links.areGiven { choices.hardware = try links.hardware(catalog) }
    if let stack = try Self.stack(arguments.text(of: .stack), catalog) {
      let name = arguments.text(of: InputRow.accelerator.option) ?? ScenarioBuilder.defaultAccelerator
      do throws(CatalogError) {
        choices.software = stack.software(on: try catalog.accelerator(name).generation)
      } catch {
        throw Failure(error)
      }
      if !stack.hasPipeline { choices.fixed.hasPipeline = false }
    }
    return (choices, parsed.namesAll ? parsed.layout?.accelerators : nil)
  }

  /// How many accelerators there are, where that is given.
  func count() throws(Failure) -> Int? { try arguments.degree(of: .accelerators) }
}

extension Option {
  fileprivate static let precision = Option(
    "--precision", of: .type(TrainingPrecision.self), help: "format of the matrix products (default bf16)")
  fileprivate static let context = Option(
    "--context", of: .range(.sequenceLength), help: "tokens of a sequence, as 8k (default 4096)")
  static let globalBatch = Option(
    "--global-batch", of: .type(BatchOption.self), formerly: ["--batch", "--batch-tokens"],
    help: "size of an optimizer step: sequences, as 1024, or tokens, as 4Mtok")
  fileprivate static let documents = Option(
    "--document-tokens", of: .range(.sequenceLength),
    help: "tokens of the documents packed into a sequence, which attend to themselves alone")
  fileprivate static let task = Option(
    "--task", of: .type(StepJob.Task.self), help: "which weights learn: all, or adapters (default pretrain)")
  fileprivate static let rank = Option(
    "--lora-rank", of: .whole, help: "rank of adapters, with --task lora (default 16)")
  fileprivate static let frozen = Option(
    "--frozen", of: NumberKind(dimension: .ratio, isShare: true),
    help: "share of the layers, the first, that stay as they are")
  fileprivate static let optimizer = Option(
    "--optimizer", of: .type(Optimizer.self), help: "what keeps the moments (default adam)")
  static let stack = Option(
    "--stack", of: .text("id"), completing: .list("stacks"),
    help: "training software by its usual choices; see 'llmcost tables stacks'")
  static let layout = Option(
    "--layout", of: .text("layout"),
    help:
      "best (default), or degrees as tp4,pp8,vp5,dp16; micro-batch, sharding and recomputation are looked for unless it has them, as mbs1,zero1,recompute=full"
  )
  fileprivate static let accelerator = InputRow.accelerator.option.saying(
    "accelerator (default h100-sxm); see 'llmcost tables training-hardware'")
  fileprivate static let accelerators = Option(
    "--gpus", "-n", of: .whole, help: "accelerators (default: the fewest that hold it)")
}

extension StepJob.Task: OptionValue {}

extension StepOptions {
  /// The accelerator with the links of these options.
  func hardware(_ catalog: TableCatalog) throws(Failure) -> TrainingHardware {
    try LinkOptions(arguments: arguments).hardware(catalog)
  }

  /// What is fixed, and the layout where the options name one whole.
  func fixed(_ count: Int?) throws(Failure) -> (fixed: LayoutSearch.Fixed, layout: Layout?) {
    let named = try LayoutOptions(arguments: arguments).named(count)
    return (named.fixed, named.layout)
  }

  /// What a step of these options does.
  func job(_ shape: TransformerShape, on hardware: TrainingHardware, in catalog: TableCatalog) throws(Failure)
    -> StepJob
  {
    guard context >= 1, context <= 1e9 else {
      throw Failure(
        "--context of \(Notation.display(context, as: .sequenceLength)) is out of range", hint: "1 to 1e9",
        status: .usage)
    }
    var job = StepJob(shape: shape, sequence: context, batch: try sequences(of: context, catalog))
    job.precision = precision
    guard hardware.supports(job.precision) else {
      let formats = TrainingPrecision.allCases.filter { hardware.supports($0) }.map(\.rawValue)
      throw Failure(
        "\(hardware.accelerator.name) has no \(job.precision.rawValue)",
        hint: "there is \(formats.joined(separator: ", "))", status: .usage)
    }
    job.task = task
    job.documents = documents
    job.frozenShare = frozen
    guard (0...1).contains(job.frozenShare), job.frozenShare == 0 || job.task != .lora else {
      throw Failure(
        "--frozen is a share from 0 to 1 of layers that are trained whole", hint: "leave it out with --task lora",
        status: .usage)
    }
    if let stack = try trainingStack(catalog) { job.software = stack.software(on: hardware.accelerator.generation) }
    return job
  }

  func trainingStack(_ catalog: TableCatalog) throws(Failure) -> TrainingStack? { try Self.stack(stack, catalog) }

  private static func stack(_ stack: String?, _ catalog: TableCatalog) throws(Failure) -> TrainingStack? {
    guard let stack else { return nil }
    do throws(CatalogError) {
      if let known = try catalog.stack(stack) { return known }
      throw .unknown(kind: "stack", name: stack, table: "stacks", known: try catalog.ids(in: "stacks"))
    } catch {
      throw Failure(error)
    }
  }

  private func sequences(of length: Double, _ catalog: TableCatalog) throws(Failure) -> Double {
    if let option: BatchOption = try arguments.value(of: .globalBatch) {
      return try option.sequences(of: length, among: try count())
    }
    do throws(CatalogError) {
      return MemoryJob.batch(
        tokens: try catalog.factor("training-batch-tokens").value.typical.value, context: length)
    } catch {
      throw Failure(error)
    }
  }
}
