import CostModel
import Testing

/// Estimates of a request on the built-in tables.
private func report(
  draws: Int = 512, parameters: Double, tokens: Double, _ change: (inout Request) -> Void = { _ in }
) throws -> Report {
  var request = Request(parameters: Ranged(parameters), phases: [.init(tokens: Ranged(tokens))])
  change(&request)
  let scenario = try ScenarioBuilder.scenario(for: request, in: TableCatalog.shared)
  return try Estimate.pretraining(scenario).report(SamplingPlan(draws: draws))
}

@Suite("Pre-training")
struct PretrainingTests {
  @Test func `a start a year later changes the rent on demand by the trend of the price rows`() throws {
    func rent(_ start: String) throws -> Double {
      let run = try report(parameters: 7e9, tokens: 1e12) {
        $0.startMonth = CalendarMonth(start)
        $0.commitment = .onDemand
      }
      return try value(run, "compute_usd")
    }
    let trend = try #require(try TableCatalog.shared.factor("trend", in: "rent-outlook")).value.typical.value
    #expect(abs(try rent("2028-11") / rent("2027-11") - trend) < 1e-9)
    #expect(abs(try rent("2036-11") / rent("2026-11") - Elementary.power(trend, 10)) < 1e-9)
    #expect(throws: ScenarioError.self) { try rent("2019-01") }
  }

  @Test func `GPT-3 takes the FLOP its paper prints`() throws {
    // Brown et al. 2020, table D.1: 3.14e23 for 174.6e9 parameters and 300e9 tokens.
    let flop = try value(report(parameters: 174.6e9, tokens: 300e9), "flop")
    #expect(abs(flop / 3.14e23 - 1) < 0.002)
  }

  @Test func `a given MFU and price leave plain arithmetic`() throws {
    let report = try report(parameters: 70e9, tokens: 15e12) {
      $0[Settings.mfu] = Ranged(0.4)
      $0[Settings.price] = Ranged(2)
      $0.cluster = .accelerators(Ranged(2048))
    }
    let hours = 6 * 70e9 * 15e12 / (989.4e12 * 3600 * 0.4)
    #expect(abs(try value(report, "accelerator_hours") / hours - 1) < 1e-14)
    #expect(abs(try value(report, "compute_usd") / (2 * hours) - 1) < 1e-14)
    #expect(abs(try value(report, "days") / (hours / 2048) - 1) < 1e-14)
  }

  @Test(
    arguments: [
      // Model cards: Llama 3 and 3.1 70B 6.4 and 7.0 million hours, Llama 2 7B 184,320; DeepSeek-V3 report: 2.664 million.
      ("h100", 70e9, nil, 15e12, nil, 6.4e6, 0.35), ("h100", 70e9, nil, 15e12, nil, 7.0e6, 0.35),
      ("a100-80gb", 6.74e9, nil, 2e12, nil, 184_320, 0.25),
      ("h800", 671e9, 37e9, 14.8e12, Precision.fp8, 2.664e6, 0.35),
    ] as [(String, Double, Double?, Double, Precision?, Double, Double)])
  func `published accelerator-hours lie near the estimate and inside its range`(
    accelerator: String, parameters: Double, active: Double?, tokens: Double, precision: Precision?, published: Double,
    tolerance: Double
  ) throws {
    let report = try report(parameters: parameters, tokens: tokens) {
      $0.accelerator = accelerator
      $0[Settings.activeParameters] = active.map { Ranged($0) }
      $0.precision = precision
    }
    let hours = try #require(report.result("accelerator_hours")).value
    #expect(abs(hours.typical / published - 1) < tolerance)
    #expect(try #require(hours.p10) < published)
    #expect(try #require(hours.p90) > published)
  }

  @Test func `hours scale with parameters, tokens and price as the formula says`() throws {
    let fixed: (inout Request) -> Void = { $0[Settings.mfu] = Ranged(0.3) }
    let base = try report(parameters: 7e9, tokens: 1e12, fixed)
    let wide = try report(parameters: 14e9, tokens: 1e12, fixed)
    let long = try report(parameters: 7e9, tokens: 3e12, fixed)
    #expect(abs(try value(wide, "accelerator_hours") / value(base, "accelerator_hours") - 2) < 1e-12)
    #expect(abs(try value(long, "accelerator_hours") / value(base, "accelerator_hours") - 3) < 1e-12)
    #expect(abs(try value(long, "energy_kwh") / value(base, "energy_kwh") - 3) < 1e-12)
  }

