/// A text that cannot be the value of an option: why, and what would do.
package struct ValueError: Error, Equatable {
  /// What is wrong.
  package var reason: String
  /// What to write instead.
  package var hint: String?

  /// A complaint with advice.
  package init(_ reason: String, hint: String? = nil) {
    self.reason = reason
    self.hint = hint
  }
}

/// What may stand behind an option: any text, one of a list, a number of some unit.
package protocol ValueKind: Sendable {
  /// What help shows in place of the value.
  var placeholder: String { get }
  /// Every spelling there is, where they can be counted.
  var choices: [String] { get }
  /// Refuses what is no value of this kind.
  func check(_ text: String) throws(ValueError)
}

/// A type whose values can stand behind an option.
package protocol OptionValue: Sendable {
  /// What help shows in place of the value.
  static var placeholder: String { get }
  /// Every spelling there is, where they can be counted.
  static var choices: [String] { get }
  /// Reads the value.
  init(argument: String) throws(ValueError)
}

extension OptionValue {
  /// Any text is worth a try.
  package static var choices: [String] { [] }
}

extension OptionValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  /// All choices.
  package static var placeholder: String { choices.joined(separator: "|") }
  /// The raw values.
  package static var choices: [String] { allCases.map { $0.rawValue } }
  /// The case of that raw value; case does not matter.
  package init(argument: String) throws(ValueError) {
    let words = Words(Self.choices)
    try words.check(argument)
    guard let value = Self(rawValue: argument.lowercased()) else { throw words.error(argument) }
    self = value
  }

  /// That a text is none of the choices.
  package static func unknown(_ argument: String) -> ValueError { Words(choices).error(argument) }
}

/// The values of a type.
package struct TypedValue: ValueKind {
  private let type: any OptionValue.Type

  /// The values of a type.
  package init(_ type: any OptionValue.Type) { self.type = type }

  package var placeholder: String { type.placeholder }
  package var choices: [String] { type.choices }
  package func check(_ text: String) throws(ValueError) { _ = try type.init(argument: text) }
}

extension ValueKind where Self == TypedValue {
  /// The values of a type.
  package static func type(_ type: any OptionValue.Type) -> TypedValue { TypedValue(type) }
}

/// One of some words, in either case.
package struct Words: ValueKind {
  package let choices: [String]

  /// One of some words.
  package init(_ choices: [String]) { self.choices = choices }

  package var placeholder: String { choices.joined(separator: "|") }

  package func check(_ text: String) throws(ValueError) {
    guard choices.contains(text.lowercased()) else { throw error(text) }
  }

  /// The complaint about a text that is none of the words; the nearest is named unless its numbers are others.
  func error(_ text: String) -> ValueError {
    let digits = text.filter(\.isNumber)
    let near = nearest(to: text, in: choices.filter { $0.filter(\.isNumber) == digits })
    return ValueError(
      "'\(text)' is not one of \(choices.joined(separator: ", "))", hint: near.map { "did you mean '\($0)'?" })
  }
}

/// Several values of a kind in one text, which are checked one by one where they are taken apart.
package struct Several: ValueKind {
  private let kind: any ValueKind

  /// Several values of a kind.
  package init(_ kind: any ValueKind) { self.kind = kind }

  package var placeholder: String { kind.placeholder }
  package var choices: [String] { kind.choices }
  package func check(_ text: String) throws(ValueError) {}
}

/// Any text.
package struct AnyText: ValueKind {
  package let placeholder: String
  package var choices: [String] { [] }

  /// Any text, for which a word stands in help.
  package init(_ placeholder: String) { self.placeholder = placeholder }

  package func check(_ text: String) throws(ValueError) {}
}

extension ValueKind where Self == AnyText {
  /// Any text, for which a word stands in help.
  package static func text(_ placeholder: String) -> AnyText { AnyText(placeholder) }
}
