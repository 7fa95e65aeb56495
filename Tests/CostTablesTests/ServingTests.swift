import CostModel
import CostTables
import Testing
import TextFormats

@Suite("Serving")
struct ServingTests {
  private let plan = SamplingPlan(draws: 512)

  @Test func `published throughput is predicted within the bounds that the README states`() throws {
    let catalog = TableCatalog()
    let backtest = try Backtest(serving: try catalog.servingRows().known, catalog: catalog, plan: plan)
    let summary = Backtest.Summary(backtest.entries)
    #expect(summary.count == 83)
    #expect((0.85...1.1).contains(summary.median))
    #expect(summary.withinOneAndAHalf >= 0.8)
    #expect(summary.withinTwo >= 0.97)
    #expect((0.7...0.9).contains(summary.inside))
    #expect(backtest.learnedFrom.organizations == 9)
  }

  @Test func `a prediction does not change with the rows of its own model`() throws {
    let catalog = TableCatalog()
    let rows = try catalog.servingRows().known
    func predictions(_ rows: [PublishedServing]) throws -> [Double] {
      try Backtest(serving: rows, catalog: catalog, plan: SamplingPlan(draws: 0)).entries
        .filter { $0.id.hasPrefix("trtllm-maverick") }.map(\.predicted.typical)
    }
    let tampered = rows.map { row in
      var row = row
      if row.model == "llama-4-maverick" { row.tokensPerSecond *= 100 }
      return row
    }
    let before = try predictions(rows)
    #expect(before.count > 5)
    #expect(try predictions(tampered) == before)
  }

  @Test func `rows that cannot be predicted say why`() throws {
    let others = try TableCatalog().servingRows().others
    #expect(others.map(\.id) == ["cosmopedia", "open-r1"])
    #expect(others.allSatisfy { !$0.reason.isEmpty })
  }

  @Test func `the rows of the factors are those of the fit`() throws {
    let catalog = TableCatalog()
    let fit = try #require(ServingFit(try Backtest.observations(try catalog.servingRows().known, in: catalog)))
    for (id, value) in [
      ("bandwidth-moe", fit.bandwidth(.mixtureOfExperts)), ("bandwidth-dense", fit.bandwidth(.dense)),
      ("decoding-dense", fit.decoding(.dense)), ("decoding-moe", fit.decoding(.mixtureOfExperts)),
      ("prefill-dense", fit.prefill(.dense)), ("prefill-moe", fit.prefill(.mixtureOfExperts)),
      ("four-bits", fit.fourBits),
    ] {
      #expect(abs(try catalog.factor("serving-\(id)").value.typical.value - value) < 6e-4, "\(id) is \(value)")
    }
    let engine = try catalog.factor("serving-engine").value
    #expect(abs(engine.high.value - fit.spread) < 0.01, "\(fit.spread)")
    #expect(abs(engine.low.value - 1 / fit.spread) < 0.01)
  }

  @Test func `what mixtures keep in training frameworks follows from how they are served`() throws {
    // No run of reinforcement learning is behind it: the time that frameworks lose besides is the same for both kinds.
    let catalog = TableCatalog()
    func typical(_ id: String) throws -> Double { try catalog.factor(id).value.typical.value }
    let dense = 1 / (try typical("decode-bandwidth-efficiency"))
    let more = 1 / (try typical("serving-bandwidth-moe")) - 1 / (try typical("serving-bandwidth-dense"))
    #expect(abs(try typical("decode-mixture-share") - dense / (dense + more)) < 0.01)
  }

  @Test func `the reference cluster is the line through published runs, on logarithms`() throws {
    let catalog = TableCatalog()
    var points: [(size: Double, count: Double)] = []
    for row in try #require(try TableSet.value(of: "runs")["rows"]?.array) {
      guard let count = row["accelerators"]?.number, let active = row["activeParameters"]?.number,
        row["exclude"] == nil, row["tokens"] != nil,
        row["acceleratorHours"] != nil || row["acceleratorHoursDerived"] != nil
      else { continue }
      points.append((Elementary.logarithm(active / 10e9), Elementary.logarithm(count)))
    }
    let number = Double(points.count)
    let (size, count) = (points.map(\.size).reduce(0, +) / number, points.map(\.count).reduce(0, +) / number)
    let slope =
      points.map { ($0.size - size) * ($0.count - count) }.reduce(0, +)
      / points.map { ($0.size - size) * ($0.size - size) }.reduce(0, +)
    let exponent = try catalog.factor("reference-cluster-exponent").value.typical.value
    #expect(abs(exponent - slope) < 0.01, "\(slope)")
    let usual = Elementary.exponential(count - slope * size)
    #expect(abs(try catalog.factor("reference-cluster").value.typical.value / usual - 1) < 0.01, "\(usual)")
    #expect(try Schedule.referenceCluster(activeParameters: 10e9, in: catalog) == 285)
  }
}
