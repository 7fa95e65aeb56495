/// One option, described once: parsing, checks and help all read this description.
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
  package var isRepeatable: Bool
  /// Stores the value; tells an option that was given before.
  var store: @Sendable (String, inout Target) throws(ValueError) -> Bool

  /// An option followed by a value, kept at `path`; given once at most.
  package init<Value: OptionValue>(
    _ names: String..., to path: any WritableKeyPath<Target, Value?> & Sendable, placeholder: String? = nil,
    help: String
  ) {
    self.names = names
    self.placeholder = placeholder ?? Value.placeholder
    self.choices = Value.choices
    self.help = help
    isRepeatable = false
    store = { (text, target) throws(ValueError) in
      guard target[keyPath: path] == nil else { return false }
      target[keyPath: path] = try Value(argument: text)
      return true
    }
  }

  /// An option that may be given many times; values are kept in order.
  package init<Value: OptionValue>(
    _ names: String..., appendingTo path: any WritableKeyPath<Target, [Value]> & Sendable, placeholder: String? = nil,
    help: String
  ) {
    self.names = names
    self.placeholder = placeholder ?? Value.placeholder
    self.choices = Value.choices
    self.help = help
    isRepeatable = true
    store = { (text, target) throws(ValueError) in
      target[keyPath: path].append(try Value(argument: text))
      return true
    }
  }

  /// A switch: its presence alone sets `path` to a value.
  package init<Value: Sendable>(
    _ names: String..., to path: any WritableKeyPath<Target, Value?> & Sendable, setting value: Value, help: String
  ) {
    self.names = names
    choices = []
    self.help = help
    isRepeatable = false
    store = { (_, target) throws(ValueError) in
      guard target[keyPath: path] == nil else { return false }
      target[keyPath: path] = value
      return true
    }
  }

  private init(
    names: [String], placeholder: String?, choices: [String], help: String, isRepeatable: Bool,
    store: @escaping @Sendable (String, inout Target) throws(ValueError) -> Bool
  ) {
    self.names = names
    self.placeholder = placeholder
    self.choices = choices
    self.help = help
    self.isRepeatable = isRepeatable
    self.store = store
  }

  /// The same option for a target that holds this one's target at `path`.
  func lifted<Outer>(to path: any WritableKeyPath<Outer, Target> & Sendable) -> Option<Outer> {
    let store = self.store
    return Option<Outer>(
      names: names, placeholder: placeholder, choices: choices, help: help, isRepeatable: isRepeatable,
      store: { (text, outer) throws(ValueError) in try store(text, &outer[keyPath: path]) })
  }
}

/// Options that belong together, under one heading of the help.
package struct OptionGroup<Target>: Sendable {
  /// The heading.
  package var title: String
  /// The options, in the order of the help.
  package var options: [Option<Target>]

  /// A group of options.
  package init(_ title: String, _ options: [Option<Target>]) {
    self.title = title
    self.options = options
  }

  /// The same group for a target that holds this one's target at `path`.
  package func lifted<Outer>(to path: any WritableKeyPath<Outer, Target> & Sendable) -> OptionGroup<Outer> {
    OptionGroup<Outer>(title, options.map { $0.lifted(to: path) })
  }
}
