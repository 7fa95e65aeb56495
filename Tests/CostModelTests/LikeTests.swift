import CostModel
import Testing

/// Published runs as jobs to follow.
@Suite("Jobs like published runs")
struct LikeTests {
  private let catalog = TableCatalog.shared

  private func estimate(
    _ stage: any Stage.Type, like name: String, given: [String: Double] = [:], chosen: [String: String] = [:]
  ) throws -> Estimate {
    let run = try catalog.run(name, of: stage)
    var request = Request()
    request.take(run, of: stage)
    request[Settings.price] = 2
    let own = given.mapValues { Ranged<Ratio>($0) }
    let inputs = StageInputs(stage: stage.name, given: own, chosen: chosen, catalog: catalog).taking(run, of: stage)
    #expect(inputs.unusedSetting(by: stage.requirements, onClusterOf: request.cluster) == nil)
    return try .stage(stage, for: request, inputs)
  }

  private func value(_ estimate: Estimate, _ key: String) throws -> Double {
    try #require(estimate.report(SamplingPlan(draws: 0)).result(key)).value.typical
  }

  @Test func `every published run of every stage can be followed`() throws {
    var count = 0
    for stage in Stages.all where stage.hasModel && stage != Pretraining.self {
      for row in try catalog.runs(of: stage) {
        let given = stage.name == Distillation.name ? ["teacher-params": 70e9] : [:]
        let estimate = try estimate(stage, like: row.id, given: given)
        #expect(estimate.run.acceleratorHours.typical.value > 0, "\(row.id)")
        count += 1
      }
    }
    #expect(count > 50)
  }

  struct Published: Sendable {
    var stage: String
    var run: String
    var tokens: Double
    var parameters: Double
    var accelerators: Double
  }

  private static let published = [
    // 939,344 examples of 690 tokens, two epochs.
    Published(stage: "sft", run: "tulu3-8b-sft", tokens: 1_296_294_720, parameters: 8.03e9, accelerators: 32),
    // 271,409 pairs of 1,200 tokens.
    Published(stage: "dpo", run: "tulu3-8b-dpo", tokens: 325_690_800, parameters: 8.03e9, accelerators: 8),
    // 10,400 steps of 512 answers, each of 7,000 tokens behind a prompt of 150.
    Published(
      stage: "grpo", run: "deepseek-r1-zero", tokens: 38_072_320_000, parameters: 671e9, accelerators: 512),
  ]

  @Test(arguments: published)
  func `a run that is followed has the job, the model and the cluster that were published`(
    published: Published
  ) throws {
    let stage = try #require(Stages.all.first { $0.name == published.stage })
    let packed = stage.settings.contains { $0.id == "packing" } ? ["packing": 1.0] : [:]
    let estimate = try estimate(stage, like: published.run, given: packed)
    let names = ["fine-tuning", "policy updates", "updates"]
    let trained = try #require(estimate.work.phases.first { names.contains($0.name) }).tokens.typical.value
    #expect((trained / published.tokens - 1).magnitude < 1e-6)
    #expect(estimate.scenario.model.parameters.typical.value == published.parameters)
    #expect(try value(estimate, "accelerators") == published.accelerators)
  }

  @Test func `what the user gives wins, and the rest says which run it is of`() throws {
    let own = try estimate(SupervisedFineTuning.self, like: "tulu3-8b-sft", given: ["examples": 1000, "packing": 1])
    #expect(try abs(value(own, "flop") / (6 * 8.03e9 * 1000 * 690 * 2) - 1) < 1e-9)
    let origins = own.report(SamplingPlan(draws: 0)).lines.compactMap { line -> String? in
      guard case .input(let origin) = line.basis else { return nil }
      switch origin {
      case .given: return line.name + " given"
      case .table(let row): return line.name + " " + row.id
      default: return nil
      }
    }
    for expected in ["examples given", "epochs tulu3-8b-sft", "parameters tulu3-8b-sft", "accelerators tulu3-8b-sft"] {
      #expect(origins.contains(expected), "\(expected): \(origins)")
    }
  }

  @Test func `steps that are given take the place of a run's prompts`() throws {
    let run = try estimate(GroupPolicyOptimization.self, like: "deepseek-r1-zero")
    let half = try estimate(GroupPolicyOptimization.self, like: "deepseek-r1-zero", given: ["steps": 5200])
    // But for the start, which both have once.
    #expect(try abs(value(run, "accelerator_hours") / value(half, "accelerator_hours") - 2) < 2e-3)
  }

  @Test func `names are read as people write them, and runs of other stages are not taken`() throws {
    #expect(try catalog.run("Tulu-3-8B-SFT", of: SupervisedFineTuning.self).reference.id == "tulu3-8b-sft")
    for wrong in ["tulu3-8b-dpo", "tulu9", ""] {
      do {
        _ = try catalog.run(wrong, of: SupervisedFineTuning.self)
        Issue.record("'\(wrong)' is taken for a run")
      } catch {
        guard case .unknown(_, _, _, let known) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(known.contains("tulu3-8b-sft") && !known.contains("tulu3-8b-dpo"))
      }
    }
  }

  @Test func `the library follows runs too, of pre-training as well`() throws {
    var run = Pretraining()
    run.like = "llama2-7b"
    let followed = try run.estimate()
    let spelled = try Pretraining(parameters: 6.74e9, tokens: 2e12, accelerator: "a100-80gb-sxm")
      .with(\.context, 4096).estimate()
    #expect((followed.cost.typical / spelled.cost.typical - 1).magnitude < 1e-9)
    run.tokens = 1e12
    #expect((followed.operations.typical / (try run.estimate()).operations.typical - 2).magnitude < 0.01)
    var tuning = SupervisedFineTuning()
    tuning.like = "tulu3-8b-sft"
    tuning.epochs = 1
    let once = try tuning.estimate()
    tuning.epochs = 2
    #expect((try tuning.estimate().operations.typical / once.operations.typical - 2).magnitude < 1e-9)
  }
}
