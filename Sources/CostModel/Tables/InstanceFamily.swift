import TextFormats

/// Instance types whose name alone says which accelerator they hold: a row of the table `instances`.
package struct InstanceFamily: Sendable {
  /// The patterns of the names: `*` stands for any text, `#` for a number.
  package let patterns: [[UInt8]]
  /// The accelerator's id.
  package let accelerator: String
  /// The accelerator's name in catalogs that price machine and accelerators apart.
  package let catalogName: String?
  /// What in the row is judgment.
  package let assumption: String?
  /// Accelerators in the instance, where the family has one size.
  package let accelerators: Double?
  /// Accelerators for each unit of the number at `#`.
  package let acceleratorsPerUnit: Double?

  package init(_ row: TableRow) throws(CatalogError) {
    patterns = try row.texts("instances").map { Array($0.lowercased().utf8) }
    guard !patterns.isEmpty else { throw row.failure("instances", "is missing") }
    accelerator = try row.requiredText("accelerator")
    catalogName = try row.text("catalogName")?.lowercased()
    assumption = try row.text("assumption")
    accelerators = try row.member("accelerators") == nil ? nil : row.required("accelerators")
    acceleratorsPerUnit = try row.member("acceleratorsPerUnit") == nil ? nil : row.required("acceleratorsPerUnit")
  }

  /// How many accelerators an instance type of the family holds; nil where the name is of no such instance, or does
  /// not say.
  package func count(in instance: [UInt8]) -> Double? {
    for pattern in patterns {
      var number: Double?
      guard Self.matches(instance[...], pattern[...], &number) else { continue }
      return accelerators ?? acceleratorsPerUnit.flatMap { unit in number.map { $0 * unit } }
    }
    return nil
  }

  /// Whether an instance type belongs to the family.
  package func holds(_ instance: [UInt8]) -> Bool {
    var number: Double?
    return patterns.contains { Self.matches(instance[...], $0[...], &number) }
  }

  /// Matches ASCII text of lower case against a pattern, and reads the number at `#`.
  private static func matches(
    _ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>, _ number: inout Double?
  ) -> Bool {
    var text = text
    var pattern = pattern
    while let wanted = pattern.popFirst() {
      switch wanted {
      case UInt8(ascii: "*"):
        guard !pattern.isEmpty else { return true }
        return text.indices.contains { matches(text[$0...], pattern, &number) }
      case UInt8(ascii: "#"):
        let digits = text.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard !digits.isEmpty, digits.count <= 9 else { return false }
        number = digits.reduce(0) { $0 * 10 + Double($1 - UInt8(ascii: "0")) }
        text = text.dropFirst(digits.count)
      default: guard text.popFirst() == wanted else { return false }
      }
    }
    return text.isEmpty
  }
}
