import CommandLineKit
import CostModel

/// `llmcost worth`: which input to find out first, by what knowing it before deciding is worth.
enum WorthCommand {
  static let summary = "Rank the inputs by what it is worth to find them out before deciding, and how to."
  /// Draws behind each input: 64 of its quantiles with 256 draws of the others.
  static let draws = 16_384

  static let command = SubjectCommand<StageCommand>(
    name: "worth", otherwise: " | RECIPE.json | ID", syntax: syntax,
    runRecipe: { (arguments, world) throws(Failure) in
      try recipeSyntax.run(arguments, in: world) { arguments throws(Failure) in try runRecipe(arguments, in: world) }
    }, runSubject: run)

  private static let discussion = """
    Takes the options of a stage, or a recipe. For each uncertain input: the share of the range of the total cost that \
    is expected to go once it is known, by how much the budget that holds with 90 % falls, and the expected value of \
    knowing it for a decision that is named (EVPPI). --budget decides whether to go on: that is worth the budget less \
    the cost, and leaving it nothing. --vary decides between values of an option, as gpu=h100,b200, or own=no,yes for \
    rent against own: the cheapest is taken. A value is what knowing an input exactly would bring, and so the most that \
    a pilot or a quote may cost.
    """

  private static let group = OptionGroup(
    "What knowing is worth",
    [
      Limited.money.option.saying("decide whether to go on: what the job is worth, in USD"),
      .variation.saying("decide between values of an option, as gpu=h100,b200 or own=no,yes"),
      .worthOf, .top,
    ] + SamplingOptions.options(default: draws))

  private static func syntax(of stage: StageCommand) -> CommandSyntax {
    CommandSyntax(
      name: "llmcost worth \(stage.name)", summary: summary, discussion: discussion,
      usage: stage.usage + " [--budget USD | --vary option=a,b] [options]",
      groups: [group] + stage.groups + [OutputOptions.group],
      examples: [
        CommandExample("llmcost worth --params 70B --tokens 15T --budget 15M", "what to find out before going on"),
        CommandExample(
          "llmcost worth pretrain --params 70B --tokens 15T --gpus 4096 --vary own=no,yes", "before buying a cluster"),
        CommandExample("llmcost worth sft --params 8B --format csv", "what narrows the range, for a spreadsheet"),
      ])
  }

  private static let recipeSyntax = CommandSyntax(
    name: "llmcost worth", summary: summary, discussion: discussion, usage: "RECIPE.json | ID | - [options]",
    operands: [Operand("RECIPE", completing: .list("recipes"))],
    groups: [OptionGroup(group.title, group.options.filter { $0.name != "--of" } + [.overrides]), OutputOptions.group],
    examples: [CommandExample("llmcost worth domain-7b --budget 2M", "a whole program")])

  private static func run(
    _ stage: StageCommand, _ arguments: Arguments, usage: String, in world: any World
  ) throws(Failure) -> Outcome {
    let request = try WorthRequest(arguments)
    let output = try OutputOptions(arguments)
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let plan = try request.plan(in: catalog)
    let staged: StageEstimate
    var decision: Decision?
    if let variation = request.variation {
      guard stage.has("--" + variation.option) else {
        throw Failure(
          "--vary: \(stage.name) has no option '\(variation.option)'",
          hint: "write an option of the stage without dashes, as gpu=h100,b200", status: .usage)
      }
      var ways: [(name: String, staged: StageEstimate)] = []
      let baseline = variation.option == "gpu" ? variation.values.first : nil
      for value in variation.values {
        let own =
          stage.arguments(of: arguments, without: "--" + variation.option)
          + (try stage.arguments(setting: variation.option, to: value))
        let way = try stage.estimate(own, by: stage.syntax, against: baseline, from: catalog, in: world)
        ways.append((variation.name(of: value), try way.rejectingUnused()))
      }
      staged = ways[0].staged
      decision = Decision(
        between: ways.map { ($0.name, $0.staged.estimate.bill.total) }, by: plan.correlations)
    } else {
      staged = try stage.estimate(arguments, usage: usage, from: catalog, in: world).rejectingUnused().priced()
      decision = request.budget.map { Decision(within: $0, of: staged.estimate.bill.total) }
    }
    let key = arguments.text(of: .worthOf) ?? "cost_usd"
    guard let value = staged.estimate.informationValue(about: key, deciding: decision, plan: plan) else {
      throw Failure(
        "--of: this estimate has no '\(key)'",
        hint: "there is: \(Estimate.names.joined(separator: ", "))", status: .usage)
    }
    var document = try request.document(
      value, key: Estimate.result(key), title: staged.title, from: catalog,
      answer: { id, inquiry in stage.answer(to: inquiry, about: id) })
    document.notes = staged.estimate.scenario.noteLines + document.notes
    return try output.outcome(document, in: world)
  }

