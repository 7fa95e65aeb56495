/// The cluster that a model is usually trained on: where published runs, and the efficiencies fitted on them, come from.
struct UsualCluster: Sendable {
  /// Accelerators for 10 billion active parameters; nil for one node, whatever the model.
  var accelerators: Double?
  /// The power of the parameters by which they grow.
  var exponent = 0.0
  /// Accelerators of a node.
  var node = 1

  /// Accelerators for a model: no whole number, so that hours have no steps, and a node at least.
  func count(active: Double) -> Double {
    guard let accelerators else { return Double(Swift.max(1, node)) }
    let usual = accelerators * Elementary.power(active / 10e9, exponent)
    return Swift.min(Swift.max(Double(node), usual), Double(TunedHours.mostAccelerators))
  }

  /// The same as a formula.
  func count(active: Expression<Ratio>) -> Expression<Ratio> {
    guard let accelerators else { return Expression(constant: Double(Swift.max(1, node))) }
    let usual = (active / Expression(constant: 10e9)).power(exponent) * Expression(constant: accelerators)
    let most = Expression<Ratio>(constant: Double(TunedHours.mostAccelerators))
    return .smaller(.larger(Expression(constant: Double(node)), usual), most)
  }
}

/// The same hours as `TunedHours` on the usual cluster of each model, or the smallest above it that holds the model.
final class UsualHours: FormulaFunction {
  let hours: TunedHours
  let cluster: UsualCluster
  let name = "usual_hours_per_token"
  let isChoice = false

  init(_ hours: TunedHours, on cluster: UsualCluster) {
    self.hours = hours
    self.cluster = cluster
  }

  /// Hours for active parameters, all parameters and tokens of a batch.
  func value(_ arguments: Arguments4) -> Double {
    hours.mean(active: arguments.first, total: arguments.second) { place in
      hours.hours(place, on: cluster.count(active: place.active), batch: arguments.third)
    }
  }

  /// The batch.
  let movingArguments: Set = [2]

  func table(around arguments: Arguments4, upTo accelerators: Double) -> FunctionTable? {
    let most = Swift.max(1, cluster.count(active: 2 * arguments.first))
    return hours.table(around: arguments.first, arguments.second, upTo: most).map { table in
      .usual(table, accelerators: table.places.map { cluster.count(active: $0.place.active) })
    }
  }
}

/// The cluster where none is given: the part of a node that takes a day, else the whole nodes that take four weeks, within
/// what holds the job and what its batch keeps busy.
final class ClusterChoice: FormulaFunction {
  let hours: TunedHours?
  let node: Int
  /// The fewest that hold the job, where steps do not tell.
  let fewest: Int
  /// Whether clusters short of memory are passed over.
  let avoidsShortage: Bool
  let name = "about_four_weeks"
  let isChoice = true

  init(_ hours: TunedHours?, node: Int, fewest: Int = 1, avoidsShortage: Bool = false) {
    self.hours = hours
    self.avoidsShortage = avoidsShortage
    self.node = Swift.max(1, node)
    self.fewest = fewest
  }

  /// What a run takes, in hours: four weeks.
  private static let usualTime = 28.0 * 24
  /// What a run takes that needs no whole node, in hours: a day.
  private static let smallTime = 24.0

  /// How reports say where a chosen number comes from.
  static let reason = "chosen: part of a node for a day, else four weeks"

  /// A number that was chosen, as an input.
  static func input(_ count: Double) -> Expression<Accelerators> {
    .input("accelerators", "accelerators", Ranged(count), from: .assumed(reason))
  }

  /// The share of the time that twice the accelerators must save for a larger cluster to be taken.
  private static let worthwhile = 0.25
  /// Halvings of the step between a cluster too small and one that will do.
  private static let halvings = 6

  /// The estimate on the fewest whole nodes that take four weeks, or on those beyond which time falls no more: where the
  /// answers of a step are too few for more copies of the model.
  ///
  /// - Parameters:
  ///   - first: The estimate at full load on whatever cluster.
  ///   - estimate: The same on a cluster of so many accelerators.
  /// - Returns: The estimate there.
  /// - Throws: What `estimate` throws.
  func untilStarved(
    _ first: Estimate, _ estimate: (Double) throws(ScenarioError) -> Estimate
  ) throws(ScenarioError) -> Estimate {
    let (active, total) = StepScaling.sizes(first.scenario.model)
    let size = Double(node)
    func hours(_ estimate: Estimate) -> Double { estimate.run.wallClock?.typical.value ?? 0 }
    func fewest(hours: Double) -> Double {
      value(
        Arguments4(
          first: hours, second: active.typical.value, third: total.typical.value, fourth: .greatestFiniteMagnitude))
    }
    // Of next to no hours: the part of a node that holds it, and of none at all the whole nodes.
    var part = fewest(hours: .leastNonzeroMagnitude)
    while part < size {
      let small = try estimate(part)
      if hours(small) <= Self.smallTime { return small }
      part *= 2
    }
    var count = fewest(hours: 0)
    var found = try estimate(count)
    var tooFew = 0.0
    while hours(found) > Self.usualTime, 2 * count <= Double(TunedHours.mostAccelerators) {
      let next = try estimate(2 * count)
      guard hours(next) < (1 - Self.worthwhile) * hours(found) else {
        found.scenario.notes.append(
          "twice the accelerators would end it little sooner: the \(Rollouts.samplesPerStep) of a step, and what it waits "
            + "for, bound how many are of use")
        return found
      }
      (tooFew, count, found) = (count, 2 * count, next)
    }
    guard tooFew > 0, hours(found) <= Self.usualTime else { return found }
    for _ in 0..<Self.halvings {
      let middle = ((tooFew + count) / 2 / size).rounded(.up) * size
      guard middle < count else { break }
      let next = try estimate(middle)
      if hours(next) <= Self.usualTime { (count, found) = (middle, next) } else { tooFew = middle }
    }
    return found
  }

