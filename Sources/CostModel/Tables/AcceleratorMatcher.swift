/// Finds the accelerator that a catalog means: by instance type, else by name, form (SXM, PCIe, NVL) and memory.
package struct AcceleratorMatcher: Sendable {
  /// What a catalog says of an accelerator.
  package struct Clues: Equatable {
    /// The accelerator's name, as `H100`, `A100-80GB` or `RTXPRO6000`.
    package var name: String
    /// The instance type.
    package var instance = ""
    /// More text that may tell the form.
    package var details = ""
    /// Memory in GB: of one accelerator, or of all in the instance.
    package var gigabytes: Double?
    /// Accelerators in the instance.
    package var count = 1.0

    package init(name: String, instance: String = "", details: String = "", gigabytes: Double? = nil, count: Double = 1)
    {
      self.name = name
      self.instance = instance
      self.details = details
      self.gigabytes = gigabytes
      self.count = count
    }
  }

  /// What the clues tell.
  package enum Match: Equatable {
    /// The accelerator of that id; the assumption says what the catalog leaves open.
    case known(String, assumption: String?)
    /// A part of one accelerator: a slice, or a share of its memory.
    case part
    /// None in the tables.
    case unknown
  }

  /// An accelerator's name, ready to be matched.
  package struct Name: Sendable {
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
  private var generations: [String: [String]] = [:]
  private let tableNames: TableNames
  private var names: [String: String] = [:]
  private var gigabytes: [String: Double] = [:]

  package init(_ catalog: TableCatalog) throws(CatalogError) {
    var instances: [(family: InstanceFamily, accelerator: String)] = []
    for row in try catalog.tables.rows(of: "instances") {
      let family = try InstanceFamily(row)
      instances.append((family, AcceleratorName(family.accelerator).family))
    }
    self.instances = instances
    tableNames = try catalog.tables.names(of: "accelerators")
    for row in try catalog.tables.rows(of: "accelerators") {
      let accelerator = try Accelerator(row)
      let memory = accelerator.memoryBytes.map { $0 / 1_073_741_824 }
      let candidate = Candidate(id: accelerator.id, form: AcceleratorName(accelerator.id).form, gigabytes: memory)
      gigabytes[accelerator.id] = memory
      generations[AcceleratorName(accelerator.generation).whole, default: []].append(accelerator.id)
      for name in [accelerator.id, accelerator.name] + accelerator.aliases {
        let words = AcceleratorName(name)
        if names[words.whole] == nil { names[words.whole] = accelerator.id }
        if families[words.family, default: []].contains(where: { $0.id == accelerator.id }) { continue }
        families[words.family, default: []].append(candidate)
      }
    }
  }

  /// The accelerator that the clues mean; `knowsMemory` says whether the memory is a column of the catalog's own, in
  /// which a part of an accelerator shows.
  package func match(_ clues: Clues, knowsMemory: Bool) -> Match {
    match(clues, name(clues.name), knowsMemory: knowsMemory)
  }

  /// A name taken apart, with the families of instances that hold such accelerators.
  package func name(_ name: String) -> Name {
    let words = AcceleratorName(name)
    return Name(
      words: words, instances: instances.filter { words.family.hasPrefix($0.accelerator) }.map(\.family))
  }

  /// As ``match(_:knowsMemory:)``, with the name taken apart before.
  package func match(_ clues: Clues, _ name: Name, knowsMemory: Bool) -> Match {
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
      // A number that is no memory may be a part of the name, as in GH200 480GB.
      guard !alike.isEmpty else { return names[words.whole].map { .known($0, assumption: nil) } ?? .unknown }
      left = alike
    } else if let memory = clues.gigabytes, memory > 0 {
      let alike = left.filter { Self.isNear($0.gigabytes, memory) || Self.isNear($0.gigabytes, memory / clues.count) }
      if alike.isEmpty, knowsMemory, left.allSatisfy({ $0.gigabytes.map { isPart(clues, of: $0) } ?? false }) {
        return .part
      }
      if !alike.isEmpty { left = alike }
    }
    if left.count == 1 { return .known(left[0].id, assumption: nil) }
    let named = names[words.whole] ?? names[words.family]
    let usual = named.flatMap { id in left.first { $0.id == id } } ?? left[0]
    return .known(usual.id, assumption: "the catalog says \(clues.name) alone: taken as \(usual.id)")
  }

  /// What a name means that a person typed: an accelerator, an instance type, a slice, or a generation.
  func meaning(of name: String) -> TableNames.Meaning {
    let typed = Array(name.lowercased().utf8.prefix(120))
    for (family, _) in instances where family.holds(typed) { return .row(family.accelerator) }
    if case .row(let id) = tableNames.meaning(of: name) { return .row(id) }
    let words = AcceleratorName(name)
    if let id = names[words.whole] { return .row(id) }
    if let ids = generations[words.whole] { return ids.count == 1 ? .row(ids[0]) : .several(ids) }
    if case .known(let id, _) = match(Clues(name: name), knowsMemory: false) { return .row(id) }
    if let others = families[words.family]?.map(\.id) {
      return others.count > 1 ? .several(others) : .none(near: others)
    }
    for (name, id) in [(words.family + "x", words.family), ("tpu" + words.family, words.family)] {
      if !id.isEmpty, let id = names[name] { return .row(id) }
    }
    return tableNames.meaning(of: name)
  }

  /// The families whose machines are priced apart from their accelerators.
  package var hosts: [InstanceFamily] { instances.map(\.family).filter { $0.catalogName != nil } }

  /// The accelerator of a slice, and how many it has: `tpu-v6e-16` is 16 of `tpu-v6e`.
  package func slice(_ name: String) -> (accelerator: String, count: Double)? {
    let name = Array(name.lowercased().utf8)
    for (family, _) in instances where family.catalogName == nil {
      if let count = family.count(in: name) { return (family.accelerator, count) }
    }
    return nil
  }

  /// How many accelerators an instance type is known to have; nil where its name does not say.
  package func count(in instance: String) -> Double? {
    let type = Array(instance.lowercased().utf8)
    for (family, _) in instances where family.catalogName == nil || family.acceleratorsPerUnit != nil {
      if let count = family.count(in: type) { return count }
    }
    return nil
  }

  private func isPart(_ clues: Clues, of memory: Double) -> Bool {
    guard let stated = clues.gigabytes, stated > 0 else { return false }
    return stated < memory * 0.75
  }

  /// Whether a stated memory is this one: GB of memory are GiB, and some vendors count them in tens.
  private static func isNear(_ memory: Double?, _ stated: Double) -> Bool {
    memory.map { [$0, $0 * 1.073741824].contains { ($0 / stated - 1).magnitude < 0.06 } } ?? false
  }
}
