import CommandLineKit
import CostModel

/// Options that fix degrees of a layout; what is not given is looked for.
struct LayoutOptions: Sendable {
  var tensor: WholeNumber?
  var pipeline: WholeNumber?
  var virtualStages: WholeNumber?
  var contextParallel: WholeNumber?
  var expert: WholeNumber?
  var expertTensor: WholeNumber?
  var zeroStage: ZeroStage?
  var sharding: Layout.Sharding?
  var microBatch: WholeNumber?
  var recompute: RecomputeOption?
  var offload: OffloadOption?

  static let group = OptionGroup<LayoutOptions>(
    "Layout",
    [
      Option("--tensor", as: WholeNumber.self, help: "accelerators that share each matrix") { $0.tensor = $1 },
      Option("--pipeline", as: WholeNumber.self, help: "stages of layers") { $0.pipeline = $1 },
      Option("--virtual-stages", as: WholeNumber.self, help: "chunks of layers in a stage, interleaved") {
        $0.virtualStages = $1
      },
      Option("--context-parallel", as: WholeNumber.self, help: "accelerators that share each sequence") {
        $0.contextParallel = $1
      },
      Option("--expert", as: WholeNumber.self, help: "accelerators that share the experts of a layer") {
        $0.expert = $1
      },
      Option("--expert-tensor", as: WholeNumber.self, help: "accelerators that share the matrices of an expert") {
        $0.expertTensor = $1
      },
      Option(
        "--zero", as: ZeroStage.self,
        help: "what replicas divide: 1 the optimizer, 2 gradients too, 3 weights too (FSDP)"
      ) { $0.zeroStage = $1 },
      Option(
        "--sharding", as: Layout.Sharding.self, sameAs: "--zero",
        help: "the same by name; hsdp divides within a scale-up domain"
      ) { $0.sharding = $1 },
      Option("--micro-batch", as: WholeNumber.self, help: "sequences, or pairs, at once") { $0.microBatch = $1 },
      Option(
        "--recompute", as: RecomputeOption.self,
        help:
          "what the backward pass computes again: none, attention, selective, full, layers of a stage as 5, a share as 1/2, or modules as mla_up_proj+layernorm"
      ) { $0.recompute = $1 },
      Option(
        "--offload", as: OffloadOption.self,
        help: "what lives on the host: optimizer, activations, or optimizer+activations"
      ) { $0.offload = $1 },
    ])

  /// What is fixed.
  func fixed() throws(Failure) -> LayoutSearch.Fixed {
    var fixed = LayoutSearch.Fixed()
    fixed.tensor = try Self.degree(tensor, "--tensor")
    fixed.pipeline = try Self.degree(pipeline, "--pipeline")
    fixed.virtualStages = try Self.degree(virtualStages, "--virtual-stages")
    fixed.context = try Self.degree(contextParallel, "--context-parallel")
    fixed.expert = try Self.degree(expert, "--expert")
    fixed.expertTensor = try Self.degree(expertTensor, "--expert-tensor")
    fixed.sharding = sharding ?? zeroStage?.sharding
    fixed.microBatch = try Self.degree(microBatch, "--micro-batch").map(Double.init)
    fixed.recompute = recompute?.value
    fixed.offload = offload?.value ?? []
    return fixed
  }

  static func degree(_ number: WholeNumber?, _ option: String) throws(Failure) -> Int? {
    guard let number else { return nil }
    guard (1...1_000_000_000).contains(number.value) else {
      throw Failure("\(option): \(number.value) is out of range", hint: "write a number from 1", status: .usage)
    }
    return number.value
  }
}

extension Layout.Sharding: OptionValue {}

/// A stage of ZeRO.
enum ZeroStage: String, CaseIterable, OptionValue {
  case none = "0"
  case optimizer = "1"
  case gradients = "2"
  case weights = "3"

  var sharding: Layout.Sharding {
    switch self {
    case .none: .ddp
    case .optimizer: .zero1
    case .gradients: .zero2
    case .weights: .fsdp
    }
  }
}

/// What the backward pass computes again.
struct RecomputeOption: OptionValue {
  var value: Recompute

  static var placeholder: String { "what" }

  init(argument: String) throws(ValueError) {
    guard let value = Recompute(text: argument.lowercased()) else {
      throw ValueError(
        "'\(argument)' is nothing to compute again",
        hint:
          "write none, attention, selective, full, layers of a stage as 5, a share as 1/2, or modules as mla_up_proj+moe_act"
      )
    }
    self.value = value
  }
}

/// What lives in the memory of the host.
struct OffloadOption: OptionValue {
  var value: Layout.Offload

  static var placeholder: String { "what" }

  init(argument: String) throws(ValueError) {
    do {
      value = try Layout.parse("offload=" + argument.lowercased()).layout.offload
    } catch {
      throw ValueError(
        "'\(argument)' cannot be moved to the host", hint: "write optimizer, activations or optimizer+activations")
    }
  }
}
