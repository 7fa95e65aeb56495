import CostModel
import Testing

@Suite("Efficiency")
struct EfficiencyTests {
  private static let accelerators = Result {
    let catalog = TableCatalog.shared
    return try catalog.ids(in: "accelerators").map { try catalog.accelerator($0) }
  }

  private func hours(
    _ accelerator: String, parameters: Double, active: Double? = nil, tokens: Double = 2e12
  ) throws -> Estimate? {
    var request = Request(parameters: Ranged(parameters), phases: [.init(tokens: Ranged(tokens))])
    request[Settings.activeParameters] = active.map { Ranged($0) }
    request.accelerator = accelerator
    request[Settings.price] = Ranged(1)
    do throws(ScenarioError) {
      return try .pretraining(ScenarioBuilder.scenario(for: request, in: TableCatalog.shared))
    } catch {
      // Some accelerators have no rated power, without which nothing is estimated.
      guard case .missing = error else { throw error }
      return nil
    }
  }

  @Test(arguments: 0..<4)
  func `hours rise with the size of the model on every accelerator, in steps of 2 % from 1B to 405B`(
    part: Int
  ) throws {
    let catalog = TableCatalog.shared
    for (place, accelerator) in try Self.accelerators.get().enumerated() where place % 4 == part {
      var request = Request(parameters: Ranged(1e9), phases: [.init(tokens: Ranged(2e12))])
      request.accelerator = accelerator.id
      // A node more ends a run sooner, and so its storage: a price beside which that is nothing.
      request[Settings.price] = Ranged(1000)
      let sizing: Sizing
      do throws(ScenarioError) { sizing = try Sizing(request, in: catalog) } catch {
        guard case .missing = error else { throw error }
        continue
      }
      var last = 0.0
      var size = 1e9
      while size < 405e9 {
        let cost = sizing.cost(ModelSize(parameters: Quantity(size), tokens: Quantity(2e12))).value
        // Layouts of a memory that is short change by jumps: 0.03 % on one card.
        #expect(cost > 0.999 * last, "\(accelerator.id) at \(size): \(cost / last)")
        last = cost
        size *= 1.02
      }
    }
  }

  @Test func `a 20B needs more hours than a 19B, by as much as it is larger`() throws {
    let small = try #require(try hours("h100-sxm", parameters: 19e9)).run.acceleratorHours.typical.value
    let large = try #require(try hours("h100-sxm", parameters: 20e9)).run.acceleratorHours.typical.value
    #expect((1.04...1.06).contains(large / small))
  }

  @Test func `no MFU is above 0.7 at p90, on any accelerator, dense or mixture, of any size`() throws {
    for accelerator in try Self.accelerators.get() {
      for (parameters, active) in [(1e9, nil), (400e9, nil), (400e9, 17e9)] as [(Double, Double?)] {
        guard let estimate = try hours(accelerator.id, parameters: parameters, active: active) else { continue }
        let mfu = try #require(estimate.report(SamplingPlan(draws: 512), rangesOf: .results).result("mfu")?.value)
        #expect(try #require(mfu.p90) <= 0.7 && mfu.typical > 0.001, "\(accelerator.id): \(mfu)")
      }
    }
  }

  @Test(arguments: ["rtx-4090", "rtx-3090", "l4", "a10g", "t4", "v100-16gb-sxm", "p100-sxm"])
  func `a weak peak alone makes no accelerator efficient`(id: String) throws {
    let strong = try #require(try hours("a100-80gb-sxm", parameters: 7e9)).run.mfu.typical.value
    #expect(try #require(try hours(id, parameters: 7e9)).run.mfu.typical.value < strong)
  }

  @Test func `the MFU of a stage rises as its start weighs less, draw by draw, and stays below that of pre-training`()
    throws
  {
    let catalog = TableCatalog.shared
    func run(_ examples: Ranged<Ratio>) throws -> Estimate {
      var request = Request(parameters: Ranged(8e9), phases: [])
      request[Settings.price] = Ranged(1)
      request.cluster = .accelerators(Ranged(8))
      return try .stage(
        SupervisedFineTuning.self, for: request,
        StageInputs(stage: "sft", given: ["examples": examples], chosen: [:], catalog: catalog))
    }
    let mfus = try [1e3, 1e5, 1e7, 1e9, 1e12].map { try run(Ranged($0)).run.mfu.typical.value }
    for (small, large) in zip(mfus, mfus.dropFirst()) { #expect(small <= large) }
    let pretraining = try #require(try hours("h100-sxm", parameters: 8e9)).run.mfu.typical.value
    #expect(mfus[4] < pretraining && mfus[0] < 0.8 * mfus[4])
    // A range of examples reaches the MFU, which a single look-up would not show.
    let report = try run(Ranged(1e4, low: 1e2, high: 1e6)).report(SamplingPlan(draws: 2048), rangesOf: .results)
    let wide = try #require(report.result("mfu")?.value)
    let alone = try #require(
      try run(Ranged(1e4)).report(SamplingPlan(draws: 2048), rangesOf: .results).result("mfu")?.value)
    #expect(try #require(wide.p10) < 0.95 * (try #require(alone.p10)))
  }

  @Test func `a table of efficiencies without one of its rows, or with one too many, is told`() throws {
    #expect(TableCheck.problems(in: TableSet(overlays: [])).isEmpty)
    let row = #"{"id": "h100-sxm-dense-large", "value": 0.3, "asOf": "2026", "assumption": "ours"}"#
    let text = #"{"table": "efficiency", "rows": [\#(row)]}"#
    let tables = TableSet(overlays: [try Overlay(file: "mine.json", bytes: Array(text.utf8))])
    #expect(TableCheck.problems(in: tables).contains { $0.text.contains("neither a constant of the fit nor a kind") })
  }

  @Test func `the size of the model acts on MFU by the tuned steps, continuously and as the table has it`() throws {
    let curve = try #require(TunedEfficiency([0.2, 0.3, 0.4, 0.46, 0.5, 0.48, 0.45, 0.4, 0.3]))
    for (size, mfu) in zip(TunedEfficiency.sizes, curve.mfus) {
      #expect(abs(curve.mfu(activeParameters: size) / mfu - 1) < 1e-3)
    }
    #expect(curve.mfu(activeParameters: 1e6) == curve.mfu(activeParameters: 1e8))
    // Straight on logarithms: between 1B and 3.16B the geometric mean.
    #expect(
      abs(curve.mfu(activeParameters: 1e9 * 10.0.squareRoot().squareRoot()) / (0.4 * 0.46).squareRoot() - 1) < 1e-3)
  }

  @Test(arguments: ["h100-sxm", "rtx-4090", "tpu-v5e"])
  func `tuned steps in the table are those of the model`(id: String) throws {
    let catalog = TableCatalog.shared
    for kind in ArchitectureClass.allCases {
      let computed = try #require(
        try TunedEfficiency.computed(on: try catalog.accelerator(id), kind, in: catalog))
      let known = try #require(try catalog.tunedEfficiency(accelerator: id, kind))
      for (one, other) in zip(computed.mfus, known.mfus) {
        #expect(abs(one / other - 1) < 0.01, "'llmcost tables derive tuned-mfu' gives other values")
      }
    }
  }

  @Test func `cards over PCIe reach less of their peak than the same silicon with fast links`() throws {
    func mfu(_ id: String) throws -> Double { try #require(try hours(id, parameters: 7e9)).run.mfu.typical.value }
    for card in ["rtx-4090", "rtx-5090", "l40s"] { #expect(try mfu(card) < 0.85 * mfu("h100-sxm")) }
  }
}
