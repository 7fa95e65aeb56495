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

  @Test func `they are nodes or part of one, and each takes less time than the one before`() throws {
    for job in Self.jobs {
      let sizes = try estimate(SupervisedFineTuning.self, job.parameters, ["examples": job.examples]).clusterSizes()
      #expect(!sizes.isEmpty)
      for (index, size) in sizes.enumerated() {
        let isPart = [1, 2, 4].contains(size.accelerators) && size.wallClock.value < 24 * 1.5
        #expect(isPart || size.accelerators.isMultiple(of: 8) && size.wallClock.value < 28 * 24 * 1.5, "\(size)")
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

  @Test func `an estimate on a chosen cluster is that of the same number given`() throws {
    for stage in Stages.all where stage.hasModel && stage != Pretraining.self && stage != Distillation.self {
      for parameters in [8e9, 70e9] {
        let bare = try estimate(stage, parameters)
        guard let chosen = bare.run.accelerators?.typical.value else { continue }
        let given = try estimate(stage, parameters, accelerators: chosen)
        // Storage has its months alone where nobody gave the cluster.
        let (one, other) = (bare.run.acceleratorHours.typical.value, given.run.acceleratorHours.typical.value)
        #expect((one / other - 1).magnitude < 1e-9, "\(stage.name) \(parameters): \(one), \(other) on \(chosen)")
        #expect(bare.run.wallClock?.typical == given.run.wallClock?.typical, "\(stage.name) \(parameters)")
      }
    }
  }

  @Test(arguments: [1e9, 13e9, 70e9, 405e9])
  func `an owned cluster is where it would stand if its number were given, kept by as many`(parameters: Double) throws {
    var request = Request(parameters: Ranged(parameters), phases: [Request.Phase(tokens: Ranged(20 * parameters))])
    request.isOwned = true
    func bill() throws -> (lines: [String: Double], accelerators: Double) {
      let estimate = try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: TableCatalog.shared))
      let lines = estimate.bill.lines.map { ($0.category.key, $0.amount.typical.value) }
      return (Dictionary(uniqueKeysWithValues: lines), estimate.run.accelerators?.typical.value ?? 0)
    }
    let chosen = try bill()
    request.cluster = .accelerators(Ranged(chosen.accelerators))
    let given = try bill()
    for (key, amount) in chosen.lines where key != "storage_usd" {
      #expect(abs(amount / (given.lines[key] ?? 0) - 1) < 1e-3, "\(key): \(amount), \(given.lines[key] ?? 0)")
    }
  }

  @Test(arguments: [64.0, 512, 2048, 4096, 16_384])
  func `no step ends before its environments have answered`(count: Double) throws {
    var request = Request(parameters: Ranged(8e9), phases: [])
    request.accelerator = "h100-sxm"
    request.cluster = .accelerators(Ranged(count))
    let given = ["prompts": 1e4, "group-size": 16, "samples-per-step": 2000, "turns": 100, "turn-time": 1.0 / 60]
    let inputs = StageInputs(
      stage: "grpo", given: given.mapValues { Ranged($0) }, chosen: ["verifier": "environment"],
      catalog: TableCatalog.shared)
    let estimate = try Estimate.stage(GroupPolicyOptimization.self, for: request, inputs)
    let report = estimate.report(SamplingPlan(draws: 0), rangesOf: .results)
    let lines = report.results.map { report.lines[$0] }
    let waiting = try #require(lines.first { $0.name.contains("seconds: rollouts: waiting") })
    #expect(waiting.value.typical >= 100 * 60 * (1 - 1e-9), "\(waiting.value.typical)")
  }
}
