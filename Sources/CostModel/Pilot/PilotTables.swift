import TextFormats

extension TableCatalog {
  /// The published runs that disclose their steady speed, those set apart among them.
  package func publishedPilots() throws(CatalogError) -> [PublishedPilot] {
    var pilots: [PublishedPilot] = []
    for row in try tables.rows(of: "pilots") { pilots.append(try pilot(row)) }
    return pilots
  }

  /// The pilot of a row.
  func pilot(_ row: TableRow) throws(CatalogError) -> PublishedPilot {
    let run = try run(of: row)
    let active = run.activeParameters
    let ratio = try factor("width-to-depth-ratio").value.typical.value
    // N = 12·L·d² with d = r·L.
    let layers = active > 0 ? Elementary.power(active / (12 * ratio * ratio), 1.0 / 3) : 0
    let measure = try row.choice("unit", PublishedPilot.Measure.self)
    var pilot = PublishedPilot(
      id: row.id, run: run, measure: measure, value: try row.required("value"),
      convention: row.member("counts") == nil ? .attention : try row.choice("counts", FlopConvention.self),
      accelerators: try row.number("pilotAccelerators") ?? run.accelerators ?? 1,
      layersTimesWidth: try row.number("layersTimesWidth") ?? ratio * layers * layers,
      exclusion: try row.text("exclude"))
    if try row.number("pilotAccelerators") != nil {
      var there = run
      there.accelerators = pilot.accelerators
      pilot.relativeHours = try relativeThroughput(there) / relativeThroughput(run)
    }
    return pilot
  }

  /// The run that a row names, or tells itself.
  private func run(of row: TableRow) throws(CatalogError) -> PublishedRun {
    if let id = try row.text("run") {
      guard let found = try tables.row(id, of: "runs"), let run = try publishedRun(found) else {
        throw row.failure("run", "'\(id)' is not in runs, or lacks parameters, tokens or hardware")
      }
      return run
    }
    let disclosed = try row.number("acceleratorHours")
    let hours: Double
    if let disclosed { hours = disclosed } else { hours = try row.required("acceleratorHoursDerived") }
    var run = PublishedRun(
      id: row.id, organization: try row.requiredText("organization"), date: try row.reference().asOf,
      activeParameters: try row.number("activeParameters") ?? 0, tokens: try row.required("tokens"),
      architecture: try row.choice("architecture", ArchitectureClass.self),
      precision: try row.choice("precision", Precision.self),
      accelerator: try accelerator(try row.requiredText("hardware")), acceleratorHours: hours,
      isCalendar: disclosed == nil)
    run.accelerators = try row.number("accelerators")
    run.sequence = try row.number("sequenceLength")
    run.tuned = try tunedEfficiency(accelerator: run.accelerator.id, run.architecture)
    if run.activeParameters > 0 { run.relativeThroughput = try relativeThroughput(run) }
    return run
  }
}

extension Derivation {
  /// What whole runs have of their steady speed.
  static func pilot(from catalog: TableCatalog) throws(CatalogError) -> String {
    let pilots = try catalog.publishedPilots()
    guard let fit = PilotFit(pilots) else {
      throw .malformed(
        file: "pilots.json", row: nil, field: nil, problem: "runs of two organizations are needed for a fit")
    }
    let newest = pilots.filter { $0.logarithm != nil }.map(\.run.date).max() ?? ""
    func number(_ value: Double) -> JSONDocument { .number(Double(Notation.digits(value, 3)) ?? value) }
    let logs = try catalog.runLogs()
    guard let pace = PaceFit(logs) else {
      throw .malformed(file: "run-logs.json", row: nil, field: nil, problem: "a log is needed for a fit")
    }
    func row(
      _ id: String, _ name: String, _ value: Ranged<Ratio>, _ unit: String, _ note: String, source: String = "pilots",
      asOf: String = newest, counts: (runs: Int, organizations: Int) = fit.counts
    ) -> JSONDocument {
      .object([
        ("id", .string(id)), ("name", .string(name)), ("low", number(value.low.value)),
        ("typical", number(value.typical.value)), ("high", number(value.high.value)), ("unit", .string(unit)),
        ("runs", .number(Double(counts.runs))), ("organizations", .number(Double(counts.organizations))),
        ("asOf", .string(asOf)), ("source", .string(source)), ("note", .string(note)),
      ])
    }
    let change = Elementary.exponential(pace.deviation * Distribution.ninetiethPercentile)
    let rows = [
      row(
        "goodput", "speed of a whole run over its steady speed", fit.goodput, "ratio",
        "of the three constants below"),
      row(
        "goodput-loss", "mean of what runs lose to restarts and standing still, of ln hours", Ranged(fit.law.loss),
        "logarithm", "exponential: most runs lose little, a few much"),
      row(
        "goodput-hours", "hours of a run that loses nothing over those at its steady speed",
        Ranged(Elementary.exponential(fit.law.middle)), "ratio", "by maximum likelihood, with the loss"),
      row(
        "goodput-error", "deviation of ln hours by errors of what is disclosed", Ranged(fit.law.error), "logarithm",
        "speeds and hours are disclosed to a few hundredths"),
      row(
        "pace-half", "pace of the second half of a run over that of the first",
        Ranged(1, low: 1 / change, high: change), "ratio",
        "beyond the unevenness of its own steps; that of other parts by 1 / (4·s·(1 − s)) of its variance",
        source: "run-logs", asOf: logs.map(\.date).max() ?? "", counts: (logs.count, logs.count)),
    ]
    return try file(
      "pilot", "What a measured steady speed says of the hours of the whole run",
      columns: [
        ("id", "what is told"), ("name", "what it is"), ("low", "p10"), ("typical", "median"), ("high", "p90"),
        ("unit", "ratio, or logarithm of one"), ("runs", "published runs behind it"), ("organizations", "who ran them"),
        ("asOf", "the newest of them"), ("source", "key in sources"), ("note", "what it rests on"),
      ],
      sources: [
        ("pilots", "Published runs with both steady speed and hours (table pilots)"),
        ("run-logs", "Public logs of whole runs (table run-logs)"),
      ], rows: rows)
  }
}
