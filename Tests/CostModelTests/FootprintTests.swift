import CostModel
import Testing

@Suite("Energy, carbon and water")
struct FootprintTests {
  @Test func `GPT-3 takes 1,287 MWh and about 700 kL on site`() throws {
    // Patterson et al. 2021: 3.552 million V100-hours, PUE 1.1. Li et al. 2023: 0.55 L/kWh at Microsoft's US sites.
    let report = try report(hours: 3_552_000, on: "v100-32gb-sxm") {
      $0[Settings.powerUsageEffectiveness] = Ranged(1.1)
      $0[Settings.waterOnSite] = Ranged(0.55)
    }
    #expect(abs(try value(report, "energy_kwh") / 1_287_000 - 1) < 0.05)
    #expect(abs(try value(report, "water_on_site_l") / 700_000 - 1) < 0.1)
    let sum = try value(report, "water_on_site_l") + value(report, "water_off_site_l")
    #expect(abs(sum / (try value(report, "water_l")) - 1) < 1e-14)
  }

  @Test func `BLOOM emits 24.7 t computing, 14.6 t waiting and 11.2 t by the making of its servers`() throws {
    // Luccioni et al. 2022: 400 W a GPU, no PUE, 57 g/kWh; 256,646 of 433,196 kWh idle; 150 kg a GPU and 2,500 kg a
    // server of eight, over six years at 85 % use.
    let bloom: (inout Request) -> Void = {
      $0[Settings.powerUsageEffectiveness] = Ranged(1)
      $0[Settings.carbonIntensity] = Ranged(57)
    }
    let dynamic = try report(hours: 1_082_990, on: "a100-80gb-sxm", power: 400, bloom)
    #expect(abs(try value(dynamic, "energy_kwh") / 433_196 - 1) < 1e-4)
    #expect(abs(try value(dynamic, "carbon_kg") / 24.7e6 - 1) < 0.005)
    let all = try report(hours: 1_082_990, on: "a100-80gb-sxm", power: 400) {
      bloom(&$0)
      $0[Settings.idle] = Ranged(256_646.0 / 433_196)
      $0[Settings.embodiedAccelerator] = Ranged(150_000)
      $0[Settings.embodiedServer] = Ranged(2_500_000.0 / 8)
      $0[Settings.hardwareLife] = Ranged(6 * 8766)
      $0[Settings.utilization] = Ranged(0.85)
    }
    #expect(abs(try value(all, "energy_idle_kwh") / 256_646 - 1) < 1e-4)
    #expect(abs(try value(all, "carbon_embodied_kg") / 11.2e6 - 1) < 0.005)
    #expect(abs(try value(all, "carbon_all_kg") / 50.5e6 - 1) < 0.005)
  }

  @Test func `the making of OLMo's accelerators took 22 t and 4.8 kL of water`() throws {
    // Morrison et al. 2025: 1.65 million H100-hours over four years of use; 3,700 kg for a server of eight; 100.4 L for
    // an H100 and 2.2 L of mining, which the table has.
    let run = try report(hours: 1.65e6, on: "h100-sxm") {
      $0[Settings.embodiedAccelerator] = Ranged(3_700_000.0 / 8 - 1000)
      $0[Settings.embodiedServer] = Ranged(1000)
      $0[Settings.hardwareLife] = Ranged(4 * 8766)
      $0[Settings.utilization] = Ranged(1)
    }
    #expect(abs(try value(run, "carbon_embodied_kg") / 22e6 - 1) < 0.015)
    #expect(abs(try value(run, "water_embodied_l") / 4_800 - 1) < 0.01)
    let sum = try value(run, "water_l") + value(run, "water_embodied_l")
    #expect(abs(sum / (try value(run, "water_all_l")) - 1) < 1e-14)
    // An A100's 137.3 L a layer × 87 layers / 29 chips is its own, and the high end of others.
    let older = try report(hours: 1.65e6, on: "a100-80gb-sxm") {
      $0.countsEmbodied = true
      $0[Settings.hardwareLife] = Ranged(4 * 8766)
      $0[Settings.utilization] = Ranged(1)
    }
    #expect(abs(try value(older, "water_embodied_l") / (1.65e6 / (4 * 8766) * 137.3 * 87 / 29) - 1) < 0.001)
    let high = try TableCatalog.shared.factor("embodied-water-accelerator").value.high.value
    #expect(abs(high / (137.3 * 87 / 29) - 1) < 0.001)
    #expect(try report(hours: 1.65e6, on: "h100-sxm").result("water_embodied_l") == nil)
  }

