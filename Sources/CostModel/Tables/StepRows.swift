import TextFormats

extension TableCatalog {
  /// The published steps.
  ///
  /// - Parameter isCalibrated: Whether matmul shares that are not measured are those that published steps moved.
  /// - Returns: The steps, those set apart among them.
  /// - Throws: ``CatalogError`` for a row that does not read.
  package func publishedSteps(isCalibrated: Bool = true) throws(CatalogError) -> [PublishedStep] {
    var reader = StepReader(catalog: self, isCalibrated: isCalibrated)
    var steps: [PublishedStep] = []
    for row in try tables.rows(of: "steps") { steps.append(try reader.step(row)) }
    return steps
  }
}

/// Reads rows of steps; models and accelerators are read once.
package struct StepReader {
  let catalog: TableCatalog
  let isCalibrated: Bool
  /// Reads the architecture of a model that no table has; nil where there is none.
  package var otherModel: (String) throws(CatalogError) -> Architecture? = { (_) throws(CatalogError) in nil }
  private var models: [String: (shape: TransformerShape, architecture: Architecture)] = [:]
  private var hardware: [String: TrainingHardware] = [:]
  private var stacks: [String: TrainingStack?] = [:]

  package init(catalog: TableCatalog, isCalibrated: Bool) {
    self.catalog = catalog
    self.isCalibrated = isCalibrated
  }

  package mutating func step(_ row: TableRow) throws(CatalogError) -> PublishedStep {
    let model = try row.requiredText("model")
    let known = try self.model(model)
    let accelerator = try hardware(row)
    let layers = try row.number("layers")
    var job = StepJob(
      shape: layers.map { known.shape.with(layers: $0) } ?? known.shape, sequence: try row.required("sequence"),
      batch: try row.required("batch"))
    job.precision = try row.choice("precision", TrainingPrecision.self)
    if row.member("task") != nil { job.task = try row.choice("task", StepJob.Task.self) }
    job.documents = try row.number("documents")
    job.software = try software(row, on: accelerator.accelerator.generation)
    var step = PublishedStep(
      id: row.id, organization: try row.requiredText("organization"), series: try row.requiredText("series"),
      date: try row.requiredText("asOf"), model: model, job: job, hardware: accelerator, layout: try row.layout(),
      seconds: try row.required("seconds"), exclusion: try row.text("exclude"))
    let share = layers.map { $0 / known.shape.layers } ?? 1
    step.operations = job.tokens * known.architecture.stepOperations(job, layers: share)
    return step
  }

  private mutating func model(
    _ name: String
  ) throws(CatalogError) -> (shape: TransformerShape, architecture: Architecture) {
    if let known = models[name] { return known }
    let architecture: Architecture
    if let other = try otherModel(name) {
      architecture = other
    } else {
      architecture = try catalog.stepArchitecture(name)
    }
    let known = (shape: TransformerShape(architecture), architecture: architecture)
    models[name] = known
    return known
  }

  private mutating func hardware(_ row: TableRow) throws(CatalogError) -> TrainingHardware {
    let name = try row.requiredText("accelerator")
    var found: TrainingHardware
    if let known = hardware[name] {
      found = known
    } else {
      guard let known = try catalog.trainingHardware(name, isCalibrated: isCalibrated) else {
        throw row.failure("accelerator", "'\(name)' is not in training-hardware")
      }
      found = known
      hardware[name] = found
    }
    if let rate = try row.number("scaleOutGigabytesPerSecond") {
      found.scaleOut.bytesPerSecond = rate * 1e9
    }
    if let share = try row.number("matmulShare") {
      (found.matmulShare, found.isMatmulMeasured, found.isMatmulGiven) = (share, true, true)
    }
    return found
  }

  private mutating func software(_ row: TableRow, on generation: String) throws(CatalogError) -> TrainingSoftware {
    var software = TrainingSoftware()
    software.gathersEightBits = false
    if let name = try row.text("stack") {
      let stack: TrainingStack?
      if let known = stacks[name] {
        stack = known
      } else {
        stack = try catalog.stack(name)
        stacks[name] = .some(stack)
      }
      if let stack { software = stack.software(on: generation) }
    }
    if let fuses = try row.flag("fusesExperts") { software.fusesExperts = fuses }
    if let overlaps = try row.flag("overlapsTensor") { software.overlapsTensor = overlaps }
    if let writes = try row.flag("writesScores") { software.writesScores = writes }
    return software
  }
}

extension TableRow {
  /// The layout, with as many data-parallel replicas as the accelerators leave where it does not say.
  fileprivate func layout() throws(CatalogError) -> Layout {
    let text = try requiredText("layout")
    let accelerators = try required("accelerators")
    var parsed: (layout: Layout, named: Set<String>)
    do { parsed = try Layout.parse(text) } catch { throw failure("layout", error.message) }
    guard !parsed.named.contains("dp") else { return parsed.layout }
    let others = Double(parsed.layout.tensor) * Double(parsed.layout.pipeline) * Double(parsed.layout.context)
    parsed.layout.data = Int(max(1, min(accelerators / others, 1e9)))
    return parsed.layout
  }
}
