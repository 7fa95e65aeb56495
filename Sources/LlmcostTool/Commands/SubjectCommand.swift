import CommandLineKit

/// What a command may be about: a stage, pre-training where none is named; for some commands serving too.
protocol CommandSubject: Sendable {
  /// All of them, in order.
  static var all: [Self] { get }
  /// The one that is meant where none is named.
  static var usual: Self { get }
  /// The word behind the command.
  var name: String { get }
  /// The subject of a name.
  ///
  /// - Throws: ``Failure`` with `usage`, where there is none.
  static func named(_ name: String, usage: String) throws(Failure) -> Self
}

extension StageCommand: CommandSubject {
  static var usual: Self { pretraining }
}

extension SweepSubject: CommandSubject {
  static var usual: Self { .stage(.pretraining) }
}

/// A command that takes a subject with its options, as `llmcost worth sft --params 8B`, and may take a recipe instead.
struct SubjectCommand<Subject: CommandSubject>: Sendable {
  /// The word behind `llmcost`.
  let name: String
  /// What its subjects are called.
  var kind = "stage"
  /// What stands behind the subject in the line of usage besides options.
  var needs = ""
  /// What stands behind the usage of the usual subject in that of the command.
  var otherwise = ""
  /// What the help of the command says besides that of the usual subject.
  var further = ""
  /// The syntax with a subject.
  let syntax: @Sendable (Subject) -> CommandSyntax
  /// Runs it on a recipe; nil where it takes none.
  var runRecipe: (@Sendable ([String], any World) throws(Failure) -> Outcome)?
  /// Runs it on a subject with its options, of a line of usage.
  let runSubject: @Sendable (Subject, Arguments, String, any World) throws(Failure) -> Outcome

  /// The usual subject's, with those of all subjects behind it.
  var overview: CommandSyntax {
    var overview = syntax(.usual)
    overview.name = "llmcost \(name)"
    overview.usage = "[\(kind)] " + overview.usage + otherwise
    if !further.isEmpty { overview.discussion += "\n\n" + further }
    overview.subcommands = Subject.all.map(syntax)
    return overview
  }

  /// Runs what follows its name.
  func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    if let runRecipe, try RecipeComparison.isMeant(by: arguments, in: world) { return try runRecipe(arguments, world) }
    if let failure = misplacedRecipe(in: arguments) { throw failure }
    guard let first = arguments.first, !first.hasPrefix("-") else {
      do { return try run(.usual, arguments[...], in: world) } catch {
        throw failure(error, of: arguments)
      }
    }
    let subject = try Subject.named(first, usage: "llmcost \(name) <\(kind)> \(needs)[options of the \(kind)]")
    return try run(subject, arguments.dropFirst(), in: world)
  }

  /// What is wrong with a recipe that is named as an option, or behind the word of another command.
  private func misplacedRecipe(in arguments: [String]) -> Failure? {
    guard runRecipe != nil,
      let place = arguments.first == "program"
        ? 0 : arguments.firstIndex(where: { $0 == "--recipe" || $0.hasPrefix("--recipe=") })
    else { return nil }
    let value = arguments[place].split(separator: "=", maxSplits: 1).dropFirst().first.map(String.init)
    let recipe = value ?? arguments.dropFirst(place + 1).first ?? "RECIPE.json"
    return Failure(
      "a recipe stands in place of the \(kind)", hint: "name the recipe itself: llmcost \(name) \(recipe)",
      status: .usage)
  }

  /// What is wrong with a command line without a subject in front, which may stand behind an option.
  private func failure(_ failure: Failure, of arguments: [String]) -> Failure {
    let options = syntax(.usual).options
    let isSwitch = { (word: String) in options.contains { $0.placeholder == nil && $0.names.contains(word) } }
    // Behind an option that takes a value, or may, the word is its value.
    let late = zip(arguments, arguments.dropFirst()).first { before, word in
      (!before.hasPrefix("-") || isSwitch(before)) && Subject.all.contains { $0.name == word }
    }
    guard failure.status == .usage, let word = late?.1 else { return failure }
    var advised = failure
    advised.hint = "the \(kind) comes first: llmcost \(name) \(word) …"
    return advised
  }

  private func run(
    _ subject: Subject, _ arguments: ArraySlice<String>, in world: any World
  ) throws(Failure) -> Outcome {
    let syntax = syntax(subject)
    return try syntax.run(Array(arguments), in: world) { arguments throws(Failure) in
      try runSubject(subject, arguments, syntax.usageLine, world)
    }
  }
}
