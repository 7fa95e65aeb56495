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
      [.precision, .context, .batch, .batchTokens, .documents, .task, .rank, .frozen, .optimizer, .stack]),
    OptionGroup("Layout", [.layout] + LayoutOptions.group.options),
    OptionGroup(
      "Hardware",
      [.accelerator, .accelerators, .network, .scaleOut, .matmulShare, .matmulTeraflops]),
  ]

  /// How many accelerators there are, where that is given.
  func count() throws(Failure) -> Int? { try arguments.degree(of: .accelerators) }
}

extension Option {
  fileprivate static let precision = Option(
    "--precision", of: .type(TrainingPrecision.self), help: "format of the matrix products (default bf16)")
  fileprivate static let context = Option(
    "--context", of: .range(.sequenceLength), help: "tokens of a sequence, as 8k (default 4096)")
  fileprivate static let batch = Option(
    "--global-batch", of: .whole, help: "sequences of a step (default: about 16M tokens)")
  fileprivate static let batchTokens = Option(
    "--batch-tokens", of: .range(.tokens), sameAs: "--global-batch",
    help: "the same in tokens, as 4M; rounded to whole sequences")
  fileprivate static let documents = Option(
    "--document-tokens", of: .range(.sequenceLength),
    help: "tokens of the documents packed into a sequence, which attend to themselves alone")
  fileprivate static let task = Option(
    "--task", of: .type(StepJob.Task.self), help: "which weights learn: all, or adapters (default pretrain)")
  fileprivate static let rank = Option(
    "--lora-rank", of: .whole, help: "rank of adapters, with --task lora (default 16)")
  fileprivate static let frozen = Option(
    "--frozen", of: .range(.ratio), help: "share of the layers, the first, that stay as they are")
  fileprivate static let optimizer = Option(
    "--optimizer", of: .type(Optimizer.self), help: "what keeps the moments (default adam)")
  fileprivate static let stack = Option(
    "--stack", of: .text("id"), completing: .list("stacks"),
    help: "training software by its usual choices; see 'llmcost tables stacks'")
  fileprivate static let layout = Option(
    "--layout", of: .text("layout"),
    help:
      "best (default), or degrees as tp4,pp8,vp5,dp16; micro-batch, sharding and recomputation are looked for unless it has them, as mbs1,zero1,recompute=full"
  )
  fileprivate static let accelerator = InputRow.accelerator.option.saying(
    "accelerator (default h100-sxm); see 'llmcost tables training-hardware'")
  fileprivate static let accelerators = Option(
    "--gpus", "-n", of: .whole, help: "accelerators (default: the fewest that hold it)")
  fileprivate static let network = Option(
    "--network", of: .text("id"), isRepeatable: true, completing: .list("networks"),
    help:
      "links in place of the usual ones, within or between domains, or those of a cloud's instances, as aws-p4d; see 'llmcost tables networks'"
  )
  fileprivate static let scaleOut = Option(
    "--scale-out", of: .type(LinkRate.self), help: "links between domains by their rate for an accelerator, as 400Gbps")
  fileprivate static let matmulShare = Option(
    "--matmul-share", of: .range(.ratio), help: "share of the peak that large matrix products sustain on this machine")
  fileprivate static let matmulTeraflops = Option(
    "--matmul-tflops", of: .whole, sameAs: "--matmul-share",
    help: "the same as measured: TFLOP/s of a large 16-bit matrix product in steady state")
}

extension StepJob.Task: OptionValue {}

/// The rate of a link, in bytes a second.
struct LinkRate: OptionValue {
  var bytesPerSecond: Double
  var text: String

  static var placeholder: String { "rate" }

  private static let units: [(suffix: String, factor: Double)] = [
    ("gbit/s", 1e9 / 8), ("gbps", 1e9 / 8), ("gb/s", 1e9), ("tbit/s", 1e12 / 8), ("tbps", 1e12 / 8),
    ("mbit/s", 1e6 / 8),
    ("mbps", 1e6 / 8),
  ]

  init(argument: String) throws(ValueError) {
    let lowered = argument.lowercased()
    guard let unit = Self.units.first(where: { lowered.hasSuffix($0.suffix) }),
      let number = Double(lowered.dropLast(unit.suffix.count)), number > 0, number < 1e6
    else {
      throw ValueError(
        "'\(argument)' is not the rate of a link", hint: "write 400Gbps, or 50GB/s: for one accelerator, one direction")
    }
    bytesPerSecond = number * unit.factor
    text = argument
  }
}

