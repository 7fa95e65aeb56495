import CostModel
import TextFormats

/// A member of an object of JSON.
typealias JSONMember = (String, JSONDocument)

/// A column of records: its stable name, and how a row gives its value.
struct Field<Row> {
  let name: String
  /// What its values are.
  let schema: Schema
  let value: @Sendable (Row) -> JSONDocument

  init(_ name: String, _ schema: Schema = .any, _ value: @escaping @Sendable (Row) -> JSONDocument) {
    self.name = name
    self.schema = schema
    self.value = value
  }

  /// True or false.
  static func flag(_ name: String, _ value: @escaping @Sendable (Row) -> Bool) -> [Field] {
    [Field(name, .flag) { .boolean(value($0)) }]
  }

  /// A word.
  static func word(_ name: String, _ value: @escaping @Sendable (Row) -> String?) -> [Field] {
    [Field(name, .text.orNull) { .optional(value($0)) }]
  }

  /// A number without a range.
  static func number(_ name: String, _ value: @escaping @Sendable (Row) -> Double?) -> [Field] {
    [Field(name, .number) { .result(value($0)) }]
  }

  /// A number with the ends of its range.
  static func spread(
    _ name: String, digits: Int = 15, _ value: @escaping @Sendable (Row) -> Spread?
  ) -> [Field] {
    JSONDocument.names(of: name).enumerated().map { place, name in
      Field(name, .number) { row in JSONDocument.members(of: name, value(row), digits: digits)[place].1 }
    }
  }

  /// A declared result with the ends of its range.
  static func result(_ key: ResultKey, _ report: @escaping @Sendable (Row) -> Report?) -> [Field] {
    spread(key.key) { report($0).flatMap(key.value) }
  }
}

extension Field: Sendable {}

/// Rows of typed values under stable names.
struct Records {
  /// All columns there are.
  var columns: [String] = []
  /// Those that are shown unless others are chosen; nil for all.
  var usual: [String]?
  /// The rows, each with the values of some columns.
  var cells: ([String]) -> [[JSONDocument]] = { _ in [] }

  init() {}

  init(columns: [String], usual: [String]? = nil, cells: @escaping ([String]) -> [[JSONDocument]]) {
    (self.columns, self.usual, self.cells) = (columns, usual, cells)
  }

  init<Row>(_ rows: [Row], _ fields: [[Field<Row>]], usual: [String]? = nil) {
    let all = fields.flatMap { $0 }
    self.init(columns: all.map(\.name), usual: usual) { names in
      let chosen = names.compactMap { name in all.first { $0.name == name } }
      return rows.map { row in chosen.map { $0.value(row) } }
    }
  }

  /// Rows with the values of the same columns.
  init(_ rows: [[JSONMember]], usual: [String]? = nil) {
    self.init(columns: rows.first?.map(\.0) ?? [], usual: usual) { names in
      rows.map { row in names.map { name in row.first { $0.0 == name }?.1 ?? .null } }
    }
  }

  /// The columns to print.
  func chosen(_ names: [String]?) throws(Failure) -> [String] {
    guard let names else { return usual ?? columns }
    for name in names where !columns.contains(name) { throw unknown(name, option: "--columns") }
    return names
  }

  func unknown(_ name: String, option: String, labels: [(label: String, name: String)] = []) -> Failure {
    let ends = [".p10", ".p90"]
    let isSpread = columns.contains { $0.hasSuffix(".p10") }
    return Failure(
      unknown: name, option: option, listed: columns.filter { name in !ends.contains { name.hasSuffix($0) } },
      isSpread: isSpread, labels: labels)
  }

  /// The records as an array of objects.
  func json(_ names: [String]? = nil) -> JSONDocument {
    let names = names ?? columns
    return .array(cells(names).map { .object(Array(zip(names, $0))) })
  }
}

extension JSONDocument {
  /// A result for machines: the same digits by every door, at most 15; null for what is not known.
  ///
  /// - Parameters:
  ///   - value: The result.
  ///   - digits: How many digits it is good for, where a search settles fewer.
  /// - Returns: A number, or null.
  static func result(_ value: Double?, digits: Int = 15) -> JSONDocument {
    guard let value, value.isFinite else { return .null }
    return .number(value.significant(digits))
  }

  /// The names of a value and of the ends of its range.
  static func names(of name: String) -> [String] { [name, name + ".p10", name + ".p90"] }

  /// A value and the ends of its range; what does not vary has its typical value at both ends.
  static func members(of name: String, _ value: Spread?, digits: Int = 15) -> [JSONMember] {
    let numbers = [value?.typical, value?.low, value?.high].map { JSONDocument.result($0, digits: digits) }
    return Array(zip(names(of: name), numbers))
  }

  /// A value and the ends of its range as members of an object of their own.
  static func spread(_ value: Spread) -> [JSONMember] {
    [("value", .result(value.typical)), ("p10", .result(value.low)), ("p90", .result(value.high))]
  }

  /// The value without quotes, for a cell or a script.
  var bare: String {
    switch self {
    case .null: ""
    case .string(let text): text
    default: text()
    }
  }
}

extension Spread {
  /// The lower end of the range, or the value that does not vary.
  var low: Double { p10 ?? typical }
  /// The upper end of the range, or the value that does not vary.
  var high: Double { p90 ?? typical }
}

extension Double {
  /// The number with so many significant digits.
  func significant(_ digits: Int) -> Double {
    Double(digits == 15 ? Notation.machineText(self) : Notation.digits(self, digits)) ?? self
  }
}
