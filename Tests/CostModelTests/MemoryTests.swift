import Testing

@testable import CostModel

/// Memory against published facts and other calculators. GB are 10⁹ bytes.
@Suite("Memory")
struct MemoryTests {
  private let catalog = TableCatalog.shared

  private func profile(_ id: String) throws -> MemoryProfile {
    MemoryProfile(try catalog.knownModel(id).model.architecture)
  }

  private func sized(_ parameters: Double) -> MemoryProfile {
    MemoryProfile(parameters: parameters, active: nil, widthToDepth: 114)
  }

  private func layout(
    tensor: Int = 1, pipeline: Int = 1, data: Int = 1, expert: Int = 1, zero: Int = 0
  ) -> Layout {
    var layout = Layout(tensor: tensor, pipeline: pipeline, data: data, expert: expert)
    layout.sharding = [.ddp, .zero1, .zero2, .fsdp][zero]
    return layout
  }

  private func search(_ id: String, _ task: MemoryJob.Task, on accelerator: String) throws -> LayoutSearch {
    try #require(
      try LayoutSearch.on(catalog.accelerator(accelerator), profile(id), MemoryJob(task), in: catalog))
  }

  private func close(_ value: Double, _ expected: Double, within share: Double) -> Bool {
    abs(value / expected - 1) <= share
  }

  @Test(arguments: [(0, 120.0), (1, 31.4), (2, 16.6), (3, 1.88)])
  func `ZeRO divides the states of 7.5B parameters among 64 as its paper prints`(stage: Int, gigabytes: Double) {
    let use = MemoryUse(sized(7.5e9), MemoryJob(.sft), layout(data: 64, zero: stage))
    #expect(close(use.states.value / 1e9, gigabytes, within: 0.003))
  }

  @Test(arguments: [
    (Optimizer.adam, 2.0, 112.0), (.adam, 4, 126), (.adam8bit, 2, 70), (.adafactor, 2, 56),
  ])
  func `7B parameters take 16 bytes each in mixed precision with Adam, 18 with gradients in 32 bits, 10 in 8 bits`(
    optimizer: Optimizer, gradientBytes: Double, gigabytes: Double
  ) {
    var job = MemoryJob(.sft)
    job.optimizer = optimizer
    job.gradientBytes = gradientBytes
    #expect(close(MemoryUse(sized(7e9), job, Layout()).states.value / 1e9, gigabytes, within: 1e-12))
  }

  @Test func `Muon keeps one moment of matrices, and two of embeddings and output head`() throws {
    let model = try profile("llama-3.1-8b")
    var job = MemoryJob(.pretrain)
    job.optimizer = .muon
    let tables = 2 * 128_256 * 4096.0
    let expected = 8 * (8_030_261_248 - tables) + 12 * tables
    #expect(MemoryUse(model, job, Layout()).optimizer.value == expected)
  }

  @Test(arguments: [
    ("llama-3.1-8b", 8.0, 1.0, 1.0, 1.0, 60_226_959_360.0, 0.0),
    // Nine of 126 layers on each of 14 stages, and the embedding on the first: its formula, which spreads layers evenly.
    ("llama-3.1-405b", 8, 8, 14, 1, 28_866_263_040, 1e-4),
    ("mixtral-8x7b", 32, 2, 1, 8, 47_400_740_352, 1e-3),
  ])
  func `Megatron-LM reports the same weights, gradients in 32 bits and divided optimizer`(
    id: String, data: Double, tensor: Double, pipeline: Double, expert: Double, bytes: Double, within: Double
  ) throws {
    var job = MemoryJob(.pretrain)
    job.gradientBytes = 4
    let layout = layout(
      tensor: Int(tensor), pipeline: Int(pipeline), data: Int(data), expert: Int(expert), zero: 1)
    #expect(close(MemoryUse(try profile(id), job, layout).states.value, bytes, within: within))
  }

  @Test(arguments: [(0, 103_478_820_864.0), (1, 1_616_856_576)])
  func `llm-analysis divides the optimizer of a 70B alike, but leaves out one embedding matrix`(
    stage: Int, bytes: Double
  ) throws {
    let model = try profile("llama-2-70b")
    let layout = layout(tensor: 8, data: 64, zero: stage)
    let use = MemoryUse(model, MemoryJob(.pretrain), layout)
    // The reference leaves the norms whole on each of the eight.
    #expect(close(use.optimizer.value, bytes, within: 2e-4))
    let printed = stage == 0 ? 103_085_518_848.0 : 1_610_711_232
    let replicas = stage == 0 ? 1.0 : 64
    #expect(close(printed + 12 * 32_000 * 8192 / 8 / replicas, bytes, within: 2e-4))
  }

  @Test(arguments: [
    ("llama-65b", MemoryJob.Task.qlora, "rtx-a6000", 1, true), ("llama-33b", .qlora, "rtx-3090", 1, true),
    ("llama-3.1-70b", .qlora, "rtx-4090", 1, false), ("llama-3.1-70b", .lora, "h100-sxm", 1, false),
    ("llama-3.1-70b", .sft, "h100-sxm", 8, false), ("llama-3.1-70b", .qlora, "rtx-4090", 4, true),
    ("llama-2-7b", .qlora, "t4", 1, true), ("llama-2-7b", .lora, "rtx-4090", 1, true),
    ("llama-2-7b", .sft, "a100-80gb-sxm", 1, false), ("opt-13b", .rlhf, "a100-80gb-sxm", 1, false),
    ("opt-66b", .rlhf, "a100-80gb-sxm", 8, false), ("llama-3.1-405b", .serve, "h100-sxm", 8, false),
    ("llama-3.1-405b", .serve, "h100-sxm", 16, true), ("deepseek-v3", .serve, "h200-sxm", 16, true),
  ])
  func `what is published to fit fits, and what is not does not`(
    id: String, task: MemoryJob.Task, accelerator: String, count: Int, fits: Bool
  ) throws {
    // The 13B of OPT is no preset: 40 layers of 5,120.
    if id == "opt-13b" {
      let job = MemoryJob(task)
      let search = try #require(
        try LayoutSearch.on(catalog.accelerator(accelerator), sized(12.85e9), job, in: catalog))
      #expect((search.best(on: count) != nil) == fits)
    } else {
      #expect(try (search(id, task, on: accelerator).best(on: count) != nil) == fits)
    }
  }

  @Test(arguments: [
    // Published, or 0.516·N of the paper; this counts the embeddings of small models in 16 bits beside.
    ("llama-65b", MemoryJob.Task.qlora, 33.5, 0.05), ("llama-33b", .qlora, 16.8, 0.05),
    ("llama-3.1-70b", .qlora, 40.6, 0.04), ("llama-3.1-405b", .qlora, 217, 0.02), ("llama-3.1-70b", .lora, 141, 0.002),
    ("llama-3.1-405b", .lora, 811.7, 0.001), ("llama-2-7b", .lora, 13.5, 0.003), ("llama-2-7b", .qlora, 3.6, 0.08),
  ])
  func `frozen weights take 2 bytes, or 0.516 with embeddings and output head in 16 bits`(
    id: String, task: MemoryJob.Task, gigabytes: Double, within: Double
  ) throws {
    var job = MemoryJob(task)
    job.rank = 0
    let weights = MemoryUse(try profile(id), job, Layout()).weights.value / 1e9
    #expect(close(weights, gigabytes, within: within))
  }

  @Test func `a layer of GPT-3 keeps 34·d bytes a token with its dropout masks, and 5 for each head and position`()
    throws
  {
    let model = try profile("gpt-3-175b")
    // Two masks of a byte are left out: no model of today has them.
    #expect(model.keptPerToken == (34 - 2) * 12_288 * 96)
    #expect(model.scoresPerPosition == 5 * 96 * 96)
    // Korthikanti et al. 2022, section 4.2: 5·a·s/h is 80 for GPT-3 at 2,048 tokens.
    #expect(model.largestScores * 2048 / 12_288 == 80)
  }

  @Test func `Megatron-LM reports the activations of an ungated network with as many key-value heads as queries`()
    throws
  {
    let model = try profile("llama-3.1-8b")
    let (width, inner, vocabulary, tokens) = (4096.0, 14_336.0, 128_256.0, 8192.0)
    // A third matrix makes the gate; three of four key-value heads are gone, and two dropout masks.
    let theirs = model.keptPerToken / 32 - 2 * inner + 3 * width + 2 * width
    // Beside the layers it counts token ids, a mask on the embedding, and logits of 4 bytes with their input.
    let outside = 8 + width + 4 * (width + vocabulary)
    #expect((theirs * 32 + outside) * tokens == 38_730_268_672)
  }

  @Test func `recomputation and blockwise attention keep less, and full keeps the inputs of layers and one layer`()
    throws
  {
    let model = try profile("llama-3.1-8b")
    func activations(_ recompute: Recompute, flash: Bool) -> Double {
      var job = MemoryJob(.pretrain, context: 8192)
      job.usesFlashAttention = flash
      var layout = Layout()
      layout.recompute = recompute
      return MemoryUse(model, job, layout).activations.value
    }
    #expect(activations(.none, flash: true) == activations(.attention, flash: true))
    #expect(activations(.attention, flash: false) < activations(.none, flash: false))
    #expect(activations(.full, flash: true) == 8192 * (2 * 4096 * 32 + model.largestKept))
    #expect(activations(.full, flash: true) < activations(.attention, flash: true) / 10)
  }

  @Test func `tensor parallelism splits key-value heads, not a latent vector`() throws {
    var job = MemoryJob(.serve, context: 1000)
    job.inFlight = 1
    func cache(_ id: String, _ tensor: Int) throws -> Double {
      MemoryUse(try profile(id), job, layout(tensor: tensor)).cache.value
    }
    #expect(try cache("llama-3.1-70b", 1) == 327_680_000)
    #expect(try cache("llama-3.1-70b", 8) == 40_960_000)
    #expect(try cache("llama-3.1-70b", 16) == 40_960_000)
    #expect(try cache("deepseek-v3", 8) == 70_272_000)
  }

  @Test(arguments: MemoryJob.Task.allCases)
  func `the smallest cluster is the smallest, and its parts sum to less than may be filled`(task: MemoryJob.Task) throws
  {
    for id in ["llama-3.1-70b", "mixtral-8x7b", "gemma-3-27b", "jamba-v0.1"] {
      let search = try search(id, task, on: "h100-sxm")
      let found = try #require(search.smallest())
      let count = Int(found.layout.accelerators)
      #expect(found.use.total.value <= search.usable)
      #expect(found.use.parts.reduce(0) { $0 + $1.bytes.value } == found.use.total.value)
      #expect(found.use.parts.allSatisfy { $0.bytes.value >= 0 })
      if count > 1 { #expect(search.best(on: count / 2) == nil) }
    }
  }

  @Test func `more of everything that divides never takes more states`() throws {
    for id in ["llama-3.1-405b", "deepseek-v3"] {
      let model = try profile(id)
      for stage in 0...3 {
        func states(_ layout: Layout) -> Double { MemoryUse(model, MemoryJob(.pretrain), layout).states.value }
        let one = states(layout(data: 8, zero: stage))
        #expect(states(layout(tensor: 2, data: 8, zero: stage)) <= one)
        #expect(states(layout(pipeline: 4, data: 8, zero: stage)) <= one)
        #expect(states(layout(data: 16, zero: stage)) <= one)
        #expect(states(layout(data: 8, expert: 8, zero: stage)) <= one * (1 + 1e-12))
      }
    }
  }

  @Test(arguments: [
    ("sft", ["tuning": "full"], MemoryJob.Task.sft), ("sft", ["tuning": "qlora"], .qlora), ("reward", [:], .reward),
    ("dpo", ["reference": "each-step"], .dpo), ("rlhf", [:], .rlhf), ("grpo", [:], .grpo), ("distill", [:], .sft),
    ("synthesize", [:], .serve),
  ])
  func `a stage on a cluster that is too small says so, and how many would do`(
    command: String, chosen: [String: String], task: MemoryJob.Task
  ) throws {
    let stages: [any CostModel.Stage.Type] = [
      SupervisedFineTuning.self, PreferenceOptimization.self, GroupPolicyOptimization.self,
      ProximalPolicyOptimization.self, RewardModeling.self, Distillation.self, Synthesis.self,
    ]
    let stage = try #require(stages.first { $0.name == command })
    func shortage(_ count: Double) throws -> MemoryShortage? {
      var request = Request(model: try catalog.knownModel("llama-3.1-405b").model)
      request.cluster = .accelerators(Ranged(count))
      let inputs = StageInputs(
        stage: command, given: ["teacher-params": Ranged(70e9)], chosen: chosen, catalog: catalog)
      let estimate = try Estimate.stage(stage, for: request, inputs)
      #expect(estimate.memory?.task == task)
      return try estimate.memoryShortage(in: catalog)
    }
    let short = try #require(try shortage(1))
    let enough = Double(try #require(short.smallest))
    #expect(try #require(short.needed) > short.usable)
    #expect(try shortage(enough / 2) != nil)
    #expect(try shortage(enough) == nil)
    // Those left over stand idle.
    #expect(try shortage(enough + 1) == nil)
  }

  @Test(arguments: [
    // The adapters of the PEFT library on all linear layers, rank 16: matrices of each layer added up by hand.
    ("llama-3.1-8b", 41_943_040.0), ("llama-2-7b", 39_976_960),
  ])
  func `adapters have rank times inputs and outputs of each matrix`(id: String, parameters: Double) throws {
    let model = try profile(id)
    #expect(16 * (model.attentionSides + model.feedForwardSides) == parameters)
    var request = Request(model: try catalog.knownModel(id).model)
    request.flopCount = .exact
    let scenario = try ScenarioBuilder.scenario(for: request, in: catalog, purpose: .postTraining)
    let shape = ModelShape(scenario.model, widthToDepth: scenario.hardware.widthToDepth)
    let inputs = StageInputs(stage: "sft", given: ["lora-rank": Ranged(16)], catalog: catalog)
    #expect(try SupervisedFineTuning.adapterParameters(shape, inputs).typical.value == parameters)
  }

  @Test func `latent attention has five matrices to adapt`() throws {
    // DeepSeek-V3: 7,168 → 1,536 → 128·192; 7,168 → 512 + 64; 512 → 128·(128 + 128); 128·128 → 7,168.
    let layer = 7168 + 1536 + 1536 + 24_576 + 7168 + 576 + 512 + 32_768 + 16_384 + 7168
    #expect(try profile("deepseek-v3").attentionSides == Double(61 * layer))
  }

  @Test func `people and services fill no memory`() throws {
    let inputs = StageInputs(
      stage: "synthesize", given: [:], chosen: ["generator": "gpt-4o-mini"], catalog: catalog)
    var request = Request(parameters: Ranged(1e12), phases: [])
    request.cluster = .accelerators(Ranged(1))
    #expect(try Estimate.stage(Synthesis.self, for: request, inputs).memory == nil)
  }

  @Test func `absurd sizes come to an end without a trap`() {
    for parameters in [0, 1, 1e3, 1e16, .infinity, .nan] {
      let model = MemoryProfile(parameters: parameters, active: parameters / 2, widthToDepth: 0)
      for context in [0, 1, 1e9, .infinity, .nan] {
        var job = MemoryJob(.grpo, context: context)
        job.batch = 0
        var search = LayoutSearch(model, job, usable: 8e10, node: 0)
        _ = search.best(on: 64)
        search.fixed.tensor = 0
        search.fixed.expert = .max
        #expect(search.best(on: 8) == nil)
        #expect(search.best(on: 0) == nil)
        #expect(search.best(on: -1) == nil)
      }
    }
  }
}
