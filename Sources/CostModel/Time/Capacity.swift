/// A cluster that cannot hold its job, however it is laid out.
package struct MemoryShortage: Sendable {
  /// The accelerator.
  package var accelerator: String
  /// How many of them there are.
  package var accelerators: Int
  /// What the most loaded one needs in the layout that takes least; nil where no layout has so many.
  package var needed: Quantity<Bytes>?
  /// What may be filled.
  package var usable: Quantity<Bytes>
  /// The fewest that would do; nil where none would.
  package var smallest: Int?

  /// What is wrong, and what would do.
  package var message: String {
    let display = { (bytes: Quantity<Bytes>) in Notation.display(bytes.value, as: .bytes) }
    let need = needed.map { ": \(display($0)) on the most loaded, \(display(usable)) usable" } ?? ""
    let enough = smallest.map { "; \(Notation.display(Double($0), as: .accelerators)) can" } ?? ""
    return "\(Notation.display(Double(accelerators), as: .accelerators)) × \(accelerator) cannot hold it"
      + "\(need)\(enough) ('llmcost fit' shows how)"
  }
}

extension Estimate {
  /// Why the cluster asked for cannot hold the job, offloading aside; nil where it can, and where there is no cluster.
  ///
  /// - Throws: ``ScenarioError`` where a factor is missing.
  package func memoryShortage(in catalog: any Catalog) throws(ScenarioError) -> MemoryShortage? {
    guard let memory, let accelerators = run.accelerators?.typical.value.rounded(.up), accelerators < 1e9 else {
      return nil
    }
    let count = Int.whole(accelerators, atMost: 1 << 30)
    guard let search = try search(for: memory, in: catalog), !search.holds(on: count) else { return nil }
    return MemoryShortage(
      accelerator: scenario.hardware.accelerator.id, accelerators: count,
      needed: search.nearest(on: count)?.use.total, usable: Quantity(search.usable),
      smallest: search.smallest().map { Int.whole($0.layout.accelerators, atMost: 1 << 30) })
  }

  /// The fewest accelerators that hold the job, a power of two: what `fit` finds, `schedule` starts from and estimates
  /// offer.
  ///
  /// - Parameter catalog: The tables.
  /// - Returns: nil where the memory of the job or of the accelerator is unknown, and where no cluster is large enough.
  /// - Throws: ``ScenarioError`` where a factor is missing.
  package func fewestAccelerators(in catalog: any Catalog) throws(ScenarioError) -> Int? {
    guard let memory, let smallest = try search(for: memory, in: catalog)?.smallest() else { return nil }
    return Int.whole(smallest.layout.accelerators, atMost: 1 << 30)
  }

  /// How its training steps are laid out on its cluster: the fastest layout that fits; nil where it has no cluster, no such
  /// steps, or none fits.
  package var layout: Layout? {
    guard let count = run.accelerators?.typical.value.rounded(.up), count < 1e9 else { return nil }
    return scenario.hardware.scaling?.layout(work, scenario.model, on: Int.whole(count, atMost: 1 << 30))
  }

  private func search(for memory: MemoryJob, in catalog: any Catalog) throws(ScenarioError) -> LayoutSearch? {
    let profile = ModelSizes(scenario.model, widthToDepth: scenario.hardware.widthToDepth.typical.value).memory
    return try LayoutSearch.on(scenario.hardware.accelerator, profile, memory, in: catalog)
  }
}

extension LayoutSearch {
  /// Whether some layout fits; odd counts may leave some accelerators out, down to the power of two below.
  func holds(on count: Int) -> Bool {
    if fits(on: count) { return true }
    var power = 1
    while power * 2 <= count { power *= 2 }
    return power != count && fits(on: power)
  }
}
