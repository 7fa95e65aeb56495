import CostModel
import Testing
import TextFormats

@Suite("Serving")
struct ServingTests {
  private static let backtests = Result<(family: Backtest, accelerator: Backtest), any Error> {
    let catalog = TableCatalog.shared
    let measured = try Backtest.ServingRows(catalog.servingMeasurements(), in: catalog)
    let full = try Backtest.ServingRows(catalog.servingRows().known, in: catalog)
    let fit = try #require(ServingFit(measured.observations + full.observations))
    return (
      Backtest(serving: measured, atFullLoad: full, leavingOut: .family, of: fit),
      Backtest(serving: measured, atFullLoad: full, leavingOut: .accelerator, of: fit)
    )
  }

  @Test func `engines are predicted without their model as the README states`() throws {
    let measured = try Self.backtests.get().family.entries.filter { $0.groups.contains("requests at once") }
    let summary = Backtest.Summary(measured)
    #expect(summary.count == 1694)
    #expect((0.9...1.1).contains(summary.median), "\(summary)")
    #expect(summary.withinOneAndAHalf >= 0.85, "\(summary)")
    #expect(summary.withinTwo >= 0.95, "\(summary)")
    #expect((0.75...0.9).contains(summary.inside), "\(summary)")
  }

  @Test func `engines are predicted without their accelerator`() throws {
    let summary = Backtest.Summary(try Self.backtests.get().accelerator.entries)
    #expect((0.9...1.1).contains(summary.median), "\(summary)")
    #expect(summary.withinOneAndAHalf >= 0.85, "\(summary)")
    #expect(summary.withinTwo >= 0.95, "\(summary)")
  }

  @Test func `ranges hold in every size of copy, at every load and at full load`() throws {
    let entries = try Self.backtests.get().family.entries
    let classes = Set(entries.flatMap(\.groups)).filter {
      $0.contains("accelerator") || $0.contains("sequence") || $0 == "full load"
    }
    #expect(classes.count == 9)
    for name in classes {
      let summary = Backtest.Summary(entries.filter { $0.groups.contains(name) })
      #expect((0.75...0.97).contains(summary.inside), "\(name): \(summary)")
      #expect((0.85...1.15).contains(summary.median), "\(name): \(summary)")
      #expect(summary.withinOneAndAHalf >= 0.75, "\(name): \(summary)")
    }
  }

  @Test func `a prediction does not change with the rows of its own model`() throws {
    let catalog = TableCatalog.shared
    let rows = try catalog.servingMeasurements().filter { $0.accelerator.id == "h200-sxm" }
    func predictions(_ rows: [ServingMeasurement]) throws -> [Double] {
      let some = try Backtest.ServingRows(rows, in: catalog)
      let none = try Backtest.ServingRows([], in: catalog)
      let fit = try #require(ServingFit(some.observations))
      return Backtest(serving: some, atFullLoad: none, leavingOut: .family, of: fit).entries
        .filter { $0.id.hasPrefix("gpt-oss-120b") }.map(\.predicted.typical)
    }
    let tampered = rows.map { row in
      var row = row
      if row.family == "gpt-oss-120b" { row.tokensPerSecond *= 3 }
      return row
    }
    let before = try predictions(rows)
    #expect(before.count == 121)
    for (one, other) in zip(before, try predictions(tampered)) { #expect(abs(one / other - 1) < 0.01) }
  }

  @Test func `rows that cannot be predicted say why`() throws {
    let others = try TableCatalog.shared.servingRows().others
    #expect(others.map(\.id) == ["cosmopedia", "open-r1"])
    #expect(others.allSatisfy { !$0.reason.isEmpty })
  }

  @Test func `gpt-oss-120b takes the 65 GB that its checkpoint has`() throws {
    // 65.2 GB of safetensors on Hugging Face: experts in MXFP4, all else in 16 bits.
    let model = try TableCatalog.shared.architecture("gpt-oss-120b").model.architecture
    let bytes = model.weights(in: .mxfp4).bytes(model.parameterCount).value
    #expect(abs(bytes / 65.2e9 - 1) < 0.01, "\(bytes)")
    #expect(model.checkpoint?.main == .mxfp4)
  }

  @Test func `the reference cluster is the line through published runs, on logarithms`() throws {
    let catalog = TableCatalog.shared
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
