import CommandLineKit
import CostModel
import TextFormats

/// `llmcost program`: a whole model-building program from a recipe.
struct ProgramCommand: Sendable {
  private let overrides: [OverrideOption]
  private let scenarios: [String]?
  private let rows: ProgramRows
  private let isCheck: Bool
  private let isPrint: Bool
  private let difference: String?
  private let plan: String?
  private let money: CurrencyOptions
  private let sampling: SamplingOptions
  private let limits: LimitOptions
  private var output: OutputOptions
  /// The command line without what says how it is printed.
  private let words: [(option: String, value: String?)]

  private init(_ arguments: Arguments) throws(Failure) {
    overrides = try arguments.values(of: .overrides)
    let names = try arguments.value(of: .scenario, as: NameList.self)?.names
    scenarios = names == ["all"] ? nil : names
    rows = try arguments.value(of: .rows) ?? .line
    isCheck = arguments.has(.check)
    isPrint = arguments.has(.print)
    difference = arguments.text(of: .difference)
    plan = arguments.text(of: .savePlan)
    money = try CurrencyOptions(arguments)
    sampling = try SamplingOptions(arguments)
    limits = try LimitOptions(arguments)
    output = try OutputOptions(arguments)
    words = Play.words(
      of: arguments, Self.syntax.options, without: [.rows, .check, .print, .difference, .savePlan, .start])
    let others = [(isCheck, Option.check), (isPrint, .print), (difference != nil, .difference)]
    if plan != nil, let other = others.first(where: \.0)?.1.name {
      throw Failure(
        "--save-plan saves an estimate, and \(other) makes none", hint: "leave out one of the two", status: .usage)
    }
  }

  static let summary =
    "Estimate a whole program from a recipe: clusters, stages, experiments, people, budget, timeline, cash."

  static let syntax = CommandSyntax(
    name: "llmcost program",
    summary: summary,
    discussion: """
      A recipe is a JSON file, which may have comments, or the id of one in the table recipes ('llmcost tables recipes'). \
      --init prints one to start from, and --print one as it is. Its stages are commands with their options under the \
      same names; 'clusters' are rented or bought once, and stages run on them; 'people' and 'lines' are the rest of a \
      budget, with months by number or by the calendar; 'scenarios' change what they name. 'llmcost help recipes' has \
      more.
      """,
    usage: "RECIPE.json | ID | - [options]",
    operands: [Operand("RECIPE", completing: .list("recipes"))],
    groups: groups,
    examples: [
      CommandExample("llmcost program deepseek-v3-r1", "a bundled program"),
      CommandExample(
        "llmcost program domain-7b --set stages.sft.examples=5000 --get cost_usd", "with one value changed"),
      CommandExample(
        "llmcost program domain-7b --by month --format csv", "cash by month and category, for a spreadsheet"),
      CommandExample(
        "llmcost program llama-3.1-405b --diff deepseek-v3-r1", "what makes one program dearer than another"),
    ])