  @Test func `epochs multiply the work but not the stored corpus`() throws {
    let once = try report(parameters: 7e9, tokens: 1e12) { $0[Settings.mfu] = Ranged(0.3) }
    let thrice = try report(parameters: 7e9, tokens: 1e12) {
      $0[Settings.mfu] = Ranged(0.3)
      $0[Settings.epochs] = Ranged(3)
    }
    #expect(abs(try value(thrice, "flop") / value(once, "flop") - 3) < 1e-12)
    #expect(try value(thrice, "storage_usd") == value(once, "storage_usd"))
  }

  @Test(arguments: [(8.03e9, 8192.0, 0.13), (405e9, 8192, 0.04), (8.03e9, 32768, 0.53)])
  func `attention adds the share that exact counts give`(parameters: Double, context: Double, share: Double) throws {
    // Exact counts for Llama 3.1 8B and 405B: +13 % and +4 % at 8k, +53 % at 32k. The estimate stands on an average
    // shape and counts beyond 4,096 tokens, so add those of the reference context back.
    let long = try value(
      report(parameters: parameters, tokens: 1e12) { $0.phases[0].contextLength = Ranged(context) }, "flop")
    let plain = 6 * parameters * 1e12
    let beyond = long / plain - 1
    let all = beyond * context / (context - 4096)
    #expect(abs(all / share - 1) < 0.25)
  }

  @Test func `a phase at a longer context costs more for each token`() throws {
    let phases = try report(parameters: 70e9, tokens: 15e12) {
      $0.phases.append(.init(tokens: Ranged(800e9), contextLength: Ranged(131_072)))
    }
    let short = try report(parameters: 70e9, tokens: 15.8e12)
    #expect(try value(phases, "flop") > value(short, "flop") * 1.02)
  }

  @Test func `rented compute has no electricity line and owned compute no rent`() throws {
    let rented = try report(parameters: 7e9, tokens: 1e12)
    #expect(rented.result("electricity_usd") == nil)
    #expect(try #require(rented.result("compute_usd")).name.hasPrefix("compute, rented"))
    let owned = try report(parameters: 7e9, tokens: 1e12) { $0.isOwned = true }
    #expect(try value(owned, "electricity_usd") > 0)
    #expect(try #require(owned.result("compute_usd")).name == "compute, depreciation")
  }

  @Test(arguments: [false, true], [nil, 2.5])
  func `bill lines sum to the total`(isOwned: Bool, research: Double?) throws {
    let report = try report(parameters: 70e9, tokens: 2e12) {
      $0.isOwned = isOwned
      $0[Settings.researchMultiplier] = research.map { Ranged($0) }
    }
    let lines = try ChargeCategory.allCases.compactMap { category in
      try report.result(category.key).map { _ in try value(report, category.key) }
    }
    #expect(abs(lines.reduce(0, +) / (try value(report, "cost_usd")) - 1) < 1e-14)
  }

  @Test func `experiments multiply compute and energy but not storage`() throws {
    let alone = try report(parameters: 7e9, tokens: 1e12)
    let project = try report(parameters: 7e9, tokens: 1e12) { $0[Settings.researchMultiplier] = Ranged(3) }
    #expect(abs(try value(project, "research_usd") / value(alone, "compute_usd") - 2) < 1e-12)
    #expect(abs(try value(project, "energy_kwh") / value(alone, "energy_kwh") - 3) < 1e-12)
    #expect(try value(project, "storage_usd") == value(alone, "storage_usd"))
  }

  @Test func `straight-line depreciation agrees with a hand calculation`() throws {
    // H100 at $30,000 × server 1.3 / (1 − network 0.19), written off over 5 years of 8,766 h at 75 % use: $1.46 an hour.
    let report = try report(parameters: 7e9, tokens: 1e12) { $0.isOwned = true }
    let hourly = try value(report, "compute_usd") / value(report, "accelerator_hours")
    #expect(abs(hourly - 30_000 * 1.3 / 0.81 / (5 * 8766 * 0.75)) < 1e-9)
  }

