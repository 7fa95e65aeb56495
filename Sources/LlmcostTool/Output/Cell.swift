import CostModel

/// How people read a number: in which unit, to how many digits.
struct Shown: Sendable {
  var dimension: Dimension
  var digits = 3
  /// How many of the unit are one base unit, and its symbol, where the unit is not the one that keeps the number short.
  var unit: (factor: Double, symbol: String)?

  init(_ dimension: Dimension, digits: Int = 3) { (self.dimension, self.digits) = (dimension, digits) }

  /// A number of a unit: `12.3 Wh`.
  init(_ symbol: String, factor: Double = 1) {
    dimension = .ratio
    unit = (factor, symbol)
  }

  func text(_ value: Double) -> String {
    guard let unit else { return Notation.display(value, as: dimension, digits: digits) }
    return Notation.display(value * unit.factor, as: dimension, digits: digits) + " " + unit.symbol
  }

  /// `low – high`; empty where nothing varies.
  func range(_ spread: Spread) -> String {
    guard let p10 = spread.p10, let p90 = spread.p90 else { return "" }
    let ends = [text(p10), text(p90)]
    return ends[0] == ends[1] ? "" : ends.joined(separator: " – ")
  }
}

/// A place of a table: a value with what it counts, which each format writes in its own way.
enum Cell: Sendable {
  case empty
  case text(String)
  case value(Double, Shown)
  case range(Spread, Shown)
  /// A share, in percent.
  case share(Double)
  /// A chart of one line, in characters.
  case drawing(String)
  /// A name that scripts use.
  case code(String)
  /// Where a value comes from.
  case origin(Origin)
  case sources([Source])
  /// Several, one below the other, the second one and those after it in small print.
  case stack([Cell])

  static func value(_ value: Double?, _ dimension: Dimension, digits: Int = 3) -> Cell {
    value.map { .value($0, Shown(dimension, digits: digits)) } ?? .empty
  }

  static func range(_ spread: Spread?, _ dimension: Dimension, digits: Int = 3) -> Cell {
    spread.map { .range($0, Shown(dimension, digits: digits)) } ?? .empty
  }

  /// A value and its range.
  static func spread(_ spread: Spread?, _ dimension: Dimension, digits: Int = 3) -> [Cell] {
    [.value(spread?.typical, dimension, digits: digits), .range(spread, dimension, digits: digits)]
  }

  /// So many times something: `×1.2`.
  static func times(_ ratio: Double?) -> Cell {
    ratio.map { .text("×" + Notation.display($0, as: .ratio)) } ?? .empty
  }

  /// The cell on one line.
  var text: String {
    switch self {
    case .empty: ""
    case .text(let text), .drawing(let text), .code(let text): text
    case .value(let value, let shown): shown.text(value)
    case .range(let spread, let shown): shown.range(spread)
    case .share(let share): Self.percent(share)
    case .origin(let origin): origin.label
    case .sources(let sources): sources.map { $0.title + ($0.url.map { ", \($0)" } ?? "") }.joined(separator: "; ")
    case .stack(let cells): cells.first?.text ?? ""
    }
  }

  var isEmpty: Bool {
    switch self {
    case .empty: true
    case .text(let text): text.isEmpty
    case .range(let spread, let shown): shown.range(spread).isEmpty
    case .sources(let sources): sources.isEmpty
    default: false
    }
  }

  var isDrawing: Bool { if case .drawing = self { true } else { false } }

  /// A share in percent, to a tenth.
  static func percent(_ share: Double) -> String {
    let tenths = (share * 1000).rounded()
    return tenths < 1 && share > 0 ? "< 0.1 %" : Notation.display(tenths / 10, as: .ratio, digits: 4) + " %"
  }
}

extension Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  init(stringLiteral text: String) { self = .text(text) }
}

extension Origin {
  /// Where a value comes from, in a few words.
  var label: String {
    switch self {
    case .given: return "given"
    case .file(let name): return name
    case .assumed(let reason): return reason
    case .table(let row):
      let isDerived = ["efficiency", "market", "prices"].contains(row.table)
      return "\(row.table): \(row.id)" + (isDerived ? row.note.map { ", \($0)" } ?? "" : "")
    }
  }
}
