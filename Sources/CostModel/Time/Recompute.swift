/// What the backward pass computes again instead of keeping it.
package enum Recompute: Sendable, Hashable {
  /// Nothing.
  case none
  /// Attention alone (Korthikanti et al. 2022, section 5); blockwise kernels do so anyway.
  case attention
  /// Every other operation, as torchtitan and FSDP examples have it.
  case selective
  /// Every layer.
  case full
  /// All of some layers of a stage.
  case layers(Double)
  /// All of a share of the layers.
  case share(Double)
  /// Parts of every layer.
  case modules(Modules)

  /// Parts of a layer that Megatron recomputes by name.
  package struct Modules: OptionSet, Hashable, Sendable {
    /// The bits.
    package let rawValue: Int
    /// A set by its bits.
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Keys and values rebuilt from the latent vector.
    package static let latentUpProjection = Modules(rawValue: 1)
    /// Norms.
    package static let layerNorm = Modules(rawValue: 2)
    /// The activation of experts.
    package static let expertActivation = Modules(rawValue: 4)
    /// The activation of the dense network.
    package static let network = Modules(rawValue: 8)
    /// Scores and weighted values.
    package static let coreAttention = Modules(rawValue: 16)
    /// The whole of the experts, their exchange included.
    package static let experts = Modules(rawValue: 32)
  }

  /// The names of modules, as Megatron has them.
  static let modules: [(name: String, set: Modules)] = [
    ("mla_up_proj", .latentUpProjection), ("layernorm", .layerNorm), ("moe_act", .expertActivation), ("mlp", .network),
    ("core_attn", .coreAttention), ("moe", .experts),
  ]

  /// Repeated forward work, as shares of one forward pass.
  struct Shares: Sendable {
    var matrices = 0.0
    var attention = 0.0
    var memory = 0.0
    var traffic = 0.0
  }

  /// The work done again.
  ///
  /// Whole layers repeat everything. The shares of parts are judgments by the sizes of usual layers, not fitted.
  ///
  /// - Parameter layersPerStage: Layers of a pipeline stage.
  /// - Returns: Shares of one forward pass.
  func shares(layersPerStage: Double) -> Shares {
    switch self {
    case .none: return Shares()
    case .full: return Shares(matrices: 1, attention: 1, memory: 1, traffic: 1)
    case .attention: return Shares(attention: 1, memory: 0.15)
    case .selective: return Shares(matrices: 0.3, memory: 0.7, traffic: 0.1)
    case .layers, .share:
      let share = wholeLayers(layersPerStage: layersPerStage)
      return Shares(matrices: share, attention: share, memory: share, traffic: share)
    case .modules(let set):
      var shares = Shares()
      if set.contains(.latentUpProjection) { (shares.matrices, shares.memory) = (0.06, 0.1) }
      if set.contains(.layerNorm) { shares.memory += 0.15 }
      if set.contains(.expertActivation) { shares.memory += 0.15 }
      if set.contains(.network) { (shares.matrices, shares.memory) = (shares.matrices + 0.05, shares.memory + 0.05) }
      if set.contains(.coreAttention) { shares.attention += 1 }
      if set.contains(.experts) {
        shares.matrices += 0.6
        shares.memory += 0.5
        shares.traffic += 0.5
      }
      return shares
    }
  }

  /// The share of layers of which nothing but the input is kept.
  func wholeLayers(layersPerStage: Double) -> Double {
    switch self {
    case .full: 1
    case .layers(let count): Swift.min(1, count / layersPerStage)
    case .share(let share): Swift.min(1, share)
    default: 0
    }
  }
}

extension Recompute: CustomStringConvertible {
  /// Reads `none`, `attention`, `selective`, `full`, a count of layers as `5`, a share as `1/2`, or modules as
  /// `mla_up_proj+layernorm`; nil for anything else.
  package init?(text: String) {
    switch text {
    case "none": self = .none
    case "attention": self = .attention
    case "selective": self = .selective
    case "full": self = .full
    default:
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { Double($0) }
      if numbers.count == parts.count, numbers.allSatisfy({ $0 > 0 && $0 <= 1e6 }), numbers.count <= 2 {
        self = numbers.count == 1 ? .layers(numbers[0]) : .share(numbers[0] / numbers[1])
        return
      }
      var set: Modules = []
      for word in text.split(separator: "+") {
        guard let module = Self.modules.first(where: { $0.name == word }) else { return nil }
        set.insert(module.set)
      }
      guard !set.isEmpty else { return nil }
      self = .modules(set)
    }
  }

  /// The text that ``init(text:)`` reads.
  package var description: String {
    switch self {
    case .none: "none"
    case .attention: "attention"
    case .selective: "selective"
    case .full: "full"
    case .layers(let count): count.plainText
    case .share(let share): "\(share.plainText)/1"
    case .modules(let set): Self.modules.filter { set.contains($0.set) }.map(\.name).joined(separator: "+")
    }
  }
}
