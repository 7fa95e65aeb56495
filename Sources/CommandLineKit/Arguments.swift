/// What a command line says: options with their values as texts, in order, and operands.
package struct Arguments: Sendable {
  /// One option that is given.
  package struct Given: Sendable {
    /// The option by its first name.
    package var option: String
    /// Whose value it sets; see ``Option/subject``.
    package var subject: String
    /// The spelling that was used.
    package var spelling: String
    /// The value; of a switch what it stands for, often nothing.
    package var text: String
  }

  /// The options, in order.
  package private(set) var given: [Given] = []
  /// The arguments without a name.
  package var operands: [String] = []

  /// Nothing said.
  package init() {}

  /// Adds an option with its value, which is checked.
  ///
  /// - Throws: ``ValueError`` for a text that is no value of the option.
  package mutating func add(_ option: Option, _ text: String, spelling: String? = nil) throws(ValueError) {
    try option.kind?.check(text)
    given.append(
      Given(
        option: option.name, subject: option.subject, spelling: spelling ?? option.name,
        text: option.kind == nil ? option.meaning : text))
  }

  /// Whether an option, or one that is short for it, is given.
  package func has(_ option: Option) -> Bool { given.contains { $0.subject == option.subject } }

  /// The value of an option as it was written; nil where it is not given.
  package func text(of option: Option) -> String? { given.last { $0.subject == option.subject }?.text }

  /// The values of a repeatable option, in order.
  package func texts(of option: Option) -> [String] {
    given.filter { $0.subject == option.subject }.map(\.text)
  }

  /// The same without an option.
  package func without(_ option: Option) -> Arguments {
    var arguments = self
    arguments.given.removeAll { $0.subject == option.subject }
    return arguments
  }
}
