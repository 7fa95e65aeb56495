import CommandLineKit
import CostModel

/// An input of an estimate that a page may move, as the option that says it is written.
struct PlayInput: Sendable {
  /// The input's id.
  let id: String
  /// The name for people.
  let name: String
  let option: Option
  /// What it is counted in where it is written, in words; empty for bare numbers.
  let unit: String
  /// The base unit over what is written.
  let scale: Double
  /// Whether whole numbers alone make sense.
  let isWhole: Bool
  /// Whether k stands for 1,024.
  let isBinary: Bool
  /// Where the page lets it move, as written.
  let low: Double
  let high: Double
  /// As it stands, as written.
  let start: Double
  /// How far the total cost goes from one end to the other, as the logarithm of the ratio.
  var reach = 0.0
  /// How many times the accelerators of the estimate there are at the end where they are most.
  var clusterReach = 1.0
  /// Whether giving it leads to other formulas than leaving it out.
  var changesFormulas = false

  /// Beyond a certain input's value by so much to either side.
  private static let certainReach = 4.0
  /// Significant digits of what the page moves it to.
  private static let digits = 3

  /// An input of an estimate; nil for what is not a number that can be moved.
  ///
  /// - Parameters:
  ///   - setting: What says it.
  ///   - option: The option of the setting.
  ///   - distribution: Its value and range in base units.
  ///   - id: The id that estimates know it by.
  ///   - name: Its name for people.
  init?(_ setting: AnySetting, _ option: Option, _ distribution: Distribution, id: String, name: String) {
    guard let number = option.number, distribution.typical > 0, distribution.typical.isFinite else { return nil }
    guard let one = try? Notation.parse("1", as: number.dimension, bareUnit: number.dimension.bareUnit) else {
      return nil
    }
    (self.id, self.name, self.option) = (id, name, option)
    scale = one * (setting.entry?.scale ?? 1)
    unit = Self.unit(of: number.dimension)
    isWhole = Self.isCounted(number.dimension)
    isBinary = number.dimension == .sequenceLength
    let (typical, low, high) = (distribution.typical, distribution.low, distribution.high)
    var ends = (low: 2 * low - typical, high: 2 * high - typical)
    if distribution.isCertain {
      ends = (typical / Self.certainReach, typical * Self.certainReach)
    } else if low > 0 {
      // As far again beyond p10 and p90 as they are from the middle.
      ends = (low * low / typical, high * high / typical)
    }
    let limits = setting.limits
    let (isWhole, scale) = (isWhole, scale)
    func written(_ value: Double) -> Double {
      let value = Swift.min(Swift.max(value, limits.lowerBound), limits.upperBound) / scale
      let rounded = Double(Notation.digits(value, Self.digits)) ?? value
      let kept = isWhole ? Swift.max(1, rounded.rounded()) : rounded
      return limits.contains(kept * scale) ? kept : value
    }
    (self.low, self.high) = (written(ends.low), written(ends.high))
    start = typical / scale
    guard self.low < self.start, self.start < self.high else { return nil }
  }

  /// A value as the option takes it.
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
