import CostModel
import Testing

/// What a stage accepts counts: a setting or choice that is not refused changes some result.
@Suite("Settings that count")
struct RequirementTests {
  static let stages: [any Stage.Type] = Stages.all.filter { $0 != Pretraining.self }

  /// Asked for the same rows thousands of times.
  private static let catalog = TableCatalog(memory: TableMemory())
  /// What the stage needs at least.
  private static let least: [String: [String: Double]] = [
    "distill": ["teacher-params": 70e9],
    // What is not named is neither crawled nor converted nor scored.
    "corpus": ["pages": 1e6, "scored-tokens": 1e9, "large-sites": 2, "vertical-sites": 3, "domains": 2],
  ]
  /// Rows to choose from, where a table has the choices.
  private static let rows = [
    "judge": ["gpt-4o-mini", "gpt-4o"], "teacher": ["own", "gpt-4o"], "generator": ["own", "gpt-4o"],
    "annotator": ["annotator-general", "annotator-abaka"],
  ]
  /// Values to try, in base units; limits choose among them.
  private static let values = [
    0.4, 0.8, 1.5, 24, 3000, 5000, 9000, 60_000, 90_000, 2.5, 5e9, 7e9, 1e-3, 2e-3, 1e-7, 2e-7,
  ]

  private struct Case {
    let stage: any Stage.Type
    let scenario: Scenario
    let catalog = RequirementTests.catalog

    init(_ stage: any Stage.Type) throws {
      self.stage = stage
      var request = Request(parameters: Ranged(8e9), phases: [])
      // The number in flight follows from the size of the cluster.
      request.cluster = .accelerators(Ranged(64))
      scenario = try ScenarioBuilder.scenario(for: request, in: catalog, purpose: .postTraining)
    }

    /// What the work amounts to, and what fills the memory; nil where the stage refuses it, even beside what it needs.
    func results(_ given: [String: Double], _ chosen: [String: String]) -> [String]? {
      let least = RequirementTests.least[stage.name]
      return work(given, chosen) ?? least.flatMap { work(given.merging($0) { one, _ in one }, chosen) }
    }

    private func work(_ given: [String: Double], _ chosen: [String: String]) -> [String]? {
      let inputs = StageInputs(
        stage: stage.name, given: given.mapValues { Ranged($0) }, chosen: chosen, catalog: catalog)
      let model = ModelShape(scenario.model, widthToDepth: scenario.hardware.widthToDepth)
      do {
        let idle = inputs.unusedSetting(by: stage.requirements, onClusterOf: .accelerators(Ranged(64)))
        guard idle == nil else { return nil }
        let work = try stage.work(model, inputs, scenario)
        let run = try Run(work, scenario)
        return [
          "\(run.acceleratorHours.typical.value)", "\(run.phases.map { $0.typical.value })",
          "\(work.purchases.map { $0.amount.typical.value })",
          "\(work.alternatives.map { $0.amount.typical.value })", "\(work.phases.map { $0.tokens.typical.value })",
          "\(try stage.memory(model, inputs).hashValue)",
        ]
      } catch {
        return nil
      }
    }

    /// Results of the first values that are accepted beside these: two that differ, or three.
    func results(of setting: AnySetting, beside given: [String: Double] = [:], _ chosen: [String: String]) -> [[String]]
    {
      var found: [[String]] = []
      for value in RequirementTests.values where setting.limits.contains(value) {
        guard let results = results(given.merging([setting.id: value]) { $1 }, chosen) else { continue }
        found.append(results)
        if found.count == 3 || results != found[0] { break }
      }
      return found
    }

    /// All combinations of choices between a few values.
    var combinations: [[String: String]] {
      var all: [[String: String]] = [[:]]
      for choice in stage.choices
      where !["judge", "lengths"].contains(choice.id) && (stage.name, choice.id) != ("grpo", "method") {
        let values = choice.values.isEmpty ? RequirementTests.rows[choice.id] ?? [] : choice.values
        all += all.flatMap { chosen in values.dropFirst().map { chosen.merging([choice.id: $0]) { one, _ in one } } }
      }
      return all
    }
  }

  @Test(arguments: stages.indices)
  func `a setting that is not refused changes a result, and counts somewhere`(index: Int) throws {
    let example = try Case(Self.stages[index])
    var counts: Set<String> = []
    for chosen in example.combinations where example.results([:], chosen) != nil {
      for setting in example.stage.settings {
        let results = example.results(of: setting, chosen)
        guard results.count > 1 else { continue }
        counts.insert(setting.id)
        let differ = Set(results).count > 1
        #expect(differ, "\(example.stage.name) \(chosen): --\(setting.id) changes nothing")
      }
    }
    #expect(Set(example.stage.settings.map(\.id)).subtracting(counts) == [])
  }

  @Test(arguments: stages.indices)
  func `a choice that is not refused changes a result`(index: Int) throws {
    let example = try Case(Self.stages[index])
    for chosen in example.combinations {
      // Some methods differ in their losses alone.
      for choice in example.stage.choices where choice.id != "method" {
        let values = choice.values.isEmpty ? Self.rows[choice.id] ?? [] : choice.values
        let results = values.compactMap { example.results([:], chosen.merging([choice.id: $0]) { $1 }) }
        guard results.count == values.count else { continue }
        let differ = Set(results).count > 1
        #expect(differ, "\(example.stage.name) \(chosen): --\(choice.id) changes nothing")
      }
    }
  }

  @Test(arguments: stages.indices)
  func `a setting beside another still changes a result`(index: Int) throws {
    let example = try Case(Self.stages[index])
    for one in example.stage.settings {
      let accepted = Self.values.first { one.limits.contains($0) && example.results([one.id: $0], [:]) != nil }
      guard let accepted else { continue }
      for other in example.stage.settings where other.id != one.id {
        // The longest of two answers is below any limit.
        guard (one.id, other.id) != ("samples-per-step", "max-output-tokens") else { continue }
        let results = example.results(of: other, beside: [one.id: accepted], [:])
        guard results.count > 1 else { continue }
        let differ = Set(results).count > 1
        #expect(differ, "\(example.stage.name) --\(one.id) \(accepted): --\(other.id) changes nothing")
      }
    }
  }
}
