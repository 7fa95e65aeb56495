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
  static let modules:
    [(name: String, set: Modules, part: any WritableKeyPath<RecomputedParts, RecomputedParts.Shares> & Sendable)] = [
      ("mla_up_proj", .latentUpProjection, \.latentUpProjection), ("layernorm", .layerNorm, \.layerNorm),
      ("moe_act", .expertActivation, \.expertActivation), ("mlp", .network, \.network),
      ("core_attn", .coreAttention, \.coreAttention), ("moe", .experts, \.experts),
    ]

  /// The work done again.
  ///
  /// Whole layers repeat everything; of parts of a layer, the table has the shares.
  ///
  /// - Parameters:
  ///   - layersPerStage: Layers of a pipeline stage.
  ///   - parts: What the parts of a layer repeat.
  /// - Returns: Shares of one forward pass.
  func shares(layersPerStage: Double, _ parts: RecomputedParts) -> RecomputedParts.Shares {
    switch self {
    case .none: return RecomputedParts.Shares()
    case .attention: return parts.attention
    case .selective: return parts.selective
    case .full, .layers, .share: return RecomputedParts.Shares(all: wholeLayers(layersPerStage: layersPerStage))
    case .modules(let set):
      var shares = RecomputedParts.Shares()
      for module in Self.modules where set.contains(module.set) { shares.add(parts[keyPath: module.part]) }
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

/// What recomputing each part of a layer does again.
package struct RecomputedParts: Sendable, Hashable {
  /// Repeated forward work, as shares of one forward pass.
  package struct Shares: Sendable, Hashable {
    /// Of the matrix products outside attention.
    package var matrices: Double
    /// Of attention scores and weighted values.
    package var attention: Double
    /// Of the memory operations.
    package var memory: Double
    /// Of the exchange between accelerators.
    package var traffic: Double

    /// One share of everything.
    init(all share: Double = 0) { (matrices, attention, memory, traffic) = (share, share, share, share) }

    init(_ row: TableRow) throws(CatalogError) {
      matrices = try row.required("matrices", above: -1)
      attention = try row.required("attention", above: -1)
      memory = try row.required("memory", above: -1)
      traffic = try row.required("traffic", above: -1)
    }

    mutating func add(_ other: Shares) {
      matrices += other.matrices
      attention += other.attention
      memory += other.memory
      traffic += other.traffic
    }
  }

  var attention = Shares()
  var selective = Shares()
  var latentUpProjection = Shares()
  var layerNorm = Shares()
  var expertActivation = Shares()
  var network = Shares()
  var coreAttention = Shares()
  var experts = Shares()

  /// Parts that repeat nothing.
  init() {}

  /// The parts of the rows of the table.
  init(_ rows: [TableRow]) throws(CatalogError) {
    for row in rows {
      switch row.id {
      case "attention": attention = try Shares(row)
      case "selective": selective = try Shares(row)
      default:
        guard let module = Recompute.modules.first(where: { $0.name == row.id }) else {
          throw row.failure("id", "is no part that is recomputed by itself")
        }
        self[keyPath: module.part] = try Shares(row)
      }
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
