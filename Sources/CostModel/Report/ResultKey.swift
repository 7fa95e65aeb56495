/// A result under the stable name by which scripts, columns and tables know it: declared once, by what computes it.
package struct ResultKey: Sendable, Hashable {
  /// The unit that a name says, where it is not the base unit of what the result counts.
  package enum Unit: Sendable, Hashable {
    /// The base unit.
    case base
    /// Days of what is kept in hours.
    case days
    /// Kilograms of what is kept in grams.
    case kilograms
    /// Megawatts of what is kept in kilowatts.
    case megawatts
    /// Watt-hours of what is kept in kilowatt-hours.
    case wattHours
    /// Milliliters of what is kept in liters.
    case milliliters

    /// The unit that the end of a stable name says, as `_kg` and `_mw`.
    init(saidBy name: String) {
      let ends: [(String, Unit)] = [
        ("days", .days), ("_kg", .kilograms), ("_mw", .megawatts), ("_wh", .wattHours), ("_ml", .milliliters),
      ]
      self = ends.first { name.hasSuffix($0.0) }?.1 ?? .base
    }

    /// How many of it are one base unit.
    package var perBaseUnit: Double {
      switch self {
      case .base: 1
      case .days: 1.0 / 24
      case .kilograms, .megawatts: 1.0 / 1000
      case .wattHours, .milliliters: 1000
      }
    }

    /// The symbol that people read behind the number, where they read it in this unit too.
    package var symbol: String? {
      switch self {
      case .wattHours: "Wh"
      case .milliliters: "mL"
      default: nil
      }
    }
  }

  /// What stands for a result that an answer does not have.
  package enum Presence: Sendable, Hashable {
    /// Nothing: its column stays, and is empty.
    case unknown
    /// Zero, as for a line that a bill does not have.
    case zero
    /// Not even a column: it is there only where it is asked for.
    case absent
  }

  /// The stable name.
  package let key: String
  /// What it is looked at together with.
  package let section: String
  /// The unit of the number under that name.
  package let unit: Unit
  /// What stands for it where it is missing.
  package let presence: Presence
  /// Whether tables leave it to the formula of another line.
  package let isDetail: Bool

  /// A result of a stable name.
  package init(
    _ key: String, _ section: String = "", in unit: Unit = .base, otherwise presence: Presence = .unknown,
    isDetail: Bool = false
  ) {
    self.key = key
    self.section = section
    self.unit = unit
    self.presence = presence
    self.isDetail = isDetail
  }

  /// The value of a report in the unit of the name; nil where it is unknown.
  package func value(in report: Report) -> Spread? {
    report.result(key)?.value.scaled(by: unit.perBaseUnit) ?? (presence == .zero ? Spread(typical: 0) : nil)
  }
}

/// The results of an answer, in order: each is declared by a case, under which it is added where it is computed.
protocol ResultName: CaseIterable, RawRepresentable<String> {
  /// What it is looked at together with.
  var section: String { get }
  /// What stands for it where it is missing.
  var presence: ResultKey.Presence { get }
}

extension ResultName {
  var section: String { "" }
  var presence: ResultKey.Presence { .unknown }

  var result: ResultKey { ResultKey(rawValue, section, in: .init(saidBy: rawValue), otherwise: presence) }

  /// All of them.
  static var results: [ResultKey] { allCases.map(\.result) }
}

extension Spread {
  /// The same amounts in another unit.
  package func scaled(by factor: Double) -> Spread {
    Spread(typical: typical * factor, p10: p10.map { $0 * factor }, p90: p90.map { $0 * factor })
  }
}
