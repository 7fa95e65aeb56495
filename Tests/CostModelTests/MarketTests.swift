import CostModel
import Testing

@Suite("Market prices by kind of seller")
struct MarketTests {
  private static let providers = [
    Provider(id: "a", name: "A", tier: .neocloud, kind: .rental),
    Provider(id: "b", name: "B", tier: .neocloud, kind: .rental),
    Provider(id: "c", name: "C", tier: .neocloud, kind: .rental),
    Provider(id: "big", name: "Big", tier: .hyperscaler, kind: .rental),
    Provider(id: "stalls", name: "Stalls", tier: .marketplace, kind: .rental),
    Provider(id: "served", name: "Served", tier: .neocloud, kind: .managed),
    Provider(id: "survey", name: "Survey", tier: nil, kind: .index),
    Provider(id: "blog", name: "Blog", tier: .neocloud, kind: .unverified),
  ]

  private func price(
    _ provider: String, _ rate: Double, region: String = "all", asOf: String = "2026-10",
    commitment: Commitment = .onDemand, kind: Price.Kind = .list, accelerator: String = "h100-sxm"
  ) -> Price {
    Price(
      provider: provider, accelerator: accelerator, commitment: commitment, region: region, rate: rate, kind: kind,
      reference: RowReference(table: "prices", id: provider + region + asOf, asOf: asOf, sources: []))
  }

  private func row(_ prices: [Price], _ tier: ProviderTier = .neocloud) -> MarketDerivation.Row? {
    MarketDerivation.rows(from: prices, providers: Self.providers).first {
      $0.tier == tier && $0.commitment == .onDemand
    }
  }

  @Test func `each seller counts once, with the newest of its offers`() throws {
    let found = try #require(
      row([
        price("a", 2), price("a", 2, region: "r2"), price("a", 2, region: "r3"), price("b", 4), price("c", 6),
        price("b", 40, asOf: "2026-08"),
      ]))
    #expect(found.rate.typical.value == 4)
    #expect(found.sellers == ["a", "b", "c"])
    #expect(!found.isStale)
  }

  @Test func `nothing but a seller's price list counts`() {
    let sellers = [price("a", 2), price("b", 4), price("c", 6)]
    let others = [
      price("served", 20), price("survey", 20, kind: .index), price("blog", 20), price("a", 20, kind: .quote),
      price("b", 20, kind: .mean), price("stranger", 20), price("c", 20, asOf: "2026-03"),
    ]
    #expect(row(sellers)?.rate.typical.value == 4)
    #expect(row(sellers + others)?.rate == row(sellers)?.rate)
  }

  @Test func `the range is the middle half of the sellers, and all of them are told beside it`() throws {
    let prices = [price("a", 2), price("b", 4), price("c", 8)]
    let found = try #require(row(prices))
    #expect(found.rate.low.value == 3 && found.rate.typical.value == 4 && found.rate.high.value == 6)
    #expect(found.sellersAsk == 2...8)
    // One seller may ask anything that sellers ask: p10 to p90 of the others.
    let alone = try #require(
      MarketDerivation.rows(from: prices + [price("a", 10, accelerator: "b200")], providers: Self.providers)
        .first { $0.accelerator == "b200" })
    #expect(abs(alone.rate.low.value / 10 - 2.4 / 4) < 1e-9 && abs(alone.rate.high.value / 10 - 7.2 / 4) < 1e-9)
  }

  @Test func `kinds of sellers stay apart`() {
    let prices = [price("a", 2), price("big", 10), price("stalls", 1)]
    #expect(row(prices, .hyperscaler)?.rate.typical.value == 10)
    #expect(row(prices, .marketplace)?.rate.typical.value == 1)
    #expect(row(prices)?.rate.typical.value == 2)
  }

  @Test func `old prices are used where there is no other, and marked`() {
    let prices = [price("a", 2, asOf: "2025-01"), price("big", 10)]
    #expect(row(prices)?.isStale == true)
    #expect(row(prices, .hyperscaler)?.isStale == false)
  }

  @Test func `a contract costs what the index of contracts says, else a share of the on-demand price`() throws {
    let share = Ranged<Ratio>(0.65, low: 0.5, high: 0.9)
    func contract(_ prices: [Price]) -> MarketDerivation.Row? {
      MarketDerivation.rows(from: prices, providers: Self.providers, contractShare: share).first {
        $0.tier == .neocloud && $0.commitment == .reservedOneYear
      }
    }
    let index = price("survey", 2.65, asOf: "2026-09", commitment: .reservedOneYear, kind: .index)
    let byIndex = try #require(contract([price("a", 4), index]))
    #expect(byIndex.rate.typical.value == 2.65 && byIndex.basis == .index)
    #expect(byIndex.rate.low.value == 2 && byIndex.rate.high.value == 3.6)
    let byShare = try #require(contract([price("a", 4)]))
    #expect(abs(byShare.rate.typical.value - 2.6) < 1e-9 && byShare.basis == .onDemand)
    // What neoclouds list comes before a share of what they ask by the hour.
    let listed = [
      price("a", 3, asOf: "2026-09", commitment: .reservedOneYear), price("b", 2.8, commitment: .reserved),
    ]
    let byLists = try #require(contract([price("a", 4)] + listed))
    #expect(abs(byLists.rate.typical.value - 2.9) < 1e-9 && byLists.basis == .lists && byLists.sellers == ["a", "b"])
    #expect(contract([price("a", 4), index] + listed)?.basis == .index)
  }

  @Test(arguments: [
    // Independent figures: means of specialists in a weekly index of September 2026, lists of the large clouds, a
    // community cloud's price, and the range of one-year contracts told of large runs.
    ("h100-sxm", Commitment.onDemand, ProviderTier.neocloud, 3.23, 3.92),
    ("h100-sxm", .onDemand, .hyperscaler, 9.9, 12.3), ("h100-sxm", .onDemand, .marketplace, 2.4, 2.95),
    ("h100-sxm", .reservedOneYear, .neocloud, 2.35, 2.9), ("h200-sxm", .onDemand, .neocloud, 4.2, 4.6),
    ("b200", .onDemand, .neocloud, 6.2, 7.2), ("mi300x", .onDemand, .neocloud, 1.85, 2.6),
  ])
  func `built-in prices are those that buyers pay`(
    accelerator: String, commitment: Commitment, tier: ProviderTier, low: Double, high: Double
  ) throws {
    let price = try #require(
      try TableCatalog.shared.marketPrice(accelerator: accelerator, commitment: commitment, tier: tier))
    #expect((low...high).contains(price.rate.typical.value), "\(price.rate)")
  }

  @Test func `every price row's provider is known, and no row rests on a managed service or an index`() throws {
    let catalog = TableCatalog.shared
    for row in MarketDerivation.rows(from: try catalog.prices(), providers: try catalog.providers()) {
      for seller in row.sellers {
        let provider = try catalog.provider(seller)
        #expect(provider.id == seller && provider.isSeller && provider.tier == row.tier, "\(row.id) \(seller)")
      }
    }
  }

  @Test(arguments: [
    ("amazon", "aws"), ("Google Cloud", "gcp"), ("Lambda Labs", "lambda"), ("vast.ai", "vast"), ("OVH", "ovhcloud"),
    ("DataCrunch", "verda"), ("together.ai", "together"), ("Microsoft", "azure"), ("voltagepark", "voltage-park"),
    ("Nebius AI", "nebius"), ("IBM", "ibm"), ("SFCompute", "sf-compute"),
  ])
  func `providers are known by their usual names`(name: String, id: String) throws {
    #expect(try TableCatalog.shared.provider(name).id == id)
  }
}
