/// Disk space for the corpus and the checkpoints.
public enum StorageCharge {
  /// (bytes of corpus + bytes of checkpoints) × time kept × price; nil where nothing is kept.
  ///
  /// Repeated epochs read the same bytes again and store nothing more. Where the length of the run is known, storage
  /// is paid for it too.
  public static func amount(
    _ scenario: Scenario, work: Work, wallClock: Expression<Hours>?
  ) -> Expression<Dollars>? {
    let storage = scenario.storage
    var parameters = Expression(scenario.model.parameters)
    switch work.checkpoints {
    case .none: return nil
    case .adapter(let adapter): parameters = adapter
    case .run, .fineTune: break
    }
    var bytes = (Expression(storage.bytesPerParameter) * Expression(storage.checkpoints) * parameters)
      .named("checkpoints")
    if let corpus = work.corpus { bytes = (Expression(storage.bytesPerToken) * corpus).named("corpus") + bytes }
    var time = Expression(storage.time)
    if let wallClock { time = (time + wallClock).named("time kept") }
    let gigabyteMonth =
      Expression<Per<Per<GigabyteMonths, Bytes>, Hours>>(constant: 1)
      / (Expression<Ratio>(constant: 1e9) * Expression<Ratio>(constant: 730.5))
    return Expression(storage.price)
      * (gigabyteMonth * time * bytes).named("storage over time")
  }
}
