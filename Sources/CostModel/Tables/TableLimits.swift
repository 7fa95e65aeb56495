import TextFormats

/// What the numbers of a table can be: each column's least and greatest plausible value, as the table's own file says.
///
/// They keep a slip (a price in cents, a minus, an exponent too many) out of estimates and arithmetic.
struct TableLimits: Sendable {
  /// What any number of a table can be, where its column has no limits of its own.
  static let usual = 0.0...1e30

  private let table: String
  private let columns: [String: ClosedRange<Double>]

  /// The limits of a built-in table.
  init(table: String) throws(CatalogError) {
    self.table = table
    var columns: [String: ClosedRange<Double>] = [:]
    for member in try TableSet.member("limits", of: table)?.members ?? [] {
      let bounds = (member.value.array ?? []).compactMap(\.number)
      guard bounds.count == 2, bounds[0] <= bounds[1] else {
        throw .malformed(
          file: table + ".json", row: nil, field: "limits." + member.name,
          problem: "the least and the greatest number are expected, as [0, 1]")
      }
      columns[member.name] = bounds[0]...bounds[1]
    }
    self.columns = columns
  }

  /// Says which number of a row is out of its limits.
  ///
  /// Configurations, recipes and defaults have readers that hold their own.
  func check(_ row: TableRow) throws(CatalogError) {
    for member in row.value.members ?? [] where !["config", "recipe", "defaults"].contains(member.name) {
      try check(member.value, member.name, columns[member.name], in: row)
    }
  }

  private func check(
    _ value: JSONValue, _ path: String, _ limits: ClosedRange<Double>?, in row: TableRow
  ) throws(CatalogError) {
    switch value.content {
    case .number(let number):
      let limits = columns[path] ?? limits ?? Self.usual
      guard !limits.contains(number) else { return }
      throw row.failure(
        path,
        "\(JSONDocument.numberText(number)) is not between \(JSONDocument.numberText(limits.lowerBound)) and "
          + JSONDocument.numberText(limits.upperBound))
    case .object(let members):
      for member in members { try check(member.value, path + "." + member.name, columns[path] ?? limits, in: row) }
    case .array(let elements):
      for element in elements { try check(element, path, limits, in: row) }
    default: break
    }
  }
}
