import CostModel
import Testing

/// The time of stages after pre-training: training passes, rollouts, agents, and a cluster divided between them.
@Suite("Time after pre-training")
struct StageTimeTests {
  /// Accelerator-hours, and other results, of a stage on a cluster; settings are in base units.
  private func report(
    _ stage: any Stage.Type, _ parameters: Double, on accelerator: String, _ count: Double,
    _ given: [String: Double], _ chosen: [String: String] = [:], draws: Int = 512
  ) throws -> Report {
    var request = Request(parameters: Ranged(parameters), phases: [])
    request.accelerator = accelerator
    request.cluster = .accelerators(Ranged(count))
    request[Settings.price] = Ranged(1)
    let inputs = StageInputs(
      stage: stage.name, given: given.mapValues { Ranged($0) },
      chosen: ["annotation": "none"].merging(chosen) { $1 }, catalog: TableCatalog.shared)
    return try Estimate.stage(stage, for: request, inputs).report(SamplingPlan(draws: draws), rangesOf: .results)
  }

  private func hours(
    _ stage: any Stage.Type, _ parameters: Double, on accelerator: String = "h100-sxm", _ count: Double,
    _ given: [String: Double], _ chosen: [String: String] = [:]
  ) throws -> Double {
    let report = try report(stage, parameters, on: accelerator, count, given, chosen, draws: 0)
    return try #require(report.result("accelerator_hours")).value.typical
  }

  // MARK: - Public threads

  private static let conversations = ["tokens-per-example": 770.0, "epochs": 3, "examples": 41_000]
  private static let instructions = ["tokens-per-example": 150.0, "epochs": 10, "examples": 52_000]

