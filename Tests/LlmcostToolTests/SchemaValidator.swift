import TextFormats

/// The keywords of JSON Schema that the program's own schemas use; any other is a failure.
struct SchemaValidator {
  let root: JSONValue

  /// Where a value is not as its schema says; nil where it is.
  func fault(_ value: JSONValue, at path: String = "$") -> String? { fault(value, root, path) }

  private func fault(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> String? {
    for keyword in schema.members ?? [] {
      if let fault = fault(value, keyword, schema, path) { return fault }
    }
    return nil
  }

  private func fault(
    _ value: JSONValue, _ keyword: JSONValue.Member, _ schema: JSONValue, _ path: String
  ) -> String? {
    let rule = keyword.value
    switch keyword.name {
    case "$schema", "$id", "$defs", "title", "description": return nil
    case "$ref":
      let name = rule.string?.split(separator: "/").last.map(String.init) ?? ""
      guard let target = root["$defs"]?[name] else { return "\(path): no definition \(name)" }
      return fault(value, target, path)
    case "const": return value.text == rule.text ? nil : "\(path) is not \(rule.text)"
    case "enum":
      return rule.array?.contains { $0.text == value.text } == true ? nil : "\(path): \(value.text) is no choice"
    case "type":
      let types = rule.array?.compactMap(\.string) ?? [rule.string ?? ""]
      return types.contains(value.type) ? nil : "\(path) is \(value.type), not \(types)"
    case "minimum": return value.number.map { $0 >= rule.number ?? .nan } ?? true ? nil : "\(path) is too small"
    case "maximum": return value.number.map { $0 <= rule.number ?? .nan } ?? true ? nil : "\(path) is too large"
    case "anyOf":
      let faults = (rule.array ?? []).map { fault(value, $0, path) }
      return faults.contains(nil) ? nil : "\(path): " + faults.compactMap(\.self).joined(separator: " / ")
    case "items":
      for (index, element) in (value.array ?? []).enumerated() {
        if let fault = fault(element, rule, "\(path)[\(index)]") { return fault }
      }
      return nil
    case "required":
      let missing = (rule.array ?? []).compactMap(\.string).first { value.members != nil && value[$0] == nil }
      return missing.map { "\(path) lacks \($0)" }
    case "properties", "additionalProperties":
      let known = schema["properties"]
      let isKnown = keyword.name == "properties"
      for member in value.members ?? [] where (known?[member.name] != nil) == isKnown {
        guard let rule = isKnown ? known?[member.name] : rule else { continue }
        if rule.boolean == false { return "\(path) has \(member.name)" }
        if let fault = fault(member.value, rule, path + "." + member.name) { return fault }
      }
      return nil
    default: return "the keyword \(keyword.name) is not known"
    }
  }
}

extension JSONValue {
  /// The type as schemas call it.
  fileprivate var type: String {
    switch content {
    case .null: "null"
    case .boolean: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The value as text, for comparison.
  fileprivate var text: String {
    switch content {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): "'\(value)'"
    case .array(let elements): "\(elements.map(\.text))"
    case .object(let members): "\(members.map { $0.name + $0.value.text })"
    }
  }
}