  /// The hours and the batch.
  var movingArguments: Set<Int> { hours == nil ? [0, 1, 2, 3] : [0, 3] }

  func table(around arguments: Arguments4, upTo accelerators: Double) -> FunctionTable? {
    var choice = FunctionTable.Choice(
      hours: Self.usualTime, hoursOnPart: Self.smallTime, node: Double(node), fewest: Double(fewest),
      avoidsShortage: avoidsShortage)
    while choice.part < choice.fewest { choice.part *= 2 }
    guard let hours else { return .choice(choice) }
    guard arguments.second > 0, arguments.second.isFinite else { return nil }
    // Twice the largest cluster is looked at for whether it would be better.
    let place = hours.larger(active: arguments.second, total: arguments.third)
    guard let table = hours.table(of: [(place, 1)], upTo: 4 * accelerators) else { return nil }
    guard let start = hours.fewest(place, from: 1) else { return nil }
    (choice.table, choice.start) = (table, Double(start))
    choice.part = Swift.max(choice.part, choice.start)
    return .choice(choice)
  }

  /// Accelerators for accelerator-hours on the usual cluster, active parameters, all parameters and tokens of a batch.
  func value(_ arguments: Arguments4) -> Double {
    if let part = part(arguments) { return part }
    let node = Double(node)
    var count = (Swift.max(arguments.first / Self.usualTime, Double(fewest)) / node).rounded(.up) * node
    guard count.isFinite else { return node }
    count = Swift.max(node, count)
    guard let hours, arguments.second > 0, arguments.second.isFinite else { return count }
    // One model of the grid, so that little is searched; the larger one, so that its neighbors fit as well.
    let place = hours.larger(active: arguments.second, total: arguments.third)
    guard let start = hours.fewest(place, from: hours.multiple(of: 1)) else { return count }
    count = Swift.max(count, (Double(start) / node).rounded(.up) * node)
    func each(_ count: Double) -> Double { hours.hours(place, on: count, batch: arguments.fourth) }
    // Short of memory each accelerator computes much again: twice as many take less in all.
    while avoidsShortage, count < Double(TunedHours.mostAccelerators), each(count) > LayoutSearch.tie * each(2 * count)
    {
      count *= 2
    }
    // More than the batch keeps busy are no use.
    let sequences = arguments.fourth / hours.setup.job.sequence
    var most = start
    while Double(most) < count, hours.frontier(place, 2 * most).fewestSequences <= sequences { most *= 2 }
    return Swift.max(node, Swift.min(count, (Double(most) / node).rounded(.up) * node))
  }

  /// The least part of a node, halved and halved again, that holds a job of some hours and ends it within a day; nil where
  /// that takes a node or more.
  private func part(_ arguments: Arguments4) -> Double? {
    guard arguments.first > 0 else { return nil }
    var count = 1
    while count < fewest { count *= 2 }
    if let hours, arguments.second > 0, arguments.second.isFinite {
      let place = hours.larger(active: arguments.second, total: arguments.third)
      guard let start = hours.fewest(place, from: hours.multiple(of: 1)) else { return nil }
      count = Swift.max(count, start)
    }
    while count < node, arguments.first > Self.smallTime * Double(count) { count *= 2 }
    return count < node ? Double(count) : nil
  }
}

extension TunedHours {
  /// The model of the grid at or above some size.
  func larger(active: Double, total: Double) -> Place {
    var largest = Place(active: active)
    if case .known = setup.subject { return largest }
    largest.size = .min
    _ = mean(active: active, total: total) { place in
      if (place.size, place.sparsity) > (largest.size, largest.sparsity) { largest = place }
      return 1
    }
    return largest
  }

  /// The model of the grid next to some size.
  func nearest(active: Double, total: Double) -> Place {
    var nearest: (place: Place, weight: Double) = (Place(active: active), 0)
    if case .known = setup.subject { return nearest.place }
    _ = mean(active: active, total: total) { place in
      let distance = (Elementary.logarithm(place.active / active)).magnitude
      if nearest.weight == 0 || distance < nearest.weight - 1e-12 { nearest = (place, distance + 1e-9) }
      return 1
    }
    return nearest.place
  }
}
