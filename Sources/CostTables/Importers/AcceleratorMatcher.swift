import CostModel

/// Finds the accelerator that a catalog means: by instance type, else by name, form (SXM, PCIe, NVL) and memory.
struct AcceleratorMatcher: Sendable {
  /// What a catalog says of an accelerator.
  struct Clues: Equatable {
    /// The accelerator's name, as `H100`, `A100-80GB` or `RTXPRO6000`.
    var name: String
    /// The instance type.
    var instance = ""
    /// More text that may tell the form.
    var details = ""
    /// Memory in GB: of one accelerator, or of all in the instance.
    var gigabytes: Double?
    /// Accelerators in the instance.
    var count = 1.0
  }

  /// What the clues tell.
  enum Match: Equatable {
    /// The accelerator of that id; the assumption says what the catalog leaves open.
    case known(String, assumption: String?)
    /// A part of one accelerator: a slice, or a share of its memory.
    case part
    /// None in the tables.
    case unknown
  }

  /// An accelerator's name, ready to be matched.
  struct Name: Sendable {
    let words: AcceleratorName
    let instances: [InstanceFamily]
  }

  private struct Candidate: Sendable {
    let id: String
    let form: String?
    let gigabytes: Double?
  }

  /// The families of instances, each with the family of its accelerator.
  private let instances: [(family: InstanceFamily, accelerator: String)]
  private var families: [String: [Candidate]] = [:]
  private var names: [String: String] = [:]
  private var gigabytes: [String: Double] = [:]

  init(_ catalog: TableCatalog) throws(CatalogError) {
    var instances: [(family: InstanceFamily, accelerator: String)] = []
    for row in try catalog.tables.rows(of: "instances") {
      let family = try InstanceFamily(row)
      instances.append((family, AcceleratorName(family.accelerator).family))
    }
    self.instances = instances
    for row in try catalog.tables.rows(of: "accelerators") {
      let accelerator = try Accelerator(row)
      let memory = accelerator.memoryBytes.map { $0 / 1e9 }
      let candidate = Candidate(id: accelerator.id, form: AcceleratorName(accelerator.id).form, gigabytes: memory)
      gigabytes[accelerator.id] = memory
      for name in [accelerator.id] + accelerator.aliases {
        let words = AcceleratorName(name)
        if names[words.whole] == nil { names[words.whole] = accelerator.id }
        if families[words.family, default: []].contains(where: { $0.id == accelerator.id }) { continue }
        families[words.family, default: []].append(candidate)
      }
    }
  }

  /// The accelerator that the clues mean; `knowsMemory` says whether the memory is a column of the catalog's own, in
  /// which a part of an accelerator shows.
  func match(_ clues: Clues, knowsMemory: Bool) -> Match {
    match(clues, name(clues.name), knowsMemory: knowsMemory)
  }

  /// A name taken apart, with the families of instances that hold such accelerators.
  func name(_ name: String) -> Name {
    let words = AcceleratorName(name)
    return Name(
      words: words, instances: instances.filter { words.family.hasPrefix($0.accelerator) }.map(\.family))
  }

  /// As ``match(_:knowsMemory:)``, with the name taken apart before.
  func match(_ clues: Clues, _ name: Name, knowsMemory: Bool) -> Match {
    let words = name.words
    let instance = clues.instance.utf8.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
    for family in name.instances where family.holds(instance) {
      if knowsMemory, let memory = gigabytes[family.accelerator], isPart(clues, of: memory) { return .part }
      return .known(family.accelerator, assumption: nil)
    }
    guard var left = families[words.family] else { return .unknown }
    let form = words.form ?? AcceleratorName.form(in: instance) ?? AcceleratorName(clues.details).form
    if let form {
      left = left.filter { $0.form == form || $0.form == nil }
      guard !left.isEmpty else { return .unknown }
    }
    if let memory = words.gigabytes {
      let alike = left.filter { Self.isNear($0.gigabytes, memory) }
      guard !alike.isEmpty else { return .unknown }
      left = alike
    } else if let memory = clues.gigabytes, memory > 0 {
      let alike = left.filter { Self.isNear($0.gigabytes, memory) || Self.isNear($0.gigabytes, memory / clues.count) }
      if alike.isEmpty, knowsMemory, left.allSatisfy({ $0.gigabytes.map { isPart(clues, of: $0) } ?? false }) {
        return .part
      }
      if !alike.isEmpty { left = alike }
    }
    if left.count == 1 { return .known(left[0].id, assumption: nil) }
    let usual = names[words.whole].flatMap { id in left.first { $0.id == id } } ?? left[0]
    return .known(usual.id, assumption: "the catalog says \(clues.name) alone: taken as \(usual.id)")
  }

  /// The families whose machines are priced apart from their accelerators.
  var hosts: [InstanceFamily] { instances.map(\.family).filter { $0.catalogName != nil } }

  /// The accelerator of a slice, and how many it has: `tpu-v6e-16` is 16 of `tpu-v6e`.
  func slice(_ name: String) -> (accelerator: String, count: Double)? {
    let name = Array(name.lowercased().utf8)
    for (family, _) in instances where family.catalogName == nil {
      if let count = family.count(in: name) { return (family.accelerator, count) }
    }
    return nil
  }

  private func isPart(_ clues: Clues, of memory: Double) -> Bool {
    guard let stated = clues.gigabytes, stated > 0 else { return false }
    return stated < memory * 0.75
  }

  private static func isNear(_ memory: Double?, _ stated: Double) -> Bool {
    memory.map { ($0 / stated - 1).magnitude < 0.06 } ?? false
  }
}
