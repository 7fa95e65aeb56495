import TextFormats

extension Network {
  init(_ row: TableRow) throws(CatalogError) {
    guard ["scale-up", "scale-out"].contains(try row.requiredText("kind")) else {
      throw row.failure("kind", "is neither scale-up nor scale-out")
    }
    self.init(
      id: row.id, name: try row.requiredText("name"), bytesPerSecond: try row.required("bytesPerSecond"),
      latency: try row.required("latencySeconds", above: -1),
      domain: try row.number("domain").flatMap { Int(exactly: $0) }, note: try row.text("note"))
  }
}

extension TableCatalog {
  /// The network of that id or alias, or the one between instances of a cloud family, as `aws-p4d`.
  package func network(_ name: String) throws(CatalogError) -> Network {
    try remembered(.network, name) { () throws(CatalogError) in
      let family = try tables.row(name.lowercased(), of: "instances")?.text("scaleOut")
      return try Network(try row(family ?? name, in: "networks", kind: "network"))
    }
  }

  /// An accelerator as a training step sees it, with its usual links.
  ///
  /// The matmul share is the table's, moved by published steps where it is not measured (table `step-constants`).
  package func trainingHardware(_ name: String) throws(CatalogError) -> TrainingHardware? {
    try remembered(.trainingHardware, name) { () throws(CatalogError) in
      try trainingHardware(name, isCalibrated: true)
    }
  }

  /// The same, with or without the shares that published steps have moved.
  package func trainingHardware(
    _ name: String, isCalibrated: Bool
  ) throws(CatalogError) -> TrainingHardware? {
    guard let row = try hardwareRow(name) else { return nil }
    let accelerator = try self.accelerator(try row.text("accelerator") ?? row.id)
    guard let peak = accelerator.referencePeak,
      let bandwidth = try row.number("bandwidthBytesPerSecond") ?? accelerator.bandwidthBytesPerSecond,
      let memory = try row.number("usableMemoryBytes") ?? accelerator.memoryBytes
    else { throw row.failure("id", "the accelerator's peak, memory or bandwidth is unknown") }
    let scaleUp = try network(try row.requiredText("scaleUp"))
    var share = try row.required("matmulShare")
    let basis = try row.requiredText("matmulBasis")
    guard ["measured", "assumed"].contains(basis), share <= 1.2 else {
      throw row.failure("matmulShare", "a share up to 1.2 is expected, measured or assumed")
    }
    if isCalibrated, basis == "assumed",
      let moved = try tables.row("matmul-share-\(row.id)", of: "step-constants")?.number("value")
    {
      share = moved
    }
    var hardware = TrainingHardware(
      accelerator: accelerator, peak: peak, matmulShare: share, isMatmulMeasured: basis == "measured",
      bandwidth: bandwidth, memory: memory, scaleUp: scaleUp, domain: scaleUp.domain ?? 1,
      scaleOut: try network(try row.requiredText("scaleOut")),
      hostLink: try network(try row.requiredText("hostLink")).bytesPerSecond)
    if row.id != accelerator.id { hardware.variant = row.id }
    return hardware
  }

  /// The row of an accelerator or of a variant that is none of the table of accelerators.
  private func hardwareRow(_ name: String) throws(CatalogError) -> TableRow? {
    if let row = try tables.row(name.lowercased(), of: "training-hardware") { return row }
    return try tables.row(try accelerator(name).id, of: "training-hardware")
  }

  /// The fitted constants of the time of a step.
  package func stepConstants() throws(CatalogError) -> StepConstants? {
    try remembered(.stepConstants, "") { () throws(CatalogError) in
      var constants = StepConstants(recomputed: try recomputedParts())
      for row in try tables.rows(of: "step-constants") where StepConstants.names.contains(row.id) {
        constants[row.id] = try row.required("value", above: -1)
      }
      return constants
    }
  }

  /// What recomputing parts of a layer does again.
  package func recomputedParts() throws(CatalogError) -> RecomputedParts {
    try RecomputedParts(try tables.rows(of: "recompute"))
  }

  /// How far published steps lie from those that a fit without their source predicts.
  package func stepSpread() throws(CatalogError) -> StepSpread {
    var spread = StepSpread()
    for row in try tables.rows(of: "step-constants") {
      if row.id == "deviation-dense" { spread.dense = try row.required("value") }
      if row.id == "deviation-moe" { spread.mixture = try row.required("value") }
    }
    for part in StepSpread.Added.allCases { spread.added[part] = try factor(part.rawValue).value.typical.value }
    return spread
  }

  /// Training software by the choices that change the time of a step; nil for a stack that has no row.
  package func stack(_ name: String) throws(CatalogError) -> TrainingStack? {
    let wanted = name.lowercased()
    for row in try tables.rows(of: "stacks") {
      let names = [row.id] + (try row.texts("aliases"))
      if names.contains(wanted) { return try TrainingStack(row) }
    }
    return nil
  }

  /// The architecture of a published step, or of a model of the table of architectures.
  package func stepArchitecture(_ name: String) throws(CatalogError) -> Architecture {
    guard let row = try tables.row(name.lowercased(), of: "step-models") else {
      return try knownModel(name).model.architecture
    }
    if let other = try row.text("architecture") { return try knownModel(other).model.architecture }
    return try ModelConfiguration(row, tables: tables).architecture
  }
}

/// A row of the table of stacks.
package struct TrainingStack: Sendable {
  /// Its id.
  package let id: String
  /// Its name in full.
  package let name: String
  /// Whether it trains in pipeline stages.
  package let hasPipeline: Bool
  private let overlapsTensor: Bool
  private let gathersEightBits: Bool
  private let usesPortableAttention: Bool
  private let fusesExperts: Bool
  private let isEager: Bool

  init(_ row: TableRow) throws(CatalogError) {
    func flag(_ name: String) throws(CatalogError) -> Bool {
      guard let flag = try row.flag(name) else { throw row.failure(name, "is missing") }
      return flag
    }
    id = row.id
    name = try row.requiredText("name")
    hasPipeline = try flag("pipeline")
    overlapsTensor = try flag("overlapsTensor")
    gathersEightBits = try flag("gathersEightBits")
    usesPortableAttention = try flag("portableAttention")
    fusesExperts = try flag("fusesExperts")
    isEager = try flag("eager")
  }

  /// Its choices on a generation of accelerators.
  package func software(on generation: String) -> TrainingSoftware {
    var software = TrainingSoftware()
    software.overlapsTensor = overlapsTensor
    software.gathersEightBits = gathersEightBits
    software.usesPortableAttention = usesPortableAttention && TrainingSoftware.hasVendorKernels(generation)
    software.fusesExperts = fusesExperts
    software.isEager = isEager
    return software
  }
}

extension TableRow {
  /// True or false; nil where it is not said.
  func flag(_ path: String) throws(CatalogError) -> Bool? {
    guard let member = member(path) else { return nil }
    guard case .boolean(let flag) = member.content else {
      throw failure(path, "true or false is expected, not \(member.kind)")
    }
    return flag
  }
}
