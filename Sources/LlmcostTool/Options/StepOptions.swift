import CommandLineKit
import CostModel
import CostTables

/// Options of one training step.
struct StepOptions: Sendable {
  var precision: TrainingPrecision?
  var context: RangeOption<SequenceLength>?
  var batch: WholeNumber?
  var batchTokens: RangeOption<Tokens>?
  var documents: RangeOption<SequenceLength>?
  var task: StepJob.Task?
  var rank: WholeNumber?
  var frozen: RangeOption<Ratio>?
  var optimizer: Optimizer?
  var stack: String?
  var text: String?
  var degrees = LayoutOptions()
  var accelerator: String?
  var accelerators: WholeNumber?
  var network: [String] = []
  var scaleOut: LinkRate?
  var matmulShare: RangeOption<Ratio>?
  var matmulTeraflops: WholeNumber?

  static let groups: [OptionGroup<StepOptions>] = [
    OptionGroup(
      "Step",
      [
        Option("--precision", as: TrainingPrecision.self, help: "format of the matrix products (default bf16)") {
          $0.precision = $1
        },
        Option(
          "--context", as: RangeOption<SequenceLength>.self, help: "tokens of a sequence, as 8k (default 4096)"
        ) { $0.context = $1 },
        Option(
          "--global-batch", as: WholeNumber.self, help: "sequences of a step (default: about 16M tokens)"
        ) { $0.batch = $1 },
        Option(
          "--batch-tokens", as: RangeOption<Tokens>.self, sameAs: "--global-batch",
          help: "the same in tokens, as 4M; rounded to whole sequences"
        ) { $0.batchTokens = $1 },
        Option(
          "--document-tokens", as: RangeOption<SequenceLength>.self,
          help: "tokens of the documents packed into a sequence, which attend to themselves alone"
        ) { $0.documents = $1 },
        Option("--task", as: StepJob.Task.self, help: "which weights learn: all, or adapters (default pretrain)") {
          $0.task = $1
        },
        Option("--lora-rank", as: WholeNumber.self, help: "rank of adapters, with --task lora (default 16)") {
          $0.rank = $1
        },
        Option(
          "--frozen", as: RangeOption<Ratio>.self, help: "share of the layers, the first, that stay as they are"
        ) { $0.frozen = $1 },
        Option("--optimizer", as: Optimizer.self, help: "what keeps the moments (default adam)") {
          $0.optimizer = $1
        },
        Option(
          "--stack", as: String.self, placeholder: "id", completing: .list("stacks"),
          help: "training software by its usual choices; see 'llmcost tables stacks'"
        ) { $0.stack = $1 },
      ]),
    OptionGroup(
      "Layout",
      [
        Option(
          "--layout", as: String.self, placeholder: "layout",
          help:
            "best (default), or degrees as tp4,pp8,vp5,dp16; micro-batch, sharding and recomputation are looked for "
            + "unless it has them, as mbs1,zero1,recompute=full"
        ) { $0.text = $1 }
      ]
        + LayoutOptions.group.lifted { (options, body) throws(ValueError) in try body(&options.degrees) }.options),
    OptionGroup(
      "Hardware",
      [
        Option(
          "--gpu", "-g", as: String.self, placeholder: "id", completing: .accelerators,
          help: "accelerator (default h100-sxm); see 'llmcost tables training-hardware'"
        ) { $0.accelerator = $1 },
        Option("--gpus", "-n", as: WholeNumber.self, help: "accelerators (default: the fewest that hold it)") {
          $0.accelerators = $1
        },
        Option(
          "--network", as: String.self, placeholder: "id", isRepeatable: true, completing: .list("networks"),
          help:
            "links in place of the usual ones, within or between domains, or those of a cloud's instances, as aws-p4d; see 'llmcost tables networks'"
        ) { $0.network.append($1) },
        Option(
          "--scale-out", as: LinkRate.self, help: "links between domains by their rate for an accelerator, as 400Gbps"
        ) { $0.scaleOut = $1 },
        Option(
          "--matmul-share", as: RangeOption<Ratio>.self,
          help: "share of the peak that large matrix products sustain on this machine"
        ) { $0.matmulShare = $1 },
        Option(
          "--matmul-tflops", as: WholeNumber.self, sameAs: "--matmul-share",
          help: "the same as measured: TFLOP/s of a large 16-bit matrix product in steady state"
        ) { $0.matmulTeraflops = $1 },
      ]),
  ]
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
    let name = accelerator ?? "h100-sxm"
    var hardware: TrainingHardware
    do throws(CatalogError) {
      guard let known = try catalog.trainingHardware(name) else {
        throw .malformed(
          file: "training-hardware.json", row: name, field: nil,
          problem: "is missing: add a row with its links, see 'llmcost help tables'")
      }
      hardware = known
      for id in network {
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
    if let scaleOut {
      hardware.scaleOut.bytesPerSecond = scaleOut.bytesPerSecond
      (hardware.scaleOut.id, hardware.scaleOut.name) = ("given", scaleOut.text)
    }
    try setMatmul(&hardware)
    return hardware
  }

  private func setMatmul(_ hardware: inout TrainingHardware) throws(Failure) {
    let given =
      matmulTeraflops.map {
        TrainingHardware.share(ofMeasured: Double($0.value) * 1e12, peak: hardware.peak)
      } ?? matmulShare?.value.typical.value
    guard let given else { return }
    guard given > 0, given <= 1.2 else {
      throw Failure(
        "\(matmulTeraflops == nil ? "--matmul-share" : "--matmul-tflops"): "
          + "\(Notation.display(given, as: .ratio)) of the dense 16-bit peak of "
          + "\(Notation.display(hardware.peak / 1e12, as: .ratio)) TFLOP/s is out of range",
        hint: "measure a large 16-bit product in steady state; sparse rates do not count", status: .usage)
    }
    (hardware.matmulShare, hardware.isMatmulMeasured, hardware.isMatmulGiven) = (given, true, true)
  }

  /// What a step of these options does.
  func job(_ shape: TransformerShape, on hardware: TrainingHardware, in catalog: TableCatalog) throws(Failure)
    -> StepJob
  {
    let sequence = context?.value.typical.value ?? 4096
    guard sequence >= 1, sequence <= 1e9 else {
      throw Failure(
        "--context of \(Notation.display(sequence, as: .sequenceLength)) is out of range", hint: "1 to 1e9",
        status: .usage)
    }
    var job = StepJob(shape: shape, sequence: sequence, batch: try sequences(of: sequence, catalog))
    job.precision = precision ?? .bf16
    guard hardware.supports(job.precision) else {
      let formats = TrainingPrecision.allCases.filter { hardware.supports($0) }.map(\.rawValue)
      throw Failure(
        "\(hardware.accelerator.name) has no \(job.precision.rawValue)",
        hint: "there is \(formats.joined(separator: ", "))", status: .usage)
    }
    job.task = task ?? .pretrain
    job.documents = documents?.value.typical.value
    job.frozenShare = frozen?.value.typical.value ?? 0
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
    if let batch {
      guard batch.value >= 1 else {
        throw Failure("--global-batch of 0 is no batch", hint: "write sequences, as 1024", status: .usage)
      }
      return Double(batch.value)
    }
    if let tokens = batchTokens?.value.typical.value {
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
    var fixed = try degrees.fixed()
    guard let text, text.lowercased() != "best" else { return (fixed, nil) }
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
