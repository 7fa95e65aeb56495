import CommandLineKit
import CostModel
import TextFormats

/// From a recipe to a program: each stage goes through the options of its own command.
struct ProgramReader {
  let catalog: TableCatalog
  let world: any World
  /// The option that overrides come from, for messages.
  var overriding = "--set"

  /// A program and what to know of it.
  struct Reading {
    var program: Program
    var notes: [String]
    /// What it is, what in it is guessed, and what it leaves out.
    var about: [Document.Remark] = []
  }

  /// Reads a recipe by path, id, or from standard input.
  func program(_ name: String, _ overrides: [OverrideOption]) throws(Failure) -> Reading {
    let file = try source(name)
    var value = file.value
    for override in overrides {
      let content = (try? JSONReader.read(Array(override.value.utf8))).flatMap(Self.scalar) ?? .string(override.value)
      guard
        let changed = value.setting(override.path[...], to: JSONValue(content: content, offset: RecipeFile.overridden))
      else {
        throw Failure(
          "\(overriding): \(override.path.joined(separator: ".")) is no path of the recipe",
          hint: "write stages.<label>.<option>, shared.<option>, or the name of a member", status: .usage)
      }
      value = changed
    }
    do throws(Recipe.Problem) {
      return try reading(try Recipe(value), file)
    } catch {
      throw file.failure(error, overriding: overriding)
    }
  }

  /// A number or a truth as JSON has it; anything else is text.
  private static func scalar(_ value: JSONValue) -> JSONValue.Content? {
    switch value.content {
    case .number, .boolean: value.content
    default: nil
    }
  }

  private func source(_ name: String) throws(Failure) -> RecipeFile {
    guard name == "-" || name.hasSuffix(".json") else {
      do throws(CatalogError) { return RecipeFile(name: name, bytes: [], value: try catalog.recipe(name)) } catch {
        // No id, but perhaps a file by another name.
        if case .unknown = error, let bytes = try? world.readFile(name) { return try Self.file(name, bytes) }
        throw Failure(error)
      }
    }
    let bytes: [UInt8]
    do throws(FileError) { bytes = try world.readFile(name) } catch { throw Failure(error) }
    return try Self.file(name, bytes)
  }

  private static func file(_ name: String, _ bytes: [UInt8]) throws(Failure) -> RecipeFile {
    do throws(JSONError) {
      return RecipeFile(name: name, bytes: bytes, value: try JSONReader.read(bytes))
    } catch {
      throw Failure(
        "\(name):\(error.line):\(error.column): \(error.message)",
        hint: "a recipe is a JSON file; 'llmcost help recipes' shows one", status: .badData)
    }
  }

  private func reading(_ recipe: Recipe, _ file: RecipeFile) throws(Recipe.Problem) -> Reading {
    // The options of a command are set up once, however many stages call it.
    var syntaxes: [String: CommandSyntax] = [:]
    var commands: [StageCommand] = []
    for stage in recipe.stages {
      let name = stage.command.text ?? ""
      guard let command = StageCommand.all.first(where: { $0.name == name }) else {
        throw Recipe.Problem(
          "stages.\(stage.label).stage", "there is no stage '\(name)'",
          hint: suggestion(for: name, among: StageCommand.all.map(\.name))
            + "a label that is no command needs \"stage\"",
          at: stage.command.offset)
      }
      syntaxes[name] = syntaxes[name] ?? command.syntax
      commands.append(command)
    }
    let served = recipe.serving == nil ? [] : ServeCommand.recipeSyntax.options
    try checkShared(
      recipe, known: StageCommand.all.compactMap { syntaxes[$0.name] }.flatMap(\.options) + served)
    let order = try RecipeOrder(recipe.stages)
    var notes: [String] = []
    var parts: [Program.Part] = []
    for (stage, command) in zip(recipe.stages, commands) {
      let syntax = syntaxes[command.name] ?? command.syntax
      let estimate = try estimate(stage, command, by: syntax, shared: recipe.shared)
      for note in estimate.scenario.noteLines where !notes.contains(note) { notes.append(note) }
      parts.append(
        Program.Part(
          label: stage.label, estimate: estimate, times: stage.times, isResearch: stage.isExperiment, start: nil,
          length: try length(stage, estimate)))
    }
    for (index, start) in order.starts(lengths: parts.map(\.length)).enumerated() { parts[index].start = start }
    var program = Program(name: recipe.name, parts: parts)
    program.researchMultiplier = try recipe.research.map { entry throws(Recipe.Problem) in try research(entry) }
    program.evaluationShare = try recipe.evaluation.map { entry throws(Recipe.Problem) in
      Expression.input(
        "evaluation", "evaluation over the stages' compute", try ratio(entry, "evaluation"), from: .given("evaluation"))
    }
    program.overheadShare = try recipe.overhead.map { entry throws(Recipe.Problem) in
      Expression.input(
        "overhead_share", "overhead over the sum", try ratio(entry, "overhead"), from: .given("overhead"))
    }
    for (index, team) in recipe.people.enumerated() { program.teams.append(try self.team(team, "people[\(index)]")) }
    program.serving = try recipe.serving.map { entries throws(Recipe.Problem) in
      try serving(entries, shared: recipe.shared, &notes)
    }
    return Reading(program: program, notes: notes, about: recipe.about)
  }

