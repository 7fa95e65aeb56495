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

/// A type that can stand behind an option.
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
  package static var placeholder: String { choices.reduce("") { $0.isEmpty ? $1 : $0 + "|" + $1 } }
  /// The raw values.
  package static var choices: [String] { allCases.map { $0.rawValue } }
  /// The case of that raw value; case does not matter.
  package init(argument: String) throws(ValueError) {
    guard let value = Self(rawValue: argument.lowercased()) else { throw Self.unknown(argument) }
    self = value
  }

  /// That a text is none of the choices; the nearest is named unless its numbers are others.
  package static func unknown(_ argument: String) -> ValueError {
    let digits = argument.filter(\.isNumber)
    let near = nearest(to: argument, in: choices.filter { $0.filter(\.isNumber) == digits })
    return ValueError(
      "'\(argument)' is not one of \(choices.joined(separator: ", "))", hint: near.map { "did you mean '\($0)'?" })
  }
}

extension String: OptionValue {
  /// Plain text.
  package static var placeholder: String { "text" }
  /// The text itself.
  package init(argument: String) throws(ValueError) { self = argument }
}
