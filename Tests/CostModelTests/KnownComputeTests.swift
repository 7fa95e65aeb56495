import CostModel
import Testing

/// Runs of which the FLOP or the accelerator-hours are known.
@Suite("Runs of known compute")
struct KnownComputeTests {
  private let catalog = TableCatalog.shared

  private func estimate(_ change: (inout Request) -> Void) throws -> Estimate {
    var request = Request()
    change(&request)
    return try .pretraining(ScenarioBuilder.scenario(for: request, in: catalog))
  }

  private func value(_ estimate: Estimate, _ key: String) throws -> Double {
    try #require(estimate.report(SamplingPlan(draws: 0)).result(key)).value.typical
  }

  private func phases(_ tokens: Double) -> [Request.Phase] { [Request.Phase(tokens: Ranged(tokens))] }

  @Test(arguments: [1e18, 1e21, 1e24, 5e26])
  func `FLOP that are given are those of the run, on the stand-in of every size`(compute: Double) throws {
    let estimate = try estimate { $0[Settings.compute] = Ranged(compute) }
    #expect(try abs(value(estimate, "flop") / compute - 1) < 1e-9)
    // Within what published runs get out of their accelerators.
    #expect(try (0.01...0.6).contains(value(estimate, "mfu")))
    #expect(!estimate.scenario.isSizeKnown)
    let tokens = estimate.scenario.phases[0].tokens.typical.value
    let parameters = estimate.scenario.model.parameters.typical.value
    #expect(abs(6 * tokens * parameters / compute - 1) < 1e-9)
    #expect(abs(tokens / parameters / 250 - 1) < 1e-9)
  }

  @Test func `of parameters, tokens and FLOP two tell the third`() throws {
    let spelled = try estimate {
      $0[Settings.parameters] = 70e9
      $0.phases = phases(15e12)
      $0.cluster = .accelerators(4096)
    }
    let compute = 6 * 70e9 * 15e12
    let byTokens = try estimate {
      $0[Settings.compute] = Ranged(compute)
      $0.phases = phases(15e12)
      $0.cluster = .accelerators(4096)
    }
    let byParameters = try estimate {
      $0[Settings.compute] = Ranged(compute)
      $0[Settings.parameters] = 70e9
      $0.cluster = .accelerators(4096)
    }
    let all = try estimate {
      $0[Settings.compute] = Ranged(compute * 1.04)
      $0[Settings.parameters] = 70e9
      $0.phases = phases(15e12)
      $0.cluster = .accelerators(4096)
    }
    for other in [byTokens, byParameters, all] {
      for key in ["flop", "accelerator_hours", "cost_usd", "energy_kwh", "days"] {
        #expect(try abs(value(other, key) / value(spelled, key) - 1) < 1e-9, "\(key)")
      }
      #expect(other.scenario.isSizeKnown)
    }
  }

  @Test(arguments: [1e3, 2.788e6, 246e6])
  func `accelerator-hours that are given are those of the run, whatever the cluster`(hours: Double) throws {
    for cluster in [nil, Request.Cluster.accelerators(1024), .deadline(Ranged(.days(30)))] {
      let estimate = try estimate {
        $0[Settings.acceleratorHours] = Ranged(hours)
        $0[Settings.price] = 2
        $0.cluster = cluster
      }
      #expect(try abs(value(estimate, "accelerator_hours") / hours - 1) < 1e-9)
      #expect(try abs(value(estimate, "compute_usd") / (2 * hours) - 1) < 1e-9)
      #expect(try value(estimate, "energy_kwh") > 0.3 * hours && value(estimate, "energy_kwh") < 3 * hours)
      let accelerators = try value(estimate, "accelerators"), time = try value(estimate, "days")
      #expect(abs(accelerators * time / hours - 1) < 1e-9)
    }
  }

  @Test func `hours and FLOP tell the MFU: GPT-3's 3.14e23 in 3.55M hours of V100 are a fifth of its peak`() throws {
    let estimate = try estimate {
      $0[Settings.acceleratorHours] = 3.552e6
      $0[Settings.compute] = 3.14e23
      $0.accelerator = "v100-32gb-sxm"
    }
    #expect(try abs(value(estimate, "mfu") - 0.197) < 0.003)
  }

  @Test func `stages after pre-training take known hours too`() throws {
    for stage in Stages.all where stage.hasModel && stage != Pretraining.self {
      var request = Request(parameters: 8e9, phases: [])
      request[Settings.acceleratorHours] = 100_000
      request[Settings.price] = 2
      let given: [String: Ranged<Ratio>] = stage.name == Distillation.name ? ["teacher-params": 70e9] : [:]
      let inputs = StageInputs(stage: stage.name, given: given, catalog: catalog)
      let estimate = try Estimate.stage(stage, for: request, inputs)
      guard !estimate.work.phases.isEmpty else { continue }
      #expect(try abs(value(estimate, "accelerator_hours") - 100_000) < 1e-4, "\(stage.name)")
      #expect(try abs(value(estimate, "compute_usd") - 200_000) < 1e-4, "\(stage.name)")
      request[Settings.acceleratorHours] = 1e-3
      #expect(throws: ScenarioError.self, "\(stage.name)") { try Estimate.stage(stage, for: request, inputs) }
    }
  }