  private func estimate(
    _ stage: Recipe.Stage, _ command: StageCommand, by syntax: CommandSyntax, shared: [Recipe.Entry]
  ) throws(Recipe.Problem) -> Estimate {
    let path = "stages.\(stage.label)"
    let arguments = try arguments(
      stage.options, path, of: stage.command.text ?? "", known: syntax.options, members: Recipe.stageMembers,
      shared: shared)
    do throws(Failure) {
      return try command.estimate(arguments, by: syntax, from: catalog, in: world).rejectingUnused().estimate
    } catch {
      throw Recipe.Problem(path, error.message, hint: error.hint, at: stage.offset)
    }
  }

  /// The arguments that options of a recipe stand for, with those that are shared.
  private func arguments(
    _ options: [Recipe.Entry], _ path: String, of command: String, known: [Option], members: [String],
    shared: [Recipe.Entry]
  ) throws(Recipe.Problem) -> [String] {
    var arguments: [String] = []
    let names = known.flatMap(\.names)
    for entry in shared
    where names.contains("--" + entry.name) && !options.contains(where: { $0.name == entry.name }) {
      arguments += ["--" + entry.name] + (entry.text.map { [$0] } ?? [])
    }
    for entry in options {
      guard names.contains("--" + entry.name) else {
        try checkRenamed(entry, path + ".", known)
        let candidates = names.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) } + members
        let near = nearest(to: entry.name, in: candidates).map { "did you mean '\($0)'? " } ?? ""
        throw Recipe.Problem(
          "\(path).\(entry.name)", "\(command) has no option '\(entry.name)'",
          hint: near + "'llmcost \(command) --help' lists them", at: entry.offset)
      }
      arguments += ["--" + entry.name] + (entry.text.map { [$0] } ?? [])
    }
    return arguments
  }

  /// Refuses an option under the name of an earlier version.
  private func checkRenamed(_ entry: Recipe.Entry, _ path: String, _ known: [Option]) throws(Recipe.Problem) {
    guard let present = known.present("--" + entry.name)?.dropFirst(2) else { return }
    throw Recipe.Problem(
      path + entry.name, "'\(entry.name)' is now '\(present)'", hint: "rename it", at: entry.offset)
  }

  /// Serving the model, by the options of its command.
  private func serving(
    _ serving: (options: [Recipe.Entry], offset: Int), shared: [Recipe.Entry], _ notes: inout [String]
  ) throws(Recipe.Problem) -> ServingEstimate.Lifetime {
    let syntax = ServeCommand.recipeSyntax
    let arguments = try arguments(
      serving.options, "serving", of: "serve", known: syntax.options, members: [], shared: shared)
    let estimate: ServingEstimate
    do throws(Failure) {
      let parsed: CommandSyntax.Parsed
      do throws(UsageError) { parsed = try syntax.parse(arguments) } catch { throw Failure(error) }
      guard case .run(let arguments) = parsed else { throw Failure("--help stands alone", status: .usage) }
      estimate = try ServeCommand(arguments).estimate(from: catalog, in: world).estimate
    } catch {
      throw Recipe.Problem("serving", error.message, hint: error.hint, at: serving.offset)
    }
    guard let lifetime = estimate.lifetime else {
      throw Recipe.Problem(
        "serving", "requests-per-day is missing", hint: "say how much it is used, as \"requests-per-day\": \"1M\"",
        at: serving.offset)
    }
    for note in estimate.scenario.noteLines where !notes.contains(note) { notes.append(note) }
    return lifetime
  }

  /// An option that no stage knows is a slip of the pen.
  private func checkShared(_ recipe: Recipe, known: [Option]) throws(Recipe.Problem) {
    let names = known.flatMap(\.names)
    for entry in recipe.shared where !names.contains("--" + entry.name) {
      try checkRenamed(entry, "shared.", known)
      let near = nearest(to: "--" + entry.name, in: names).map { "did you mean '\($0.dropFirst(2))'?" }
      throw Recipe.Problem(
        "shared.\(entry.name)", "no stage has the option '\(entry.name)'", hint: near, at: entry.offset)
    }
  }

  private func length(_ stage: Recipe.Stage, _ estimate: Estimate) throws(Recipe.Problem) -> Double? {
    if let given = stage.length {
      let value = try quantity(given, "stages.\(stage.label).length", as: Hours.self)
      return value.typical.value
    }
    return estimate.run.wallClock.map { $0.typical.value * stage.times }
  }

  private func research(_ entry: Recipe.Entry) throws(Recipe.Problem) -> Expression<Ratio> {
    if let name = entry.text, Double(name) == nil, !name.contains("..") {
      let row: Factor?
      do throws(CatalogError) { row = try catalog.factor("research-" + name, in: "factors") } catch {
        throw Recipe.Problem("research", ScenarioError.catalog(error).text, at: entry.offset)
      }
      guard let row else {
        throw Recipe.Problem(
          "research", "there is no preset '\(name)'", hint: "there is lean, cudo, olmo-3, openai-2024, or a number",
          at: entry.offset)
      }
      return Expression.input("research_multiplier", row.name, row.value, from: .table(row.reference), limits: 1...1e4)
    }
    let value = try ratio(entry, "research")
    guard value.low.value >= 1 else {
      throw Recipe.Problem("research", "a multiplier of all compute over the stages' is at least 1", at: entry.offset)
    }
    return Expression.input(
      "research_multiplier", "research multiplier", value, from: .given("research"), limits: 1...1e4)
  }

  private func team(_ team: Recipe.Team, _ path: String) throws(Recipe.Problem) -> Program.Team {
    let role = team.role.text ?? ""
    let row: Factor?
    do throws(CatalogError) { row = try catalog.factor(role, in: "labor") } catch {
      throw Recipe.Problem(path + ".role", ScenarioError.catalog(error).text, at: team.role.offset)
    }
    guard let row, row.unit == "usd-per-year" else {
      throw Recipe.Problem(
        path + ".role", "'\(role)' is no salary of the table labor",
        hint: "'llmcost tables labor --where unit=usd-per-year' lists them", at: team.role.offset)
    }
    let value = row.value
    let salary = Expression<Dollars>.input(
      "salary." + role, row.name,
      Ranged(value.typical.value, low: value.low.value, high: value.high.value), from: .table(row.reference))
    return Program.Team(role: role, count: team.count, months: team.months, salary: salary)
  }

  private func ratio(_ entry: Recipe.Entry, _ path: String) throws(Recipe.Problem) -> Ranged<Ratio> {
    try quantity(entry, path, as: Ratio.self)
  }

  private func quantity<Measure: Unit>(
    _ entry: Recipe.Entry, _ path: String, as unit: Measure.Type
  ) throws(Recipe.Problem) -> Ranged<Measure> {
    let value: Ranged<Measure>
    do throws(NotationError) {
      value = try Notation.parseRange(entry.text ?? "", as: unit, bareUnit: Measure.dimension.bareUnit)
    } catch {
      throw Recipe.Problem(path, error.reason, hint: "write \(error.expected)", at: entry.offset)
    }
    guard value.low.value >= 0 else { throw Recipe.Problem(path, "it must not be negative", at: entry.offset) }
    return value
  }
}

