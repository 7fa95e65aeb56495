/// A wrong command line: what is wrong, what was meant, and one line of right usage.
package struct UsageError: Error, Equatable {
  /// What is wrong.
  package var message: String
  /// What to do about it.
  package var hint: String?
  /// How the command is used.
  package var usage: String?
  /// The option that the command does not have, where that is what is wrong.
  package var unknownOption: String?

  /// The argument that the command takes none of, where that is what is wrong.
  package var unexpectedArgument: String?

  /// A complaint about a command line.
  package init(_ message: String, hint: String? = nil, usage: String? = nil) {
    self.message = message
    self.hint = hint
    self.usage = usage
  }
}
