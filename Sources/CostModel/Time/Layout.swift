/// How the work of a training step is divided among accelerators.
package struct Layout: Sendable, Hashable {
  /// What data-parallel replicas divide instead of keeping copies (Rajbhandari et al. 2019, ZeRO).
  package enum Sharding: String, CaseIterable, Sendable {
    /// Nothing.
    case ddp
    /// The optimizer: a distributed optimizer.
    case zero1
    /// The optimizer and the gradients.
    case zero2
    /// The optimizer, the gradients and the weights, among all replicas.
    case fsdp
    /// The same among the replicas of one scale-up domain, with a copy in each domain.
    case hsdp

    /// The stage of ZeRO, 0 to 3.
    package var stage: Int {
      switch self {
      case .ddp: 0
      case .zero1: 1
      case .zero2: 2
      case .fsdp, .hsdp: 3
      }
    }
  }

  /// What is moved to the memory of the host.
  package struct Offload: OptionSet, Hashable, Sendable {
    /// The bits.
    package let rawValue: Int
    /// A set by its bits.
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Master weights and moments; the host updates the weights (Ren et al. 2021, ZeRO-Offload).
    package static let optimizer = Offload(rawValue: 1)
    /// What the forward pass keeps for the backward pass.
    package static let activations = Offload(rawValue: 2)
  }

  /// Accelerators that share each matrix.
  package var tensor = 1
  /// Stages of consecutive layers.
  package var pipeline = 1
  /// Chunks of layers that each stage holds: 1 without interleaving (Narayanan et al. 2021).
  package var virtualStages = 1
  /// Replicas that see different sequences.
  package var data = 1
  /// Accelerators that share each sequence.
  package var context = 1
  /// Accelerators of a stage that routed experts are divided among.
  package var expert = 1
  /// Accelerators that share the matrices of one expert.
  package var expertTensor = 1
  /// What replicas divide.
  package var sharding = Sharding.ddp
  /// Sequences that pass through a replica at once.
  package var microBatch = 1.0
  /// What the backward pass computes again.
  package var recompute = Recompute.none
  /// What lives in the memory of the host.
  package var offload: Offload = []

  /// One accelerator, or these degrees.
  package init(tensor: Int = 1, pipeline: Int = 1, data: Int = 1, context: Int = 1, expert: Int = 1) {
    self.tensor = tensor
    self.pipeline = pipeline
    self.data = data
    self.context = context
    self.expert = expert
  }

  /// All accelerators.
  package var accelerators: Double { Double(tensor) * Double(pipeline) * replicas }

  /// Copies of what is not divided: data and context parallelism see the same weights.
  package var replicas: Double { Double(data) * Double(context) }

  /// Copies of each expert, at least one.
  package var expertReplicas: Double {
    Swift.max(1, (accelerators / (Double(expert) * Double(expertTensor) * Double(pipeline))).rounded(.down))
  }

  /// Ranks that weights and optimizer are divided among where sharding divides them.
  ///
  /// - Parameter domain: Accelerators of a scale-up domain.
  /// - Returns: Ranks.
  func shards(domain: Int) -> Double {
    sharding == .hsdp ? Swift.min(replicas, Swift.max(1, Double(domain / Swift.max(1, tensor)))) : replicas
  }
}

/// A layout that does not read.
package enum LayoutError: Error, Sendable, Equatable {
  /// A part with no meaning.
  case unknown(part: String)
  /// A degree that is no whole number from 1 to 2^30.
  case degree(part: String)
  /// A part that is there twice.
  case repeated(part: String)

  /// What is wrong, and what may be written.
  package var message: String {
    switch self {
    case .unknown(let part):
      "'\(part)' is no part of a layout: write degrees as tp8,pp4,vp2,dp16,cp1,ep8,etp1, the micro-batch as mbs1, one of "
        + Layout.Sharding.allCases.map(\.rawValue).joined(separator: ", ")
        + ", recompute=selective, offload=optimizer"
    case .degree(let part): "'\(part)' needs a whole number from 1 to 2^30, as tp8"
    case .repeated(let part): "'\(part)' is given twice"
    }
  }
}

extension Layout: CustomStringConvertible {
  /// Reads a layout such as `tp4,pp8,vp5,dp16,zero1,recompute=full`.
  ///
  /// - Parameter text: Parts between commas or spaces, in any order; what is not named is 1, or nothing. A tensor degree
  ///   divides dense matrices; experts are divided by `ep` and `etp`.
  /// - Returns: The layout, and the names of the parts that the text has.
  /// - Throws: `LayoutError`.
  package static func parse(_ text: String) throws(LayoutError) -> (layout: Layout, named: Set<String>) {
    var layout = Layout()
    var named: Set<String> = []
    for part in text.lowercased().split(whereSeparator: { ", ".contains($0) }) {
      let name = try layout.read(String(part))
      guard named.insert(name).inserted else { throw .repeated(part: name) }
    }
    return (layout, named)
  }

  private static let degrees: [(name: String, path: any WritableKeyPath<Layout, Int> & Sendable)] = [
    ("tp", \.tensor), ("pp", \.pipeline), ("vp", \.virtualStages), ("dp", \.data), ("cp", \.context), ("ep", \.expert),
    ("etp", \.expertTensor),
  ]

  private mutating func read(_ part: String) throws(LayoutError) -> String {
    if let sharding = Sharding(rawValue: part == "zero3" ? "fsdp" : part == "zero0" ? "ddp" : part) {
      self.sharding = sharding
      return "sharding"
    }
    if part.hasPrefix("recompute=") {
      guard let recompute = Recompute(text: String(part.dropFirst(10))) else { throw .unknown(part: part) }
      self.recompute = recompute
      return "recompute"
    }
    if part.hasPrefix("offload=") {
      for word in part.dropFirst(8).split(separator: "+") {
        guard let place = Self.offloads.first(where: { $0.name == word }) else { throw .unknown(part: part) }
        offload.insert(place.set)
      }
      return "offload"
    }
    let name = String(part.prefix { !$0.isNumber && $0 != "=" })
    let value = part.dropFirst(name.count).drop { $0 == "=" }
    if name == "mbs" {
      guard let number = Double(value), number > 0, number <= 1e9 else { throw .degree(part: part) }
      microBatch = number
      return name
    }
    guard let degree = Self.degrees.first(where: { $0.name == name }) else { throw .unknown(part: part) }
    guard let number = Int(value), (1...(1 << 30)).contains(number) else { throw .degree(part: part) }
    self[keyPath: degree.path] = number
    return name
  }

  static let offloads: [(name: String, set: Offload)] = [("optimizer", .optimizer), ("activations", .activations)]

  /// The layout as ``parse(_:)`` reads it, without parts that divide nothing.
  package var description: String {
    var parts = Self.degrees.filter { self[keyPath: $0.path] > 1 }.map { "\($0.name)\(self[keyPath: $0.path])" }
    parts.append("mbs\(microBatch.plainText)")
    if sharding != .ddp { parts.append(sharding.rawValue) }
    if recompute != .none { parts.append("recompute=\(recompute)") }
    let moved = Self.offloads.filter { offload.contains($0.set) }.map(\.name)
    if !moved.isEmpty { parts.append("offload=" + moved.joined(separator: "+")) }
    return parts.joined(separator: ",")
  }
}

extension Double {
  /// A whole number without a point, any other with up to six digits.
  var plainText: String { Int(exactly: self).map(String.init) ?? Notation.digits(self, 6) }
}
