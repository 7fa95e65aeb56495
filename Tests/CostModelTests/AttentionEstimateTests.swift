import Testing

@testable import CostModel

/// Attention that is estimated from parameters, held against every architecture of the table.
@Suite("Estimated attention")
struct AttentionEstimateTests {
  private let catalog = TableCatalog.shared

  /// FLOP of a sequence of 16,384 tokens less those of one of 8,192, for each token.
  private func attention(_ request: Request, exact: Bool) throws -> Double {
    var request = request
    request.phases = [8192.0, 16_384].map { Request.Phase(tokens: 1e12, contextLength: Ranged($0)) }
    let work = Pretraining.work(try ScenarioBuilder.scenario(for: request, in: catalog))
    let flop = try work.phases.map { exact ? try #require($0.exact).typical.value : $0.operations.typical.value }
    return flop[1] - flop[0]
  }

  @Test func `its range is that of the architectures`() throws {
    var ratios: [Bool: [Double]] = [:]
    for id in try catalog.ids(in: "architectures") {
      let known = try catalog.knownModel(id).model
      let count = known.architecture.parameterCount
      let isMixture = count.active.value < 0.9 * count.total.value
      var sized = Request(parameters: Ranged(count.total.value), phases: [])
      if isMixture { sized[Settings.activeParameters] = Ranged(count.active.value) }
      let (there, estimated) = try (attention(Request(model: known), exact: true), attention(sized, exact: false))
      #expect(there >= 0 && estimated > 0, "\(id)")
      ratios[isMixture, default: []].append(there / estimated)
    }
    for (isMixture, row) in [(false, "attention-estimate-dense"), (true, "attention-estimate-moe")] {
      let known = try catalog.factor(row).value
      let found = try #require(ratios[isMixture]).sorted()
      let quantiles = [0.1, 0.5, 0.9].map { Quantiles.quantile($0, of: found) }
      for (value, told) in zip(quantiles, [known.low.value, known.typical.value, known.high.value]) {
        #expect(abs(value / told - 1) < 0.1, "\(row) of \(found.count): \(quantiles)")
      }
    }
  }
}
