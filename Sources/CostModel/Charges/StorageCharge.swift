/// Disk space for the corpus and the checkpoints.
public enum StorageCharge {
  /// (bytes of corpus + bytes of checkpoints) × time kept × price.
  ///
  /// Repeated epochs read the same bytes again and store nothing more. Where the length of the run is known, storage
  /// is paid for it too.
  public static func amount(
    _ scenario: Scenario, work: Work, wallClock: Expression<Hours>?
  ) -> Expression<Dollars> {
    let storage = scenario.storage
    let unique = Expression.sum(scenario.phases.map { Expression($0.tokens) })
    let corpus = (Expression(storage.bytesPerToken) * unique).named("corpus")
    let checkpoints =
      (Expression(storage.bytesPerParameter) * Expression(storage.checkpoints) * Expression(scenario.model.parameters))
      .named("checkpoints")
    var time = Expression(storage.time)
    if let wallClock { time = (time + wallClock).named("time kept") }
    let gigabyteMonth =
      Expression<Per<Per<GigabyteMonths, Bytes>, Hours>>(constant: 1)
      / (Expression<Ratio>(constant: 1e9) * Expression<Ratio>(constant: 730.5))
    return Expression(storage.price)
      * (gigabyteMonth * time * (corpus + checkpoints)).named("storage over time")
  }
}
