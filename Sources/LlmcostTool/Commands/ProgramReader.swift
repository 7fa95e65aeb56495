import CommandLineKit
import CostModel
import TextFormats

/// From a recipe to a program in each of its scenarios.
struct ProgramReader {
  let catalog: TableCatalog
  let world: any World
  /// The option that overrides come from, for messages.
  var overriding = "--set"

  /// A program in its scenarios, and what to know of it.
  struct Reading {
    /// The scenarios, in the order in which they are shown.
    var scenarios: [(name: String, program: Program)]
    /// The one that is meant where none is named.
    var plan: Int
    /// The currency that the recipe asks for.
    var currency: Currency?
    var notes: [String]

    var program: Program { scenarios[plan].program }
  }

  /// The scenario of a recipe that says nothing else.
  static let plan = "plan"

  /// Reads a recipe in the scenario that is meant where none is named.
  func program(_ name: String, _ overrides: [OverrideOption]) throws(Failure) -> Reading {
    try reading(name, overrides, scenarios: [Self.plan])
  }

  /// Reads a recipe by path, id, or from standard input.
  ///
  /// - Parameters:
  ///   - name: The recipe.
  ///   - overrides: Values of the command line.
  ///   - chosen: The scenarios wanted; nil for all of them.
  /// - Returns: The program in these scenarios.
  /// - Throws: ``Failure`` with everything that is wrong with it.
  func reading(
    _ name: String, _ overrides: [OverrideOption], scenarios chosen: [String]? = nil
  ) throws(Failure) -> Reading {
    let file = try RecipeFile(name, catalog: catalog, in: world)
    var builder = ProgramBuilder(catalog: catalog, world: file.neighborhood(in: world))
    return try reading(file, overrides, scenarios: chosen, &builder)
  }

  /// The same of a file that is read, by a builder that may know its stages from before.
  func reading(
    _ file: RecipeFile, _ overrides: [OverrideOption], scenarios chosen: [String]? = nil,
    _ builder: inout ProgramBuilder
  ) throws(Failure) -> Reading {
    let variants = try variants(of: file, overrides)
    let names = variants.map(\.name)
    for name in chosen ?? [] where !names.contains(name) {
      throw Failure(
        "--scenario: there is no scenario '\(name)'",
        hint: suggestion(for: name, among: names) + "there is: \(names.joined(separator: ", "))", status: .usage)
    }
    var scenarios: [(name: String, program: Program)] = []
    var notes: [(scenario: String, lines: [String])] = []
    var currency: Currency?
    // The plan first: what is wrong with it too is not told of another scenario.
    let wanted = variants.filter { chosen?.contains($0.name) ?? true }
    for variant in wanted.filter({ $0.name == Self.plan }) + wanted.filter({ $0.name != Self.plan }) {
      builder.begin()
      let program = builder.program(variant.value)
      guard builder.problems.isEmpty else {
        var problems = builder.problems
        if variant.name != Self.plan {
          for place in problems.indices { problems[place].message += " (scenario \(variant.name))" }
        }
        throw file.failure(problems, overriding: overriding)
      }
      scenarios.append((variant.name, program))
      currency = builder.currency ?? currency
      notes.append((variant.name, builder.notes))
    }
    var lines = notes.first?.lines ?? []
    for other in notes {
      for line in other.lines where !lines.contains(line) { lines.append("\(other.scenario): \(line)") }
    }
    let ordered = wanted.compactMap { variant in scenarios.first { $0.name == variant.name } }
    return Reading(
      scenarios: ordered, plan: ordered.firstIndex { $0.name == Self.plan } ?? 0, currency: currency, notes: lines)
  }

  /// The recipe as it is in one of its scenarios; nil where there is none of that name.
  func value(
    of file: RecipeFile, _ overrides: [OverrideOption], in scenario: String
  ) throws(Failure) -> JSONValue? {
    try variants(of: file, overrides).first { $0.name == scenario }?.value
  }

  private static let mostScenarios = 100