  @Test(arguments: [
    // Model cards: hours at the rated power of the accelerator, no PUE; tons.
    ("Llama 2 7B", "a100-80gb-sxm", 400.0, 184_320.0, 31.22), ("Llama 2 70B", "a100-80gb-sxm", 400, 1_720_320, 291.42),
    ("Llama 3 8B", "h100-sxm", 700, 1.3e6, 390), ("Llama 3 70B", "h100-sxm", 700, 6.4e6, 1900),
    ("Llama 3.1 8B", "h100-sxm", 700, 1.46e6, 420), ("Llama 3.1 70B", "h100-sxm", 700, 7.0e6, 2040),
    ("Llama 3.1 405B", "h100-sxm", 700, 30.84e6, 8930), ("Llama 4 Scout", "h100-sxm", 700, 5.0e6, 1354),
  ])
  func `Meta's model cards lie within 12 % at the US grid`(
    model: String, accelerator: String, watts: Double, hours: Double, tons: Double
  ) throws {
    let run = try report(hours: hours, on: accelerator, power: watts) {
      $0[Settings.powerUsageEffectiveness] = Ranged(1)
    }
    #expect(abs(try value(run, "carbon_kg") / (tons * 1e6) - 1) < 0.12, "\(model)")
    // The Llama 3.1 card: market-based emissions of zero, all electricity matched.
    let market = try report(hours: hours, on: accelerator, power: watts) {
      $0.accounting = .market
      $0[Settings.contracted] = Ranged(1)
    }
    #expect(try value(market, "carbon_kg") == 0)
  }

  @Test func `OPT emits 137 t by the convention of the LLaMA paper`() throws {
    // 809,472 A100-hours at 400 W, PUE 1.1, 385 g/kWh: 356 MWh.
    let run = try report(hours: 809_472, on: "a100-80gb-sxm", power: 400) {
      $0[Settings.powerUsageEffectiveness] = Ranged(1.1)
      $0[Settings.carbonIntensity] = Ranged(385)
    }
    #expect(abs(try value(run, "energy_kwh") / 356_000 - 1) < 0.01)
    #expect(abs(try value(run, "carbon_kg") / 137e6 - 1) < 0.01)
  }

  @Test func `GPT-4's 50 GWh are those of 57 million A100-hours`() throws {
    // 25,000 A100 for 90 to 100 days, as reported; Cottier et al. 2024 count 57 million hours.
    let run = try report(hours: 57e6, on: "a100-40gb-sxm", draws: 512)
    let energy = try #require(run.result("energy_kwh")).value
    #expect(abs(energy.typical / 50e6 - 1) < 0.2, "\(energy.typical)")
    #expect(try #require(energy.p10) < 50e6 && #require(energy.p90) > 50e6)
  }

  @Test func `OLMo 3's program has the carbon of a US grid`() throws {
    // 12.3 GWh and 4,251 t: 346 g/kWh, against 384 in the table of regions.
    let run = try report(hours: 1e6, on: "h100-sxm")
    let intensity = try value(run, "carbon_kg") / value(run, "energy_kwh")
    #expect(abs(4_251e6 / 12.3e6 / intensity - 1) < 0.12)
  }

