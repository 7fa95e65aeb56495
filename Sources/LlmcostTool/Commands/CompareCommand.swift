import CommandLineKit
import CostModel

/// `llmcost compare`: stages, or variants of one, side by side.
struct CompareCommand: Sendable {
  private(set) var variation: VariationOption?
  let sampling: SamplingOptions
  let limits: LimitOptions
  let output: OutputOptions

  private init(_ arguments: Arguments) throws(Failure) {
    variation = try arguments.value(of: .variation)
    sampling = try SamplingOptions(arguments)
    limits = try LimitOptions(arguments)
    output = try OutputOptions(arguments)
  }

  /// More do not fit side by side.
  private static let maximumColumns = 12

  static let summary = "Put stages, or variants of a stage, side by side: FLOP, hours, money, energy, carbon."

  static let syntax = CommandSyntax(
    name: "llmcost compare",
    summary: summary,
    discussion: """
      Names stages and gives their options once; each stage takes those it knows. A setting of one stage alone is written \
      stage.setting=value. What is not given has the stage's usual settings. --vary puts the values of one option side \
      by side, and so does a list behind the option itself, as --gpu h100,b200; --gpu all is the cheapest of all that \
      are on the market. The values of method may be of several stages, as dpo,simpo,grpo. Recipes (files, or ids of the table \
      recipes) compare in the same way, with the differences of the second from the first; there --vary takes a path, \
      as stages.pretrain.tokens=10T,20T.
      """,
    usage: "STAGE...|RECIPE... [stage.setting=value...] [options of the stages] [--vary option=a,b,c]",
    operands: Array(
      repeating: Operand("STAGE|RECIPE", completing: .words(StageCommand.all.map(\.name))), count: maximumColumns),
    groups: [
      OptionGroup("Comparison", [.variation] + SamplingOptions.options()), LimitOptions.group, OutputOptions.group,
    ],
    examples: [
      CommandExample("llmcost compare pretrain sft dpo rlhf grpo --params 70B --tokens 15T", "a model from end to end"),
      CommandExample(
        "llmcost compare --vary method=dpo,simpo,grpo --params 8B", "methods, each with its usual settings"),
      CommandExample(
        "llmcost compare pretrain --params 70B --tokens 15T --gpu h100,b200,mi300x --format csv",
        "accelerators, for a spreadsheet"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    if try RecipeComparison.isMeant(by: arguments, in: world) {
      return try syntax.run(arguments, in: world) { arguments throws(Failure) in
        try RecipeComparison(command: try CompareCommand(arguments), recipes: arguments.operands).run(in: world)
      }
    }
    var line = try ComparisonLine(arguments)
    return try syntax.run(line.own, in: world) { arguments throws(Failure) in
      var command = try CompareCommand(arguments)
      if command.variation?.option != "method" { try line.meanPretraining() }
      command.variation = try line.takeList(besides: command.variation)
      if let variation = command.variation { try line.vary(variation) }
      guard !line.stages.isEmpty else {
        throw Failure(
          "no stage is named", hint: "there is: \(StageCommand.all.map(\.name).joined(separator: ", "))",
          usage: syntax.usageLine, status: .usage)
      }
      return try command.run(line, in: world)
    }
  }

  /// How far two variants may lie apart and be a tie; nil where no error of their ratio is known.
  private func tie(_ catalog: TableCatalog) throws(Failure) -> Double? {
    let rows = ["gpu": "accelerator", "gpus": "number", "precision": "format"]
    guard let variation, let row = rows[variation.option] else { return nil }
    do throws(CatalogError) { return try catalog.factor("ratio-error-" + row).value.high.value } catch {
      throw Failure(error)
    }
  }

  /// The accelerators on the market that run the first stage for the least money, the cheapest first.
  private func cheapest(
    _ line: ComparisonLine, _ catalog: TableCatalog, in world: any World
  ) throws(Failure) -> (variation: VariationOption, note: String) {
    let known: [String]
    do throws(CatalogError) { known = try catalog.currentAccelerators().map(\.id) } catch { throw Failure(error) }
    var line = line
    try line.vary(VariationOption(option: "gpu", values: known))
    var costs: [(id: String, cost: Double)] = []
    var left: [String] = []
    var reason: Failure?
    for (id, variant) in zip(known, try line.variants(catalog)) {
      // One that has no price or no such format is no candidate.
      do throws(Failure) {
        let staged = try variant.stage.estimate(
          variant.arguments, by: variant.stage.syntax, from: catalog, in: world)
        costs.append((id, staged.estimate.bill.total.typical.value))
      } catch {
        reason = reason ?? error
        left.append(id)
      }
    }
    if costs.isEmpty, let reason { throw reason }
    let shown = costs.sorted { ($0.cost, $0.id) < ($1.cost, $1.id) }.prefix(Self.shownAccelerators)
    return (
      VariationOption(option: "gpu", values: shown.map(\.id)),
      "the \(shown.count) cheapest of \(costs.count) accelerators"
        + (left.isEmpty ? "" : "; left out, as they have no price or cannot run it: \(left.joined(separator: ", "))")
    )
  }

  /// So many stand side by side on a screen.
  private static let shownAccelerators = 6

  private func run(_ line: ComparisonLine, in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let wanted = try limits.wanted(by: output)
    let plan = try limits.plan(sampling, in: catalog, isCounting: wanted != nil)
    var columns: [ComparisonDocument.Column] = []
    var notes: [String] = []
    var idle: [UnusedSetting] = []
    var (line, variation) = (line, variation)
    if let named = variation, named.option == "gpu", named.values == [ComparisonLine.all] {
      let found = try cheapest(line, catalog, in: world)
      notes.append(found.note)
      variation = found.variation
      try line.vary(found.variation)
    }
    let variants = try line.variants(catalog)
    // Accelerators are held against the first: who trains, and how well it goes, is the same for all of them.
    let baseline = variation?.option == "gpu" ? variation?.values.first : nil
    for variant in variants {
      let staged: StageEstimate
      do throws(Failure) {
        staged = try variant.stage.estimate(
          variant.arguments, by: variant.stage.syntax, against: baseline, from: catalog, in: world)
      } catch {
        var failure = error
        failure.message = "\(variant.name): \(failure.message)"
        throw failure
      }
      if let setting = staged.unused { idle.append(setting) }
      for note in try staged.remarks(in: catalog).all + variant.notes where !notes.contains(note) { notes.append(note) }
      let report = staged.estimate.report(plan, rangesOf: .results)
      notes += staged.estimate.lopsidedRanges(in: report).filter(\.isOutside).map {
        "\(variant.name): \($0.message.commandLine)"
      }
      columns.append(
        ComparisonDocument.Column(
          name: variant.name, report: report, runsOnAccelerators: !staged.estimate.work.phases.isEmpty,
          chances: wanted.map {
            staged.estimate.chances(
              within: limits.limits, telling: $0.results, confidences: $0.confidences, plan: plan)
          }))
    }
    // Columns share options; one that no column heeds is refused.
    for setting in idle {
      let owners = variants.filter { $0.arguments.contains("--" + setting.id) }
      if idle.count(where: { $0.id == setting.id }) == owners.count { throw Failure(setting.error) }
    }
    var document = ComparisonDocument(columns: columns, areVariants: variation != nil, tie: try tie(catalog)).document
    document.notes = notes
    try limits.hold(columns.compactMap { column in column.chances.map { (column.name, $0) } }, to: &document)
    return try output.outcome(document, in: world)
  }
}

extension Option {
  static let variation = Option(
    "--vary", of: .type(VariationOption.self),
    help: "put these values of an option side by side, as gpu=h100,b200")
}

/// An option and the values it is varied over: `gpu=h100,b200`.
struct VariationOption: OptionValue {
  var option: String
  var values: [String]

  static var placeholder: String { "option=a,b" }

  /// These values of an option.
  init(option: String, values: [String]) { (self.option, self.values) = (option, values) }

  init(argument: String) throws(ValueError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw ValueError("'\(argument)' is not a variation", hint: "write option=a,b,c such as gpu=h100,b200")
    }
    option = parts[0].hasPrefix("--") ? String(parts[0].dropFirst(2)) : parts[0]
    values = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !values.contains("") else {
      throw ValueError(
        parts[1].isEmpty ? "'\(argument)' gives \(option) no value" : "'\(argument)' has an empty value",
        hint: "write the values with commas between them, as gpu=h100,b200")
    }
  }
}