  @Test func `a deadline gives the next whole node that meets it`() throws {
    let report = try report(parameters: 70e9, tokens: 15e12) {
      $0[Settings.mfu] = Ranged(0.4)
      $0.cluster = .deadline(Ranged(.days(54)))
    }
    let hours = 6 * 70e9 * 15e12 / (989.4e12 * 3600 * 0.4)
    #expect(try value(report, "accelerators") == (hours / (54 * 24) / 8).rounded(.up) * 8)
    #expect(try value(report, "days") <= 54 * 24)
  }

  @Test func `energy, carbon and water follow from power, PUE and the grid`() throws {
    // DGX H100: 10.2 kW for eight; 76 % drawn, PUE 1.2, 384.4 g/kWh in the US.
    let report = try report(parameters: 70e9, tokens: 15e12)
    let perHour = try value(report, "energy_kwh") / value(report, "accelerator_hours")
    #expect(abs(perHour - 10.2 / 8 * 0.76 * 1.2) < 1e-12)
    #expect(abs(try value(report, "carbon_kg") / value(report, "energy_kwh") - 384.4) < 1e-9)
    // 0.36 L for each kWh of the servers, 3.1 for each at the meter: WUE is by IT energy.
    let energy = try value(report, "energy_kwh")
    #expect(abs(try value(report, "water_on_site_l") / (energy / 1.2) - 0.36) < 1e-9)
    #expect((3.0...3.3).contains(try value(report, "water_off_site_l") / energy))
  }

  @Test func `fp8 is faster than bf16 but never by more than its peak`() throws {
    let bf16 = try report(parameters: 8e9, tokens: 1e12)
    let fp8 = try report(parameters: 8e9, tokens: 1e12) { $0.precision = .fp8 }
    let gain = try value(bf16, "accelerator_hours") / value(fp8, "accelerator_hours")
    #expect(gain > 1.1 && gain < 2)
    // Gaudi 3 computes FP8 at its BF16 peak: no gain.
    let gaudi = try report(parameters: 8e9, tokens: 1e12) {
      $0.accelerator = "gaudi3"
      $0[Settings.price] = Ranged(2)
    }
    let gaudi8 = try report(parameters: 8e9, tokens: 1e12) {
      $0.accelerator = "gaudi3"
      $0[Settings.price] = Ranged(2)
      $0.precision = .fp8
    }
    #expect(abs(try value(gaudi, "accelerator_hours") / value(gaudi8, "accelerator_hours") - 1) < 1e-12)
  }

  @Test func `goodput lowers a steady-state MFU to the effective one, once`() throws {
    // The Llama 3 report: about 0.405 in the steady state and over 90 % effective time for 30.84 million hours.
    let report = try report(parameters: 405e9, tokens: 15.6e12) {
      $0[Settings.steadyMFU] = Ranged(0.405)
      $0[Settings.goodput] = Ranged(0.9)
    }
    #expect(abs(try value(report, "mfu") - 0.405 * 0.9) < 1e-12)
    #expect(abs(try value(report, "accelerator_hours") / 30.84e6 - 1) < 0.06)
  }

  @Test func `accelerators without BF16 are measured against FP16`() throws {
    let report = try report(parameters: 8e9, tokens: 1e12) {
      $0.accelerator = "v100"
      $0[Settings.mfu] = Ranged(0.3)
    }
    #expect(abs(try value(report, "accelerator_hours") / (6 * 8e21 / (125e12 * 3600 * 0.3)) - 1) < 1e-12)
  }

  @Test func `every accelerator of the table can be estimated or says what it lacks`() throws {
    for row in try TableSet().rows(of: "accelerators") {
      do {
        let report = try report(draws: 0, parameters: 8e9, tokens: 1e12) {
          $0.accelerator = row.id
          $0[Settings.price] = Ranged(1)
        }
        #expect(try value(report, "cost_usd") > 0)
      } catch ScenarioError.missing(let field, _) {
        #expect(field == "power", "\(row.id) lacks \(field)")
      }
    }
  }
}
