import CommandLineKit
import CostModel
import CostTables
import TextFormats

/// `llmcost fit`: how many accelerators a job fits on.
struct FitCommand: Sendable {
  private let arguments: Arguments
  private let count: Int?
  private let precision: TrainingPrecision
  private let order: FitOrder
  private let output: OutputOptions

  private init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    count = try arguments.count(of: .accelerators)
    precision = try arguments.value(of: .precision) ?? .bf16
    order = try arguments.value(of: .order) ?? .accelerators
    output = try OutputOptions(arguments)
  }

  static let summary = "Find the fewest accelerators that a job fits on, with a layout and the memory by part."

  static let syntax = CommandSyntax(
    name: "llmcost fit",
    summary: summary,
    discussion: """
      Adds up weights, gradients, optimizer, activations, logits and caches on the most loaded accelerator, and tries \
      layouts: tensor, pipeline, context, data and expert parallelism, ZeRO. Counts are powers of two. Some of the \
      memory stays free for the runtime (factors training-memory-share and decode-memory-share). Of the layouts of a \
      training step that fit the fastest is shown, as 'llmcost step' predicts it; --by time and --by cost sort by its \
      tokens a second, and by what a billion of tokens costs on demand. Where a degree is given, so is the rest of the \
      layout but for data parallelism: micro-batches of 1, no interleaving, everything computed again unless options say \
      otherwise. With --gpus the exit \
      status is 1 where the job does not fit. Sizes without --model or --config are estimated from the parameters.
      """,
    usage: "(--params N | --model ID | --config FILE) [options]",
    groups: InputRow.groups(for: .runs, [.model]) + MemoryOptions.groups + [
      OptionGroup("Hardware", [.accelerator, .accelerators, .precision, .order]),
      OptionGroup("Results", [.get("name", "print one bare value of the first row, as accelerators or total_bytes")]),
      OutputOptions.group,
    ],
    examples: [
      CommandExample("llmcost fit --model llama-3.1-70b --task qlora", "the smallest of every kind for QLoRA"),
      CommandExample(
        "llmcost fit --model deepseek-v3 --gpu h800 --gpus 2048", "a layout for a cluster, with memory by part"),
      CommandExample(
        "llmcost fit --params 7B --task sft --gpu a100 --get accelerators", "one number for a script"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in try FitCommand(arguments).run(in: world) }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    let memory = MemoryOptions(arguments: arguments)
    let request = try ScenarioOptions(arguments, for: .runs, [.model], catalog: catalog, in: world)
      .sizeRequest(usage: Self.syntax.usageLine)
    if let count, !(1...1_000_000_000).contains(count) {
      throw Failure("--gpus: \(count) is out of range", hint: "write a number from 1", status: .usage)
    }
    var fixed = try LayoutOptions(arguments: arguments).fixed()
    fixed.keepPlain()
    let resolved: (model: Scenario.Model, widthToDepth: Double)
    do throws(ScenarioError) { resolved = try ScenarioBuilder.model(for: request, in: catalog) } catch {
      throw Failure(error)
    }
    let profile = MemoryProfile(resolved.model, widthToDepth: resolved.widthToDepth)
    let shape = TransformerShape(resolved.model, widthToDepth: resolved.widthToDepth)
    let job = try memory.job(parameters: profile.parameters, of: resolved.model.known?.architecture)
    var rows: [FitRow] = []
    do throws(ScenarioError) {
      for accelerator in try chosen(catalog) {
        let step = try job.step(shape, precision: precision, on: accelerator, in: catalog)
        guard var search = try LayoutSearch.on(accelerator, profile, job, step: step, in: catalog) else {
          throw .missing(field: "memory", accelerator: accelerator.name)
        }
        search.fixed = fixed
        rows.append(FitRow(accelerator, search, count: count, dollarsPerHour: try price(accelerator, catalog)))
      }
    } catch {
      throw Failure(error)
    }
    let isSingle = arguments.has(.accelerator)
    if !isSingle { rows = FitRow.sorted(rows.filter { $0.fits }, by: order) }
    let view = FitView(
      title: resolved.model.title, task: job.task, rows: rows, isSingle: isSingle, order: order)
    var outcome = output.outcome(try text(of: view, in: world), notes: request.notes.map(\.commandLine))
    if let problem = view.problem(count) {
      outcome.complaint += "llmcost: \(problem)\n"
      outcome.status = .failed
    }
    return outcome
  }

  private func chosen(_ catalog: TableCatalog) throws(ScenarioError) -> [Accelerator] {
    do throws(CatalogError) {
      guard let accelerator = arguments.text(of: .accelerator) else { return try catalog.currentAccelerators() }
      return [try catalog.accelerator(accelerator)]
    } catch {
      throw .catalog(error)
    }
  }

  private func price(_ accelerator: Accelerator, _ catalog: TableCatalog) throws(ScenarioError) -> Double? {
    do throws(CatalogError) {
      return try catalog.marketPrice(accelerator: accelerator.id, commitment: .onDemand)?.rate.typical.value
    } catch {
      throw .catalog(error)
    }
  }

  private func text(of view: FitView, in world: any World) throws(Failure) -> String {
    let get = arguments.text(of: .get)
    let format = try output.formatForColumns(get: get)
    if let name = get {
      guard FitRow.names.contains(name) else { throw Failure(unknown: name, option: "--get", listed: FitRow.names) }
      guard let row = view.rows.first else { return "" }
      return Records.cell(row.value(name)) + "\n"
    }
    switch format {
    case .table:
      let style = output.style(in: world)
      return style.shown(view.table(width: output.columns(in: world), style: style))
    case .json: return view.json.prettyText()
    case .html, .svg: return try view.page.text(format)
    case .csv, .tsv, .jsonl, .markdown:
      let names = try OutputOptions.chosen(output.columns, from: FitRow.names)
      return Records.text(
        format, columns: names, rows: view.rows.map { row in names.map { row.value($0) } },
        numeric: Set(names.indices.filter { !["accelerator", "fits", "layout", "recompute"].contains(names[$0]) }))
    }
  }
}

extension Option {
  fileprivate static let accelerator = InputRow.accelerator.option.saying(
    "accelerator (default: all on the market); see 'llmcost tables accelerators'")
  fileprivate static let accelerators = Option(
    "--gpus", "-n", of: .whole, help: "accelerators in the cluster (default: the fewest)")
  fileprivate static let precision = Option(
    "--precision", of: .type(TrainingPrecision.self), help: "format of the matrix products (default bf16)")
  fileprivate static let order = Option(
    "--by", of: .type(FitOrder.self), help: "what sorts the accelerators (default accelerators)")
}

extension TrainingPrecision: OptionValue {}

/// What sorts accelerators.
enum FitOrder: String, CaseIterable, OptionValue {
  case accelerators, time, cost
}