  private static func runRecipe(_ arguments: Arguments, in world: any World) throws(Failure) -> Outcome {
    let request = try WorthRequest(arguments)
    let output = try OutputOptions(arguments)
    let catalog = TableCatalog(try Tables.load(output.tables, in: world), memory: TableMemory())
    let plan = try request.plan(in: catalog)
    let overrides: [OverrideOption] = try arguments.values(of: .overrides)
    let recipe = arguments.operands.first ?? ""
    let reader = ProgramReader(catalog: catalog, world: world)
    var reading = try reader.program(recipe, overrides)
    var decision = request.budget.map { Decision(within: $0, of: reading.program.totalCost) }
    if let variation = request.variation {
      var ways: [(name: String, cost: Expression<Dollars>)] = []
      for value in variation.values {
        let change: OverrideOption
        do throws(ValueError) { change = try OverrideOption(argument: "\(variation.option)=\(value)") } catch {
          throw Failure("--vary: \(error.reason)", hint: error.hint, status: .usage)
        }
        let varied = try ProgramReader(catalog: catalog, world: world, overriding: "--vary")
          .program(recipe, overrides + [change])
        if ways.isEmpty { reading = varied }
        ways.append((variation.name(of: value), varied.program.totalCost))
      }
      decision = Decision(between: ways, by: plan.correlations)
    }
    var document = try request.document(
      reading.program.informationValue(deciding: decision, plan: plan), key: Estimate.result("cost_usd"),
      title: reading.program.name, from: catalog, answer: { _, _ in nil })
    document.notes = reading.notes + document.notes
    return try output.outcome(document, in: world)
  }
}

/// What is asked of the value of knowing.
struct WorthRequest {
  let budget: Double?
  let variation: VariationOption?
  private let top: Int?
  private let sampling: SamplingOptions

  init(_ arguments: Arguments) throws(Failure) {
    budget = try arguments.number(of: Limited.money.option)?.typical.value
    variation = try arguments.value(of: .variation)
    top = try arguments.count(of: .top)
    sampling = try SamplingOptions(arguments)
    if let budget, budget <= 0 {
      throw Failure("--budget: nothing is worth 0", hint: "say what the job is worth", status: .usage)
    }
    guard let variation else { return }
    guard budget == nil else {
      throw Failure(
        "--budget and --vary are two decisions", hint: "give one: whether to go on, or which way", status: .usage)
    }
    guard variation.values.count > 1 else {
      throw Failure(
        "--vary: one way leaves nothing to decide", hint: "write two values or more, as gpu=h100,b200", status: .usage)
    }
  }

  func plan(in catalog: TableCatalog) throws(Failure) -> SamplingPlan {
    let plan = try sampling.plan(default: WorthCommand.draws, in: catalog)
    guard plan.draws >= 1024 else {
      throw Failure(
        "--samples: \(plan.draws) draws do not settle what an input is worth",
        hint: "leave out --samples, or write 1024 or more", status: .usage)
    }
    return plan
  }

  func document(
    _ value: InformationValue, key: ResultKey?, title: String, from catalog: TableCatalog,
    answer: (String, Inquiry) -> String?
  ) throws(Failure) -> Document {
    let inquiries: [Inquiry]
    do throws(CatalogError) { inquiries = try catalog.inquiries() } catch { throw Failure(error) }
    let lines = value.lines.prefix(top ?? .max).map { line in
      let inquiry = inquiries.first { $0.speaks(of: line.id) }
      return WorthDocument.Line(line: line, inquiry: inquiry, answer: inquiry.flatMap { answer(line.id, $0) })
    }
    return WorthDocument(title: title, key: key, value: value, lines: lines, budget: budget).document
  }
}

extension VariationOption {
  /// What a value is called where it stands alone: an answer of yes or no needs its question.
  func name(of value: String) -> String { ["yes", "no"].contains(value) ? "\(option)=\(value)" : value }
}

extension StageCommand {
  /// The options of a stage as they were given, without one of them.
  func arguments(of arguments: Arguments, without name: String) -> [String] {
    arguments.given.flatMap { given -> [String] in
      guard let option = options.first(where: { $0.name == given.option }), !option.names.contains(name) else {
        return []
      }
      return option.kind == nil ? [option.name] : [option.name, given.text]
    }
  }

  /// The option that takes what an inquiry learns of an input; nil where the stage has none.
  func answer(to inquiry: Inquiry, about id: String) -> String? {
    let answer = inquiry.answer ?? OpenQuestion.setting(of: id, among: stage.settings)
    return answer.flatMap { has("--" + $0) ? $0 : nil }
  }
}

extension Option {
  fileprivate static let worthOf = Option(
    "--of", of: .text("name"), completing: .results,
    help: "the result whose range is to narrow, as days or carbon_kg (default cost_usd)")
  fileprivate static let top = Option("--top", of: .whole, help: "print the first so many inputs alone")
}
