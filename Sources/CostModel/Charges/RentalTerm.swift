/// Rent by whole terms, as months or a year: what the last of them leaves unused is paid for too.
package struct RentalTerm: Sendable {
  /// Accelerator-hours paid for: whole terms of the whole cluster.
  package let billed: Expression<AcceleratorHours>
  /// The same in accelerator-months of 730.5 hours.
  package let months: Expression<Accelerators>
  /// Accelerator-hours paid for and not used, by the run or the experiments around it.
  let unused: Expression<AcceleratorHours>

  /// Terms = ⌈hours used / accelerators / length of a term⌉; experiments use the same cluster.
  init(
    _ term: Expression<Hours>, accelerators: Expression<Accelerators>, hours: Expression<AcceleratorHours>,
    research: Expression<Ratio>?
  ) {
    let used = research.map { (hours * $0).named("accelerator-hours, experiments included") } ?? hours
    let length = term
    let terms = ((used / accelerators) / length).roundedUp.named("terms")
    billed = (accelerators * (length * terms)).named("accelerator-hours paid for")
    months = (billed / Expression<Hours>(constant: Hours.perMonth)).named(
      "accelerator-months paid for", note: "months of 730.5 hours")
    unused = (billed - used).named("accelerator-hours not used")
  }
}
