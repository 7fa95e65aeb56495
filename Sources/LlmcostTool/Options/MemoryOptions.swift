import CommandLineKit
import CostModel

/// Options that say what fills the memory, and how it is divided.
struct MemoryOptions: Sendable {
  var task: MemoryJob.Task?
  var optimizer: Optimizer?
  var attention: AttentionKernel?
  var gradients: GradientPrecision?
  var weightPrecision: CachePrecision?
  var cachePrecision: CachePrecision?
  var context: RangeOption<SequenceLength>?
  var batch: WholeNumber?
  var rank: WholeNumber?
  var inFlight: WholeNumber?
  var critic: RangeOption<Parameters>?
  var hasReference: YesNo?
  var layout = LayoutOptions()

  static let groups: [OptionGroup<MemoryOptions>] = [
    OptionGroup(
      "Work",
      [
        Option("--task", as: MemoryJob.Task.self, help: "what is done (default pretrain)") { $0.task = $1 },
        Option(
          "--context", as: RangeOption<SequenceLength>.self,
          help: "tokens per sequence, as 8k (default 4096; 2048 for training on examples)"
        ) { $0.context = $1 },
        Option(
          "--batch", as: WholeNumber.self,
          help: "sequences of an optimizer step: the most replicas (default: 16M tokens in pre-training, else any)"
        ) { $0.batch = $1 },
        Option("--optimizer", as: Optimizer.self, help: "what keeps the moments (default adam)") { $0.optimizer = $1 },
        Option("--gradients", as: GradientPrecision.self, help: "number format of gradients (default bf16)") {
          $0.gradients = $1
        },
        Option(
          "--attention", as: AttentionKernel.self,
          help: "flash never keeps the scores, standard does (default flash)"
        ) { $0.attention = $1 },
        Option("--lora-rank", as: WholeNumber.self, help: "rank of adapters (default 16)") { $0.rank = $1 },
        Option(
          "--critic-params", as: RangeOption<Parameters>.self,
          help: "parameters of critic and reward model, with rlhf (default: the policy's)"
        ) { $0.critic = $1 },
        Option("--reference", as: YesNo.self, help: "keep a reference, with dpo, grpo and rlhf (default yes)") {
          $0.hasReference = $1
        },
        Option(
          "--in-flight", as: WholeNumber.self,
          help: "sequences generated together, with serve, grpo and rlhf (default 16)"
        ) { $0.inFlight = $1 },
        Option("--weight-precision", as: CachePrecision.self, help: "format of weights, with serve (default bf16)") {
          $0.weightPrecision = $1
        },
        Option("--kv-precision", as: CachePrecision.self, help: "format of the key-value cache (default bf16)") {
          $0.cachePrecision = $1
        },
      ]),
    LayoutOptions.group.lifted { (options, body) throws(ValueError) in try body(&options.layout) },
  ]

  /// The job of these options, for a model of so many parameters.
  func job(parameters: Double) throws(Failure) -> MemoryJob {
    var job = MemoryJob(task ?? .pretrain, context: try length())
    if let optimizer { job.optimizer = optimizer }
    if let gradients { job.gradientBytes = gradients == .fp32 ? 4 : 2 }
    job.usesFlashAttention = attention != .standard
    job.batch = try Self.count(batch, "--batch")
    job.rank = try Self.count(rank, "--lora-rank") ?? job.rank
    job.inFlight = try Self.count(inFlight, "--in-flight") ?? job.inFlight
    if let weightPrecision {
      guard job.task == .serve else {
        throw Failure("--weight-precision goes with --task serve", hint: "leave it out", status: .usage)
      }
      job.weightBytes = weightPrecision.bytesPerElement
    }
    if let cachePrecision { job.cacheBytes = cachePrecision.bytesPerElement }
    if let critic {
      guard job.task == .rlhf else {
        throw Failure("--critic-params goes with --task rlhf", hint: "leave it out", status: .usage)
      }
      job.criticShare = critic.value.typical.value / max(parameters, 1)
    }
    job.hasReference = hasReference != .no
    return job
  }

  private func length() throws(Failure) -> Double? {
    guard let length = context?.value.typical.value else { return nil }
    guard length >= 1, length <= 1e9 else {
      throw Failure(
        "--context of \(Notation.display(length, as: .sequenceLength)) is out of range", hint: "1 to 1e9",
        status: .usage)
    }
    return length
  }

  private static func count(_ number: WholeNumber?, _ option: String) throws(Failure) -> Double? {
    try LayoutOptions.degree(number, option).map(Double.init)
  }
}

extension MemoryJob.Task: OptionValue {}
extension Optimizer: OptionValue {}

/// How attention is computed.
enum AttentionKernel: String, CaseIterable, OptionValue { case flash, standard }

/// The number format of gradients.
enum GradientPrecision: String, CaseIterable, OptionValue { case bf16, fp32 }

/// A choice between two.
enum YesNo: String, CaseIterable, OptionValue { case yes, no }