/// A recipe's text, for messages that name line and column.
struct RecipeFile {
  let name: String
  let bytes: [UInt8]
  let value: JSONValue

  /// The place of a value that stands on the command line, not in the file.
  static let overridden = -1

  func failure(_ problem: Recipe.Problem, overriding: String) -> Failure {
    var problem = problem
    if let (name, known) = problem.unknown, let near = nearest(to: name, in: known) {
      problem.hint = "did you mean '\(near)'? " + (problem.hint ?? "")
    }
    if problem.offset == Self.overridden {
      return Failure("\(overriding): \(problem.path): \(problem.message)", hint: problem.hint, status: .usage)
    }
    var line = 1
    var column = 1
    for byte in bytes.prefix(problem.offset) {
      if byte == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) } else { column += 1 }
    }
    let place = bytes.isEmpty ? name : "\(name):\(line):\(column)"
    let path = problem.path.isEmpty ? "" : problem.path + ": "
    return Failure("\(place): \(path)\(problem.message)", hint: problem.hint, status: .badData)
  }
}

extension Recipe {
  /// What readers of its total should know, where it says so.
  fileprivate var about: [Document.Remark] {
    let said = [
      ("description", "what it is", description), ("guessed", "guessed", guessed), ("left_out", "left out", leftOut),
    ]
    return said.compactMap { key, name, text in text.map { Document.Remark(key: key, name: name, text: $0) } }
  }
}
