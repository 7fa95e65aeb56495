import TextFormats

/// What a path of a recipe cannot be changed to, and why.
struct PathError: Error {
  var reason: String
}

extension JSONValue {
  /// The same value with what a path leads to replaced, added, or taken away.
  ///
  /// A step is the name of a member, the place of an element, from 0, or its `name` or `role`; `+` is the place behind the
  /// last one. Objects that are not there are made; `null` takes away.
  ///
  /// - Throws: ``PathError`` where the path leads through something that has no members.
  func changing(_ path: ArraySlice<String>, to value: JSONValue) throws(PathError) -> JSONValue {
    guard let step = path.first else { return value }
    let rest = path.dropFirst()
    var isNull: Bool { if case .null = value.content { rest.isEmpty } else { false } }
    switch content {
    case .object(var members):
      if let place = members.firstIndex(where: { $0.name == step }) {
        if isNull {
          members.remove(at: place)
        } else {
          members[place].value = try members[place].value.changing(rest, to: value)
        }
      } else if !isNull {
        let empty: JSONValue.Content =
          rest.first == "+" || step == "people" || step == "lines" ? .array([]) : .object([])
        members.append(
          Member(name: step, value: try JSONValue(content: empty, offset: value.offset).changing(rest, to: value)))
      }
      return JSONValue(content: .object(members), offset: offset)
    case .array(var elements):
      let place = try Self.place(of: step, in: elements)
      if place == elements.count {
        if isNull { throw PathError(reason: "nothing stands behind the last element") }
        elements.append(try JSONValue(content: .object([]), offset: value.offset).changing(rest, to: value))
      } else if isNull {
        elements.remove(at: place)
      } else {
        elements[place] = try elements[place].changing(rest, to: value)
      }
      return JSONValue(content: .array(elements), offset: offset)
    default: throw PathError(reason: "'\(step)' stands behind \(kind), which has no members")
    }
  }

  private static func place(of step: String, in elements: [JSONValue]) throws(PathError) -> Int {
    if step == "+" { return elements.count }
    if let place = Int(step), (0...elements.count).contains(place) { return place }
    let named = elements.indices.filter { place in
      ["name", "role"].contains { elements[place][$0]?.string == step }
    }
    guard named.count != 1 else { return named[0] }
    let names = elements.compactMap { ($0["name"] ?? $0["role"])?.string }
    throw PathError(
      reason: named.isEmpty
        ? "there is no element '\(step)': write its place from 0, + for a new one"
          + (names.isEmpty ? "" : ", or one of \(names.joined(separator: ", "))")
        : "\(named.count) elements are called '\(step)': write the place, from 0")
  }
}
