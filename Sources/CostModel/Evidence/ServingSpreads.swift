/// How far off the time of serving is for a family of models that its fit has not seen, by the size of the copy and by the
/// requests at once: the factor to either side that holds four measurements of five.
package struct ServingSpreads: Sendable, Equatable {
  /// How far one measurement is off, on the logarithm.
  struct Residual: Sendable {
    var family: String
    var size: Double
    var batch: Double
    var throughput: Double
    var firstToken: Double?
    /// As in the fit.
    var weight: Double
  }

  /// Accelerators of a copy that end a class; the last class has no end.
  package static let sizes: [Double] = [1, 2, 4]
  /// Requests at once that end a class; the last class has no end.
  package static let batches: [Double] = [4, 16, 64]

  /// The rows of the table of serving constants that hold the factors, class by class.
  package static var sizeRows: [String] { rows("copy", sizes) }
  /// The same by the requests at once.
  package static var batchRows: [String] { rows("concurrency", batches) }
  /// The same of the time to the first token.
  package static var firstTokenRows: [String] { rows("first-token", batches) }

  private static func rows(_ name: String, _ ends: [Double]) -> [String] {
    ends.map { "\(name)-to-\(Int($0))" } + ["\(name)-above-\(Int(ends[ends.count - 1]))"]
  }

  /// Factors by the size of the copy.
  package var bySize: [Double]
  /// Factors by the requests at once.
  package var byBatch: [Double]
  /// Factors of the time to the first token by the requests at once.
  package var firstToken: [Double]

  /// The spreads of some residuals.
  init(_ residuals: [Residual]) {
    func factors(_ ends: [Double], _ value: (Residual) -> Double, _ off: (Residual) -> Double?) -> [Double] {
      let all = residuals.compactMap { one in off(one).map { (off: $0.magnitude, weight: one.weight) } }
      return (0...ends.count).map { place in
        let inside = residuals.filter { Self.place(value($0), ends) == place }
          .compactMap { one in off(one).map { (off: $0.magnitude, weight: one.weight) } }
        return Elementary.exponential(Self.quantile(inside.count < 20 ? all : inside))
      }
    }
    bySize = factors(Self.sizes, \.size, \.throughput)
    byBatch = factors(Self.batches, \.batch, \.throughput)
    firstToken = factors(Self.batches, \.batch, \.firstToken)
  }

  /// Spreads by class.
  package init(bySize: [Double], byBatch: [Double], firstToken: [Double]) {
    (self.bySize, self.byBatch, self.firstToken) = (bySize, byBatch, firstToken)
  }

  /// The factor of throughput and of the time between tokens: the wider of both classes.
  package func throughput(size: Double, batch: Double) -> Double {
    Swift.max(bySize[Self.place(size, Self.sizes)], byBatch[Self.place(batch, Self.batches)])
  }

  /// The factor of the time to the first token.
  package func firstToken(batch: Double) -> Double { firstToken[Self.place(batch, Self.batches)] }

  static func place(_ value: Double, _ ends: [Double]) -> Int { ends.firstIndex { value <= $0 } ?? ends.count }

  /// The weighted quantile of 0.8.
  private static func quantile(_ values: [(off: Double, weight: Double)]) -> Double {
    let sorted = values.sorted { $0.off < $1.off }
    let wanted = 0.8 * sorted.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    for value in sorted {
      sum += value.weight
      if sum >= wanted { return value.off }
    }
    return sorted.last?.off ?? 0
  }
}
