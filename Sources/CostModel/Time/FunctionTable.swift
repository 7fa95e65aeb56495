/// A function of a formula as data: what it computes by arithmetic and look-ups alone, for whoever evaluates formulas
/// elsewhere.
package enum FunctionTable: Sendable {
  /// `TunedCurve`: the product over stretches of (x between low and high, over end) to its slope, all to a power.
  case curve(stretches: [TunedEfficiency.Stretch], power: Double)
  /// `TunedHours`, of the accelerators and the batch.
  case tuned(HoursTable)
  /// `UsualHours`, of the batch: on so many accelerators for each place.
  case usual(HoursTable, accelerators: [Double])
  /// `ClusterChoice`, of the hours and the batch.
  case choice(Choice)

  /// What a cluster is chosen by.
  package struct Choice: Sendable {
    /// The hours that it is to take at most.
    package var hours: Double
    /// The hours that it takes on part of a node at most.
    package var hoursOnPart: Double
    /// The least part of a node that holds it, a power of two.
    package var part = 1.0
    /// Accelerators of a node.
    package var node: Double
    /// The fewest that hold the job, where steps do not tell.
    package var fewest: Double
    /// Whether clusters short of memory are passed over.
    package var avoidsShortage: Bool
    /// The steps of the model; nil where none are known.
    package var table: HoursTable?
    /// The fewest accelerators that hold it, by its steps.
    package var start = 1.0
    /// Beyond so many none is looked at.
    package var largest = Double(TunedHours.mostAccelerators)
    /// Twice as many are taken where the hours over theirs are more than this.
    package var tie = LayoutSearch.tie
  }
}

/// The frontiers of a model on clusters in powers of two.
package struct HoursTable: Sendable {
  /// The frontiers of one model of the grid.
  package struct Entry: Sendable {
    var place: TunedHours.Place
    /// Its share of the logarithm.
    package var weight: Double
    /// Hours for a token where no cluster holds it.
    package var nominal: Double
    /// The lines on 1, 2, 4, … accelerators; none where it does not fit.
    package var frontiers: [[StepFrontier.Line]]
  }

  /// Tokens of a sequence.
  package var sequence: Double
  /// The models of the grid around the one that is asked for.
  package var places: [Entry]
}
