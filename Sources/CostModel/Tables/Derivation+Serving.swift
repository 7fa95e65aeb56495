import TextFormats

extension Derivation {
  /// The constants of the time of serving, and how far it is off, fitted on the measured engines.
  static func servingConstants(from catalog: TableCatalog) throws(CatalogError) -> String {
    let measured = try catalog.servingMeasurements() + catalog.servingRows().known
    let fit: ServingFit?
    do throws(ScenarioError) {
      fit = ServingFit(try Backtest.ServingRows(measured, in: catalog).observations)
    } catch {
      throw .malformed(file: "serving-measurements.json", row: nil, field: nil, problem: error.message.description)
    }
    guard let fit else {
      throw .malformed(
        file: "serving-measurements.json", row: nil, field: nil, problem: "rows of two models are needed for a fit")
    }
    let asOf = measured.map(\.date).max() ?? ""
    func row(_ id: String, _ name: String, _ unit: String, _ members: [(String, JSONDocument)]) -> JSONDocument {
      .object(
        [("id", .string(id)), ("name", .string(name))] + members + [
          ("unit", .string(unit)), ("asOf", .string(asOf)), ("source", .string("serving-measurements")),
        ])
    }
    var rows = zip(ServingFit.rows, fit.constants).map { constant, value in
      let unit = constant.id.hasSuffix("seconds") ? "s" : constant.id.hasSuffix("steps") ? "steps" : "share"
      return row(
        constant.id, constant.name, unit, [("typical", .number(Double(Notation.digits(value, 4)) ?? value))])
    }
    func spreads(_ ids: [String], _ factors: [Double], _ name: String) {
      for (id, factor) in zip(ids, factors) {
        func rounded(_ value: Double) -> JSONDocument { .number(Double(Notation.digits(value, 3)) ?? value) }
        let members = [("low", rounded(1 / factor)), ("typical", .number(1)), ("high", rounded(factor))]
        rows.append(row(id, name, "ratio", members))
      }
    }
    let speed = "measured over predicted throughput of a model that the fit has not seen, by"
    spreads(ServingSpreads.sizeRows, fit.spreads.bySize, "\(speed) accelerators of a copy")
    spreads(ServingSpreads.batchRows, fit.spreads.byBatch, "\(speed) requests at once")
    spreads(
      ServingSpreads.firstTokenRows, fit.spreads.firstToken,
      "measured over predicted time to the first token of a model that the fit has not seen, by requests at once")
    return try file(
      "serving-constants", "Constants of the time of serving, and how far it is off, fitted on measured engines",
      columns: [
        ("id", "constant, or a class of copies and of requests at once"), ("name", "what it is"),
        ("low", "p10"), ("typical", "the value of a point estimate"), ("high", "p90"), ("unit", "its unit"),
        ("asOf", "the newest measurement"), ("source", "key in sources"),
      ],
      sources: [
        (
          "serving-measurements",
          "Measured engines (tables serving-measurements and post-training-throughput): \(measured.count) rows of "
            + "\(Set(measured.map(\.family)).count) models, fitted"
        )
      ], rows: rows)
  }
}
