import CostModel
import Testing

@Suite("Rent by whole terms")
struct RentalTermTests {
  private func rented(
    _ hours: Double, research: Double? = nil, term: Double? = 730.5, _ change: (inout Request) -> Void = { _ in }
  ) throws -> Report {
    try report(hours: hours) {
      $0[Settings.price] = Ranged(2)
      $0.cluster = .accelerators(Ranged(1000))
      $0[Settings.term] = term.map { Ranged($0) }
      $0[Settings.researchMultiplier] = research.map { Ranged($0) }
      change(&$0)
    }
  }

  @Test func `a thousand hours of a thousand accelerators are two thousand accelerator-months`() throws {
    let run = try rented(1e6)
    #expect(abs(try value(run, "accelerator_months") / 2000 - 1) < 1e-12)
    #expect(abs(try value(run, "compute_usd") / 2e6 - 1) < 1e-12)
    #expect(abs(try value(run, "unused_usd") / (2 * (2 * 730.5 * 1000 - 1e6)) - 1) < 1e-9)
    let lines = try value(run, "compute_usd") + value(run, "unused_usd") + value(run, "storage_usd")
    #expect(abs(lines - (try value(run, "cost_usd"))) < 0.01)
  }

  @Test(arguments: [1.0, 1.2, 1.4, 1.6, 4]) func `experiments fill the term before another is rented`(
    research: Double
  ) throws {
    let run = try rented(1e6, research: research)
    let months = (research * 1000 / 730.5).rounded(.up)
    #expect(abs(try value(run, "accelerator_months") / (1000 * months) - 1) < 1e-12)
    let rent = try ["compute_usd", "research_usd", "unused_usd"].map { try value(run, $0) }
    #expect(rent.allSatisfy { $0 >= 0 })
    #expect(abs(rent.reduce(0, +) / (2 * 1000 * 730.5 * months) - 1) < 1e-12)
  }

  @Test func `a year is paid for whole, and so is a block of days`() throws {
    let year = try rented(1e5, term: 8766)
    #expect(abs((try value(year, "compute_usd") + value(year, "unused_usd")) / (2 * 1000 * 8766) - 1) < 1e-12)
    let block = try rented(1e5, term: 24)
    #expect(abs((try value(block, "compute_usd") + value(block, "unused_usd")) / (2 * 1000 * 120) - 1) < 1e-12)
    let hourly = try rented(1e5, term: nil)
    #expect(hourly.result("unused_usd") == nil && hourly.result("accelerator_months") == nil)
  }

  @Test func `a later start changes the rent of the hours not used as well`() throws {
    let later: (inout Request) -> Void = {
      $0[Settings.price] = nil
      $0.startMonth = CalendarMonth("2027-11")
    }
    let now = try rented(1e5) { $0[Settings.price] = nil }
    let then = try rented(1e5, later)
    let change = try value(then, "compute_usd") / value(now, "compute_usd")
    #expect(change < 1)
    #expect(abs(try value(then, "unused_usd") / value(now, "unused_usd") / change - 1) < 1e-12)
  }

  @Test func `every sample pays for whole terms that hold the run`() throws {
    let run = try report(hours: 1e6, draws: 512) {
      $0.cluster = .accelerators(Ranged(1000))
      $0[Settings.mfu] = Ranged(0.4, low: 0.2, high: 0.6)
      $0[Settings.term] = Ranged(730.5)
    }
    let unused = try #require(run.result("unused_usd")).value, months = try #require(run.result("accelerator_months"))
    #expect(try #require(unused.p10) > 0)
    for end in [months.value.p10, months.value.p90] {
      let terms = try #require(end) / 1000
      #expect(abs(terms - terms.rounded()) < 1e-9)
    }
  }
}
