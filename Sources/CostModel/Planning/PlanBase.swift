/// A job on one kind of accelerator in one number format, on clusters of several sizes, before any rent and any grid.
///
/// Cost is a part without rent and a part for each USD of an accelerator-hour; carbon is a part without the grid and a part
/// for each g/kWh. Both are exact: rent and intensity enter estimates as factors alone.
package struct PlanBase: Sendable {
  /// The job on one cluster.
  package struct Point: Sendable {
    /// Accelerators.
    package var accelerators: Double
    /// Hours by the clock.
    package var hours: Double
    /// Accelerator-hours used, experiments included.
    package var used: Double
    /// USD besides rent.
    package var fixed: Double
    /// USD for each USD of an accelerator-hour.
    package var perRate: Double
    /// Grams besides those of the grid.
    package var carbonFixed: Double
    /// Grams for each gram of a kWh.
    package var carbonPerIntensity: Double

    /// The job on one cluster.
    package init(
      accelerators: Double, hours: Double, used: Double, fixed: Double, perRate: Double, carbonFixed: Double,
      carbonPerIntensity: Double
    ) {
      (self.accelerators, self.hours, self.used) = (accelerators, hours, used)
      (self.fixed, self.perRate) = (fixed, perRate)
      (self.carbonFixed, self.carbonPerIntensity) = (carbonFixed, carbonPerIntensity)
    }
  }

  /// The accelerator.
  package var accelerator: Accelerator
  /// The number format.
  package var precision: Precision
  /// Whether the accelerators may be taken away.
  package var isSpot: Bool
  /// Clusters, rising.
  package var points: [Point]
  /// The standard deviation of ln hours.
  package var deviation: Double
  /// Whether what whole terms leave unused is in the points, as of a program that keeps a cluster for all of its stages.
  package var includesTerms = false
  /// Whether hours are those of a schedule, which draws do not move.
  package var isScheduled = false

  /// A job of known points.
  package init(
    _ accelerator: Accelerator, _ precision: Precision, isSpot: Bool, points: [Point], deviation: Double
  ) {
    (self.accelerator, self.precision, self.isSpot) = (accelerator, precision, isSpot)
    (self.points, self.deviation) = (points, deviation)
  }
}

/// What bounds the clusters that a plan looks at.
package struct PlanBounds: Sendable {
  /// The size that is asked for; nil to look for it.
  package var accelerators: Double?
  /// The most accelerators.
  package var most = 1_048_576.0
  /// The time there is, in hours; nil for any.
  package var deadline: Double?

  /// Nobody plans longer runs but where the time is there, in hours: half a year.
  package var usuallyLongest = 183.0 * 24

  /// Any cluster.
  package init() {}

  /// Runs shorter than this are short enough, in hours.
  static let shortest = 1.0
  /// Clusters that take so many times the least accelerator-hours are large enough.
  static let mostWaste = 1.5

  /// The longest runs that count, in hours: twice the time there is tells by how much it is missed.
  var longest: Double { Swift.max(usuallyLongest, 2 * (deadline ?? 0)) }
}

extension PlanBase {
  /// The job of an estimate on the clusters that are worth looking at.
  ///
  /// - Parameters:
  ///   - estimate: The job on one cluster, rented.
  ///   - isShared: Whether the formulas of one cluster hold for every other.
  ///   - isSpot: Whether the accelerators may be taken away.
  ///   - bounds: What bounds the clusters.
  ///   - fewest: The fewest accelerators that hold the job.
  ///   - resized: The job on so many accelerators.
  /// - Throws: What the job throws on another cluster.
  package init<Problem: Error>(
    _ estimate: Estimate, isShared: Bool, isSpot: Bool, within bounds: PlanBounds, fewest: Int,
    resized: (Int) throws(Problem) -> Estimate
  ) throws(Problem) {
    let hardware = estimate.scenario.hardware
    var probe = PlanProbe(estimate)
    let sizes = PlanSizes(
      fewest: fewest, on: hardware.accelerator, group: hardware.scaling?.hours.multiple(of: 1) ?? 1)
    let points = try sizes.points(within: bounds, leastHours: estimate.leastHours ?? 0) { count throws(Problem) in
      if !isShared { probe = PlanProbe(try resized(count)) }
      return probe.point(on: Double(count))
    }
    self.init(
      hardware.accelerator, hardware.precision, isSpot: isSpot, points: points, deviation: estimate.hoursDeviation)
  }
}

