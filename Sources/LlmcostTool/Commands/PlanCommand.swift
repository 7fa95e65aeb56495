import CommandLineKit
import CostModel

/// `llmcost plan`: which accelerators, how many, rented from whom and how; of pre-training where no job is named.
enum PlanCommand {
  static let summary = "Find the cheapest, fastest and safest way to do a job: accelerators, sellers, terms, sizes."

  /// Pre-training's, and those of the other jobs behind it.
  static var syntax: CommandSyntax {
    var syntax = syntax(of: .stage(.pretraining))
    syntax.name = "llmcost plan"
    syntax.usage = "[job] " + syntax.usage
    syntax.subcommands = SweepSubject.all.map(syntax(of:))
    return syntax
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    guard let first = arguments.first, !first.hasPrefix("-") else {
      return try run(.stage(.pretraining), arguments, in: world)
    }
    let subject = try SweepSubject.named(first, usage: "llmcost plan <job> [options of the job]")
    return try run(subject, Array(arguments.dropFirst()), in: world)
  }

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

  private static func run(
    _ subject: SweepSubject, _ arguments: [String], in world: any World
  ) throws(Failure) -> Outcome {
    let syntax = syntax(of: subject)
    return try syntax.run(arguments, in: world) { arguments throws(Failure) in
      let output = try OutputOptions(arguments)
      let catalog = TableCatalog(try Tables.load(output.tables, in: world), memory: TableMemory())
      let sampling = try SamplingOptions(arguments).plan(in: catalog)
      let job = PlanJob(subject, arguments, usage: syntax.usageLine, catalog: catalog, in: world)
      let request = try PlanRequest(arguments, for: job, in: world)
      try check(job)
      let answer = try PlanAnswer(request, job, sampling: sampling)
      return try output.outcome(PlanDocument(answer: answer).document, in: world)
    }
  }

  /// The job itself must make sense before its plans do, and run on accelerators.
  private static func check(_ job: PlanJob) throws(Failure) {
    if let piped = job.given.given.first(where: { $0.text == "-" }) {
      throw Failure(
        "\(piped.option): standard input cannot be read for each plan", hint: "give the name of a file", status: .usage)
    }
    guard !job.isServing else {
      _ = try job.serving([])
      return
    }
    guard try !job.estimate([]).work.phases.isEmpty else {
      throw Failure(
        "\(job.subject.name) runs on no accelerators here: there is nothing to choose",
        hint: "'llmcost \(job.subject.name)' estimates it", status: .usage)
    }
  }
}
