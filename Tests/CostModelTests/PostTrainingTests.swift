import CostModel
import Testing

/// Estimates of a stage on the built-in tables; settings are in base units.
private func estimate(
  _ stage: any Stage.Type, parameters: Double, _ given: [String: Double] = [:], _ chosen: [String: String] = [:],
  _ change: (inout Request) -> Void = { _ in }
) throws -> Report {
  var request = Request(parameters: Ranged(parameters), phases: [])
  change(&request)
  let inputs = StageInputs(
    stage: stage.name, given: given.mapValues { Ranged($0) }, chosen: chosen, catalog: TableCatalog.shared)
  return try Estimate.stage(stage, for: request, inputs).report(SamplingPlan(draws: 256))
}

private func typical(_ report: Report, _ key: String) throws -> Double {
  try #require(report.result(key)).value.typical
}

private let petaflopDay = 1e15 * 86400

@Suite("Stages after pre-training")
struct PostTrainingTests {
  @Test func `InstructGPT's fine-tuning takes the 4.9 petaflop-days its paper states`() throws {
    // 12,725 rows padded to 2,048 tokens, 16 epochs (Ouyang et al. 2022).
    let report = try estimate(
      SupervisedFineTuning.self, parameters: 175e9,
      ["examples": 12_725, "tokens-per-example": 2048, "epochs": 16, "packing": 1])
    #expect(abs(try typical(report, "flop") / petaflopDay / 4.9 - 1) < 0.05)
  }

  @Test func `InstructGPT's PPO with pre-training mix takes the 60 petaflop-days its paper states`() throws {
    let report = try estimate(
      ProximalPolicyOptimization.self, parameters: 175e9,
      [
        "prompts": 256_000, "input-tokens": 1024, "output-tokens": 1024, "reward-params": 6e9,
        "pretraining-rows": 8, "ppo-epochs": 1,
      ], ["reward-model": "existing", "labels": "none"])
    #expect(abs(try typical(report, "flop") / petaflopDay / 60 - 1) < 0.1)
  }

  @Test(arguments: [
    ("dpo", "each-step", 16.0), ("dpo", "cached", 16), ("ipo", "each-step", 16), ("simpo", "cached", 12),
    ("orpo", "cached", 12), ("cpo", "cached", 12), ("kto", "cached", 12),
  ])
  func `preference losses take their multiple of N·s for a pair`(method: String, reference: String, multiple: Double)
    throws
  {
    // KTO's rows are single answers.
    let report = try estimate(
      PreferenceOptimization.self, parameters: 7e9,
      ["comparisons": 1000, "tokens-per-answer": 500, "epochs": 1, "packing": 1],
      ["method": method, "reference": reference])
    #expect(abs(try typical(report, "flop") / (7e9 * 500 * 1000) - multiple) < 1e-6)
  }

  @Test func `a cached reference is read once however many epochs follow`() throws {
    let report = try estimate(
      PreferenceOptimization.self, parameters: 7e9,
      ["comparisons": 1000, "tokens-per-answer": 500, "epochs": 3, "packing": 1])
    #expect(abs(try typical(report, "flop") / (7e9 * 500 * 1000) - (3 * 12 + 4)) < 1e-6)
  }

  @Test func `PPO with models of one size takes 20·N a token`() throws {
    let report = try estimate(
      ProximalPolicyOptimization.self, parameters: 7e9,
      ["prompts": 1000, "input-tokens": 256, "output-tokens": 256, "ppo-epochs": 1, "pretraining-rows": 0],
      ["reward-model": "existing"])
    #expect(abs(try typical(report, "flop") / (7e9 * 512 * 1000) - 20) < 1e-6)
  }

  @Test func `GRPO takes 12·N a token with a reference, less the prompts that a group shares`() throws {
    let (prompt, answer, group) = (100.0, 900.0, 16.0)
    let report = try estimate(
      GroupPolicyOptimization.self, parameters: 7e9,
      [
        "prompts": 1000, "group-size": group, "input-tokens": prompt, "output-tokens": answer, "updates": 1,
        "oversampling": 1,
      ])
    let perAnswer = 2 * (answer + prompt / group) + 10 * (prompt + answer)
    #expect(abs(try typical(report, "flop") / (7e9 * 1000 * group) - perAnswer) < 1e-3)
  }