extension StepOptions {
  /// The accelerator with the links of these options.
  func hardware(_ catalog: TableCatalog) throws(Failure) -> TrainingHardware {
    let name = arguments.text(of: .accelerator) ?? "h100-sxm"
    var hardware: TrainingHardware
    do throws(CatalogError) {
      guard let known = try catalog.trainingHardware(name) else {
        throw .malformed(
          file: "training-hardware.json", row: name, field: nil,
          problem: "is missing: add a row with its links, see 'llmcost help tables'")
      }
      hardware = known
      for id in arguments.texts(of: .network) {
        let network = try catalog.network(id)
        if let domain = network.domain {
          (hardware.scaleUp, hardware.domain) = (network, domain)
        } else {
          hardware.scaleOut = network
        }
      }
    } catch {
      throw Failure(error)
    }
    if let scaleOut: LinkRate = try arguments.value(of: .scaleOut) {
      hardware.scaleOut.bytesPerSecond = scaleOut.bytesPerSecond
      (hardware.scaleOut.id, hardware.scaleOut.name) = ("given", scaleOut.text)
    }
    try setMatmul(&hardware)
    return hardware
  }

  private func setMatmul(_ hardware: inout TrainingHardware) throws(Failure) {
    let isMeasured = arguments.names(.matmulTeraflops)
    let option = isMeasured ? Option.matmulTeraflops : .matmulShare
    guard var given = try arguments.number(of: option)?.typical.value else { return }
    if isMeasured { given = TrainingHardware.share(ofMeasured: given * 1e12, peak: hardware.peak) }
    guard given > 0, given <= 1.2 else {
      throw Failure(
        "\(option.name): \(Notation.display(given, as: .ratio)) of the dense 16-bit peak of "
          + "\(Notation.display(hardware.peak / 1e12, as: .ratio)) TFLOP/s is out of range",
        hint: "measure a large 16-bit product in steady state; sparse rates do not count", status: .usage)
    }
    (hardware.matmulShare, hardware.isMatmulMeasured, hardware.isMatmulGiven) = (given, true, true)
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

  func trainingStack(_ catalog: TableCatalog) throws(Failure) -> TrainingStack? {
    guard let stack else { return nil }
    do throws(CatalogError) {
      if let known = try catalog.stack(stack) { return known }
      throw .unknown(kind: "stack", name: stack, table: "stacks", known: try catalog.ids(in: "stacks"))
    } catch {
      throw Failure(error)
    }
  }

  private func sequences(of length: Double, _ catalog: TableCatalog) throws(Failure) -> Double {
    if arguments.names(.batch), let batch = try arguments.count(of: .batch) {
      guard batch >= 1 else {
        throw Failure("--global-batch of 0 is no batch", hint: "write sequences, as 1024", status: .usage)
      }
      return Double(batch)
    }
    if let tokens = try arguments.number(of: .batchTokens)?.typical.value {
      guard tokens >= length, tokens <= 1e15 else {
        throw Failure(
          "--batch-tokens of \(Notation.display(tokens, as: .tokens)) is less than one sequence of "
            + Notation.display(length, as: .sequenceLength),
          hint: "write at least that, as 4M", status: .usage)
      }
      return (tokens / length).rounded()
    }
    do throws(CatalogError) {
      return MemoryJob.batch(
        tokens: try catalog.factor("training-batch-tokens").value.typical.value, context: length)
    } catch {
      throw Failure(error)
    }
  }

  /// What is fixed, and the layout where the options name one whole.
  func fixed(_ count: Int?) throws(Failure) -> (fixed: LayoutSearch.Fixed, layout: Layout?) {
    var fixed = try LayoutOptions(arguments: arguments).fixed()
    guard let text = arguments.text(of: .layout), text.lowercased() != "best" else { return (fixed, nil) }
    let parsed: (layout: Layout, named: Set<String>)
    do { parsed = try Layout.parse(text) } catch {
      throw Failure("--layout: \(error.message)", hint: "write best, or tp4,pp8,vp5,dp16", status: .usage)
    }
    var layout = parsed.layout
    let others = Double(layout.tensor) * Double(layout.pipeline) * Double(layout.context)
    if !parsed.named.contains("dp"), let count {
      guard others <= Double(count), count % Int(others) == 0 else {
        let problem = LayoutProblem.accelerators(
          degrees: Int(min(others, 1e15)), count: count, others: Int(min(others, 1e15)))
        throw Failure("--layout: \(problem.message)", hint: problem.hint, status: .usage)
      }
      layout.data = count / Int(others)
    }
    (fixed.tensor, fixed.pipeline, fixed.context) = (layout.tensor, layout.pipeline, layout.context)
    (fixed.virtualStages, fixed.expert, fixed.expertTensor) = (layout.virtualStages, layout.expert, layout.expertTensor)
    if parsed.named.contains("mbs") { fixed.microBatch = layout.microBatch }
    if parsed.named.contains("sharding") { fixed.sharding = layout.sharding }
    if parsed.named.contains("recompute") { fixed.recompute = layout.recompute }
    if parsed.named.contains("offload") { fixed.offload = layout.offload }
    return (fixed, layout)
  }
}
