import CommandLineKit
import CostModel

/// Options that say what fills the memory, and how it is divided.
struct MemoryOptions: Sendable {
  let arguments: Arguments

  static let groups = [
    OptionGroup(
      "Work",
      [
        .task, .context, .microBatch, .batch, .optimizer, .gradients, .recomputation, .attention, .rank, .critic,
        .reference, .inFlight, .weightPrecision, .cachePrecision,
      ]),
    OptionGroup("Layout", [.tensor, .pipeline, .contextParallel, .expert, .zero]),
  ]

  /// The job of these options, for a model of so many parameters.
  func job(parameters: Double) throws(Failure) -> MemoryJob {
    var job = MemoryJob(try arguments.value(of: .task) ?? .pretrain, context: try length())
    job.optimizer = try arguments.value(of: .optimizer) ?? job.optimizer
    if let gradients: GradientPrecision = try arguments.value(of: .gradients) {
      job.gradientBytes = gradients == .fp32 ? 4 : 2
    }
    job.recomputation = try arguments.value(of: .recomputation) ?? job.recomputation
    job.usesFlashAttention = try arguments.value(of: .attention, as: AttentionKernel.self) != .standard
    job.microBatch = try count(.microBatch) ?? job.microBatch
    job.batch = try count(.batch)
    job.rank = try count(.rank) ?? job.rank
    job.inFlight = try count(.inFlight) ?? job.inFlight
    if let precision: CachePrecision = try arguments.value(of: .weightPrecision) {
      guard job.task == .serve else {
        throw Failure("\(Option.weightPrecision.name) goes with --task serve", hint: "leave it out", status: .usage)
      }
      job.weightBytes = precision.bytesPerElement
    }
    if let precision: CachePrecision = try arguments.value(of: .cachePrecision) {
      job.cacheBytes = precision.bytesPerElement
    }
    if let critic: Quantity<Parameters> = try arguments.quantity(of: .critic) {
      guard job.task == .rlhf else {
        throw Failure("--critic-params goes with --task rlhf", hint: "leave it out", status: .usage)
      }
      job.criticShare = critic.value / max(parameters, 1)
    }
    job.hasReference = try arguments.value(of: .reference, as: YesNo.self) != .no
    return job
  }

  private func length() throws(Failure) -> Double? {
    guard let length = try arguments.number(of: .context)?.typical.value else { return nil }
    guard length >= 1, length <= 1e9 else {
      throw Failure(
        "--context of \(Notation.display(length, as: .sequenceLength)) is out of range", hint: "1 to 1e9",
        status: .usage)
    }
    return length
  }

  private func count(_ option: Option) throws(Failure) -> Double? { try degree(option).map(Double.init) }

  private func degree(_ option: Option) throws(Failure) -> Int? {
    guard let number = try arguments.count(of: option) else { return nil }
    guard (1...1_000_000_000).contains(number) else {
      throw Failure("\(option.name): \(number) is out of range", hint: "write a number from 1", status: .usage)
    }
    return number
  }

  /// The degrees that are given.
  func fixed() throws(Failure) -> LayoutSearch.Fixed {
    var fixed = LayoutSearch.Fixed()
    fixed.tensor = try degree(.tensor)
    fixed.pipeline = try degree(.pipeline)
    fixed.context = try degree(.contextParallel)
    fixed.expert = try degree(.expert)
    fixed.zeroStage = try arguments.value(of: .zero, as: ZeroStage.self).flatMap { Int($0.rawValue) }
    return fixed
  }
}

extension Option {
  fileprivate static let task = Option(
    "--task", of: .type(MemoryJob.Task.self), help: "what is done (default pretrain)")
  fileprivate static let context = Option(
    "--context", of: .range(.sequenceLength),
    help: "tokens per sequence, as 8k (default 4096; 2048 for training on examples)")
  fileprivate static let microBatch = Option(
    "--micro-batch", of: .whole, help: "sequences, or pairs, at once (default 1)")
  fileprivate static let batch = Option(
    "--batch", of: .whole,
    help: "sequences of an optimizer step: the most replicas (default: 16M tokens in pre-training, else any)")
  fileprivate static let optimizer = Option(
    "--optimizer", of: .type(Optimizer.self), help: "what keeps the moments (default adam)")
  fileprivate static let gradients = Option(
    "--gradients", of: .type(GradientPrecision.self), help: "number format of gradients (default bf16)")
  fileprivate static let recomputation = Option(
    "--recompute", of: .type(Recomputation.self),
    help: "what the backward pass computes again to save memory: nothing, attention, or all (default full)")
  fileprivate static let attention = Option(
    "--attention", of: .type(AttentionKernel.self),
    help: "flash never keeps the scores, standard does (default flash)")
  fileprivate static let rank = Option("--lora-rank", of: .whole, help: "rank of adapters (default 16)")
  fileprivate static let critic = Option(
    "--critic-params", of: .range(.parameters),
    help: "parameters of critic and reward model, with rlhf (default: the policy's)")
  fileprivate static let reference = Option(
    "--reference", of: .type(YesNo.self), help: "keep a reference, with dpo, grpo and rlhf (default yes)")
  fileprivate static let inFlight = Option(
    "--in-flight", of: .whole, help: "sequences generated together, with serve, grpo and rlhf (default 16)")
  fileprivate static let weightPrecision = Option(
    "--weight-precision", of: .type(CachePrecision.self), help: "format of weights, with serve (default bf16)")
  /// The option of all commands with a cache; each has its own words for it.
  static let cachePrecision = Option(
    "--kv-precision", of: .type(CachePrecision.self), help: "format of the key-value cache (default bf16)")
  fileprivate static let tensor = Option(
    "--tensor-parallel", of: .whole, formerly: ["--tensor"], help: "accelerators that share each matrix")
  fileprivate static let pipeline = Option(
    "--pipeline-parallel", of: .whole, formerly: ["--pipeline"], help: "stages of layers")
  fileprivate static let contextParallel = Option(
    "--context-parallel", of: .whole, help: "accelerators that share each sequence")
  fileprivate static let expert = Option(
    "--expert-parallel", of: .whole, formerly: ["--expert"], help: "accelerators that share the experts of a layer")
  fileprivate static let zero = Option(
    "--zero", of: .type(ZeroStage.self),
    help: "what replicas divide: 1 the optimizer, 2 gradients too, 3 weights too (FSDP)")
}

extension MemoryJob.Task: OptionValue {}
extension Optimizer: OptionValue {}

/// How attention is computed.
enum AttentionKernel: String, CaseIterable, OptionValue { case flash, standard }

/// The number format of gradients.
enum GradientPrecision: String, CaseIterable, OptionValue { case bf16, fp32 }

/// A stage of ZeRO.
enum ZeroStage: String, CaseIterable, OptionValue {
  case none = "0"
  case optimizer = "1"
  case gradients = "2"
  case weights = "3"
}

/// A choice between two.
enum YesNo: String, CaseIterable, OptionValue { case yes, no }
