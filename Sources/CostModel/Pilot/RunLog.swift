/// A public log of a whole run: a row of the table `run-logs`.
package struct RunLog: Sendable {
  /// The row's id.
  package let id: String
  /// The stage, as `pretrain`.
  package let stage: String
  /// Whose log it is.
  package let trainer: String
  /// When it was read.
  let date: String
  /// Steps, and the seconds since the start of the process that they had taken; the last is the end of the run.
  package let points: [(step: Double, seconds: Double)]

  init(_ row: TableRow) throws(CatalogError) {
    id = row.id
    stage = try row.requiredText("stage")
    trainer = try row.requiredText("trainer")
    date = try row.reference().asOf
    let (steps, seconds) = (try row.numbers("steps"), try row.numbers("seconds"))
    guard steps.count == seconds.count, steps.count >= Self.fewest else {
      throw row.failure("steps", "needs \(Self.fewest) numbers or more, as many as 'seconds'")
    }
    for (name, values) in [("steps", steps), ("seconds", seconds)] {
      for (before, value) in zip([0] + values, values) where value <= before {
        throw row.failure(name, "must be above 0, and rise")
      }
    }
    points = zip(steps, seconds).map { ($0, $1) }
  }

  /// A log of fewer points tells no pace.
  private static let fewest = 6

  /// What can be known of the run at one of its points, and what came.
  struct Check: Sendable {
    /// The share of the steps that is done.
    let share: Double
    /// The variance of ln pace by how unevenly the steps went.
    let variance: Double
    /// ln of the pace of the rest over that of the steps so far.
    let change: Double
  }

  /// The run at each of its points from a tenth on, the last left out.
  var checks: [Check] {
    guard let end = points.last else { return [] }
    var pace = Pace()
    var checks: [Check] = []
    for (index, point) in points.enumerated().dropLast() {
      if index > 0 {
        let before = points[index - 1]
        pace.add(steps: point.step - before.step, seconds: point.seconds - before.seconds)
      }
      let share = point.step / end.step
      guard share >= Self.start, index > 0 else { continue }
      let startUp = pace.startUp(steps: points[0].step, seconds: points[0].seconds)
      var seen = pace
      if startUp == 0 { seen.add(steps: points[0].step, seconds: points[0].seconds) }
      let before = (point.seconds - startUp) / share
      let after = (end.seconds - point.seconds) / (1 - share)
      checks.append(Check(share: share, variance: seen.variance, change: Elementary.logarithm(after / before)))
    }
    return checks
  }

  private static let start = 0.1
}

/// How much the pace of a run changes beyond the unevenness of its steps, by public logs.
package struct PaceFit: Sendable {
  /// The deviation of ln of the pace of the second half over that of the first.
  package let deviation: Double

  /// Fits logs, each of which counts alike; nil for none.
  package init?(_ logs: [RunLog]) {
    // The least deviation at which a check lies between p10 and p90.
    var least: [(deviation: Double, weight: Double)] = []
    for log in logs {
      let checks = log.checks
      for check in checks {
        let square = check.change / Distribution.ninetiethPercentile
        let own = Self.own(check.variance, share: check.share)
        let left = Swift.max(0, square * square - own) / Self.law(check.share)
        least.append((left.squareRoot(), 1 / Double(checks.count)))
      }
    }
    guard !least.isEmpty else { return nil }
    let wanted = Self.inside * least.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    var found = 0.0
    for (deviation, weight) in least.sorted(by: { $0.deviation < $1.deviation }) where sum < wanted {
      sum += weight
      found = deviation
    }
    deviation = found
  }

  private static let inside = 0.8

  /// The variance of ln of the pace of the rest over that of the steps so far, by their own unevenness.
  ///
  /// - Parameters:
  ///   - variance: That of ln pace of the steps so far.
  ///   - share: The share of all steps that they are.
  /// - Returns: variance / (1 − share).
  static func own(_ variance: Double, share: Double) -> Double { variance / (1 - share) }

  /// The variance that the pace of one part has over that of the other, over that of two halves: 1 / (4·s·(1 − s)).
  static func law(_ share: Double) -> Double { 1 / (4 * share * (1 - share)) }
}

extension TableCatalog {
  /// The public logs of whole runs.
  package func runLogs() throws(CatalogError) -> [RunLog] {
    var logs: [RunLog] = []
    for row in try tables.rows(of: "run-logs") { logs.append(try RunLog(row)) }
    return logs
  }
}