  @Test func `half under contract halves market-based carbon, and nothing else`() throws {
    let location = try report(hours: 1e6, on: "h100-sxm")
    let market = try report(hours: 1e6, on: "h100-sxm") {
      $0.accounting = .market
      $0[Settings.contracted] = Ranged(0.5)
    }
    #expect(abs(try value(market, "carbon_kg") / value(location, "carbon_kg") - 0.5) < 1e-12)
    for key in ["energy_kwh", "water_l", "cost_usd"] { #expect(try value(market, key) == value(location, key)) }
  }

  @Test func `the grid is that of the region and year asked for`() throws {
    let catalog = TableCatalog.shared
    let region = try catalog.region("us")
    let then = try report(hours: 1e6, on: "h100-sxm") { $0.gridYear = 2023 }
    let grid = try #require(try catalog.grid(region: region, year: 2023))
    #expect(abs(try value(then, "carbon_kg") / value(then, "energy_kwh") - grid.value) < 1e-9)
    #expect(grid.value != region.carbon.value)
    let iceland = try report(hours: 1e6, on: "h100-sxm") { $0.grid = "isl" }
    #expect(try value(iceland, "carbon_kg") / value(iceland, "energy_kwh") < 60)
    // Every region has a grid for each year that it names.
    for row in try TableSet().rows(of: "regions") {
      let region = try catalog.region(row.id)
      for year in try catalog.gridYears(region: region) {
        #expect(try catalog.grid(region: region, year: year) != nil, "\(row.id) \(year)")
      }
    }
  }

  @Test func `equivalents divide by factors that name their source`() throws {
    let run = try report(hours: 1e6, on: "h100-sxm") { $0.showsEquivalents = true }
    #expect(abs(try value(run, "homes") * 10_715 / value(run, "energy_kwh") - 1) < 1e-12)
    #expect(abs(try value(run, "cars") * 57.15e6 / value(run, "carbon_kg") - 1) < 1e-12)
    #expect(abs(try value(run, "residents_eu") * 9e6 / value(run, "carbon_kg") - 1) < 1e-12)
    #expect(abs(try value(run, "pools") * 2.5e6 / value(run, "water_l") - 1) < 1e-12)
    for row in try TableSet().rows(of: "factors") where row.id.hasPrefix("equivalent-") {
      #expect(!(try row.reference().sources.isEmpty), "\(row.id)")
    }
    #expect(try report(hours: 1e6, on: "h100-sxm").result("homes") == nil)
    // The claim that 20 kt are 150 Europeans' is wrong by more than ten times.
    let european = try TableCatalog.shared.factor("equivalent-resident-eu").value.typical.value
    #expect(20_000 / european > 10 * 150)
  }

  @Test func `idle energy is paid for by an owner and not by a tenant`() throws {
    func electricity(_ isOwned: Bool, idle: Double?) throws -> Double {
      try report(hours: 1e6, on: "h100-sxm") {
        $0.isOwned = isOwned
        $0[Settings.idle] = idle.map { Ranged($0) }
      }.result("electricity_usd")?.value.typical ?? 0
    }
    #expect(try abs(electricity(true, idle: 0.5) / electricity(true, idle: nil) - 1.5) < 1e-12)
    #expect(try electricity(false, idle: 0.5) == 0)
  }

  @Test(arguments: ["h100-sxm", "a100-80gb-sxm", "h100-pcie", "gb200"], ["us", "se"])
  func `a cluster draws in an hour what a run draws, and its network and storage, and both say so`(
    accelerator: String, region: String
  ) throws {
    let run = try report(hours: 1e6, on: accelerator) { $0.region = region }
    var request = Request()
    (request.accelerator, request.region) = (accelerator, region)
    let cluster = try ClusterCost(request, accelerators: 1000, time: 8766, in: TableCatalog.shared)
      .report(SamplingPlan(draws: 0))
    let extra = try TableCatalog.shared.factor("cluster-power-factor").value.typical.value
    for key in ["energy_kwh", "carbon_kg", "water_l"] {
      #expect(abs(try value(cluster, key) / 8.766e6 / (try value(run, key) / 1e6) / extra - 1) < 1e-12, "\(key)")
    }
    let notes = try [run, cluster].map { try #require($0.result("energy_kwh")).note ?? "" }
    #expect(notes[0].contains("network and storage come on top (row cluster-power-factor)"))
    #expect(notes[1].contains("network and storage included"))
  }
}
