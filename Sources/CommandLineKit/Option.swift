/// One option, described once: parsing, checks, help, completions and the manual all read this row.
package struct Option: Sendable {
  /// All spellings, the long one first.
  package var names: [String]
  /// Spellings of earlier versions, which answer with the present one.
  package var formerNames: [String]
  /// What it does, in half a line.
  package var help: String
  /// Whether it may be given more than once.
  package var isRepeatable: Bool
  /// The option whose value it sets: its own first name, or that of the option it is short for.
  package var subject: String
  /// How its value is read; nil for a switch.
  package var kind: (any ValueKind)?
  /// The value that a switch stands for, as `json` where it is short for `--format json`.
  package var meaning: String
  /// Whether it matters in every command that has it, so that the short help shows it too.
  package var isEssential = false
  /// Takes a short form apart: the option's own value, and the arguments that say the rest; nil for any other value.
  package var expansion: (@Sendable (String) -> (value: String, further: [String])?)?
  private var ownPlaceholder: String?
  private var ownCompletion: Completion

  /// What stands for the value in help; nil for a switch.
  package var placeholder: String? { kind.map { ownPlaceholder ?? $0.placeholder } }

  /// Every value there is, where they can be counted.
  package var choices: [String] { kind?.choices ?? [] }

  /// What a shell offers for its value.
  package var completion: Completion {
    get { ownCompletion == .nothing && !choices.isEmpty ? .words(choices) : ownCompletion }
    set { ownCompletion = newValue }
  }

  /// An option followed by a value.
  ///
  /// - Parameters:
  ///   - names: All spellings, the long one first.
  ///   - kind: How the value is read.
  ///   - placeholder: What stands for the value in help; nil for that of its kind.
  ///   - isRepeatable: Whether it may be given more than once.
  ///   - subject: The option that sets the same value, if any; the two exclude each other.
  ///   - completion: What a shell offers for the value; choices need not be said.
  ///   - formerNames: Spellings of earlier versions.
  ///   - help: What it does, in half a line.
  package init(
    _ names: String..., of kind: any ValueKind, placeholder: String? = nil, isRepeatable: Bool = false,
    sameAs subject: String? = nil, completing completion: Completion = .nothing, formerly formerNames: [String] = [],
    help: String
  ) {
    self.names = names
    self.formerNames = formerNames
    self.help = help
    self.isRepeatable = isRepeatable
    self.subject = subject ?? names.first ?? ""
    self.kind = kind
    meaning = ""
    ownPlaceholder = placeholder
    ownCompletion = completion
  }

  /// A switch: its presence alone says something.
  ///
  /// - Parameters:
  ///   - names: All spellings, the long one first.
  ///   - subject: The option it is short for, if any; the two exclude each other.
  ///   - meaning: The value of that option that it stands for.
  ///   - help: What it does, in half a line.
  package init(switch names: String..., shortFor subject: String? = nil, _ meaning: String = "", help: String) {
    self.names = names
    formerNames = []
    self.help = help
    isRepeatable = false
    self.subject = subject ?? names.first ?? ""
    self.meaning = meaning
    ownCompletion = .nothing
  }

  /// The option that every command has.
  package static let help = Option(switch: "--help", "-h", help: "print this help")

  /// The option that the program alone has.
  package static let version = Option(switch: "--version", help: "print the version")

  /// The same option, which matters in every command that has it.
  package var essential: Option {
    var option = self
    option.isEssential = true
    return option
  }

  /// The first spelling.
  package var name: String { names.first ?? "" }
}

extension Sequence<Option> {
  /// What an option of an earlier version is called now; nil where none was called so.
  package func present(_ name: String) -> String? { first { $0.formerNames.contains(name) }?.name }
}

/// Options are alike where help, completions and the manual say the same of them.
extension Option: Hashable {
  package static func == (left: Option, right: Option) -> Bool {
    left.names == right.names && left.help == right.help && left.placeholder == right.placeholder
      && left.choices == right.choices && left.isRepeatable == right.isRepeatable && left.subject == right.subject
      && left.completion == right.completion
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(names)
    hasher.combine(help)
  }
}

/// Options that belong together, under one heading of the help.
package struct OptionGroup: Sendable, Hashable {
  /// The heading.
  package var title: String
  /// The options, in the order of the help.
  package var options: [Option]

  /// A group of options.
  package init(_ title: String, _ options: [Option]) {
    self.title = title
    self.options = options
  }
}
