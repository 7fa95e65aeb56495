/// The sizes of a model that steps and memory depend on.
package struct ModelSizes: Sendable, Hashable {
  /// What decides the time of a step.
  package var shape: TransformerShape
  /// What decides the memory.
  package var memory: MemoryProfile

  /// The sizes of an architecture.
  init(_ architecture: Architecture) {
    shape = TransformerShape(architecture)
    memory = MemoryProfile(architecture)
  }

  /// The sizes of a transformer of so many parameters, estimated.
  init(parameters: Double, active: Double?, widthToDepth: Double) {
    shape = TransformerShape(parameters: parameters, active: active, widthToDepth: widthToDepth)
    memory = MemoryProfile(parameters: parameters, active: active, widthToDepth: widthToDepth)
  }

  /// The sizes of a scenario's model: of its architecture, or estimated from its parameters.
  package init(_ model: Scenario.Model, widthToDepth: Double) {
    if let known = model.known {
      self.init(known.architecture)
    } else {
      self.init(
        parameters: model.parameters.typical.value, active: model.activeParameters?.typical.value,
        widthToDepth: widthToDepth)
    }
  }
}

extension ScenarioBuilder {
  /// The model of a request with its sizes.
  ///
  /// - Throws: ``ScenarioError`` for sizes that make no sense.
  package static func model(
    for request: Request, in catalog: any Catalog
  ) throws(ScenarioError) -> (model: Scenario.Model, sizes: ModelSizes) {
    var request = request
    request.accelerator = nil
    let builder = try ScenarioBuilder(request, in: catalog)
    let ratio = try Inputs.look { () throws(CatalogError) in try catalog.factor("width-to-depth-ratio") }
    let model = try builder.model()
    return (model, ModelSizes(model, widthToDepth: ratio.value.typical.value))
  }
}

extension LayoutSearch {
  /// A search on an accelerator of the catalog; nil where its memory is unknown.
  ///
  /// Of its memory some stays for the runtime (factor `training-memory-share`, `decode-memory-share`); a batch of
  /// pre-training bounds the replicas (`training-batch-tokens`) unless the job says how large it is.
  ///
  /// - Parameters:
  ///   - accelerator: The accelerator.
  ///   - model: The model's memory.
  ///   - job: What fills the memory.
  ///   - step: The training step by whose time layouts are chosen; nil to choose without.
  ///   - catalog: Where factors and hardware stand.
  /// - Returns: The search.
  /// - Throws: ``ScenarioError`` where a factor is missing.
  package static func on(
    _ accelerator: Accelerator, _ model: MemoryProfile, _ job: MemoryJob, step: StepModel? = nil,
    in catalog: any Catalog
  ) throws(ScenarioError) -> LayoutSearch? {
    var hardware = step?.hardware
    if hardware == nil {
      hardware = try Inputs.look { () throws(CatalogError) in try catalog.trainingHardware(accelerator.id) }
    }
    guard let memory = hardware?.memory ?? accelerator.memoryBytes else { return nil }
    func factor(_ id: String) throws(ScenarioError) -> Double {
      try Inputs.look { () throws(CatalogError) in try catalog.factor(id) }.value.typical.value
    }
    var job = job
    if job.task == .pretrain, job.batch == nil {
      job.batch = MemoryJob.batch(tokens: try factor("training-batch-tokens"), context: job.context)
    }
    let share = try factor(job.isTraining ? "training-memory-share" : "decode-memory-share")
    let domain = hardware?.domain ?? accelerator.acceleratorsPerNode ?? 8
    job.domain = domain
    return LayoutSearch(model, job, step: step, usable: memory * share, node: largestTensorGroup(domain: domain))
  }

  /// Eight share fast links in tensor parallelism even where a rack holds more; sixteen on a torus of hundreds.
  static func largestTensorGroup(domain: Int) -> Int { Swift.min(domain, domain >= 256 ? 16 : 8) }
}