  /// Its options, which are those of a report too.
  static let groups = [
    OptionGroup("Recipe", [.overrides, .scenario, .check, .print, .start]),
    OptionGroup(
      "Results and ranges",
      [.rows, .difference, .explain] + CurrencyOptions.options + SamplingOptions.options() + [.savePlan]),
    LimitOptions.group, OutputOptions.group,
  ]

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try run(arguments, by: syntax, in: world)
  }

  /// Runs a command line of its options; `format` is that of the output where none is given.
  static func run(
    _ arguments: [String], by syntax: CommandSyntax, format: (any DocumentFormat)? = nil, in world: any World
  ) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      if arguments.has(.start) {
        guard arguments.operands.isEmpty else {
          throw Failure(
            "--init goes without a recipe", hint: "--print prints '\(arguments.operands[0])'", status: .usage)
        }
        return try OutputOptions(arguments).outcome(RecipeStart.text)
      }
      guard let recipe = arguments.operands.first else {
        throw Failure(
          "no recipe is named",
          hint: "'llmcost tables recipes' lists those there are, and --init prints one to start from",
          usage: syntax.usageLine, status: .usage)
      }
      var command = try ProgramCommand(arguments)
      if command.output.get.isEmpty { command.output.format = command.output.format ?? format }
      return try command.run(recipe, in: world)
    }
  }

  private func run(_ recipe: String, in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world), memory: TableMemory())
    let wanted = try limits.wanted(by: output)
    let plan = try limits.plan(sampling, in: catalog, isCounting: wanted != nil)
    let reader = ProgramReader(catalog: catalog, world: world)
    let file = try RecipeFile(recipe, catalog: catalog, in: world)
    if isPrint { return output.outcome(try file.changed(overrides, by: "--set").document.prettyText()) }
    var builder = ProgramBuilder(catalog: catalog, world: file.neighborhood(in: world))
    let reading = try reader.reading(file, overrides, scenarios: isCheck ? nil : scenarios, &builder)
    if isCheck { return output.outcome("", notes: []) }
    if let difference {
      return try output.outcome(try self.difference(reading, from: difference, reader, plan), in: world)
    }
    let ranges: Report.Ranges =
      output.explains || output.format?.name == "json" ? .everyLine : output.isPage ? .shownLines : .results
    let reports = Program.reports(reading.scenarios.map(\.program), plan, rangesOf: ranges)
    var budget = ProgramDocument(
      scenarios: zip(reading.scenarios, reports).map { ($0.name, $1) }, plan: reading.plan, rows: rows,
      currency: try money.currency() ?? reading.currency)
    budget.today = world.today
    budget.sampling = plan
    if output.isPage || output.format?.name == "xlsx" { budget.analyze() }
    budget.notes = reading.notes + budget.clusterNotes
    var document = budget.document
    document.about = budget.about
    document.notes += reading.program.lopsidedRanges(in: reports[reading.plan]).map(\.message.commandLine)
    if wanted != nil || output.isPage && plan.draws > 1 {
      let chances = reading.program.chances(
        within: limits.limits, telling: wanted?.results ?? Limited.allCases,
        confidences: wanted?.confidences ?? Chances.usualConfidences, plan: plan)
      try limits.checkAnswered(by: chances)
      document.tell(chances, requiring: limits.required, currency: budget.currency)
    }
    var outcome = try output.outcome(document, in: world)
    if output.format?.name == "html", (2...Chances.draws).contains(plan.draws), let drivers = budget.drivers {
      let most = Self.mostBytes - outcome.output.utf8.count - PlayPage.script.utf8.count
      var play = ProgramPlay(file, overrides, reading, reader, builder)
        .play(of: reading.program, drivers: drivers, mostBytes: most)
      play?.plan = plan
      play?.countingDraws = try sampling.plan(default: Chances.draws, in: catalog).draws
      play?.words = words
      document.play = play
      if play != nil { outcome = try output.outcome(document, in: world) }
    }
    if let path = self.plan {
      let recipe = try file.changed(overrides, by: "--set")
      outcome.files = [
        (path, SavedPlan.text(recipe, reading.program, reports[reading.plan].report, today: world.today))
      ]
    }
    return outcome
  }

  /// A page is one file that any mail takes.
  private static let mostBytes = 395_000

  private func difference(
    _ reading: ProgramReader.Reading, from other: String, _ reader: ProgramReader, _ plan: SamplingPlan
  ) throws(Failure) -> Document {
    if let limited = Limited.allCases.first(where: { limits.limits[$0] != nil }) {
      throw Failure(
        "\(limited.option.name) is for one program, and --diff holds two against each other",
        hint: "'llmcost compare' takes both with limits", status: .usage)
    }
    guard try money.currency() == nil else {
      throw Failure("--diff is in USD alone", hint: "leave out --currency", status: .usage)
    }
    let reports = Program.reports([try reader.program(other, []).program, reading.program], plan)
    var document = ProgramDifference(before: reports[0], after: reports[1]).document
    document.notes = reading.notes
    return document
  }
}

/// What the rows of formats for machines are.
enum ProgramRows: String, CaseIterable, OptionValue {
  /// A line of the bill each.
  case line
  /// A month and category each.
  case month
  /// A scenario each.
  case scenario
  /// A cluster each.
  case cluster
}

extension Option {
  static let overrides = Option(
    "--set", of: .type(OverrideOption.self), isRepeatable: true,
    help:
      "change, add or (with null) take away a value of the recipe, as stages.pretrain.tokens=20T or people.engineer-us.count=4"
  )
  static let scenario = Option(
    "--scenario", of: .type(NameList.self), placeholder: "names",
    help: "the scenarios of the recipe to show, or all (default all, the plan in full)")
  fileprivate static let rows = Option(
    "--by", of: .type(ProgramRows.self),
    help: "what each row of csv, tsv, jsonl and markdown is (default line); months are those of every scenario")
  fileprivate static let check = Option(
    switch: "--check", help: "check the recipe and print nothing but what is wrong, all of it")
  fileprivate static let print = Option(
    switch: "--print", help: "print the recipe itself, as --set leaves it, to start from")
  fileprivate static let start = Option(
    switch: "--init", help: "print a recipe with comments to start from, as -o budget.json")
  fileprivate static let difference = Option(
    "--diff", of: .text("recipe"), completing: .file,
    help: "what moved the total since this recipe, the largest first")
}

extension JSONValue {
  /// The value, to be written.
  var document: JSONDocument {
    switch content {
    case .null: .null
    case .boolean(let value): .boolean(value)
    case .number(let value): .number(value)
    case .string(let text): .string(text)
    case .array(let elements): .array(elements.map(\.document))
    case .object(let members): .object(members.map { ($0.name, $0.value.document) })
    }
  }
}
