import CommandLineKit
import CostModel

/// An input that a page may move, as it is written on the command line.
struct PlayInput: Sendable {
  /// What tells it from the others: of an estimate's, the id of the input.
  let id: String
  /// The name for people.
  let name: String
  /// What it is written behind: the name of an option, or the path of a recipe's value.
  let option: String
  /// The heading that it stands under.
  let group: String
  /// What it is counted in where it is written, in words; empty for bare numbers.
  let unit: String
  /// The base unit over what is written.
  let scale: Double
  /// Whether whole numbers alone make sense.
  let isWhole: Bool
  /// Whether k stands for 1,024.
  let isBinary: Bool
  /// Where the page lets it move, as written.
  private(set) var low: Double
  private(set) var high: Double
  /// As it stands, as written.
  let start: Double
  /// The inputs of the formulas that it sets, as they are where it is not said.
  var records: [InputRecord] = []
  /// The ids of these inputs where it is said.
  var ids: Set<String> = []
  /// How far the total cost goes from one end to the other, as the logarithm of the ratio.
  var reach = 0.0
  /// How many times the accelerators of the estimate there are at the end where they are most.
  var clusterReach = 1.0
  /// Whether the job takes longer at the upper end.
  var isSlowHigh = true
  /// Whether giving it leads to other formulas than leaving it out.
  var changesFormulas = false

  /// Beyond a certain input's value by so much to either side.
  private static let certainReach = 4.0
  /// Significant digits of what the page moves it to.
  private static let digits = 3

  /// What is written, and where.
  struct Place {
    var id: String
    var name: String
    var option: String
    var group: String
  }

  /// An input of formulas; nil for what is not a number that can be moved.
  ///
  /// - Parameters:
  ///   - place: What is written, and where.
  ///   - dimension: What a number is counted in as it is written.
  ///   - distribution: Its value and range in base units.
  ///   - factor: What brings a number that is read to the base unit.
  ///   - limits: Between which it is taken, in base units.
  init?(
    _ place: Place, _ dimension: Dimension, _ distribution: Distribution, scale factor: Double = 1,
    limits: ClosedRange<Double>
  ) {
    guard distribution.typical > 0, distribution.typical.isFinite else { return nil }
    guard let one = try? Notation.parse("1", as: dimension, bareUnit: dimension.bareUnit) else { return nil }
    (id, name, option, group) = (place.id, place.name, place.option, place.group)
    scale = one * factor
    unit = Self.unit(of: dimension)
    isWhole = Self.isCounted(dimension)
    isBinary = dimension == .sequenceLength
    let (typical, low, high) = (distribution.typical, distribution.low, distribution.high)
    var ends = (low: 2 * low - typical, high: 2 * high - typical)
    if distribution.isCertain {
      ends = (typical / Self.certainReach, typical * Self.certainReach)
    } else if low > 0 {
      // As far again beyond p10 and p90 as they are from the middle.
      ends = (low * low / typical, high * high / typical)
    }
    let (isWhole, scale) = (isWhole, scale)
    func written(_ value: Double) -> Double {
      let value = Swift.min(Swift.max(value, limits.lowerBound), limits.upperBound) / scale
      let kept = Self.short(value, isWhole: isWhole)
      return limits.contains(kept * scale) ? kept : value
    }
    (self.low, self.high) = (written(ends.low), written(ends.high))
    start = typical / scale
    guard self.low < self.start, self.start < self.high else { return nil }
  }

  private static func short(_ value: Double, isWhole: Bool) -> Double {
    let rounded = Double(Notation.digits(value, digits)) ?? value
    return isWhole ? Swift.max(1, rounded.rounded()) : rounded
  }

  /// The same with ends that are nearer to where it stands: a share of the way, by a constant factor where that is
  /// possible.
  func narrowed(low lowShare: Double, high highShare: Double) -> PlayInput {
    var input = self
    func end(_ end: Double, _ share: Double) -> Double {
      guard share < 1 else { return end }
      let value =
        low > 0 ? start * Elementary.power(end / start, share) : start + (end - start) * share
      return Self.short(value, isWhole: isWhole)
    }
    input.low = Swift.min(end(low, lowShare), start)
    input.high = Swift.max(end(high, highShare), start)
    return input
  }

  /// A value as the command line takes it.
  static func text(_ value: Double) -> String { Notation.machineText(value) }

  private static func isCounted(_ dimension: Dimension) -> Bool {
    switch dimension {
    case .accelerators, .checkpoints, .items, .sequenceLength: true
    default: false
    }
  }

  /// The unit of a number that is written without one.
  private static func unit(of dimension: Dimension) -> String {
    switch dimension {
    // What counts says itself what.
    case .ratio, .parameters, .tokens, .sequenceLength, .accelerators, .checkpoints, .items: ""
    case .hours: "days"
    case .per(.hours, _): "seconds"
    case .per(.dollars, .tokens): "USD per million tokens"
    case .per(.dollars, .bytes): "USD per TB"
    case .per(.acceleratorHours, .bytes): "hours per TB"
    default: dimension.unitName.split(separator: "/").joined(separator: " per ")
    }
  }
}
