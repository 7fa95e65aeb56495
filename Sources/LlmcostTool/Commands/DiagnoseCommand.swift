import CommandLineKit
import CostModel

/// `llmcost diagnose`: whether a measured speed is normal, what the gap costs, and what would explain it.
enum DiagnoseCommand {
  static let summary =
    "Hold a measured speed against published runs: is it normal, what does it cost, what explains it."

  /// Stages that train.
  private static var stages: [StageCommand] { StageCommand.all.filter { $0.stage.hasModel } }

  /// Pre-training's, and those of the stages behind it.
  static var syntax: CommandSyntax {
    var syntax = syntax(of: .pretraining)
    syntax.name = "llmcost diagnose"
    syntax.usage = "[stage] " + syntax.usage
    syntax.subcommands = stages.map(syntax(of:))
    return syntax
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    guard let first = arguments.first, !first.hasPrefix("-") else {
      return try run(.pretraining, arguments, in: world)
    }
    let stage = try StageCommand.named(first, usage: "llmcost diagnose <stage> [options of the stage]")
    return try run(stage, Array(arguments.dropFirst()), in: world)
  }

  private static func syntax(of stage: StageCommand) -> CommandSyntax {
    CommandSyntax(
      name: "llmcost diagnose \(stage.name)", summary: summary,
      discussion: """
        Takes the options of 'llmcost \(stage.name)', a measured speed (--log, --tokens-per-second, --step-time, \
        --measured-mfu, --tflops) among them. What slows a step down is tried in the model of a step; the gain is what \
        the hours of the run lose without it.
        """,
      usage: stage.usage + " (--log FILE | --tokens-per-second N | …) [options]",
      groups: stage.groups + [OptionGroup("Ranges", SamplingOptions.options()), OutputOptions.group],
      examples: [
        CommandExample(
          "llmcost diagnose --params 8B --tokens 1T --gpus 64 --log train.log", "what a log says of the rest of the run"
        ),
        CommandExample(
          "llmcost diagnose --params 70B --tokens 2T --gpus 512 --tflops 210", "why 210 TFLOP/s, and what it costs"),
        CommandExample(
          "llmcost diagnose sft --params 8B --examples 50k --gpus 8 --tokens-per-second 9k --json", "a fine-tune"),
      ])
  }

  private static func run(
    _ stage: StageCommand, _ arguments: [String], in world: any World
  ) throws(Failure) -> Outcome {
    let syntax = syntax(of: stage)
    return try syntax.run(arguments, in: world) { arguments throws(Failure) in
      let output = try OutputOptions(arguments)
      let catalog = TableCatalog(try Tables.load(output.tables, in: world))
      let plan = try SamplingOptions(arguments).plan(in: catalog)
      let staged = try stage.estimate(arguments, usage: syntax.usageLine, from: catalog, in: world).rejectingUnused()
      let diagnosis: Diagnosis?
      let expected: Estimate
      do throws(ScenarioError) {
        expected = try staged.estimate.unmeasured()
        diagnosis = try Diagnosis(
          staged.estimate, seen: (staged.log?.suspects ?? []) + padding(of: staged.estimate), in: catalog)
      } catch {
        throw Failure(error)
      }
      guard let diagnosis, let update = staged.estimate.run.update else {
        throw Failure(
          "nothing measured is given",
          hint: "add --log FILE, or --tokens-per-second, --step-time, --measured-mfu or --tflops",
          usage: syntax.usageLine, status: .usage)
      }
      let document = DiagnosisDocument(
        stage: stage.name, title: staged.title, estimate: staged.estimate, expected: expected, update: update,
        diagnosis: diagnosis, plan: plan
      ).document
      return try output.outcome(document, in: world)
    }
  }
}

extension DiagnoseCommand {
  /// Padding that is computed like text, where a stage counts it.
  private static func padding(of estimate: Estimate) -> [Diagnosis.Suspect] {
    let lines = estimate.report(SamplingPlan(draws: 0)).lines
    guard let share = lines.first(where: { $0.name == SupervisedFineTuning.packing.name })?.value.typical, share > 0
    else { return [] }
    return [
      Diagnosis.Suspect(
        "padding", "padding, computed like text", slowdown: 1 / share, isKnown: true,
        advice: "pack short examples into one sequence, or sort them by length")
    ]
  }
}

extension MeasuredLog {
  /// What the log itself says was lost between steps.
  var suspects: [Diagnosis.Suspect] {
    guard summary.wallHours > 0 else { return [] }
    let known: [(id: String, name: String, advice: Message)] = [
      ("start-up", "starting up and compiling", "a longer job, or a cache of compiled code"),
      ("evaluation", "evaluation between steps", "evaluate less often, or elsewhere"),
      ("saving", "saving checkpoints between steps", "save in the background, or less often"),
      ("restarts", "restarts, with steps done again", "save more often: '\(command: "schedule")' finds how often"),
      ("gaps", "time without a step", "see what the cluster did then"),
    ]
    var lost = summary.pauses
    if let seconds = summary.stepSeconds, lost.count > 3 { lost[3] += summary.repeatedSteps * seconds / 3600 }
    return zip(known, lost).map { reason, hours in
      Diagnosis.Suspect(
        reason.id, reason.name, slowdown: 1 / max(0.01, 1 - hours / summary.wallHours), isKnown: true,
        advice: reason.advice)
    }
  }
}
