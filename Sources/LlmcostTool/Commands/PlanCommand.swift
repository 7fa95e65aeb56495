import CommandLineKit
import CostModel

/// `llmcost plan`: which accelerators, how many, rented from whom and how; of pre-training where no job is named.
enum PlanCommand {
  static let summary = "Find the cheapest, fastest and safest way to do a job: accelerators, sellers, terms, sizes."

  static let command = SubjectCommand<SweepSubject>(
    name: "plan", kind: "job", otherwise: " | RECIPE.json | ID", further: ofRecipes, syntax: syntax,
    runRecipe: { (arguments, world) throws(Failure) in
      try recipeSyntax.run(arguments, in: world) { arguments throws(Failure) in try runRecipe(arguments, in: world) }
    }
  ) { (subject, arguments, usage, world) throws(Failure) in
    try run(arguments, in: world) { catalog throws(Failure) in
      let job = PlanJob(subject.ofPlan, subject.options, arguments, usage: usage, catalog: catalog, in: world)
      if let piped = job.given.given.first(where: { $0.text == "-" }) { throw unreadable(piped.option) }
      return job
    }
  }

  private static let ofRecipes = """
    A recipe in place of the job, with --set, plans a whole program: all of its stages on the same accelerators, rented in \
    one way, in place of its own. Costs, days and carbon are those of the program; days are those of its schedule, which \
    has no range.
    """

  private static let recipeSyntax = CommandSyntax(
    name: "llmcost plan", summary: summary, discussion: ofRecipes, usage: "RECIPE.json | ID | - [options]",
    operands: [Operand("RECIPE", completing: .list("recipes"))],
    groups: [
      OptionGroup("Plan", [.overrides] + Option.ofPlans + SamplingOptions.options()), OutputOptions.group,
    ],
    examples: [CommandExample("llmcost plan domain-7b --days 90", "how a whole program is cheapest within 90 days")])

  /// Options of jobs that a plan has its own of, or that fix what it chooses.
  private static let replaced: Set<String> = [
    "--price", "--prices", "--as-of", "--term", "--against", "--method", "--compare-api",
  ]

  private static func syntax(of subject: SweepSubject) -> CommandSyntax {
    let own = Set(Option.ofPlans.flatMap(\.names)).union(replaced)
    // A stage may have a method that is no way to count costs.
    let isStage = !(subject.name == "pretrain" || subject.name == "serve")
    return CommandSyntax(
      name: "llmcost plan \(subject.name)", summary: summary,
      discussion: """
        Takes the options of 'llmcost \(subject.name)' but those that it chooses. It weighs accelerators, number formats, \
        sizes of the cluster at their fastest layouts, sellers and commitments with the whole terms that they bind to, \
        and regions; and names the cheapest, the fastest and the safest plan in the limits, each with the command that \
        estimates it. The front are the plans that no other beats in cost, time, carbon and risk. Risk is the chance to \
        miss the deadline or the budget; without a budget, to cost half as much again as the cheapest plan with the fewest \
        doubts: spot accelerators, fewer than 16 bits, a single seller. Each of them counts against it (factor plan-doubt) where \
        the safest is chosen. Whether a seller has so many accelerators free is in no table.
        """,
      usage: subject.usage + " [options]",
      groups: [OptionGroup("Plan", Option.ofPlans + SamplingOptions.options())]
        + subject.groups.map { group in
          OptionGroup(
            group.title,
            group.options.filter { option in
              !option.names.contains { own.contains($0) && !($0 == "--method" && isStage) }
            })
        }.filter { !$0.options.isEmpty } + [OutputOptions.group],
      examples: [
        CommandExample("llmcost plan pretrain --params 7B --tokens 1T", "which accelerators are cheapest for it"),
        CommandExample(
          "llmcost plan pretrain --params 70B --tokens 2T --days 60 --budget 3M --gpu h100,h200,b200",
          "how many of them it takes to end in time"),
        CommandExample(
          "llmcost plan sft --params 8B --tuning lora --budget 14 --commitment on-demand,spot --format csv",
          "what $14 buys"),
      ])
  }

  private static func runRecipe(_ arguments: Arguments, in world: any World) throws(Failure) -> Outcome {
    try run(arguments, in: world) { catalog throws(Failure) in
      let name = arguments.operands.first ?? ""
      guard name != "-" else { throw unreadable("RECIPE") }
      let recipe = try PlanRecipe(name, try arguments.values(of: .overrides), catalog: catalog, in: world)
      return PlanJob(
        .program(recipe), [.overrides], arguments, usage: recipeSyntax.usageLine, catalog: catalog, in: world)
    }
  }

  private static func run(
    _ arguments: Arguments, in world: any World, job: (TableCatalog) throws(Failure) -> PlanJob
  ) throws(Failure) -> Outcome {
    let output = try OutputOptions(arguments)
    let catalog = TableCatalog(try Tables.load(output.tables, in: world), memory: TableMemory())
    let sampling = try SamplingOptions(arguments).plan(in: catalog)
    let job = try job(catalog)
    let request = try PlanRequest(arguments, for: job, in: world)
    try check(job)
    let answer = try PlanAnswer(request, job, sampling: sampling)
    return try output.outcome(PlanDocument(answer: answer).document, in: world)
  }

  private static func unreadable(_ name: String) -> Failure {
    Failure(
      "\(name): standard input cannot be read for each plan", hint: "give the name of a file", status: .usage)
  }

  /// The job itself must make sense before its plans do, and run on accelerators.
  private static func check(_ job: PlanJob) throws(Failure) {
    let (name, isComputing): (String, Bool)
    switch job.subject {
    case .stage(let stage): (name, isComputing) = (stage.name, try !job.estimate([]).work.phases.isEmpty)
    case .serving:
      _ = try job.serving([])
      return
    case .program(let recipe):
      var builder = recipe.builder
      let parts = try recipe.reading([], &builder).program.parts
      (name, isComputing) = ("program", parts.contains { !$0.estimate.work.phases.isEmpty })
    }
    guard isComputing else {
      throw Failure(
        "\(name) runs on no accelerators here: there is nothing to choose",
        hint: "'llmcost \(name)' estimates it", status: .usage)
    }
  }
}

extension SweepSubject {
  fileprivate var ofPlan: PlanJob.Subject {
    switch self {
    case .stage(let stage): .stage(stage)
    case .serving: .serving
    }
  }
}
