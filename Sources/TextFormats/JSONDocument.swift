/// JSON to be written: an ordered tree.
package indirect enum JSONDocument: Sendable, Equatable {
  /// Nothing, or a number that is not finite.
  case null
  /// True or false.
  case boolean(Bool)
  /// A number.
  case number(Double)
  /// Text.
  case string(String)
  /// Values in order.
  case array([JSONDocument])
  /// Members in order.
  case object([(String, JSONDocument)])

  /// Compares members in order.
  package static func == (left: JSONDocument, right: JSONDocument) -> Bool { left.text() == right.text() }

  /// A string, or null for none.
  package static func optional(_ text: String?) -> JSONDocument { text.map(JSONDocument.string) ?? .null }
  /// A number, or null for none.
  package static func optional(_ number: Double?) -> JSONDocument { number.map(JSONDocument.number) ?? .null }

  /// The tree as text on one line.
  package func text() -> String {
    var out = ""
    write(into: &out, indentation: nil)
    return out
  }

  /// The tree as text with one member on a line.
  package func prettyText() -> String {
    var out = ""
    write(into: &out, indentation: 0)
    return out + "\n"
  }

  /// The value at a path of names and indexes, as `bill.lines[0].usd`.
  package subscript(path path: String) -> JSONDocument? {
    var value = self
    for step in path.split(separator: ".", omittingEmptySubsequences: false) {
      let parts = step.split(separator: "[", omittingEmptySubsequences: false)
      guard let name = parts.first, case .object(let members) = value,
        let member = members.first(where: { $0.0 == name })
      else { return nil }
      value = member.1
      for part in parts.dropFirst() {
        guard part.last == "]", let index = Int(part.dropLast()), case .array(let elements) = value,
          elements.indices.contains(index)
        else { return nil }
        value = elements[index]
      }
    }
    return value
  }

  private func write(into out: inout String, indentation: Int?) {
    switch self {
    case .null: out += "null"
    case .boolean(let value): out += value ? "true" : "false"
    case .number(let value): out += value.isFinite ? Self.numberText(value) : "null"
    case .string(let text): Self.write(text, into: &out)
    case .array(let elements):
      Self.writeList(elements, "[", "]", into: &out, indentation: indentation) { element, out, inner in
        element.write(into: &out, indentation: inner)
      }
    case .object(let members):
      Self.writeList(members, "{", "}", into: &out, indentation: indentation) { member, out, inner in
        Self.write(member.0, into: &out)
        out += inner == nil ? ":" : ": "
        member.1.write(into: &out, indentation: inner)
      }
    }
  }

  private static func writeList<Element>(
    _ list: [Element], _ opening: String, _ closing: String, into out: inout String, indentation: Int?,
    each: (Element, inout String, Int?) -> Void
  ) {
    out += opening
    for (index, element) in list.enumerated() {
      if index > 0 { out += "," }
      if let indentation { out += "\n" + String(repeating: "  ", count: indentation + 1) }
      each(element, &out, indentation.map { $0 + 1 })
    }
    if let indentation, !list.isEmpty { out += "\n" + String(repeating: "  ", count: indentation) }
    out += closing
  }

  /// The shortest digits that read back as the same number; whole numbers without a point.
  package static func numberText(_ value: Double) -> String {
    if value == value.rounded(.towardZero), value.magnitude < 1e15 { return String(Int64(value)) }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func write(_ text: String, into out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}

extension JSONDocument {
  /// The tree on one line with a space after colons and commas, as tables have their rows.
  package func spacedText() -> String {
    switch self {
    case .array(let elements): "[" + elements.map { $0.spacedText() }.joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { JSONDocument.string($0.0).text() + ": " + $0.1.spacedText() }.joined(separator: ", ") + "}"
    default: text()
    }
  }
}
