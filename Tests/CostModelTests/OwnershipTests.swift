import CostModel
import Testing

/// A model whose training Cottier et al. 2024 priced.
struct PricedModel: Sendable {
  var name: String
  var accelerator: String
  var hours: Double
  /// USD of a server for each accelerator.
  var server: Double
  /// Years from the purchase to the start of the run.
  var age: Double
  var pue: Double
  var electricity: Double
  /// Producer prices of 2025 over those of its year.
  var inflation: Double
  var published: Double
}

@Suite("Ownership")
struct OwnershipTests {
  /// Hardware, network and electricity of an accelerator-hour as the code of Cottier et al. 2024 computes them, bought
  /// new: DGX H100 at 44,489.88 and 2023's electricity, DGX A100 at 24,875 and 2021's.
  @Test(arguments: [
    ("h100-sxm", 44_489.88, 0.0806, 1.6361, 0.3838, 0.0848), ("a100-40gb-sxm", 24_875, 0.0718, 0.9148, 0.2146, 0.0481),
  ])
  func `amortized cost of an hour is that of the paper's code`(
    accelerator: String, server: Double, electricity: Double, hardware: Double, network: Double, energy: Double
  ) throws {
    let report = try report(hours: 1000, on: accelerator) {
      $0.method = .amortized
      $0[Settings.purchasePrice] = Ranged(server)
      $0[Settings.serverFactor] = Ranged(1)
      $0[Settings.networkShare] = Ranged(0.19)
      $0[Settings.electricity] = Ranged(electricity)
      $0[Settings.powerUsageEffectiveness] = Ranged(1.1)
      $0[Settings.powerDraw] = Ranged(0.75)
    }
    #expect(abs(try value(report, "compute_usd") / 1000 / (hardware + network) - 1) < 1e-3)
    #expect(abs(try value(report, "electricity_usd") / 1000 / energy - 1) < 2e-3)
    #expect(abs(try value(report, "method_amortized_usd") / 1000 / (hardware + network + energy) - 1) < 1e-3)
  }

  @Test(arguments: [
    PricedModel(
      name: "GPT-3", accelerator: "v100-32gb-sxm", hours: 3_552_000, server: 18_625, age: 2.1, pue: 1.25,
      electricity: 0.0667, inflation: 1.09, published: 2_198_105),
    PricedModel(
      name: "BLOOM", accelerator: "a100-80gb-sxm", hours: 1_082_990, server: 24_875, age: 1.45, pue: 1.25,
      electricity: 0.0832, inflation: 1.08, published: 995_819),
    PricedModel(
      name: "Llama 2 7B", accelerator: "a100-80gb-sxm", hours: 184_320, server: 24_875, age: 2.75, pue: 1.1,
      electricity: 0.0806, inflation: 1.04, published: 114_259),
    PricedModel(
      name: "Llama 2 70B", accelerator: "a100-80gb-sxm", hours: 1_720_320, server: 24_875, age: 2.7, pue: 1.1,
      electricity: 0.0806, inflation: 1.04, published: 1_102_561),
    PricedModel(
      name: "Titan", accelerator: "a100-40gb-sxm", hours: 15_851_520, server: 24_875, age: 2.75, pue: 1.1,
      electricity: 0.0806, inflation: 1.04, published: 7_656_705),
    PricedModel(
      name: "GPT-4", accelerator: "a100-40gb-sxm", hours: 57e6, server: 24_875, age: 1.75, pue: 1.25,
      electricity: 0.0806, inflation: 1.04, published: 40.7e6),
  ])
  func `amortized cost of a model lies within a quarter of the published one`(model: PricedModel) throws {
    let report = try report(hours: model.hours, on: model.accelerator) {
      $0.method = .amortized
      $0[Settings.purchasePrice] = Ranged(model.server)
      $0[Settings.serverFactor] = Ranged(1)
      $0[Settings.networkShare] = Ranged(0.19)
      $0[Settings.hardwareAge] = Ranged(model.age * 8766)
      $0[Settings.electricity] = Ranged(model.electricity)
      $0[Settings.powerUsageEffectiveness] = Ranged(model.pue)
      $0[Settings.powerDraw] = Ranged(0.75)
    }
    let ratio = try value(report, "method_amortized_usd") * model.inflation / model.published
    #expect(0.75...1.25 ~= ratio, "\(model.name): \(ratio)")
  }

