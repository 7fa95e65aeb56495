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
      instances.append((family, Words(family.accelerator).family))
    }
    self.instances = instances
    for row in try catalog.tables.rows(of: "accelerators") {
      let accelerator = try Accelerator(row)
      let memory = accelerator.memoryBytes.map { $0 / 1e9 }
      let candidate = Candidate(id: accelerator.id, form: Words(accelerator.id).form, gigabytes: memory)
      gigabytes[accelerator.id] = memory
      for name in [accelerator.id] + accelerator.aliases {
        let words = Words(name)
        if names[words.whole] == nil { names[words.whole] = accelerator.id }
        if families[words.family, default: []].contains(where: { $0.id == accelerator.id }) { continue }
        families[words.family, default: []].append(candidate)
      }
    }
  }

  /// The accelerator that the clues mean.
  ///
  /// - Parameter knowsMemory: Whether the memory is the catalog's own column, which a part of an accelerator shows in.
  func match(_ clues: Clues, knowsMemory: Bool) -> Match {
    let words = Words(clues.name)
    let instance = Array(clues.instance.lowercased().utf8)
    for (family, accelerator) in instances where words.family.hasPrefix(accelerator) && family.holds(instance) {
      if knowsMemory, let memory = gigabytes[family.accelerator], isPart(clues, of: memory) { return .part }
      return .known(family.accelerator, assumption: nil)
    }
    guard var left = families[words.family] else { return .unknown }
    let form = words.form ?? Words(clues.instance).form ?? Words(clues.details).form
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

/// A name taken apart: `A100-80GB-SXM4` is of family `a100`, form `sxm`, with 80 GB.
private struct Words {
  /// The letters and digits of the name.
  var whole = ""
  /// The same without vendor, form and memory.
  var family = ""
  /// `sxm`, `pcie` or `nvl`.
  var form: String?
  /// Memory in GB.
  var gigabytes: Double?

  private static let vendors: Set<String> = [
    "nvidia", "amd", "intel", "google", "aws", "tesla", "geforce", "instinct",
  ]

  init(_ name: String) {
    for word in name.lowercased().split(whereSeparator: { !$0.isASCII || !($0.isLetter || $0.isNumber) }) {
      let word = String(word)
      whole += word
      if let form = Self.form(word) {
        self.form = self.form ?? form
      } else if let memory = Self.gigabytes(word) {
        gigabytes = gigabytes ?? memory
      } else if !Self.vendors.contains(word) {
        family += word
      }
    }
    // A form written on without a break, as in H100NVL.
    for form in ["sxm", "pcie", "nvl"] where self.form == nil && family.hasSuffix(form) && family != form {
      self.form = form
      family.removeLast(form.utf8.count)
    }
  }

  private static func form(_ word: String) -> String? {
    if word == "pcie" || word == "nvl" { return word }
    guard word.hasPrefix("sxm") else { return nil }
    return word.dropFirst(3).first?.isLetter == true ? nil : "sxm"
  }

  private static func gigabytes(_ word: String) -> Double? {
    for ending in ["gib", "gb", "g"] where word.hasSuffix(ending) {
      let digits = word.dropLast(ending.utf8.count)
      return !digits.isEmpty && digits.allSatisfy(\.isNumber) ? Double(digits) : nil
    }
    return nil
  }
}
