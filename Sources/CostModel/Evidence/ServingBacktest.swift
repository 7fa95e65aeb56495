extension Backtest {
  /// Which rows of serving a prediction has not seen.
  package enum ServingLeaveOut: String, CaseIterable, Sendable {
    /// All rows of its model.
    case family
    /// All rows of its accelerator.
    case accelerator
  }

  /// Measured throughput of serving, ready to be predicted.
  package struct ServingRows: Sendable {
    let rows: [(row: ServingMeasurement, observation: ServingFit.Observation)]
    /// Rows that cannot be predicted, each with the reason.
    package private(set) var unpredicted: [(id: String, reason: String)] = []

    /// The rows with what the fit sees of them, by the catalog's factors.
    package init(_ measurements: [ServingMeasurement], in catalog: any Catalog) throws(ScenarioError) {
      let factors = try Inputs.look { () throws(CatalogError) in
        (try catalog.factor("decode-memory-share"), try catalog.factor("width-to-depth-ratio"))
      }
      var rows: [(row: ServingMeasurement, observation: ServingFit.Observation)] = []
      for row in measurements {
        do throws(ScenarioError) {
          rows.append(
            (
              row,
              try row.observation(
                memoryShare: factors.0.value.typical.value, widthToDepth: factors.1.value.typical.value)
            ))
        } catch .contradiction(let problem, _) {
          unpredicted.append((row.id, problem.description))
        }
      }
      self.rows = rows
    }

    /// What a fit sees.
    package var observations: [ServingFit.Observation] { rows.map(\.observation) }
  }

  /// Predicts measured throughput of serving, each row by a fit without the rows of its model, or of its accelerator.
  ///
  /// - Parameters:
  ///   - measured: Rows at so many requests at once.
  ///   - atFullLoad: Rows of as many requests as memory holds, most of them.
  ///   - leaveOut: What a prediction has not seen.
  ///   - fit: The fit of all rows.
  package init(
    serving measured: ServingRows, atFullLoad: ServingRows, leavingOut leaveOut: ServingLeaveOut, of fit: ServingFit
  ) {
    let known = measured.observations + atFullLoad.observations
    learnedFrom = (known.count, Set(known.map(\.family)).count)
    unpredicted = measured.unpredicted + atFullLoad.unpredicted
    entries = []
    var others: [String: (constants: ServingConstants<Double>, spreads: ServingSpreads)] = [:]
    func unseen(_ one: ServingFit.Observation) -> (constants: ServingConstants<Double>, spreads: ServingSpreads) {
      let left = leaveOut == .family ? one.family : one.accelerator
      if let known = others[left] { return known }
      let constants =
        leaveOut == .family
        ? fit.withoutFamily[left] ?? fit.constants
        : ServingFit.fitted(known.filter { $0.accelerator != left }, from: fit.constants)
      let found = (
        constants: ServingConstants(constants), spreads: leaveOut == .family ? fit.spreads(without: left) : fit.spreads
      )
      others[left] = found
      return found
    }
    for (kind, rows) in [("requests at once", measured), ("full load", atFullLoad)] {
      for (row, observation) in rows.rows {
        let unseen = unseen(observation)
        entries.append(Self.entry(row, observation, unseen.constants, unseen.spreads, kind))
      }
    }
  }

  private static func entry(
    _ row: ServingMeasurement, _ observation: ServingFit.Observation, _ constants: ServingConstants<Double>,
    _ spreads: ServingSpreads, _ kind: String
  ) -> Entry {
    let predicted = observation.tokensPerSecond(constants)
    let spread = spreads.throughput(size: observation.size, batch: observation.batch)
    let run = PublishedRun(
      id: row.id, organization: row.engine, date: row.date, activeParameters: row.activeParameters, tokens: row.answer,
      architecture: row.kind, precision: row.accelerator.referencePrecision, accelerator: row.accelerator,
      acceleratorHours: nil, exclusion: nil)
    var entry = Entry(
      id: row.id, run: run, measure: .throughput,
      predicted: Spread(typical: predicted, p10: predicted / spread, p90: predicted * spread),
      actual: row.tokensPerSecond)
    entry.groups = [
      row.kind.rawValue, row.accelerator.generation, kind, name(observation.size, ServingSpreads.sizes, "accelerator"),
      name(observation.batch, ServingSpreads.batches, "sequence"), row.family,
    ]
    return entry
  }

  /// The class of a size of copy or of a count of sequences, for people.
  private static func name(_ value: Double, _ ends: [Double], _ unit: String) -> String {
    let place = ServingSpreads.place(value, ends)
    guard place < ends.count else { return "\(Int(ends[ends.count - 1]) + 1) \(unit)s or more" }
    let (low, high) = (place == 0 ? 1 : Int(ends[place - 1]) + 1, Int(ends[place]))
    return low == high ? "\(low) \(unit)\(low == 1 ? "" : "s")" : "\(low) to \(high) \(unit)s"
  }
}
