import CostModel
import Testing

/// The size of a job is given or held at a stated value: ranges hold what is uncertain once it is known.
@Suite("Size of the job")
struct JobTests {
  /// Stages, and what they cannot do without.
  private static let needs: [String: [String: Double]] = ["distill": ["teacher-params": 70e9]]

  private static let stages = Stages.all.filter { $0 != Pretraining.self }

  private func estimate(
    _ stage: any Stage.Type, _ given: [String: Double] = [:], _ chosen: [String: String] = [:],
    parameters: Double = 8e9, accelerators: Double? = nil
  ) throws -> Estimate {
    var request = Request(parameters: Ranged(parameters), phases: [])
    request.cluster = accelerators.map { .accelerators(Ranged($0)) }
    let given = given.merging(Self.needs[stage.name] ?? [:]) { own, _ in own }
    let inputs = StageInputs(
      stage: stage.name, given: given.mapValues { Ranged($0) }, chosen: chosen, catalog: TableCatalog.shared)
    return try .stage(stage, for: request, inputs)
  }

  /// What a stage can be asked to do: each value of each choice, the others as they are.
  private func choices(of stage: any Stage.Type) -> [[String: String]] {
    [[:]] + stage.choices.flatMap { choice in choice.values.map { [choice.id: $0] } }
  }

  @Test func `no setting that sizes a job has a range where it is not given`() throws {
    let catalog = TableCatalog.shared
    for stage in Stages.all {
      let methods = stage.choices.first { $0.id == "method" }?.values ?? []
      for setting in stage.settings where setting.isOfJob {
        for method in [stage.name] + methods {
          guard let row = try catalog.factor(method + "." + setting.id, in: "methods") else { continue }
          #expect(row.value.low == row.value.high && row.value.low == row.value.typical, "\(method).\(setting.id)")
        }
      }
    }
  }

  @Test(arguments: [nil, 64.0])
  func `the ranges of a job that is not given are those of the same job given`(accelerators: Double?) throws {
    for stage in Self.stages {
      for chosen in choices(of: stage) {
        let assumed = try estimate(stage, [:], chosen, accelerators: accelerators)
        let job = assumed.assumedJob(of: stage)
        let steps = ["steps", "prompts-per-step"]
        let settings = Dictionary(
          uniqueKeysWithValues: job.filter { !steps.contains($0.setting.id) }.map { ($0.setting.id, $0.value) })
        let given = try estimate(stage, settings, chosen, accelerators: accelerators)
        #expect(given.assumedJob(of: stage).isEmpty)
        let reports = [assumed, given].map { $0.report(SamplingPlan(draws: 128), rangesOf: .results) }
        for key in ["accelerator_hours", "cost_usd"] {
          #expect(reports[0].result(key)?.value == reports[1].result(key)?.value, "\(stage.name) \(chosen) \(key)")
        }
        #expect(given.scenario.notes.count < assumed.scenario.notes.count)
      }
    }
  }

  @Test func `what is assumed is named, the first thing to give before all else`() throws {
    for stage in Self.stages {
      let notes = try estimate(stage).scenario.notes
      let note = try #require(notes.first { $0.description.hasPrefix("\(stage.name) is for ") })
      let first = try #require(stage.settings.first { $0.isOfJob })
      #expect(note.description.contains("give \(first.id) first"), "\(note)")
      // What is given is not assumed.
      let given = try estimate(stage, [first.id: 1234]).scenario.notes.map(\.description)
      #expect(!given.contains { $0.contains("1,234") || $0.contains("give \(first.id) first") })
    }
  }

  @Test(arguments: [1e9, 8e9, 70e9, 405e9])
  func `typical values lie near the middle of their ranges, or the note says what draws them off`(
    parameters: Double
  ) throws {
    var (count, exceptions) = (0, 0)
    for stage in Self.stages {
      for chosen in choices(of: stage) {
        for size in [nil, 0.01, 100] {
          let usual = try estimate(stage, [:], chosen, parameters: parameters)
          var given: [String: Double] = [:]
          if let size,
            let first = usual.assumedJob(of: stage).first(where: { $0.setting.limits.contains($0.value * size) })
          {
            given[first.setting.id] = first.value * size
          }
          let estimate = try estimate(stage, given, chosen, parameters: parameters)
          let report = estimate.report(SamplingPlan(draws: 1024), rangesOf: .results)
          let lopsided = estimate.lopsidedRanges(in: report)
          for key in ["accelerator_hours", "cost_usd"] {
            guard let value = report.result(key)?.value, let place = LopsidedRange.place(of: value) else { continue }
            let what = "\(stage.name) \(chosen) \(given) \(key): \(place)"
            #expect((0...1).contains(place), "\(what)")
            count += 1
            guard !LopsidedRange.middle.contains(place) else { continue }
            exceptions += 1
            #expect(lopsided.contains { $0.place == place && !$0.input.isEmpty }, "\(what)")
          }
        }
      }
    }
    #expect(count > 100 && exceptions * 3 < count, "\(exceptions) of \(count)")
  }
}