  /// The recipe in each of its scenarios: as it is, and with the overrides of each under `scenarios`.
  ///
  /// What the command line changes, it changes in all of them. The plan stands behind the low scenario, or first.
  private func variants(
    of file: RecipeFile, _ overrides: [OverrideOption]
  ) throws(Failure) -> [(name: String, value: JSONValue)] {
    let value = try file.changed(overrides, by: overriding)
    guard let described = value["scenarios"] else { return [(Self.plan, value)] }
    let isOfScenarios = { (override: OverrideOption) in override.path.first == "scenarios" }
    let original = try file.changed(overrides.filter(isOfScenarios), by: overriding)
    func wrong(_ path: String, _ message: String, _ place: JSONValue) -> Failure {
      file.failure([Recipe.Problem("scenarios" + path, message, at: place.offset)], overriding: overriding)
    }
    guard let scenarios = described.members else {
      throw wrong("", "an object of scenarios is expected, not \(described.kind)", described)
    }
    guard scenarios.count <= Self.mostScenarios else {
      throw wrong("", "there are \(scenarios.count), and at most \(Self.mostScenarios) are read", described)
    }
    var variants: [(name: String, value: JSONValue)] = []
    for scenario in scenarios {
      guard let changes = scenario.value.members else {
        throw wrong("." + scenario.name, "an object of paths and values is expected", scenario.value)
      }
      var changed = original
      for change in changes {
        let path = change.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        do throws(PathError) { changed = try changed.changing(path[...], to: change.value) } catch {
          throw wrong(".\(scenario.name).\(change.name)", "is no path of the recipe: \(error.reason)", change.value)
        }
      }
      for override in overrides where !isOfScenarios(override) {
        // It went well without the scenario; where the scenario took the place away, there is nothing to change.
        if let again = try? changed.changing(override.path[...], to: override.value) { changed = again }
      }
      variants.append((scenario.name, changed))
    }
    guard !variants.contains(where: { $0.name == Self.plan }) else { return variants }
    variants.insert((Self.plan, value), at: variants.first?.name == "low" ? 1 : 0)
    return variants
  }
}

/// Builds programs from recipes, and goes on behind what is wrong. Scenarios share what they have in common: a stage that
/// is the same in two of them is estimated once.
struct ProgramBuilder {
  let catalog: TableCatalog
  let world: any World
  /// What is wrong with the recipe at hand.
  var problems: [Recipe.Problem] = []
  /// What to know of it.
  var notes: [String] = []
  /// The currency that it asks for.
  var currency: Currency?
  /// Estimates by stage and arguments.
  private var estimates: [[String]: KnownEstimate] = [:]
  /// The options of commands, set up once however many stages call them.
  var syntaxes: [String: CommandSyntax] = [:]
  /// The names of their options.
  private var optionNames: [String: [String]] = [:]

  init(catalog: TableCatalog, world: any World) { (self.catalog, self.world) = (catalog, world) }

  /// Begins with another recipe.
  mutating func begin() { (problems, notes, currency) = ([], [], nil) }

  mutating func complain(_ path: String, _ message: String, hint: String? = nil, at offset: Int) {
    problems.append(Recipe.Problem(path, message, hint: hint, at: offset))
  }

  mutating func note(_ lines: [String]) { for line in lines where !notes.contains(line) { notes.append(line) } }