  @Test(arguments: [
    "more than the peak", "hours and MFU", "three that disagree", "active alone", "context", "two phases", "a pilot",
  ])
  func `contradictions are refused with a way out`(what: String) throws {
    do {
      _ = try estimate { request in
        request[Settings.compute] = 5e26
        switch what {
        case "more than the peak": request[Settings.acceleratorHours] = 1e6
        case "hours and MFU":
          (request[Settings.acceleratorHours], request[Settings.mfu]) = (300e6, 0.4)
        case "three that disagree":
          request[Settings.parameters] = 70e9
          request.phases = phases(15e12)
        case "active alone": request[Settings.activeParameters] = 37e9
        case "context": request[Settings.context] = 32768
        case "two phases": request.phases = phases(1e12) + phases(1e11)
        default:
          (request[Settings.acceleratorHours], request[Settings.measuredTeraflops]) = (300e6, 400e12)
        }
      }
      Issue.record("\(what) is taken")
    } catch let error as ScenarioError {
      guard case .contradiction(let problem, let advice) = error else {
        Issue.record("\(what): \(error.message)")
        return
      }
      #expect(!problem.description.isEmpty && !advice.description.isEmpty)
    }
  }

  @Test func `closed models are told by name, with a range, a source and their confidence`() throws {
    var count = 0
    for row in try catalog.tables.rows(of: "runs") where row.member("flopEstimate.typical") != nil {
      let run = try catalog.run(row.id, of: Pretraining.self)
      let estimate = try estimate {
        $0.take(run, of: Pretraining.self)
        $0[Settings.price] = 2
      }
      let flop = try #require(try row.number("flopEstimate.typical"))
      #expect(try abs(value(estimate, "flop") / flop - 1) < 1e-9, "\(row.id)")
      if let hours = try row.number("acceleratorHoursEstimate") {
        #expect(try abs(value(estimate, "accelerator_hours") / hours - 1) < 1e-9, "\(row.id)")
      }
      #expect(try row.number("flopEstimate.low") ?? flop < flop && row.number("flopEstimate.high") ?? flop > flop)
      #expect(try !row.reference().sources.isEmpty && row.text("confidence") != nil, "\(row.id)")
      // What is estimated by others sets no default.
      #expect(try row.text("exclude") != nil, "\(row.id)")
      #expect(estimate.scenario.notes.contains { $0.description.contains("confidence") }, "\(row.id)")
      count += 1
    }
    #expect(count >= 12)
  }

  @Test func `a run elsewhere does not take the hours of the run it is like`() throws {
    let run = try catalog.run("grok-4", of: Pretraining.self)
    let other = try estimate {
      $0.accelerator = "a100-80gb-sxm"
      $0.take(run, of: Pretraining.self)
    }
    #expect(try value(other, "accelerator_hours") > 2 * 246e6)
    // Epoch AI: 246M H100-hours and 310 GWh, of which ours are within a fifth.
    let own = try estimate { $0.take(run, of: Pretraining.self) }
    #expect(try abs(value(own, "energy_kwh") / 310e6 - 1) < 0.2)
  }

  @Test func `parameters and tokens of one's own take the place of an estimate of FLOP`() throws {
    let run = try catalog.run("gpt-4", of: Pretraining.self)
    let own = try estimate {
      $0[Settings.parameters] = 7e9
      $0[Settings.tokens] = 1e12
      $0.phases = phases(1e12)
      $0.take(run, of: Pretraining.self)
    }
    #expect(try abs(value(own, "flop") / 4.2e22 - 1) < 1e-9)
    #expect(try value(own, "accelerators") == 25_000)
  }

  @Test func `the library takes FLOP and hours as the command line does`() throws {
    var run = Pretraining()
    run.compute = 2.1e25
    run.accelerators = 25_000
    run.accelerator = "a100"
    #expect(abs(try run.estimate().operations.typical.value / 2.1e25 - 1) < 1e-9)
    var known = Pretraining()
    known.acceleratorHours = 1e6
    known.price = 2
    #expect(abs(try known.estimate().acceleratorHours.typical.value / 1e6 - 1) < 1e-9)
    #expect(throws: ScenarioError.self) { try Pretraining(parameters: 7e9).estimate() }
  }

  @Test(arguments: [("claude-4", "claude-3.7-sonnet"), ("gemini-2.5-pro", "gemini-1.5-pro"), ("gpt-5.4", "gpt-5")])
  func `a run of which nothing is public names the nearest that others estimate`(name: String, nearest: String) throws {
    #expect {
      _ = try catalog.run(name, of: Pretraining.self)
    } throws: { error in
      guard case .undisclosed(_, _, let named) = error as? CatalogError else { return false }
      return named == nearest
    }
    var request = Request()
    request.take(try catalog.run(nearest, of: Pretraining.self), of: Pretraining.self)
    #expect(request[Settings.compute] != nil)
  }
}
