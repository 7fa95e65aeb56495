import TextFormats

extension Derivation {
  /// The constants of the time of a step with their ranges, matmul shares that nobody measured, and the spread of steps
  /// around predictions.
  static func stepConstants(from catalog: TableCatalog) throws(CatalogError) -> String {
    let steps = try catalog.publishedSteps(isCalibrated: false)
    guard let fit = StepFit(steps, try catalog.recomputedParts()) else {
      throw .malformed(file: "steps.json", row: nil, field: nil, problem: "there are no steps to fit")
    }
    let learned = steps.filter { $0.exclusion == nil }
    let newest = learned.map(\.date).max() ?? "2026"
    let ranges = StepFit.ranges(steps, around: fit)
    let deviations = StepFit.deviations(steps, fit.constants.recomputed)
    func number(_ value: Double) -> JSONDocument { .number(Double(Notation.digits(value, 3)) ?? value) }
    func row(_ id: String, _ value: Double, _ range: ClosedRange<Double>?, rows: Int, note: String) -> JSONDocument {
      let ends = range.map { [("low", number($0.lowerBound)), ("high", number($0.upperBound))] } ?? []
      return .object(
        [("id", .string(id)), ("value", number(value))] + ends + [
          ("rows", .number(Double(rows))), ("asOf", .string(newest)), ("source", .string("steps")),
          ("note", .string(note)),
        ])
    }
    var rows: [JSONDocument] = []
    for (index, name) in StepConstants.names.enumerated() {
      rows.append(
        row(name, fit.constants[name] ?? 0, ranges[index], rows: learned.count, note: StepConstants.meanings[index]))
    }
    for id in fit.shareFactors.keys.sorted() {
      guard let hardware = try catalog.trainingHardware(id, isCalibrated: false), let factor = fit.shareFactors[id]
      else { continue }
      rows.append(
        row(
          "matmul-share-\(id)", hardware.matmulShare * factor, nil, rows: fit.shareRows[id] ?? 0,
          note: "assumed \(Notation.digits(hardware.matmulShare, 3)), moved to the median of its steps"))
    }
    for (kind, value) in [("dense", deviations.dense), ("moe", deviations.mixture)] {
      rows.append(
        row(
          "deviation-\(kind)", value, nil, rows: learned.filter { $0.kind.rawValue == kind }.count,
          note:
            "standard deviation of ln seconds that holds four steps of five whose source or generation the fit has not seen"
        ))
    }
    return try file(
      "step-constants", "Constants of the time of a training step, fitted on published steps",
      columns: [
        ("id", "constant, matmul share of an accelerator, or deviation"), ("value", "fitted value"),
        ("low", "p10 when whole sources are drawn anew"), ("high", "p90 of the same"),
        ("rows", "published steps behind it"), ("asOf", "the newest of them"), ("source", "key in sources"),
        ("note", "what it means"),
      ], sources: [("steps", "Published steps (table steps), fitted")], rows: rows)
  }
}
