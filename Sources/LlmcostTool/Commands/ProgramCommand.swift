import CommandLineKit
import CostModel
import TextFormats

/// `llmcost program`: a whole model-building program from a recipe.
struct ProgramCommand: Sendable {
  private let overrides: [OverrideOption]
  private let isCheck: Bool
  private let difference: String?
  private let money: CurrencyOptions
  private let sampling: SamplingOptions
  private let limits: LimitOptions
  private var output: OutputOptions

  private init(_ arguments: Arguments) throws(Failure) {
    overrides = try arguments.values(of: .overrides)
    isCheck = arguments.has(.check)
    difference = arguments.text(of: .difference)
    money = try CurrencyOptions(arguments)
    sampling = try SamplingOptions(arguments)
    limits = try LimitOptions(arguments)
    output = try OutputOptions(arguments)
  }

  static let summary = "Estimate a whole program from a recipe: stages, experiments, people, overhead, timeline, cash."

  static let syntax = CommandSyntax(
    name: "llmcost program",
    summary: summary,
    discussion: """
      A recipe is a JSON file, or the id of one in the table recipes ('llmcost tables recipes'). Its stages are commands \
      with their options under the same names; 'shared' holds options for all stages that know them; 'research' is a \
      multiplier or a preset (lean, cudo, olmo-3, openai-2024); 'people' are rows of the table labor with count and \
      months. A stage starts when the one before it ends, unless 'after' names others. 'llmcost help recipes' has more.
      """,
    usage: "RECIPE.json | ID | - [options]",
    operands: [Operand("RECIPE", completing: .list("recipes"))],
    groups: groups,
    examples: [
      CommandExample("llmcost program deepseek-v3-r1", "a bundled program"),
      CommandExample(
        "llmcost program domain-7b --set stages.sft.examples=5000 --get cost_usd", "with one value changed"),
      CommandExample(
        "llmcost program llama-3.1-405b --diff deepseek-v3-r1", "what makes one program dearer than another"),
    ])

  /// Its options, which are those of a report too.
  static let groups = [
    OptionGroup(
      "Recipe",
      [
        .overrides, .check, .difference,
      ] + CurrencyOptions.options + SamplingOptions.options()), LimitOptions.group, OutputOptions.group,
  ]

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try run(arguments, by: syntax, in: world)
  }

  /// Runs a command line of its options; `format` is that of the output where none is given.
  static func run(
    _ arguments: [String], by syntax: CommandSyntax, format: (any DocumentFormat)? = nil, in world: any World
  ) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      guard let recipe = arguments.operands.first else {
        throw Failure(
          "no recipe is named", hint: "'llmcost tables recipes' lists those there are", usage: syntax.usageLine,
          status: .usage)
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
    let program = try reader.program(recipe, overrides)
    if isCheck { return Outcome(output: "") }
    let report = program.program.report(plan, rangesOf: output.isPage ? .shownLines : .results)
    let currency = try money.currency()
    var document: Document
    if let difference {
      if let limited = Limited.allCases.first(where: { limits.limits[$0] != nil }) {
        throw Failure(
          "\(limited.option.name) is for one program, and --diff holds two against each other",
          hint: "'llmcost compare' takes both with limits", status: .usage)
      }
      guard currency == nil else {
        throw Failure("--diff is in USD alone", hint: "leave out --currency", status: .usage)
      }
      document =
        ProgramDifference(before: try reader.program(difference, []).program.report(plan), after: report).document
    } else {
      let drivers = output.isPage && plan.draws > 1 ? program.program.sensitivity(plan) : nil
      document = ProgramDocument(report: report, currency: currency, drivers: drivers).document
    }
    document.about = program.about
    document.notes = program.notes + program.program.lopsidedRanges(in: report).map(\.message.commandLine)
    if wanted != nil || output.isPage && plan.draws > 1, difference == nil {
      let chances = program.program.chances(
        within: limits.limits, telling: wanted?.results ?? Limited.allCases,
        confidences: wanted?.confidences ?? Chances.usualConfidences, plan: plan)
      try limits.checkAnswered(by: chances)
      document.tell(chances, requiring: limits.required)
    }
    return try output.outcome(document, in: world)
  }
}

extension Option {
  static let overrides = Option(
    "--set", of: .type(OverrideOption.self), isRepeatable: true,
    help: "override a value of the recipe, as stages.pretrain.tokens=20T")
  fileprivate static let check = Option(
    switch: "--check", help: "check the recipe and print nothing but what is wrong")
  fileprivate static let difference = Option(
    "--diff", of: .text("recipe"), completing: .file,
    help: "what moved the total since this recipe, the largest first")
}

/// A value of a recipe, overridden: `stages.pretrain.tokens=20T`.
struct OverrideOption: OptionValue {
  var path: [String]
  var value: String

  static var placeholder: String { "path=value" }

  init(argument: String) throws(ValueError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw ValueError(
        "'\(argument)' is not an override", hint: "write path=value such as stages.pretrain.tokens=20T")
    }
    path = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !path.contains("") else {
      throw ValueError("'\(parts[0])' is not a path", hint: "write stages.pretrain.tokens=20T")
    }
    value = parts[1]
  }
}
