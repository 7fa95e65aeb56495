import CommandLineKit
import CostModel
import TextFormats

/// `llmcost step`: one training step, its layout, time and memory.
struct StepCommand: Sendable {
  private let arguments: Arguments
  private let step: StepOptions
  private let output: OutputOptions

  private init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    step = try StepOptions(arguments)
    output = try OutputOptions(arguments)
  }

  static let summary = "Predict one training step: its time by part, its memory, and the fastest layouts."

  static let syntax = CommandSyntax(
    name: "llmcost step",
    summary: summary,
    discussion: """
      Counts the FLOP, the bytes and the traffic of one micro-batch on the slowest pipeline stage, and turns them into \
      seconds with ten constants fitted on published steps ('llmcost backtest --stage step'). It is the step of a tuned \
      system; whole runs take 1.2 to 1.9 times as long. What is not given is looked for: among the layouts that fit in \
      memory the fastest ten are listed, and those within 4 % of the fastest are a tie. \
      A machine's own rate of matrix products, --matmul-tflops, explains most of what differs between machines of one \
      kind. The exit status is 1 where the layout does not fit.

      Stable names for --get, CSV and JSON: \(StepRow.names.joined(separator: ", ")).
      """,
    usage: "(--params N | --model ID | --config FILE) [options]",
    groups: InputRow.groups(for: .runs, [.model]) + StepOptions.groups + [
      OptionGroup(
        "Results",
        [.explain.saying("show each part with its formula, counts and constants")]), OutputOptions.group,
    ],
    examples: [
      CommandExample(
        "llmcost step --model llama-3.1-405b --gpu h100 --gpus 16384 --context 8k --global-batch 2048",
        "the fastest layouts for a cluster"),
      CommandExample(
        "llmcost step --model llama-3.1-70b --gpus 512 --layout tp4,pp4,vp5 --scale-out 100Gbps",
        "a layout of your own, over a slower network"),
      CommandExample(
        "llmcost step --params 7B --gpu rtx-4090 --gpus 64 --get tokens_per_second", "one number for a script"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in try StepCommand(arguments).run(in: world) }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let request = try ScenarioOptions(arguments, for: .runs, [.model], catalog: catalog, in: world)
      .sizeRequest(usage: Self.syntax.usageLine)
    let (model, sizes) = try ScenarioOptions.resolved(request, catalog)
    let (search, step) = try search(sizes, catalog)
    var document = try answer(search, step, title: model.title, catalog).document
    document.notes = request.notes.map(\.commandLine) + document.notes
    return try output.outcome(document, in: world)
  }

  private func search(
    _ sizes: ModelSizes, _ catalog: TableCatalog
  ) throws(Failure) -> (search: LayoutSearch, step: StepModel) {
    let hardware = try step.hardware(catalog)
    let job = try step.job(sizes.shape, on: hardware, in: catalog)
    do throws(CatalogError) {
      guard let constants = try catalog.stepConstants() else {
        throw .malformed(file: "step-constants.json", row: nil, field: nil, problem: "there are no constants")
      }
      let share = try catalog.factor("training-memory-share").value.typical.value
      var search = LayoutSearch(
        job, memory: sizes.memory, on: hardware, constants, memoryShare: share, optimizer: step.optimizer)
      if let rank = step.rank { search.job.rank = Double(rank) }
      return (search, search.step ?? StepModel(job, on: hardware, constants))
    } catch {
      throw Failure(error)
    }
  }

  /// The layout to show, and the fastest ones that fit.
  private func answer(
    _ start: LayoutSearch, _ model: StepModel, title: String, _ catalog: TableCatalog
  ) throws(Failure) -> StepAnswer {
    var search = start
    let asked = try step.count()
    let (fixed, given) = try step.fixed(asked)
    search.fixed = fixed
    if let stack = try step.trainingStack(catalog), !stack.hasPipeline { search.fixed.hasPipeline = false }
    guard
      let count = asked ?? given.map({ Int($0.accelerators) }) ?? search.smallest().map({ Int($0.layout.accelerators) })
    else { throw Self.nothingFits(search, on: LayoutSearch.maximumAccelerators) }
    if let given { try check(given, search, on: count) }
    let best = search.recommended(on: count)
    guard let first = best.first ?? search.nearest(on: count) else { throw Self.impossible(search, on: count) }
    var free = start
    free.fixed.offload = search.fixed.offload
    let alternative = best.isEmpty ? free.recommended(on: count, limit: 1).first : nil
    let spread: StepSpread
    do throws(CatalogError) { spread = try catalog.stepSpread() } catch { throw Failure(error) }
    return StepAnswer(
      title: title, step: model, search: search, best: best, shown: first, count: count, alternative: alternative,
      fewest: best.isEmpty && alternative == nil ? free.smallest().map { Int($0.layout.accelerators) } : nil,
      spread: spread, isStackKnown: step.stack != nil)
  }

  private func check(_ layout: Layout, _ search: LayoutSearch, on count: Int) throws(Failure) {
    var layout = layout
    if search.fixed.microBatch == nil { layout.microBatch = 1 }
    do {
      try layout.check(search.model, batch: search.job.batch ?? 1, on: count)
    } catch {
      throw Failure("--layout: \(error.message)", hint: error.hint, status: .usage)
    }
  }

  /// No layout has these degrees, whatever the memory.
  private static func impossible(_ search: LayoutSearch, on count: Int) -> Failure {
    do {
      try search.fixed.layout(on: count).check(search.model, batch: search.job.batch ?? 1, on: count)
    } catch {
      return Failure("no layout of these degrees: \(error.message)", hint: error.hint, status: .usage)
    }
    return Failure(
      "no layout of these degrees and this batch has \(count) accelerators", hint: "leave one of them out",
      status: .usage)
  }

  private static func nothingFits(_ search: LayoutSearch, on count: Int) -> Failure {
    Failure(
      "no number of accelerators up to \(count) holds it", hint: "larger accelerators, or --offload optimizer",
      status: .failed)
  }
}
