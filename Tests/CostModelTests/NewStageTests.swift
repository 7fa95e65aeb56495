import CostModel
import Testing

/// Process reward models, rejection sampling, evaluation, and distillation over texts that are there: by hand.
@Suite("Stages by hand")
struct NewStageTests {
  private func report(
    _ stage: any Stage.Type, _ given: [String: Double], _ chosen: [String: String] = [:], parameters: Double = 7e9
  ) throws -> Report {
    let inputs = StageInputs(
      stage: stage.name, given: given.mapValues { Ranged($0) }, chosen: chosen, catalog: TableCatalog.shared)
    return try Estimate.stage(stage, for: Request(parameters: Ranged(parameters), phases: []), inputs)
      .report(SamplingPlan(draws: 0))
  }

  private func value(_ report: Report, _ key: String) throws -> Double {
    try #require(report.result(key), "\(key)").value.typical
  }

  private func isNear(_ one: Double, _ other: Double) -> Bool { abs(one / other - 1) < 1e-9 }

  @Test func `a process reward model is trained on whole solutions, and each step has a label`() throws {
    let job = [
      "solutions": 75_000.0, "steps-per-solution": 10, "input-tokens": 150, "output-tokens": 400, "epochs": 2,
      "packing": 0.5,
    ]
    let given = try report(ProcessRewardModeling.self, job, ["labels": "human"])
    #expect(isNear(try value(given, "flop"), 6 * 7e9 * 75_000 * 550 * 2 / 0.5))
    let priced = try report(
      ProcessRewardModeling.self, job.merging(["label-price": 0.5]) { $1 }, ["labels": "human"])
    #expect(isNear(try value(priced, "human_data_usd"), 75_000 * 10 * 0.5))
    // Each step is completed eight times: half a solution is read, half is written.
    let labeled = try report(
      ProcessRewardModeling.self, job.merging(["completions": 8]) { $1 }, ["labeling": "completions"])
    let completions = 75_000.0 * 10 * 8
    let generated = 2 * 7e9 * completions * (150 + 200 + 200)
    #expect(isNear(try value(labeled, "flop"), generated + 6 * 7e9 * 75_000 * 550 * 2 / 0.5))
    #expect(labeled.result("human_data_usd") == nil)
  }

  @Test func `rejection sampling generates all answers, scores them and trains on those kept`() throws {
    let job = [
      "prompts": 1000.0, "group-size": 8, "kept-answers": 2, "input-tokens": 100, "output-tokens": 400,
      "reward-params": 70e9, "epochs": 3, "packing": 1,
    ]
    let whole = try report(RejectionSampling.self, job)
    let generated = 2 * 7e9 * (1000.0 * 100 + 8000 * 400)
    let scored = 2 * 70e9 * 8000.0 * 500
    #expect(isNear(try value(whole, "flop"), generated + scored + 6 * 7e9 * 2000 * 500 * 3))
    let idle = ["kept-answers", "epochs", "packing"]
    let best = try report(RejectionSampling.self, job.filter { !idle.contains($0.key) }, ["then": "nothing"])
    #expect(isNear(try value(best, "flop"), generated + scored))
    #expect(best.result("storage_usd") == nil)
    #expect(throws: ScenarioError.self) {
      try self.report(RejectionSampling.self, job.merging(["kept-answers": 9]) { $1 })
    }
  }

  @Test func `an evaluation asks benchmarks × questions × samples × checkpoints`() throws {
    let suite = [
      "benchmarks": 5.0, "questions": 200, "samples-per-question": 4, "runs": 3, "input-tokens": 300,
      "output-tokens": 1000,
    ]
    let own = try report(Evaluation.self, suite)
    let answers = 5 * 200 * 4 * 3.0
    #expect(isNear(try value(own, "flop"), 2 * 7e9 * (answers / 4 * 300 + answers * 1000)))
    let bought = try report(Evaluation.self, suite, ["generator": "gpt-4o-mini"])
    // $0.15 a million tokens read, $0.60 written.
    #expect(isNear(try value(bought, "cost_usd"), answers * (300 * 0.15e-6 + 1000 * 0.6e-6)))
    let read = try report(
      Evaluation.self, suite.filter { $0.key != "output-tokens" }, ["scoring": "likelihood"])
    #expect(isNear(try value(read, "flop"), 2 * 7e9 * answers * 300))
    let half = try report(Evaluation.self, suite.merging(["runs": 6]) { $1 })
    #expect(try isNear(value(half, "accelerator_hours"), 2 * value(own, "accelerator_hours")))
  }

  @Test func `a teacher reads texts that are there once where its logits are kept, and the disk is paid for`() throws {
    let job = ["tokens": 1e9, "epochs": 3, "teacher-params": 70e9, "input-tokens": 100, "output-tokens": 400]
    let each = try report(Distillation.self, job, ["method": "logits"])
    #expect(isNear(try value(each, "flop"), 3e9 * (2 * 70e9 + 6 * 7e9)))
    #expect(each.result("cached_logits_bytes") == nil)
    let kept = job.merging(["cached-logits": 50, "logit-bytes": 6]) { $1 }
    let cached = try report(Distillation.self, kept, ["method": "logits", "teacher-logits": "cached"])
    #expect(isNear(try value(cached, "flop"), 1e9 * 2 * 70e9 + 3e9 * 6 * 7e9))
    #expect(isNear(try value(cached, "cached_logits_bytes"), 1e9 * 50 * 6))
    #expect(try value(cached, "storage_usd") > value(each, "storage_usd"))
    // The student's own texts are generated and read.
    let own = try report(
      Distillation.self,
      ["prompts": 1000, "input-tokens": 100, "output-tokens": 400, "epochs": 1, "teacher-params": 70e9],
      ["method": "on-policy"])
    #expect(isNear(try value(own, "flop"), 1000 * (2 * 7e9 * 500 + 2 * 70e9 * 500 + 6 * 7e9 * 500)))
  }

  @Test func `published runs of a new stage are read as its file says, for following and for backtests`() throws {
    let row = """
      {"table": "post-training-runs", "rows": [{"id": "ours-prm", "model": "ours", "organization": "us", "command": "prm",
      "method": "prm", "parameters": 7e9, "items": 1000, "tokensPerItem": 400, "promptTokens": 100, "epochs": 2,
      "trainingTokens": 1e6, "hardware": "h100-sxm", "accelerators": 8, "acceleratorHours": 4, "confidence": "high",
      "asOf": "2026-11", "assumption": "ours"}]}
      """
    let catalog = TableCatalog(TableSet(overlays: [try Overlay(file: "own.json", bytes: Array(row.utf8))]))
    #expect(TableCheck.problems(in: catalog.tables, of: ["post-training-runs"]).isEmpty)
    let run = try catalog.run("ours-prm", of: ProcessRewardModeling.self)
    var request = Request()
    request.take(run, of: ProcessRewardModeling.self)
    let inputs = StageInputs(stage: "prm", given: ["packing": 1], catalog: catalog)
      .taking(run, of: ProcessRewardModeling.self)
    let estimate = try Estimate.stage(ProcessRewardModeling.self, for: request, inputs)
    #expect(isNear(estimate.work.operations.typical.value, 6 * 7e9 * 1000 * 500 * 2))
    let known = try #require(try catalog.stageRuns().known.first { $0.id == "ours-prm" })
    #expect(known.acceleratorHours == 4 && known.settings["solutions"]?.typical.value == 1000)
    #expect(known.kind == .training)
  }
}