  @Test func `acquisition is the price of all accelerators with server and network`() throws {
    let report = try report(hours: 1e6) {
      $0.method = .acquisition
      $0.cluster = .accelerators(Ranged(1000))
      $0[Settings.researchMultiplier] = Ranged(3)
    }
    #expect(abs(try value(report, "compute_usd") / (1000 * 30_000 * 1.3 / 0.81) - 1) < 1e-12)
    #expect(try value(report, "method_acquisition_usd") == value(report, "compute_usd"))
    #expect(report.result("electricity_usd") == nil && report.result("research_usd") == nil)
  }

  @Test func `rent is that of the longest commitment, and all three methods stand side by side`() throws {
    let report = try report(hours: 1e6) {
      $0.method = .rent
      $0.cluster = .accelerators(Ranged(1000))
    }
    let market = try #require(
      try TableCatalog.shared.marketPrice(accelerator: "h100-sxm", commitment: .reservedThreeYears))
    #expect(abs(try value(report, "compute_usd") / (market.rate.typical.value * 1e6) - 1) < 1e-12)
    let costs = try ["rent", "amortized", "acquisition"].map { try value(report, "method_\($0)_usd") }
    #expect(costs.allSatisfy { $0 > 0 } && Set(costs).count == 3)
  }

  @Test func `each cost of ownership agrees with a hand calculation`() throws {
    let report = try report(hours: 1e6) {
      $0.isOwned = true
      $0[Settings.purchasePrice] = Ranged(30_000)
      $0[Settings.serverFactor] = Ranged(1.3)
      $0[Settings.networkShare] = Ranged(0.2)
      $0[Settings.hardwareLife] = Ranged(4 * 8766)
      $0[Settings.utilization] = Ranged(0.8)
      $0[Settings.resale] = Ranged(0.1)
      $0[Settings.costOfCapital] = Ranged(0.08)
      $0[Settings.facilityPrice] = Ranged(10_000)
      $0[Settings.staff] = Ranged(500)
      $0[Settings.electricity] = Ranged(0.07)
      $0[Settings.powerUsageEffectiveness] = Ranged(1.25)
      $0[Settings.powerDraw] = Ranged(0.8)
    }
    let cluster = 30_000 * 1.3 / 0.8
    let years = 1e6 / 0.8 / 8766
    let facility = 10_000 * 1.275
    let expected = [
      "compute_usd": cluster * 0.9 * years / 4, "interest_usd": (cluster * 1.1 / 2 + facility / 2) * 0.08 * years,
      "hosting_usd": facility * years / 14, "staff_usd": 500 * years,
      "electricity_usd": 1e6 * 1.275 * 0.8 * 1.25 * 0.07,
    ]
    for (key, dollars) in expected { #expect(abs(try value(report, key) / dollars - 1) < 1e-12, "\(key)") }
  }

  @Test func `colocation is paid for rated power by the month, used or not`() throws {
    let report = try report(hours: 1e6) {
      $0.isOwned = true
      $0[Settings.colocationPrice] = Ranged(180)
      $0[Settings.utilization] = Ranged(0.5)
    }
    #expect(abs(try value(report, "hosting_usd") / (180 * 1.275 * 2e6 / 730.5) - 1) < 1e-12)
  }

  @Test func `a gigawatt of GB200 costs what Epoch AI says a year`() throws {
    // 8.5 billion USD a year for 1 GW of IT power, five years of IT life, no cost of capital.
    let report = try report(hours: 8766, on: "gb200") {
      $0.isOwned = true
      $0[Settings.accelerators] = Ranged(600_000)
      $0[Settings.hardwareLife] = Ranged(5 * 8766)
      $0[Settings.utilization] = Ranged(1)
      $0[Settings.costOfCapital] = Ranged(0)
    }
    let storage = try value(report, "storage_usd")
    let yearly = try (value(report, "cost_usd") - storage) / (120.0 / 72) * 1e6
    #expect(abs(yearly / 8.5e9 - 1) < 0.25, "\(yearly)")
  }

  @Test func `at the break-even utilization owning costs the rent`() throws {
    let owned: (inout Request) -> Void = {
      $0.isOwned = true
      $0[Settings.against] = Ranged(3)
    }
    let first = try report(hours: 1e6, owned)
    let utilization = try value(first, "break_even_utilization")
    #expect(0.05...1 ~= utilization)
    #expect(abs(try value(first, "break_even_hours") / (utilization * 5 * 8766) - 1) < 1e-12)
    let second = try report(hours: 1e6) {
      owned(&$0)
      $0[Settings.utilization] = Ranged(utilization)
    }
    #expect(abs(try value(second, "owned_price_usd") / 3 - 1) < 1e-12)
    let busier = try report(hours: 1e6) {
      owned(&$0)
      $0[Settings.utilization] = Ranged(min(1, utilization * 1.2))
    }
    #expect(try value(busier, "owned_price_usd") < 3)
  }

  @Test(arguments: [1e3, 5e4, 2e5, 1e7])
  func `owning is held against what the same run is rented for, and both say how`(hours: Double) throws {
    let rented = try report(hours: hours)
    let owned = try report(hours: hours) { $0.isOwned = true }
    let rent = try #require(owned.result("rent_price_usd"))
    let paid = try value(rented, "compute_usd") / value(rented, "accelerator_hours")
    #expect(abs(rent.value.typical / paid - 1) < 1e-9)
    let share = rented.result("contract_share")?.value.typical ?? 0
    let way = share == 0 ? ", on demand" : share < 1 ? ", partly by contract" : ", by contract"
    #expect(rent.name == "rent it is held against" + way)
    #expect(try #require(rented.result("compute_usd")).name == "compute, rented" + (share == 0 ? "" : way))
    #expect((share > 0) == (hours > 3e4) && (share == 1) == (hours > 3e5), "\(share)")
    let given = try report(hours: hours) {
      $0.isOwned = true
      $0[Settings.against] = Ranged(3)
    }
    let against = try #require(given.result("rent_price_usd"))
    #expect(against.value.typical == 3 && against.name == "rent it is held against")
  }

  @Test func `rent below the price of electricity never breaks even`() throws {
    let report = try report(hours: 1e6, draws: 512) {
      $0.isOwned = true
      $0[Settings.against] = Ranged(0.01)
    }
    #expect(try value(report, "break_even_utilization") > 1e3)
  }

  @Test func `20,000 H100 cost 500 to 700 million in chips, and six months of electricity about 10 million`() throws {
    let cluster = try ClusterCost(
      Request(parameters: Ranged(1e9), phases: []), accelerators: Ranged(20_000), time: Ranged(6 * 730.5),
      in: TableCatalog.shared)
    let report = cluster.report(SamplingPlan())
    #expect(500e6...700e6 ~= (try value(report, "chips_usd")))
    let electricity = try #require(report.result("electricity_usd")).value
    #expect(10e6...15e6 ~= (try #require(electricity.p90)))
    // The 40 to 50 MW of the claim need a PUE of 1.45 to 1.8; rated power and a PUE of 1.2 come to 33 MW.
    #expect(abs(try value(report, "site_power_mw") / (20_000 * 1.275 * 1.09 * 1.2) - 1) < 1e-12)
    var request = Request(parameters: Ranged(1e9), phases: [])
    request[Settings.powerUsageEffectiveness] = Ranged(1.63)
    let room = try ClusterCost(
      request, accelerators: Ranged(20_000), time: Ranged(6 * 730.5), in: TableCatalog.shared
    ).report(SamplingPlan(draws: 0))
    #expect(40e3...50e3 ~= (try value(room, "site_power_mw")))
    #expect(10e6...15e6 ~= (try value(room, "electricity_usd")))
  }

  @Test func `a cluster's parts sum to what is paid at the start`() throws {
    for hosting in HostingKind.allCases {
      var request = Request(parameters: Ranged(1e9), phases: [])
      request.accelerator = "gb200"
      request.hosting = hosting
      let report = try ClusterCost(
        request, accelerators: Ranged(72), time: Ranged(8766), in: TableCatalog.shared
      ).report(SamplingPlan(draws: 0))
      let parts = ["servers_usd", "network_usd", "facility_usd"].compactMap { report.result($0)?.value.typical }
      #expect(parts.count == (hosting == .facility ? 3 : 2))
      #expect(abs(parts.reduce(0, +) / (try value(report, "capex_usd")) - 1) < 1e-12)
    }
  }
}