/// The sizes of clusters that one would take, rising.
package struct PlanSizes: Sendable {
  let first: Int
  private let node: Int
  private let group: Int

  /// Sizes of whole nodes of an accelerator, or powers of two below one.
  ///
  /// - Parameters:
  ///   - fewest: The fewest that hold the job.
  ///   - accelerator: The accelerator.
  ///   - group: What sizes are multiples of.
  package init(fewest: Int, on accelerator: Accelerator, group: Int = 1) {
    self.init(fewest: fewest, node: accelerator.acceleratorsPerNode ?? 1, group: group)
  }

  init(fewest: Int, node: Int, group: Int) {
    (self.node, self.group) = (Swift.max(1, node), Swift.max(1, group))
    var size = 1
    while size < fewest, size < self.node { size *= 2 }
    if size < fewest || size > self.node { size = (Swift.max(fewest, 1) + self.node - 1) / self.node * self.node }
    first = (size + self.group - 1) / self.group * self.group
  }

  /// The job on clusters from the smallest that holds it to those that waste half of their time, or end within the hour.
  ///
  /// Below a node clusters double; from there they are whole nodes: 1, 2, 3, 4, 6, 8, 12 and so on. With a deadline, the
  /// smallest of whole nodes that ends in time is among them.
  ///
  /// - Parameters:
  ///   - bounds: What bounds the clusters.
  ///   - leastHours: Accelerator-hours that the job takes at the least; 0 for what is not known.
  ///   - point: The job on so many accelerators.
  /// - Returns: The job on each cluster, the smallest first.
  /// - Throws: What the job throws on a cluster.
  package func points<Problem: Error>(
    within bounds: PlanBounds, leastHours: Double = 0, point: (Int) throws(Problem) -> PlanBase.Point
  ) throws(Problem) -> [PlanBase.Point] {
    if let given = bounds.accelerators { return [try point(Int.whole(given, atMost: 1 << 40))] }
    var points: [PlanBase.Point] = []
    var least = Double.infinity
    var size: Int? = first
    while let count = size, Double(count) <= bounds.most {
      // Too small even at the best efficiency there is: no layout is searched for it.
      guard leastHours / Double(count) <= bounds.longest else {
        size = after(count)
        continue
      }
      let next = try point(count)
      if next.hours <= bounds.longest { points.append(next) }
      least = Swift.min(least, next.used)
      guard next.hours > PlanBounds.shortest, next.used < PlanBounds.mostWaste * least else { break }
      size = after(count)
    }
    if let deadline = bounds.deadline, let late = points.lastIndex(where: { $0.hours > deadline }),
      points.indices.contains(late + 1)
    {
      var (low, high) = (points[late], points[late + 1])
      let step = Double(step(at: low.accelerators))
      while high.accelerators - low.accelerators > step {
        let middle = low.accelerators + (((high.accelerators - low.accelerators) / 2) / step).rounded(.down) * step
        let next = try point(Int.whole(Swift.max(middle, low.accelerators + step), atMost: 1 << 40))
        if next.hours <= deadline { high = next } else { low = next }
      }
      if high.accelerators < points[late + 1].accelerators { points.insert(high, at: late + 1) }
    }
    return points
  }

  /// The next size.
  func after(_ count: Int) -> Int {
    var next: Int
    if count < node {
      next = Swift.min(2 * count, node)
    } else {
      let nodes = count / node
      var power = 1
      while power * 2 <= nodes { power *= 2 }
      next = (nodes < 2 ? 2 : nodes < power * 3 / 2 ? power * 3 / 2 : power * 2) * node
    }
    next = (next + group - 1) / group * group
    return Swift.max(next, count + group)
  }

  /// By how much sizes differ at least.
  func step(at count: Double) -> Int {
    let own = count >= Double(node) ? node : 1
    return (own + group - 1) / group * group
  }
}

