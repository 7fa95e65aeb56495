/// Disk space for the corpus and the checkpoints.
package enum StorageCharge {
  private static var gigabyteMonth: Expression<Per<Per<GigabyteMonths, Bytes>, Hours>> {
    Expression<Per<Per<GigabyteMonths, Bytes>, Hours>>(constant: 1)
      / (1e9 * Expression<Ratio>(constant: Hours.perMonth))
  }

  /// Bytes × time kept × price, for what is neither corpus nor checkpoint.
  static func amount(of bytes: Expression<Bytes>, _ storage: Scenario.Storage) -> Expression<Dollars> {
    storage.price * (gigabyteMonth * storage.time * bytes).named("storage over time")
  }

  /// (bytes of corpus + bytes of checkpoints) × time kept × price; nil where nothing is kept.
  ///
  /// Repeated epochs read the same bytes again and store nothing more. Where the length of the run is known, storage
  /// is paid for it too.
  package static func amount(
    _ scenario: Scenario, work: Work, wallClock: Expression<Hours>?
  ) -> Expression<Dollars>? {
    let storage = scenario.storage
    var parameters = scenario.model.parameters
    switch work.checkpoints {
    case .none: return nil
    case .adapter(let adapter): parameters = adapter
    case .run, .fineTune: break
    }
    let checkpoints = (storage.bytesPerParameter * storage.checkpoints * parameters)
      .named("checkpoints")
    let corpus = work.corpus.map { (storage.bytesPerToken * $0).named("corpus") }
    let bytes = corpus.map { $0 + checkpoints } ?? checkpoints
    var time = storage.time
    if let wallClock { time = (time + wallClock).named("time kept") }
    guard storage.corpusPrice != nil || storage.checkpointPrice != nil else {
      return storage.price * (gigabyteMonth * time * bytes).named("storage over time")
    }
    func kept(_ bytes: Expression<Bytes>, _ name: String, _ own: Expression<Per<Dollars, GigabyteMonths>>?)
      -> Expression<Dollars>
    { ((own ?? storage.price) * (gigabyteMonth * time * bytes)).named(name) }
    let states = kept(checkpoints, "storage of checkpoints", storage.checkpointPrice)
    guard let corpus else { return states }
    return kept(corpus, "storage of the corpus", storage.corpusPrice) + states
  }
}
