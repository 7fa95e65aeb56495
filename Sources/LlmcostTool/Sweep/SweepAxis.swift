import CommandLineKit
import CostModel

/// One value of a swept option.
struct SweepValue: Sendable {
  /// As it is stored in the option.
  var text: String
  /// As it is shown: a bare number where it is one.
  var shown: String
  /// Whether ``shown`` is a number.
  var isNumber = false
  /// In base units; nil for what is no number.
  var amount: Ranged<Ratio>?

  /// A value as someone wrote it.
  init(_ text: String, of number: NumberKind?) throws(ValueError) {
    self.text = text
    shown = text
    guard let number else { return }
    do throws(NotationError) {
      let amount = try number.parse(text)
      self.amount = amount
      guard amount.isCertain else { return }
      let bare = try Self.bare(amount.typical.value, number)
      // The number stands in for the text only where it says the same.
      guard
        try Notation.parse(bare, as: number.dimension, bareUnit: number.dimension.bareUnit) == amount.typical.value
      else { return }
      (shown, isNumber) = (bare, true)
    } catch {
      throw ValueError(error)
    }
  }

  /// A number without a suffix, in the unit that one without a suffix has.
  static func bare(_ amount: Double, _ number: NumberKind) throws(NotationError) -> String {
    guard let unit = number.dimension.bareUnit else { return Notation.machineText(amount) }
    return Notation.machineText(amount / (try Notation.parse("1", as: number.dimension, bareUnit: unit)))
  }
}

/// The values of one option, made as they are asked for: a grid of ten million points takes no memory.
struct SweepAxis: Sendable {
  /// The option, by its first name.
  let option: String
  /// The number it is; nil for words.
  let number: NumberKind?
  /// How many values there are.
  private(set) var count = 0
  private var parts: [Part] = []

  private enum Part: Sendable {
    case value(SweepValue)
    case grid(SweepGrid)

    var count: Int {
      switch self {
      case .value: 1
      case .grid(let grid): grid.count
      }
    }
  }

  /// The column's name.
  var name: String { String(option.drop { $0 == "-" }) }

  /// A switch that is given.
  init(switch option: String) {
    self.option = option
    number = nil
    count = 1
    if let value = try? SweepValue("", of: nil) { parts = [.value(value)] }
    if case .value(var value)? = parts.first {
      value.shown = "true"
      parts = [.value(value)]
    }
  }

  /// A list of values and grids, separated by commas.
  init(_ text: String, option: String, number: NumberKind?, isOneValue: Bool = false) throws(ValueError) {
    self.option = option
    self.number = number
    let items = isOneValue ? [Substring(text)] : text.split(separator: ",", omittingEmptySubsequences: false)
    for item in items {
      guard !item.isEmpty else { throw ValueError("the list '\(text)' has an empty value", hint: "write a,b,c") }
      let part: Part
      if let number, item.contains(":") {
        part = .grid(try SweepGrid(item, of: number))
      } else {
        part = .value(try SweepValue(String(item), of: number))
      }
      let (sum, overflows) = count.addingReportingOverflow(part.count)
      guard !overflows else { throw ValueError("the list '\(text)' is too long") }
      count = sum
      parts.append(part)
    }
  }

  /// The value at a place; the last one behind the end.
  func value(at index: Int) -> SweepValue? {
    var rest = index
    for part in parts {
      if rest < part.count {
        switch part {
        case .value(let value): return value
        case .grid(let grid): return grid.value(at: rest)
        }
      }
      rest -= part.count
    }
    return nil
  }

  /// Values that show whether the option takes them all: each of a list, the ends and the middle of a grid.
  var probes: [SweepValue] {
    parts.flatMap { part -> [SweepValue] in
      switch part {
      case .value(let value): [value]
      case .grid(let grid): [0, grid.count / 2, grid.count - 1].compactMap(grid.value)
      }
    }
  }
}

/// `a..b:n`, evenly spaced, or `a..b:log:n`, by a constant factor.
struct SweepGrid: Sendable {
  let count: Int
  private let low: Double
  private let high: Double
  private let isLogarithmic: Bool
  private let number: NumberKind

  init(_ text: Substring, of number: NumberKind) throws(ValueError) {
    self.number = number
    let hint = "write a..b:n, or a..b:log:n for a constant factor, as 1..4:10"
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 || parts.count == 3 && parts[1] == "log", let last = parts.last else {
      throw ValueError("'\(text)' is not a grid", hint: hint)
    }
    isLogarithmic = parts.count == 3
    guard let count = Int(last), count >= 2 else {
      throw ValueError("'\(last)' is not a number of points in '\(text)'", hint: hint + ", of two points at least")
    }
    self.count = count
    let range: Ranged<Ratio>
    do throws(NotationError) {
      range = try number.parse(parts[0])
      let factor = try Notation.parse("1", as: number.dimension, bareUnit: number.dimension.bareUnit)
      (low, high) = (range.low.value / factor, range.high.value / factor)
    } catch {
      throw ValueError(error.reason, hint: hint)
    }
    guard !range.isCertain, parts[0].split(separator: "..").count == 2 else {
      throw ValueError("'\(parts[0])' has no two ends", hint: hint)
    }
    guard !isLogarithmic || low > 0 else {
      throw ValueError("the grid '\(text)' has no constant factor from zero", hint: "leave out log, or start above 0")
    }
    let isWhole = Self.isWhole(number.dimension)
    guard !isWhole || !isLogarithmic && high - low >= Double(count - 1) || isLogarithmic && high >= low + 1 else {
      throw ValueError("the grid '\(text)' has more points than there are whole numbers", hint: hint)
    }
  }

  /// What is counted in whole numbers.
  private static func isWhole(_ dimension: Dimension) -> Bool {
    switch dimension {
    case .accelerators, .checkpoints, .items, .sequenceLength: true
    default: false
    }
  }

  /// The value at a place, to 15 significant digits, so that what is shown is what is computed.
  func value(at index: Int) -> SweepValue? {
    let share = Double(index) / Double(count - 1)
    var value =
      index == 0
      ? low : index == count - 1 ? high : isLogarithmic ? low * power(high / low, share) : low + (high - low) * share
    if Self.isWhole(number.dimension) { value = value.rounded() }
    return try? SweepValue(Notation.machineText(value), of: number)
  }

  private func power(_ base: Double, _ exponent: Double) -> Double { Elementary.power(base, exponent) }
}