/// Evaluates an estimate for any number of accelerators, rent and grid.
private struct PlanProbe {
  private var program: EstimateProgram
  private let research: Double
  private static let results = ["cost_usd", "days", "accelerator_hours", "carbon_kg"]
  private static let open = ["accelerators", "price", "carbon_intensity"]

  init(_ estimate: Estimate) {
    program = EstimateProgram(estimate, open: Self.open, results: Self.results)
    research = estimate.scenario.research?.typical.value ?? 1
  }

  /// A program, whose stages all run on as many accelerators, at the same rent.
  init(_ program: Program) {
    self.program = EstimateProgram(program.resultsBuilder, open: Self.open, results: Self.results)
    research = 1
  }

  /// The job on so many accelerators: the first row at a rent and an intensity of one, the second at two and none.
  mutating func point(on count: Double) -> PlanBase.Point {
    let width = EstimateProgram.width
    func set(_ input: Int, _ first: Double, _ others: Double) {
      withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { values in
        values.initialize(repeating: others)
        values[0] = first
        program.set(input: input, to: UnsafeBufferPointer(values))
      }
    }
    set(0, count, count)
    set(1, 1, 2)
    set(2, 1, 0)
    program.evaluate()
    func result(_ place: Int) -> (first: Double, second: Double) {
      withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { values in
        values.initialize(repeating: .nan)
        _ = program.copy(result: place, into: values)
        return (values[0], values[1])
      }
    }
    let (cost, hours, used, carbon) = (result(0), result(1).first, result(2).first, result(3))
    let perRate = cost.second - cost.first
    return PlanBase.Point(
      accelerators: count, hours: hours, used: used * research, fixed: cost.first - perRate, perRate: perRate,
      carbonFixed: carbon.second, carbonPerIntensity: carbon.first - carbon.second)
  }
}

extension PlanBase.Point {
  /// A program on clusters of so many accelerators.
  package init(_ program: Program, on count: Int) {
    var probe = PlanProbe(program)
    self = probe.point(on: Double(count))
  }
}

extension Program {
  /// The standard deviation of ln accelerator-hours, by p10 and p90.
  package var hoursDeviation: Double { report(SamplingPlan(draws: 256)).report.hoursDeviation }
}

extension Estimate {
  /// The standard deviation of ln hours, by p10 and p90.
  var hoursDeviation: Double { report(SamplingPlan(draws: 256), rangesOf: .results).hoursDeviation }
}

extension Report {
  /// The standard deviation of ln accelerator-hours, by p10 and p90.
  fileprivate var hoursDeviation: Double {
    let spread = result("accelerator_hours")?.value
    guard let low = spread?.p10, let high = spread?.p90, low > 0 else { return 0 }
    return Elementary.logarithm(high / low) / (2 * Distribution.ninetiethPercentile)
  }
}

extension Estimate {
  /// The same on spot nodes, whose rework is that of another estimate of the same job.
  ///
  /// - Throws: ``ScenarioError`` as the estimate itself.
  package func rented(like spot: Estimate) throws(ScenarioError) -> Estimate {
    var scenario = scenario
    scenario.spot = spot.scenario.spot
    return try Self.estimate(scenario, work)
  }

  /// USD for each USD of an accelerator-hour, at the least: what the job takes at the highest MFU that is believed of a
  /// run; nil where no such bound is known.
  package var leastHours: Double? {
    let hardware = scenario.hardware
    guard let limit = hardware.scaling?.limit, work.phases.allSatisfy(\.trains) else { return nil }
    let speedup = hardware.speedup?.range.high.value ?? 1
    let operations = (work.sixND ?? work.operations).typical.value
    return operations / (hardware.peak.typical.value * Swift.max(speedup, 1) * limit)
  }
}
