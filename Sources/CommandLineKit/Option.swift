/// One option, described once: parsing, checks and help all read this description.
///
/// Values are stored by closures, not key paths, and initializers are inlined where they are called: building types and
/// key paths at run time costs tens of microseconds each, at every start.
package struct Option<Target>: Sendable {
  /// All spellings, the long one first.
  package var names: [String]
  /// What stands for the value in help; nil for a switch.
  package var placeholder: String?
  /// Every value there is, where they can be counted.
  package var choices: [String]
  /// What it does, in half a line.
  package var help: String
  /// Whether it may be given more than once.
  package var isRepeatable = false
  /// The option whose value it sets: its own first name, or that of the option it is short for.
  package var subject: String
  /// What a shell offers for the value, where it has no ``choices``.
  package var completion: Completion
  /// Reads a value and stores it.
  package let store: @Sendable (String, inout Target) throws(ValueError) -> Void

  /// An option followed by a value.
  ///
  /// - Parameters:
  ///   - names: All spellings, the long one first.
  ///   - type: How the value is read.
  ///   - placeholder: What stands for the value in help; nil for the type's own.
  ///   - isRepeatable: Whether it may be given more than once.
  ///   - subject: The option that sets the same value, if any; the two exclude each other.
  ///   - completion: What a shell offers for the value; choices need not be said.
  ///   - help: What it does, in half a line.
  ///   - assign: Stores the value.
  @inlinable
  package init<Value: OptionValue>(
    _ names: String..., as type: Value.Type, placeholder: String? = nil, isRepeatable: Bool = false,
    sameAs subject: String? = nil, completing completion: Completion = .nothing, help: String,
    assign: @escaping @Sendable (inout Target, Value) -> Void
  ) {
    self.names = names
    self.placeholder = placeholder ?? Value.placeholder
    self.choices = Value.choices
    self.help = help
    self.isRepeatable = isRepeatable
    self.subject = subject ?? names.first ?? ""
    self.completion = completion
    store = { (text, target) throws(ValueError) in assign(&target, try Value(argument: text)) }
  }

  /// An option made at run time, whose value a closure reads.
  ///
  /// - Parameters:
  ///   - name: Its spelling.
  ///   - placeholder: What stands for the value in help.
  ///   - choices: Every value there is, where they can be counted.
  ///   - completion: What a shell offers for the value; choices need not be said.
  ///   - help: What it does, in half a line.
  ///   - store: Reads a value and stores it.
  package init(
    made name: String, placeholder: String, choices: [String] = [], completing completion: Completion = .nothing,
    help: String,
    store: @escaping @Sendable (String, inout Target) throws(ValueError) -> Void
  ) {
    names = [name]
    self.placeholder = placeholder
    self.choices = choices
    self.help = help
    subject = name
    self.completion = completion
    self.store = store
  }

  /// A switch: its presence alone says something.
  ///
  /// - Parameters:
  ///   - names: All spellings, the long one first.
  ///   - subject: The option it is short for, if any; the two exclude each other.
  ///   - help: What it does, in half a line.
  ///   - apply: What it says.
  @inlinable
  package init(
    switch names: String..., shortFor subject: String? = nil, help: String,
    apply: @escaping @Sendable (inout Target) -> Void
  ) {
    self.names = names
    choices = []
    self.help = help
    self.subject = subject ?? names.first ?? ""
    completion = .nothing
    store = { (_, target) throws(ValueError) in apply(&target) }
  }

  @inlinable
  package init<Inner>(
    _ inner: Option<Inner>, store: @escaping @Sendable (String, inout Target) throws(ValueError) -> Void
  ) {
    names = inner.names
    placeholder = inner.placeholder
    choices = inner.choices
    help = inner.help
    isRepeatable = inner.isRepeatable
    subject = inner.subject
    completion = inner.completion
    self.store = store
  }

  /// The same option for a target that holds this one's target.
  @inlinable
  package func lifted<Outer>(_ access: @escaping Access<Outer, Target>) -> Option<Outer> {
    let store = self.store
    return Option<Outer>(
      self,
      store: { (text, outer) throws(ValueError) in
        try access(&outer) { (inner) throws(ValueError) in try store(text, &inner) }
      })
  }
}

/// Reaches the part of a target that a group of options fills in.
package typealias Access<Outer, Inner> =
  @Sendable (inout Outer, (inout Inner) throws(ValueError) -> Void) throws(ValueError) -> Void

/// Options that belong together, under one heading of the help.
package struct OptionGroup<Target>: Sendable {
  /// The heading.
  package var title: String
  /// The options, in the order of the help.
  package var options: [Option<Target>]

  /// A group of options.
  @inlinable
  package init(_ title: String, _ options: [Option<Target>]) {
    self.title = title
    self.options = options
  }

  /// The same group for a target that holds this one's target.
  @inlinable
  package func lifted<Outer>(_ access: @escaping Access<Outer, Target>) -> OptionGroup<Outer> {
    OptionGroup<Outer>(title, options.map { $0.lifted(access) })
  }
}