  @Test func `LoRA and QLoRA take about two thirds of the FLOP of full fine-tuning`() throws {
    let given = ["examples": 10_000.0, "tokens-per-example": 500, "epochs": 1, "packing": 1]
    let full = try typical(estimate(SupervisedFineTuning.self, parameters: 7e9, given), "flop")
    let lora = try typical(estimate(SupervisedFineTuning.self, parameters: 7e9, given, ["tuning": "lora"]), "flop")
    let qlora = try typical(estimate(SupervisedFineTuning.self, parameters: 7e9, given, ["tuning": "qlora"]), "flop")
    #expect(abs(lora / full - 4.0 / 6) < 0.02)
    // Dequantizing takes time, and no FLOP that a model needs.
    #expect(qlora == lora)
  }

  @Test func `2,000 examples at a vendor's quote cost the 12,000 dollars of the source`() throws {
    let report = try estimate(
      SupervisedFineTuning.self, parameters: 7e9, ["examples": 2000], ["labels": "demonstration-abaka"])
    #expect(try typical(report, "human_data_usd") == 12_000)
  }

  @Test func `1,000 olympiad problems cost the 28,000 dollars of the source`() throws {
    // 20 dollars an hour, one an hour, 40 % on top.
    let report = try estimate(
      Annotation.self, parameters: 1e9,
      ["items": 1000, "speed": 1, "review-share": 0, "margin": 1.4, "rule-design-hours": 0],
      ["annotator": "annotator-abaka"])
    #expect(abs(try typical(report, "cost_usd") - 28_000) < 1e-6)
  }

  @Test(arguments: [(2.0, 1.0), (4, 6), (9, 36)])
  func `pairs of n answers are n·(n − 1) over 2`(answers: Double, pairs: Double) throws {
    let report = try estimate(
      Annotation.self, parameters: 1e9,
      ["items": 10, "answers": answers, "label-price": 1, "review-share": 0, "rule-design-hours": 0],
      ["task": "pairwise"])
    #expect(abs(try typical(report, "cost_usd") - 10 * pairs) < 1e-9)
  }

  @Test func `the 706,000 dollars of 23 sites lie in the range of their unit prices`() throws {
    let report = try estimate(
      CorpusBuilding.self, parameters: 1e9, ["tokens": 1e9, "large-sites": 8, "vertical-sites": 15, "domains": 0])
    let value = try #require(report.result("data_usd")).value
    #expect((try #require(value.p10)...(try #require(value.p90)) * 1.02).contains(706_000))
  }

  @Test func `10M pages cost more than the 14,000 dollars claimed: a fifth by a service alone is 20,000`() throws {
    let given = ["tokens": 1e9, "large-sites": 0, "vertical-sites": 0, "domains": 0, "pages": 10e6, "own-share": 0.8]
    let report = try estimate(
      CorpusBuilding.self, parameters: 1e9, given.merging(["service-page-cost": 0.01]) { $1 })
    #expect(try typical(report, "data_usd") > 20_000)
  }

  @Test func `the plan for a domain is 800 dollars more than its total claims`() throws {
    // 12 sites at 2,333, a filter of 2,800, 2,000 examples at 6.
    let sites = try estimate(
      CorpusBuilding.self, parameters: 1e9,
      [
        "tokens": 1, "large-sites": 0, "vertical-sites": 12, "vertical-site-cost": 28_000.0 / 12, "domains": 0,
        "licenses": 2800,
      ])
    let examples = try estimate(
      SupervisedFineTuning.self, parameters: 7e9, ["examples": 2000], ["labels": "demonstration-abaka"])
    let sum = try typical(sites, "data_usd") + typical(examples, "human_data_usd")
    #expect(abs(sum - 42_800) < 1)
  }

  @Test func `a token of a corpus gets cheaper with every token, down to what grows with volume`() throws {
    func costs(_ tokens: Double) throws -> (total: Double, fixed: Double, token: Double, growing: Double) {
      let report = try estimate(
        CorpusBuilding.self, parameters: 1e9, ["tokens": tokens, "large-sites": 8, "vertical-sites": 15])
      return (
        try typical(report, "cost_usd"), try typical(report, "usd_fixed"), try typical(report, "usd_per_token"),
        try typical(report, "usd_per_token_growing")
      )
    }
    let (small, large) = (try costs(1e9), try costs(1e16))
    #expect(small.fixed == large.fixed && abs(small.growing / large.growing - 1) < 1e-9)
    #expect(abs(small.total / (small.fixed + 1e9 * small.growing) - 1) < 1e-9)
    #expect(small.token > 1000 * large.token && large.token > large.growing && large.token < 1.1 * large.growing)
  }

  @Test func `feedback by a model costs a hundred times less than people`() throws {
    let human = try typical(estimate(RewardModeling.self, parameters: 8e9, [:], ["labels": "human"]), "human_data_usd")
    let ai = try typical(estimate(RewardModeling.self, parameters: 8e9, [:], ["labels": "ai"]), "api_usd")
    #expect((100...500).contains(human / ai))
  }

