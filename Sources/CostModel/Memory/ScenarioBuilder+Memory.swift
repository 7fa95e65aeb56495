extension MemoryProfile {
  /// The profile of a scenario's model: of its architecture, or estimated from its size.
  public init(_ model: Scenario.Model, widthToDepth: Double) {
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
  /// The model of a request, and the hidden width over layers by which its shape is estimated.
  ///
  /// - Throws: ``ScenarioError`` for sizes that make no sense.
  public static func model(
    for request: Request, in catalog: any Catalog
  ) throws(ScenarioError) -> (model: Scenario.Model, widthToDepth: Double) {
    var request = request
    request.accelerator = nil
    let builder = try ScenarioBuilder(request, in: catalog)
    let ratio = try Inputs.look { () throws(CatalogError) in try catalog.factor("width-to-depth-ratio") }
    return (try builder.model(), ratio.value.typical.value)
  }
}

extension LayoutSearch {
  /// A search on an accelerator of the catalog; nil where its memory is unknown.
  ///
  /// Of its memory some stays for the runtime (factor `training-memory-share`, `decode-memory-share`); a batch of
  /// pre-training bounds the replicas (`training-batch-tokens`) unless the job says how large it is.
  ///
  /// - Throws: ``ScenarioError`` where a factor is missing.
  public static func on(
    _ accelerator: Accelerator, _ model: MemoryProfile, _ job: MemoryJob, in catalog: any Catalog
  ) throws(ScenarioError) -> LayoutSearch? {
    guard let memory = accelerator.memoryBytes else { return nil }
    func factor(_ id: String) throws(ScenarioError) -> Double {
      try Inputs.look { () throws(CatalogError) in try catalog.factor(id) }.value.typical.value
    }
    var job = job
    if job.task == .pretrain, job.batch == nil { job.batch = try factor("training-batch-tokens") / job.context }
    let share = try factor(job.isTraining ? "training-memory-share" : "decode-memory-share")
    // Eight share fast links, even where a rack holds more.
    let node = Swift.min(accelerator.acceleratorsPerNode ?? 8, 8)
    return LayoutSearch(model, job, usable: memory * share, node: node)
  }
}