  /// The program of a recipe; it counts where ``problems`` is empty.
  mutating func program(_ value: JSONValue) -> Program {
    var decoder = RecipeDecoder()
    let recipe = decoder.recipe(value)
    problems += decoder.problems
    // Of a file that is no recipe nothing more is worth telling.
    guard value.members != nil, !recipe.stages.isEmpty || value["stages"] == nil else {
      return Program(name: recipe.name, parts: [])
    }
    var program = Program(name: recipe.name, parts: [])
    program.description = recipe.description
    readCalendar(recipe, into: &program)
    let commands = commands(of: recipe)
    checkShared(recipe, commands)
    var drafts = drafts(of: recipe, program.calendar)
    let stages = recipe.stages.enumerated().compactMap { place, stage in
      commands[place].flatMap { estimated(stage, $0, recipe, drafts) }
    }
    // Times and sums of half the stages would be wrong.
    let serving = recipe.serving.flatMap { self.serving($0, recipe, drafts, program.calendar) }
    guard stages.count == recipe.stages.count, problems.isEmpty else {
      readPeople(recipe, into: &program)
      readRest(recipe, into: &program)
      return program
    }
    program.parts = placed(stages, recipe, drafts, serving, program.calendar)
    program.services = serving.map { [$0.service(after: program.stagesEnd)] } ?? []
    readPeople(recipe, into: &program)
    // A cluster is there as long as anybody works with it.
    let people = program.teams.map { $0.from + $0.months }.max() ?? 0
    let end = Swift.max(
      1, Double(program.months ?? 0), people, (program.stagesEnd / Hours.perMonth - 1e-6).rounded(.up))
    for place in drafts.indices where drafts[place].end == nil {
      let served = program.services.filter { $0.cluster == place }.map { ($0.start + $0.length) / Hours.perMonth }
      drafts[place].end = Swift.max(drafts[place].from + 1, end, (served.max() ?? 0).rounded(.up))
    }
    program.clusters = drafts.compactMap { cluster(of: $0) }
    readRest(recipe, into: &program)
    noteLateStages(program, drafts)
    if let serving { noteServing(serving, program, drafts) }
    return program
  }

  private mutating func readRest(_ recipe: Recipe, into program: inout Program) {
    readShares(recipe, into: &program)
    readLines(recipe, into: &program)
    program.assumptions = recipe.assumptions
    program.omissions = recipe.omissions
  }

  // MARK: - Stages

  private mutating func commands(of recipe: Recipe) -> [StageCommand?] {
    recipe.stages.map { stage in
      let name = stage.command.text ?? ""
      guard let command = StageCommand.all.first(where: { $0.name == name }) else {
        complain(
          "stages.\(stage.label).stage", "there is no stage '\(name)'",
          hint: suggestion(for: name, among: StageCommand.all.map(\.name))
            + "a label that is no command needs \"stage\"", at: stage.command.offset)
        return nil
      }
      if syntaxes[name] == nil {
        let syntax = command.syntax
        (syntaxes[name], optionNames[name]) = (syntax, syntax.options.flatMap(\.names))
      }
      return command
    }
  }

  /// An estimate, with what its place in time takes of it.
  struct KnownEstimate {
    var estimate: Estimate
    /// How long it runs, hours.
    var hours: Double?
    var accelerators: Double?
    /// Hours that people work for it.
    var working: Double

    init(_ estimate: Estimate) {
      self.estimate = estimate
      hours = estimate.run.wallClock?.typical.value
      accelerators = estimate.run.accelerators?.typical.value
      working = estimate.work.purchases.compactMap { $0.working?.typical.value }.reduce(0, +)
    }
  }

  /// A stage with its estimate, and the cluster that it runs on.
  struct Estimated {
    var stage: Recipe.Stage
    var command: StageCommand
    var known: KnownEstimate
    var cluster: Int?

    var estimate: Estimate { known.estimate }
  }

