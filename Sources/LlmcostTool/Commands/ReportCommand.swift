import CommandLineKit

/// `llmcost report`: a program as a page.
enum ReportCommand {
  static let summary = "Print a program as a page for people: 'llmcost program' with --format html."

  static let syntax = CommandSyntax(
    name: "llmcost report",
    summary: summary,
    discussion: """
      A page for those who decide: the answer and which budget is enough with which chance, the cost by category, what is \
      not in it, cash by month, scenarios, and the assumptions that matter with their sources, on a few printed pages. \
      Stages, clusters, timeline, compute and every input with its source fold away below. One file that asks the network \
      for nothing goes to standard output, or to that of --output. Options are those of 'llmcost program'.
      """,
    usage: "RECIPE.json | ID | - [options]",
    operands: [Operand("RECIPE", completing: .list("recipes"))],
    groups: ProgramCommand.groups,
    examples: [
      CommandExample("llmcost report deepseek-v3-r1 --output report.html", "a bundled program, for a browser"),
      CommandExample("llmcost report domain-7b --format svg", "the chart of the stages alone"),
      CommandExample("llmcost report lora-70b --set stages.trials.times=20", "with a value of the recipe changed"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try ProgramCommand.run(arguments, by: syntax, format: HTMLFormat(), in: world)
  }
}
