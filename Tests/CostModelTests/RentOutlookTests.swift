import Testing

@testable import CostModel

@Suite("Rents ahead")
struct RentOutlookTests {
  private let catalog = TableCatalog.shared

  private func history() throws -> PriceHistory {
    PriceHistory(try catalog.prices(), providers: try catalog.providers())
  }

  private func backtest() throws -> Backtest {
    let catalog = catalog
    return try Backtest(try history()) { id throws(CatalogError) in try catalog.accelerator(id) }
  }

  @Test func `the table is the fit of the price table`() throws {
    let history = try history()
    let fit = try #require(RentFit(history.changes, shares: history.shares))
    let outlook = try RentOutlook(in: catalog)
    for (own, fitted) in [
      (outlook.pull, fit.outlook.pull), (outlook.listedWidth, fit.outlook.listedWidth),
      (outlook.negotiatedWidth, fit.outlook.negotiatedWidth),
      (Elementary.exponential(outlook.trend), Elementary.exponential(fit.outlook.trend)),
    ] { #expect(abs(own / fitted - 1) < 0.006) }
    #expect(Set(outlook.shares.keys) == Set(fit.outlook.shares.keys))
  }

  @Test(arguments: Backtest.horizons) func `four in five changes lie inside, and no change is further off`(
    horizon: String
  ) throws {
    let (history, backtest) = (try history(), try backtest())
    let still = Backtest.withoutChange(history, like: backtest.entries)
    func summary(_ entries: [Backtest.Entry]) -> Backtest.Summary {
      Backtest.Summary(entries.filter { $0.groups.contains(horizon) })
    }
    let own = summary(backtest.entries)
    #expect(own.count > 50)
    #expect((0.75...0.88).contains(own.inside), "\(own)")
    #expect(own.logError < summary(still).logError)
  }

  @Test func `the rise of 2025-10 to 2026-03 lies inside, by a fit that has not seen it`() throws {
    let entry = try #require(
      try backtest().entries.first { $0.id == "h100-sxm-reserved-1y-index-2025-10+5" })
    #expect(abs(entry.actual / 1.70 - 1.38) < 0.01)
    #expect(entry.isInside, "\(entry.predicted)")
  }

  @Test func `ranges grow with time, hold no change, and start from none`() throws {
    let outlook = try RentOutlook(in: catalog)
    for isNegotiated in [false, true] {
      #expect(outlook.change(months: 0, distance: 0.5, isNegotiated: isNegotiated) == Ranged(1))
      var width = 1.0
      for months in 1...120 {
        let change = outlook.change(months: months, distance: 0, isNegotiated: isNegotiated)
        #expect(change.low < change.typical && change.typical < change.high)
        #expect(change.low.value < 1 && change.high.value > 1)
        #expect(change.high.value / change.low.value > width)
        width = change.high.value / change.low.value
      }
    }
    // A contract that is dear beside its on-demand price falls, one that is cheap rises.
    let dear = outlook.distance(of: .reservedOneYear, rate: 3, onDemand: 3)
    let cheap = outlook.distance(of: .reservedOneYear, rate: 1, onDemand: 3)
    #expect(outlook.change(months: 12, distance: dear, isNegotiated: true).typical.value < 0.9)
    #expect(outlook.change(months: 12, distance: cheap, isNegotiated: true).typical.value > 1.2)
  }

  @Test func `a start moves the rent of every commitment, and one in the month of the prices none`() throws {
    var count = 0
    for id in ["h100-sxm", "h200-sxm", "b200", "a100-80gb-sxm", "l40s", "tpu-v6e"] {
      for commitment in Commitment.allCases {
        var request = Request(parameters: Ranged(8e9), phases: [.init(tokens: Ranged(1e11))])
        (request.accelerator, request.commitment) = (id, commitment)
        request.cluster = .accelerators(Ranged(8))
        func cost(_ start: String?) throws -> Double {
          request.startMonth = start.flatMap(CalendarMonth.init)
          return try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: catalog)).bill.total.typical.value
        }
        guard (try? cost(nil)) != nil else { continue }
        let now = try cost(nil)
        #expect(try cost("2028-06") != now)
        count += 1
      }
    }
    #expect(count > 12)
  }
}