  @Test func `small fine-tunes run at a small part of the peak, never above pre-training`() throws {
    let small = try typical(estimate(SupervisedFineTuning.self, parameters: 7e9, ["examples": 1000]), "mfu")
    let large = try typical(
      estimate(SupervisedFineTuning.self, parameters: 70e9, ["examples": 1e9, "tokens-per-example": 2000]), "mfu")
    #expect((0.01...0.1).contains(small))
    #expect(large <= 0.4 && large > small)
  }

  @Test func `twice the answers take twice the time, and lines sum to the total`() throws {
    let once = try estimate(GroupPolicyOptimization.self, parameters: 8e9, ["prompts": 10_000])
    let twice = try estimate(GroupPolicyOptimization.self, parameters: 8e9, ["prompts": 20_000])
    for phase in 1...4 {
      let ratio = try typical(twice, "phase_\(phase)_hours") / typical(once, "phase_\(phase)_hours")
      #expect(abs(ratio - 2) < 1e-9)
    }
    // Start-up does not grow with the answers.
    #expect((1.99..<2).contains(try typical(twice, "accelerator_hours") / typical(once, "accelerator_hours")))
    let lines = ["compute_usd", "storage_usd"]
    let sum = try lines.reduce(0.0) { $0 + (try typical(once, $1)) }
    #expect(abs(sum - (try typical(once, "cost_usd"))) < 1e-6)
  }

  @Test func `more answers in flight make decoding cheaper until memory is full`() throws {
    func hours(_ inFlight: Double) throws -> Double {
      try typical(
        estimate(Synthesis.self, parameters: 8e9, ["items": 1e6, "in-flight": inFlight]), "accelerator_hours")
    }
    #expect(try hours(8) > 2.5 * hours(64))
    #expect(abs(try hours(1e5) / hours(1e6) - 1) < 1e-9)
  }

  @Test func `tokens guessed ahead save steps, layers with experts take longer`() throws {
    func hours(_ given: [String: Double] = [:], active: Double? = nil, inFlight: Double = 8) throws -> Double {
      let settings = given.merging(["items": 1e6, "in-flight": inFlight, "input-tokens": 0]) { $1 }
      let report = try estimate(Synthesis.self, parameters: 8e9, settings) { request in
        request[Settings.activeParameters] = active.map { Ranged($0) }
      }
      return try typical(report, "accelerator_hours")
    }
    // 1.8 tokens a step take 1/1.8 of the steps; the wait for a place and the computing stay.
    #expect((1.6...1.8).contains(try hours() / hours(["accepted-tokens": 1.8])))
    // Nearly all of the weights active: the same bytes as a dense model, and the time of routers and dispatch.
    #expect((0.6..<0.95).contains(try hours() / hours(active: 7.999e9)))
    #expect(try hours() == hours(active: 8e9))
  }

  @Test(
    arguments: [
      ("grpo", ["group-size": 1.0], [:], "no advantage"),
      ("sft", ["lora-rank": 60_000], ["tuning": "lora"], "above the model's width"),
      ("grpo", ["output-tokens": 5000, "max-output-tokens": 4000], [:], "longer than the longest"),
      ("distill", ["keep-rate": 0], [:], "out of range"), ("annotate", ["wage": 0], [:], "out of range"),
      ("annotate", ["judgments": 1000, "items": 10, "answers": 4], ["task": "pairwise"], "more than"),
      ("annotate", ["answers": 1], ["task": "pairwise"], "cannot be compared"),
      ("grpo", ["prompts": 10, "steps": 10], [:], "both given"),
      ("sft", [:], ["labels": "engineer-us"], "usd-per-year"),
      ("sft", [:], ["labels": "nobody"], "unknown row of labor 'nobody'"),
      ("synthesize", [:], ["generator": "gpt-5000"], "unknown model"),
    ] as [(String, [String: Double], [String: String], String)])
  func `settings that make no sense are told`(
    stage: String, given: [String: Double], chosen: [String: String], problem: String
  ) throws {
    let stages: [any Stage.Type] = [
      SupervisedFineTuning.self, GroupPolicyOptimization.self, Distillation.self, Annotation.self, Synthesis.self,
    ]
    let type = try #require(stages.first { $0.name == stage })
    do {
      _ = try estimate(type, parameters: 7e9, given, chosen)
      Issue.record("it was estimated")
    } catch let error as ScenarioError {
      #expect(error.message.description.contains(problem), "\(error.message)")
    }
  }
}
