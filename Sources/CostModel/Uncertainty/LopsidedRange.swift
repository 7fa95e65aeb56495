/// A result whose typical value stands off the middle of its range, and the input that draws it there.
///
/// The typical value has every input at its own typical one. Where an input can rise by more than it can fall, as a price
/// that has a floor, the middle of the draws lies above it.
package struct LopsidedRange: Sendable {
  /// The result's name.
  package var result: String
  /// Where the typical value stands between p10 (0) and p90 (1), on the logarithm.
  package var place: Double
  /// The input that does most of it, for people.
  package var input: String
  /// Its p10, typical value and p90.
  package var values: [String]

  /// Whether the typical value lies outside of p10 to p90.
  package var isOutside: Bool { !(0...1).contains(place) }

  /// Between these the typical value is near the middle.
  package static let middle = 0.25...0.75

  /// Where a value stands in its range: 0 at p10, 1 at p90, on the logarithm; nil where it has no range.
  package static func place(of spread: Spread) -> Double? {
    guard let low = spread.p10, let high = spread.p90, 0 < low, low < high, spread.typical > 0 else { return nil }
    return Elementary.logarithm(spread.typical / low) / Elementary.logarithm(high / low)
  }

  /// What draws a result off the middle; nil where it is near it.
  init?(_ node: Node, _ spread: Spread) {
    guard let place = Self.place(of: spread), !Self.middle.contains(place) else { return nil }
    let tape = Tape(roots: [node])
    let root = tape.slot(of: node) ?? 0
    var most = (record: InputRecord?.none, pull: 0.0)
    for (slot, record) in tape.inputs where !record.distribution.isCertain {
      let ends = [record.distribution.low, record.distribution.high].map {
        tape.value(of: root, setting: slot, to: $0) / spread.typical
      }
      guard ends.allSatisfy({ $0 > 0 }) else { continue }
      let pull = Elementary.logarithm(ends[0] * ends[1]) * (place < 0.5 ? 1 : -1)
      if pull > most.pull { most = (record, pull) }
    }
    guard let record = most.record else { return nil }
    result = node.label?.name ?? ""
    self.place = place
    input = record.name
    values = [record.distribution.low, record.distribution.typical, record.distribution.high].map {
      Notation.display($0, as: record.dimension)
    }
  }

  /// What to know of it.
  package var message: Message {
    let end = place < 0.5 ? "low" : "high"
    let stands =
      isOutside ? "lies \(place < 0 ? "below p10" : "above p90")" : "stands near the \(end) end of its range"
    return Message(
      "typical \(result) \(stands): \(input), \(values[1]) and \(values[0]) to "
        + "\(values[2]) in four cases of five, moves it more to one side than to the other")
  }
}

extension ReportBuilder {
  /// The results whose typical value is not near the middle of their range, of the names given, and those whose typical
  /// value lies outside of it, of all.
  func lopsidedRanges(in report: Report, watching keys: [String]) -> [LopsidedRange] {
    zip(nodes, report.results).compactMap { node, place in
      let line = report.lines[place]
      guard !line.name.isEmpty else { return nil }
      guard let position = LopsidedRange.place(of: line.value) else { return nil }
      guard !(0...1).contains(position) || line.key.map(keys.contains) ?? false else { return nil }
      return LopsidedRange(node, line.value)
    }
  }
}

extension Estimate {
  /// The results of time and money whose typical value is not near the middle of their range, and any whose typical value
  /// lies outside of it.
  package func lopsidedRanges(in report: Report) -> [LopsidedRange] {
    results.lopsidedRanges(in: report, watching: ["accelerator_hours", "cost_usd"])
  }
}
