/// What a shell offers in place of a value.
package enum Completion: Sendable, Hashable {
  /// Nothing: the value is the user's own.
  case nothing
  /// The names of files and folders.
  case file
  /// A few words.
  case words([String])
  /// The entries of a list that the program keeps, by the list's name: letters and underscores.
  case list(String)
}

/// An argument without a name of its own.
package struct Operand: Sendable {
  /// What stands for it in help.
  package var placeholder: String
  /// What a shell offers for it.
  package var completion: Completion
  /// What a shell offers instead behind a certain word.
  package var following: [(word: String, completion: Completion)]
  /// Whether any number of them may follow.
  package var isRepeatable: Bool

  /// An operand.
  package init(
    _ placeholder: String, completing completion: Completion = .nothing,
    following: [(word: String, completion: Completion)] = [], isRepeatable: Bool = false
  ) {
    self.placeholder = placeholder
    self.completion = completion
    self.following = following
    self.isRepeatable = isRepeatable
  }
}

/// An entry of a list that shells complete from.
package struct CompletionEntry: Sendable {
  /// What is typed.
  package var text: String
  /// What it stands for; may be empty.
  package var meaning: String

  /// An entry of a list.
  package init(_ text: String, _ meaning: String = "") {
    self.text = text
    self.meaning = meaning
  }

  /// Whether a value follows at once, as in `stage.setting=`.
  var isOpen: Bool { text.hasSuffix("=") }

  /// Whether every shell takes it literally: what names files and rows, and nothing that a shell would expand.
  package var isPlain: Bool {
    !text.isEmpty && !text.hasPrefix("-") && !text.dropLast().contains("=") && text != "="
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
          UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "="):
          true
        default: false
        }
      }
  }
}
