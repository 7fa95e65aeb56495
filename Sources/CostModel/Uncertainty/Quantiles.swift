/// Quantiles of a sample.
package enum Quantiles {
  /// The quantile at a share of a sample, interpolated between neighbors (type 7 of Hyndman and Fan 1996).
  ///
  /// - Returns: 0 for an empty sample.
  package static func quantile(_ share: Double, of sample: [Double]) -> Double {
    var copy = sample
    return copy.withUnsafeMutableBufferPointer { select(share, &$0) }
  }

  /// As ``quantile(_:of:)``, in linear time; reorders the sample.
  static func select(_ share: Double, _ sample: inout UnsafeMutableBufferPointer<Double>) -> Double {
    guard !sample.isEmpty else { return 0 }
    let position = share * Double(sample.count - 1)
    return interpolated(rank: Int(position), fraction: position - Double(Int(position)), &sample)
  }

  /// The value between those of a rank and of the next, as far toward the next as the fraction says.
  static func interpolated(
    rank: Int, fraction: Double, _ sample: inout UnsafeMutableBufferPointer<Double>
  ) -> Double {
    let low = place(rank, in: &sample, 0, sample.count - 1)
    guard rank + 1 < sample.count else { return low }
    var next = Double.infinity
    for index in (rank + 1)..<sample.count { next = Swift.min(next, sample[index]) }
    return low + (next - low) * fraction
  }

  /// Above so many values a part of them is looked at first.
  private static let fewest = 600

  /// Hoare's selection: puts the value of rank `rank` of a stretch in its place, smaller ones before it. Of many values,
  /// the pivot is the one that a part of them puts near that rank (Floyd and Rivest 1975): nearly all then lie on one side.
  @discardableResult
  private static func place(
    _ rank: Int, in sample: inout UnsafeMutableBufferPointer<Double>, _ start: Int, _ end: Int
  ) -> Double {
    var (first, last) = (start, end)
    while first < last {
      var pivot = sample[(first + last) / 2]
      if last - first > fewest {
        let (count, share) = (Double(last - first + 1), Double(rank - first + 1) / Double(last - first + 1))
        let part = 0.5 * Elementary.power(count, 2.0 / 3)
        let spread = 0.5 * (Elementary.logarithm(count) * part * (1 - part / count)).squareRoot()
        let shift = share < 0.5 ? -spread : spread
        place(
          rank, in: &sample, Swift.max(first, rank - Int(share * part - shift)),
          Swift.min(last, rank + Int((1 - share) * part + shift)))
        pivot = sample[rank]
      }
      var left = first
      var right = last
      while left <= right {
        while sample[left] < pivot { left += 1 }
        while sample[right] > pivot { right -= 1 }
        if left <= right {
          sample.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if rank <= right { last = right } else if rank >= left { first = left } else { break }
    }
    return sample[rank]
  }

  /// The value that a new one exceeds once in five times: at 0.8·(n + 1) of n in order, between its neighbors; nil for
  /// none.
  static func fourOfFive(_ values: [Double]) -> Double? {
    guard let largest = values.max() else { return nil }
    let sorted = values.sorted() + [largest]
    let position = 0.8 * Double(values.count + 1) - 1
    let lower = Swift.max(0, Swift.min(Int(position), values.count - 1))
    return sorted[lower] + (sorted[lower + 1] - sorted[lower]) * Swift.max(0, position - Double(lower))
  }
}
