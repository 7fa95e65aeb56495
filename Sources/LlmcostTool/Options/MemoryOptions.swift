import CommandLineKit
import CostModel

/// Options that say what fills the memory, and how it is divided.
struct MemoryOptions: Sendable {
  let arguments: Arguments

  static let groups = [
    OptionGroup(
      "Work",
      [
        .task, .context, .globalBatch, .optimizer, .gradients, .attention, .rank, .critic, .reference, .inFlight,
        .weightPrecision, .cachePrecision,
      ]),
    LayoutOptions.group,
  ]

  /// The job of these options, for a model of so many parameters, and of a known architecture.
  func job(parameters: Double, of architecture: Architecture?) throws(Failure) -> MemoryJob {
    var job = MemoryJob(try arguments.value(of: .task) ?? .pretrain, context: try length())
    job.optimizer = try arguments.value(of: .optimizer) ?? job.optimizer
    if let gradients: GradientPrecision = try arguments.value(of: .gradients) {
      job.gradientBytes = gradients == .fp32 ? 4 : 2
    }
    job.usesFlashAttention = try arguments.value(of: .attention, as: AttentionKernel.self) != .standard
    if let batch: BatchOption = try arguments.value(of: .globalBatch) {
      job.batch = try batch.sequences(of: job.context, among: nil)
    }
    job.rank = try count(.rank) ?? job.rank
    job.inFlight = try count(.inFlight) ?? job.inFlight
    if let checkpoint = architecture?.checkpoint { job.served = checkpoint }
    if let precision: StoredPrecision = try arguments.value(of: .weightPrecision) {
      guard job.task == .serve else {
        throw Failure("\(Option.weightPrecision.name) goes with --task serve", hint: "leave it out", status: .usage)
      }
      job.served = architecture?.weights(in: precision) ?? StoredWeights(precision)
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

  private func count(_ option: Option) throws(Failure) -> Double? {
    try arguments.degree(of: option).map(Double.init)
  }
}

extension Option {
  fileprivate static let task = Option(
    "--task", of: .type(MemoryJob.Task.self), help: "what is done (default pretrain)")
  fileprivate static let context = Option(
    "--context", of: .range(.sequenceLength),
    help: "tokens per sequence, as 8k (default 4096; 2048 for training on examples)")
  fileprivate static let optimizer = Option(
    "--optimizer", of: .type(Optimizer.self), help: "what keeps the moments (default adam)")
  fileprivate static let gradients = Option(
    "--gradients", of: .type(GradientPrecision.self), help: "number format of gradients (default bf16)")
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
    "--weight-precision", of: .type(StoredPrecision.self),
    help: "format of weights, with serve (default: as the model's files keep them, else bf16)")
  /// The option of all commands with a cache; each has its own words for it.
  static let cachePrecision = Option(
    "--kv-precision", of: .type(CachePrecision.self), help: "format of the key-value cache (default bf16)")
}

extension MemoryJob.Task: OptionValue {}
extension Optimizer: OptionValue {}

/// How attention is computed.
enum AttentionKernel: String, CaseIterable, OptionValue { case flash, standard }

/// The number format of gradients.
enum GradientPrecision: String, CaseIterable, OptionValue { case bf16, fp32 }

/// A choice between two.
enum YesNo: String, CaseIterable, OptionValue { case yes, no }
