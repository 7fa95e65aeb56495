import CostModel
import Testing

/// The clusters that an estimate offers where nobody gave one.
@Suite("Cluster sizes offered")
struct ClusterSizeTests {
  private func estimate(
    _ stage: any Stage.Type, _ parameters: Double, _ given: [String: Double] = [:], accelerators: Double? = nil,
    on accelerator: String = "h100-sxm"
  ) throws -> Estimate {
    var request = Request(parameters: Ranged(parameters), phases: [])
    request.accelerator = accelerator
    request.cluster = accelerators.map { .accelerators(Ranged($0)) }
    let inputs = StageInputs(
      stage: stage.name, given: given.mapValues { Ranged($0) }, chosen: [:], catalog: TableCatalog.shared)
    return try .stage(stage, for: request, inputs)
  }

  private static let jobs: [(parameters: Double, examples: Double)] = [
    (8e9, 1e3), (8e9, 1e6), (70e9, 1e6), (405e9, 1e6),
  ]

  @Test func `they are whole nodes for hours or weeks, and each takes less time than the one before`() throws {
    for job in Self.jobs {
      let sizes = try estimate(SupervisedFineTuning.self, job.parameters, ["examples": job.examples]).clusterSizes()
      #expect(!sizes.isEmpty)
      for (index, size) in sizes.enumerated() {
        #expect(size.accelerators.isMultiple(of: 8) && size.wallClock.value < 28 * 24 * 1.5, "\(size)")
        guard index > 0 else { continue }
        #expect(size.accelerators == 2 * sizes[index - 1].accelerators && size.wallClock.value >= 1, "\(size)")
        #expect(size.wallClock.value < 0.8 * sizes[index - 1].wallClock.value, "\(size)")
      }
    }
    // A card for gamers comes alone.
    #expect(try estimate(SupervisedFineTuning.self, 1e9, on: "rtx-4090").clusterSizes().first?.accelerators == 1)
  }

  @Test func `pre-training is offered about four weeks, two and one`() throws {
    let request = Request(parameters: 70e9, phases: [Request.Phase(tokens: 15e12)])
    let sizes = try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: TableCatalog.shared)).clusterSizes()
    for (size, weeks) in zip(sizes, [4.0, 2, 1]) {
      #expect((0.6...1.7).contains(size.wallClock.value / 168 / weeks), "\(size)")
    }
    #expect(sizes.count == 3)
  }

  @Test func `each costs what the same cluster costs where it is given`() throws {
    for stage in Stages.all where stage.hasModel && stage != Pretraining.self && stage != Distillation.self {
      for size in try estimate(stage, 8e9).clusterSizes() {
        let given = try estimate(stage, 8e9, accelerators: Double(size.accelerators))
        #expect(given.bill.total.typical == size.cost, "\(stage.name) \(size)")
        #expect(given.run.wallClock?.typical == size.wallClock, "\(stage.name) \(size)")
      }
    }
  }
}