  /// What people measured, and what their threads say of the job; what they leave open is usual.
  @Test(
    arguments: [
      // https://github.com/jondurbin/airoboros/issues/14: 41k rows, 16 and 11 hours on four A100.
      ("sft", 7e9, "a100-80gb-sxm", 4.0, conversations, "full", 44.0...44),
      ("sft", 13e9, "a100-80gb-sxm", 4, conversations, "full", 64...64),
      // https://github.com/tloen/alpaca-lora/issues/432: 10 epochs of Alpaca's 52k on one card.
      ("sft", 7e9, "rtx-3090", 1, instructions, "lora", 88...88),
      // https://github.com/allenlacie00jordanday/EasyR1/issues/39: eight images of 144 tokens and a text in a prompt.
      (
        "grpo", 7e9, "a100-80gb-sxm", 8,
        [
          "prompts": 8000, "group-size": 8, "samples-per-step": 128, "input-tokens": 1700, "output-tokens": 500,
          "updates": 1,
        ], "", 208...240
      ),
      // https://github.com/cmu-l3/l1/issues/17: 700 steps of 128 prompts of 16 answers.
      (
        "grpo", 1.78e9, "h100-sxm", 8,
        [
          "steps": 700, "prompts-per-step": 128, "group-size": 16, "samples-per-step": 2048, "output-tokens": 2000,
          "max-output-tokens": 4096, "updates": 1,
        ], "", 384...384
      ),
    ] as [(String, Double, String, Double, [String: Double], String, ClosedRange<Double>)])
  func `what people measured lies inside, within a factor of about five`(
    stage: String, parameters: Double, accelerator: String, count: Double, given: [String: Double], tuning: String,
    measured: ClosedRange<Double>
  ) throws {
    let type: any Stage.Type = stage == "sft" ? SupervisedFineTuning.self : GroupPolicyOptimization.self
    let report = try report(
      type, parameters, on: accelerator, count, given, tuning.isEmpty ? [:] : ["tuning": tuning], draws: 1024)
    let hours = try #require(report.result("accelerator_hours")).value
    let (low, high) = (try #require(hours.p10), try #require(hours.p90))
    #expect(low <= measured.lowerBound && measured.upperBound <= high, "\(low) to \(high)")
    #expect(high / low <= 5.3)
  }

  // MARK: - Training passes

  @Test(arguments: [(7e9, 1.0), (8e9, 8), (13e9, 2)])
  func `full, LoRA and QLoRA stand to each other as published comparisons have it`(
    parameters: Double, count: Double
  ) throws {
    let job = ["examples": 100_000.0, "tokens-per-example": 1000, "epochs": 1, "packing": 1]
    func hours(_ tuning: String) throws -> Double {
      try self.hours(SupervisedFineTuning.self, parameters, count, job, ["tuning": tuning])
    }
    let (full, lora, qlora) = (try hours("full"), try hours("lora"), try hours("qlora"))
    // LoRA over full: 0.75 (Hu et al. 2021, section 4.2: 43.1 against 32.5 tokens/s on GPT-3 175B), 0.8 (ToolBench,
    // https://github.com/OpenBMB/ToolBench/issues/84: 30 h for 5 epochs against 15 h for 2), and two thirds of the FLOP.
    #expect((0.55...0.85).contains(lora / full))
    // QLoRA over LoRA: 1.39 (Raschka 2023, Practical Tips for Finetuning LLMs).
    #expect((1.25...1.5).contains(qlora / lora))
  }

  @Test func `short rows cost more a token one by one than packed, long ones the same`() throws {
    func ratio(_ length: Double) throws -> Double {
      let job = ["examples": 1e8 / length, "tokens-per-example": length, "epochs": 1, "packing": 1]
      func hours(_ rows: String) throws -> Double {
        try self.hours(SupervisedFineTuning.self, 8e9, 8, job, ["rows": rows])
      }
      return try hours("separate") / hours("packed")
    }
    #expect(try ratio(150) > 2 * ratio(1000))
    #expect((1.0...1.6).contains(try ratio(8000)))
  }

  @Test func `a job of a minute is billed for its start`() throws {
    let job = ["examples": 10.0, "tokens-per-example": 500, "epochs": 1, "packing": 1]
    #expect((8 * 0.1...8).contains(try hours(SupervisedFineTuning.self, 8e9, 8, job)))
  }

  @Test func `no MFU of a stage is above 0.75 at p90, on any accelerator`() throws {
    let catalog = TableCatalog.shared
    for accelerator in try catalog.ids(in: "accelerators").map(catalog.accelerator)
    where accelerator.referencePeak != nil {
      for (stage, chosen) in [
        (SupervisedFineTuning.self, ["tuning": "full"]), (SupervisedFineTuning.self, ["tuning": "lora"]),
        (SupervisedFineTuning.self, ["tuning": "qlora", "rows": "packed"]), (PreferenceOptimization.self, [:]),
        (RewardModeling.self, [:]), (GroupPolicyOptimization.self, [:]), (ProximalPolicyOptimization.self, [:]),
        (ProcessRewardModeling.self, [:]),
      ] as [(any Stage.Type, [String: String])] {
        guard
          let report = try? self.report(
            stage, 7e9, on: accelerator.id, 8, ["examples": 1e6, "comparisons": 1e6], chosen, draws: 256)
        else { continue }
        let mfu = try #require(report.result("mfu")).value
        #expect(try #require(mfu.p90) <= 0.75 && mfu.typical > 0.001, "\(accelerator.id) \(stage.name) \(chosen)")
      }
    }
  }

  // MARK: - Rollouts

  private static let rollouts = [
    "steps": 100.0, "prompts-per-step": 64, "group-size": 16, "samples-per-step": 1024, "output-tokens": 4000,
  ]

  private func rollouts(_ more: [String: Double] = [:], _ chosen: [String: String] = [:]) throws -> Double {
    try hours(GroupPolicyOptimization.self, 32e9, 64, Self.rollouts.merging(more) { $1 }, chosen)
  }

  @Test func `lengths are log-normal: p99 is what it was, and the longest grows slowly with the answers`() {
    for ratio in [1.5, 3, 6, 12] {
      // Of 49 answers the longest is about the 99th percentile.
      #expect(abs(AnswerLengths(ninetyNinthOverMean: ratio).longest(of: 49) / ratio - 1) < 0.01)
    }
    let lengths = AnswerLengths(ninetyNinthOverMean: 6, limit: 8)
    #expect(lengths.longest(of: 1) == 1 && lengths.longest(of: 1e6) == 8)
    #expect(AnswerLengths(ninetyNinthOverMean: 1).longest(of: 1000) == 1)
  }

  @Test func `a synchronous step waits for its longest answer, by how far lengths spread`() throws {
    let fixed = try rollouts([:], ["lengths": "fixed"])
    let chat = try rollouts(["max-output-tokens": 60_000], ["lengths": "chat"])
    let reasoning = try rollouts(["max-output-tokens": 60_000], ["lengths": "reasoning"])
    #expect(fixed < chat && chat < reasoning)
    #expect(abs(try rollouts([:], ["partial-rollouts": "yes"]) / fixed - 1) < 1e-9)
    #expect(try rollouts(["max-output-tokens": 8000]) < rollouts(["max-output-tokens": 16_000]))
  }

  @Test func `oversampling pays for what it throws away`() throws {
    #expect(try rollouts([:], ["method": "dapo"]) > 1.2 * rollouts())
  }

  @Test func `agents differ by how long they wait, unless other answers are written meanwhile`() throws {
    func hours(_ turns: Double, _ seconds: Double, _ mode: String) throws -> Double {
      try rollouts(
        ["turns": turns, "turn-time": seconds / 3600, "observation-tokens": 0],
        ["verifier": "environment", "rollout": mode])
    }
    let (short, long) = (try hours(5, 5, "synchronous"), try hours(100, 60, "synchronous"))
    // Each of 100 steps waits for 6,000 s in place of 25 on 64 accelerators, and whole runs take longer than steps.
    let waited = 100 * (6000 - 25) / 3600.0 * 64
    #expect(long - short > waited && long - short < 4 * waited)
    #expect(try hours(100, 60, "asynchronous") == hours(5, 5, "asynchronous"))
  }

  @Test func `observations are read once where the prefix is kept, and again each turn where it is not`() throws {
    func hours(_ turns: Double, _ prefix: String) throws -> Double {
      try rollouts(
        ["turns": turns, "turn-time": 0, "observation-tokens": 2000, "output-tokens": 4000],
        ["verifier": "environment", "prefix": prefix])
    }
    let once = try hours(40, "read-again") - hours(40, "kept")
    let twice = try hours(80, "read-again") - hours(80, "kept")
    // All before a turn is read again: that grows with the square of the turns.
    #expect(once > 0 && twice > 3 * once)
  }

  @Test func `fewer sandboxes than answers hold fewer answers in flight`() throws {
    func hours(_ sandboxes: Double) throws -> Double {
      try rollouts(["turns": 20, "turn-time": 10.0 / 3600, "sandboxes": sandboxes], ["verifier": "environment"])
    }
    #expect(try hours(64) > 2 * hours(1024))
  }

  @Test func `the best split waits least, and none that generate is refused`() throws {
    let best = try rollouts([:], ["rollout": "asynchronous"])
    for count in [8.0, 16, 24, 40, 48, 56] {
      #expect(try rollouts(["rollout-gpus": count], ["rollout": "asynchronous"]) >= 0.95 * best, "\(count)")
    }
    #expect(throws: ScenarioError.self) { try rollouts(["rollout-gpus": 64], ["rollout": "asynchronous"]) }
    // In turn, what one part has the other waits for.
    #expect(try rollouts(["rollout-gpus": 32]) > rollouts(["rollout-gpus": 32], ["rollout": "one-step-off"]))
  }

  @Test func `adapters under reinforcement learning save updates and weights, not generation`() throws {
    func phases(_ tuning: String) throws -> [Double] {
      let report = try report(
        GroupPolicyOptimization.self, 32e9, on: "h100-sxm", 64, Self.rollouts, ["tuning": tuning], draws: 0)
      return try (1...5).map { try #require(report.result("phase_\($0)_hours")).value.typical }
    }
    let (full, adapter) = (try phases("full"), try phases("lora"))
    #expect(adapter[1] == full[1] && adapter[2] < 0.1 * full[2])
    #expect((0.4...0.9).contains(adapter[4] / full[4]))
  }

  @Test func `weights of eight bits are written faster than those of sixteen`() throws {
    #expect(try rollouts(["weight-bytes": 1]) < rollouts())
  }

  @Test func `a step's parts add up to it, in seconds of a log`() throws {
    let report = try report(
      GroupPolicyOptimization.self, 32e9, on: "h100-sxm", 64, Self.rollouts.merging(["overhead": 1]) { $1 }, draws: 0)
    func value(_ key: String) throws -> Double { try #require(report.result(key)).value.typical }
    let parts = try (1...5).map { try value("phase_\($0)_seconds") }
    #expect(abs(parts.reduce(0, +) / (try value("step_seconds")) - 1) < 1e-9)
    let written = 1024 * 4000 / (parts[0] + parts[1] + parts[2]) / 64
    #expect(abs(try value("rollout_tokens_per_second") / written - 1) < 1e-9)
  }

  @Test func `weights of a large mixture take longer to reach the engine than those of a small model`() throws {
    func seconds(_ parameters: Double) throws -> Double {
      let report = try report(
        GroupPolicyOptimization.self, parameters, on: "h100-sxm", 256, Self.rollouts, draws: 0)
      return try #require(report.result("phase_3_seconds")).value.typical
    }
    // About 50 s for 1.3 TB (NeMo RL on DeepSeek-V3, 2025).
    #expect((40...70).contains(try seconds(671e9)))
    #expect(abs(try seconds(671e9) / seconds(67.1e9) - 10) < 1e-6)
  }
}
