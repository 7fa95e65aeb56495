/// What it takes to learn an input of an estimate.
package struct Inquiry: Sendable {
  /// Why an input is uncertain.
  package enum Kind: String, CaseIterable, Sendable {
    /// Nobody said it: whoever estimates can.
    case unsaid
    /// It is not known: the world has to tell.
    case unknown
  }

  /// The ids of the inputs; one with `*` at an end stands for all that end or begin so.
  package var inputs: [String]
  /// Why they are uncertain.
  package var kind: Kind
  /// What to do to learn them, as `a written quote`.
  package var way: String
  /// The input that takes what was learned; nil where the input has one of its own.
  package var answer: String?

  /// Whether it speaks of an input.
  package func speaks(of id: String) -> Bool {
    let id = id.prefix { $0 != Correlations.mark }
    return inputs.contains { pattern in
      if pattern.hasPrefix("*") { return id.hasSuffix(pattern.dropFirst()) }
      if pattern.hasSuffix("*") { return id.hasPrefix(pattern.dropLast()) }
      return pattern == id
    }
  }
}