  private mutating func estimated(
    _ stage: Recipe.Stage, _ command: StageCommand, _ recipe: Recipe, _ drafts: [ClusterDraft]
  ) -> Estimated? {
    let path = "stages.\(stage.label)"
    guard let syntax = syntaxes[command.name], let names = optionNames[command.name] else { return nil }
    var cluster = clusterPlace(stage, path, drafts)
    if !names.contains("--gpus") { cluster = nil }
    let shared = cluster.map { drafts[$0].options(over: recipe.shared) } ?? recipe.shared
    var options = known(stage.options, path, of: command.name, syntax.options, members: RecipeDecoder.stageMembers)
    var isFirst = true
    while true {
      let arguments = Self.arguments(options, shared: shared, names)
      do throws(Failure) {
        let known = try estimate(arguments, command, syntax)
        note(known.estimate.scenario.noteLines)
        if let cluster, let size = known.accelerators, size > drafts[cluster].size {
          complain(
            path,
            "it takes \(Notation.display(size, as: .accelerators)) accelerators, and "
              + "\(drafts[cluster].label) has \(Notation.display(drafts[cluster].size, as: .accelerators))",
            hint: "give it fewer by \"gpus\", or \"cluster\": \"none\" for accelerators of its own", at: stage.offset)
        }
        return Estimated(
          stage: stage, command: command, known: known,
          cluster: known.estimate.work.phases.isEmpty ? nil : cluster)
      } catch {
        // What is wrong with one option is told, and the rest is looked at without it.
        guard let place = options.firstIndex(where: { error.message.hasPrefix("--\($0.name): ") }) else {
          // What is missing because it could not be read is told already.
          let isTold = problems.contains { problem in
            problem.path.hasPrefix(path + ".")
              && error.message.hasPrefix("--\(problem.path.dropFirst(path.count + 1)) is ")
          }
          if isFirst, !isTold { complain(path, error.message, hint: error.hint, at: stage.offset) }
          return nil
        }
        let option = options.remove(at: place)
        isFirst = false
        complain(
          "\(path).\(option.name)", String(error.message.dropFirst(option.name.count + 4)), hint: error.hint,
          at: option.offset)
      }
    }
  }

  private mutating func estimate(
    _ arguments: [String], _ command: StageCommand, _ syntax: CommandSyntax
  ) throws(Failure) -> KnownEstimate {
    let key = [command.name] + arguments
    if let known = estimates[key] { return known }
    let known = KnownEstimate(
      try command.estimate(arguments, by: syntax, from: catalog, in: world).rejectingUnused().estimate)
    estimates[key] = known
    return known
  }

  /// The options that a command knows; the others are complained of.
  mutating func known(
    _ options: [Recipe.Entry], _ path: String, of command: String, _ all: [Option], members: [String]
  ) -> [Recipe.Entry] {
    let names = all.flatMap(\.names)
    return options.filter { entry in
      guard !names.contains("--" + entry.name) else { return true }
      guard !isRenamed(entry, path + ".", all) else { return false }
      let candidates = names.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) } + members
      let near = nearest(to: entry.name, in: candidates).map { "did you mean '\($0)'? " } ?? ""
      complain(
        "\(path).\(entry.name)", "\(command) has no option '\(entry.name)'",
        hint: near + "'llmcost \(command) --help' lists them", at: entry.offset)
      return false
    }
  }

  /// The arguments that options of a recipe stand for, with those that are shared.
  static func arguments(_ options: [Recipe.Entry], shared: [Recipe.Entry], _ names: [String]) -> [String] {
    let taken = shared.filter { entry in
      names.contains("--" + entry.name) && !options.contains { $0.name == entry.name }
    }
    return (taken + options).flatMap { ["--" + $0.name] + ($0.text.map { [$0] } ?? []) }
  }

  /// Complains of an option under a name that is known to mean another.
  private mutating func isRenamed(_ entry: Recipe.Entry, _ path: String, _ known: [Option]) -> Bool {
    guard let present = known.present("--" + entry.name)?.dropFirst(2) else { return false }
    complain(path + entry.name, "there is no option '\(entry.name)'", hint: "write \(present)", at: entry.offset)
    return true
  }

  /// An option that no stage knows is a slip of the pen.
  private mutating func checkShared(_ recipe: Recipe, _ commands: [StageCommand?]) {
    var known = StageCommand.all.compactMap { syntaxes[$0.name] }.flatMap(\.options)
    if recipe.serving != nil { known += ServeCommand.recipeSyntax.options }
    if known.isEmpty || commands.contains(where: { $0 == nil }) { known += StageCommand.pretraining.options }
    let names = known.flatMap(\.names)
    for entry in recipe.shared where !names.contains("--" + entry.name) {
      guard !isRenamed(entry, "shared.", known) else { continue }
      let near = nearestOption(to: "--" + entry.name, in: names).map { "did you mean '\($0.dropFirst(2))'?" }
      complain("shared.\(entry.name)", "no stage has the option '\(entry.name)'", hint: near, at: entry.offset)
      // Thousands of them are one mistake.
      if problems.count > Self.mostProblems { return }
    }
  }

  private static let mostProblems = 100
}
