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
}

/// The cluster where none is given: the power of two, in whole nodes, that takes about four weeks, within what holds the
/// job and what its batch keeps busy.
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

  /// What a run may take at most, in hours: four weeks, and half a doubling above.
  private static let longest = 28 * 24 * 2.0.squareRoot()
  /// Accelerators for accelerator-hours on the usual cluster, active parameters, all parameters and tokens of a batch.
  func value(_ arguments: Arguments4) -> Double {
    var count = node
    while Double(count) * Self.longest < arguments.first || count < fewest, count < 1 << 40 { count *= 2 }
    guard let hours, arguments.second > 0, arguments.second.isFinite else { return Double(count) }
    // One model of the grid, so that little is searched; the larger one, so that its neighbors fit as well.
    let place = hours.larger(active: arguments.second, total: arguments.third)
    if count <= TunedHours.mostAccelerators { count = hours.fewest(place, from: count) ?? count }
    func each(_ count: Int) -> Double { hours.hours(place, on: Double(count), batch: arguments.fourth) }
    // Short of memory each accelerator computes much again: twice as many take less in all.
    while avoidsShortage, count < TunedHours.mostAccelerators, each(count) > LayoutSearch.tie * each(2 * count) {
      count *= 2
    }
    let sequences = arguments.fourth / hours.setup.job.sequence
    while count >= 2 * node, hours.frontier(place, count).fewestSequences > sequences,
      !hours.frontier(place, count / 2).isEmpty
    {
      count /= 2
    }
    return Double(count)
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
