import CostModel

/// A scale from values to places, in percent or in pixels.
struct Axis: Sendable {
  enum Kind: Sendable { case linear, logarithmic }

  let kind: Kind
  let low: Double
  let high: Double
  /// The places of the lowest and the highest value.
  let start: Double
  let end: Double

  /// An axis over some values; where they do not spread, it makes room.
  init(_ kind: Kind, _ values: [Double], from start: Double, to end: Double) {
    let usable = values.filter { $0.isFinite && (kind == .linear || $0 > 0) }
    var (low, high) = (usable.min() ?? 0, usable.max() ?? 1)
    if kind == .logarithmic, usable.isEmpty { (low, high) = (0.1, 10) }
    if !(high > low) {
      (low, high) = kind == .logarithmic ? (low / 2, high * 2) : (min(0, low), max(1, high))
    }
    self.kind = kind
    self.low = low
    self.high = high
    self.start = start
    self.end = end
  }

  func place(_ value: Double) -> Double {
    let clamped = min(max(value, low), high)
    let share =
      kind == .linear
      ? (clamped - low) / (high - low)
      : Elementary.logarithm(clamped / low) / Elementary.logarithm(high / low)
    return start + share * (end - start)
  }

  /// Round values along the axis, at most so many, in rising order.
  func ticks(atMost count: Int) -> [Double] {
    switch kind {
    case .linear:
      for step in Self.steps(around: (high - low) / Double(max(1, count))) {
        let first = (low / step).rounded(.up)
        let last = (high / step).rounded(.down)
        guard last - first + 1 <= Double(count), last >= first else { continue }
        return stride(from: first, through: last, by: 1).map { $0 * step }
      }
      return [low]
    case .logarithmic:
      let decades = Int((Elementary.logarithm(low) / Elementary.logarithm(10)).rounded(.down))
      let top = Int((Elementary.logarithm(high) / Elementary.logarithm(10)).rounded(.up))
      for pattern in [[1.0, 2, 5], [1, 3], [1]] {
        let all = (decades...max(decades, top)).flatMap { power in
          pattern.map { $0 * Elementary.power(10, Double(power)) }
        }
        let inside = all.filter { $0 >= low * 0.999999 && $0 <= high * 1.000001 }
        if inside.count <= count, !inside.isEmpty { return inside }
        if pattern.count == 1, !inside.isEmpty {
          let every = (inside.count + count - 1) / count
          return inside.enumerated().filter { $0.offset % every == 0 }.map(\.element)
        }
      }
      return [low]
    }
  }

  /// 1, 2 and 5 times powers of ten, from a size on.
  private static func steps(around size: Double) -> [Double] {
    guard size > 0, size.isFinite else { return [1] }
    let power = Int((Elementary.logarithm(size) / Elementary.logarithm(10)).rounded(.down))
    return (power...power + 2).flatMap { power in [1, 2, 5].map { $0 * Elementary.power(10, Double(power)) } }
      .filter { $0 >= size * 0.999999 }
  }
}
