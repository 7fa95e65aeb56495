import CommandLineKit
import CostModel
import CostTables
import TextFormats

/// `llmcost fit`: how many accelerators a job fits on.
struct FitCommand: Sendable {
  var model = ModelOptions()
  var parameters: RangeOption<Parameters>?
  var activeParameters: RangeOption<Parameters>?
  var memory = MemoryOptions()
  var accelerator: String?
  var accelerators: WholeNumber?
  var precision: TrainingPrecision?
  var order = FitOrder.accelerators
  var get: String?
  var output = OutputOptions()

  static let summary = "Find the fewest accelerators that a job fits on, with a layout and the memory by part."

  static let syntax = CommandSyntax<FitCommand>(
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
    groups: [
      OptionGroup(
        "Model",
        [
          Option("--params", "-p", as: RangeOption<Parameters>.self, help: "all parameters of the model, as 70B") {
            $0.parameters = $1
          },
          Option(
            "--active-params", as: RangeOption<Parameters>.self,
            help: "parameters that work on each token of a mixture of experts, as 37B"
          ) { $0.activeParameters = $1 },
        ] + ModelOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.model) }.options)
    ] + MemoryOptions.groups.map { $0.lifted { (command, body) throws(ValueError) in try body(&command.memory) } } + [
      OptionGroup(
        "Hardware",
        [
          Option(
            "--gpu", "-g", as: String.self, placeholder: "id", completing: .accelerators,
            help: "accelerator (default: all on the market); see 'llmcost tables accelerators'"
          ) { $0.accelerator = $1 },
          Option("--gpus", "-n", as: WholeNumber.self, help: "accelerators in the cluster (default: the fewest)") {
            $0.accelerators = $1
          },
          Option("--precision", as: TrainingPrecision.self, help: "format of the matrix products (default bf16)") {
            $0.precision = $1
          },
          Option("--by", as: FitOrder.self, help: "what sorts the accelerators (default accelerators)") {
            $0.order = $1
          },
        ]),
      OptionGroup(
        "Results",
        [
          Option(
            "--get", as: String.self, placeholder: "name",
            help: "print one bare value of the first row, as accelerators or total_bytes"
          ) { $0.get = $1 }
        ]),
      OutputOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.output) },
    ],
    examples: [
      CommandExample("llmcost fit --model llama-3.1-70b --task qlora", "the smallest of every kind for QLoRA"),
      CommandExample(
        "llmcost fit --model deepseek-v3 --gpu h800 --gpus 2048", "a layout for a cluster, with memory by part"),
      CommandExample(
        "llmcost fit --params 7B --task sft --gpu a100 --get accelerators", "one number for a script"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, from: FitCommand(), in: world) { (command, _) throws(Failure) in
      try command.run(in: world)
    }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    var options = ScenarioOptions()
    (options.model, options.parameters, options.activeParameters) = (model, parameters, activeParameters)
    try options.load(catalog: catalog, in: world)
    let request = try options.modelRequest(usage: Self.syntax.usageLine)
    let count = accelerators?.value
    if let count, !(1...1_000_000_000).contains(count) {
      throw Failure("--gpus: \(count) is out of range", hint: "write a number from 1", status: .usage)
    }
    var fixed = try memory.layout.fixed()
    fixed.keepPlain()
    let resolved: (model: Scenario.Model, widthToDepth: Double)
    do throws(ScenarioError) { resolved = try Resolver.model(for: request, in: catalog) } catch { throw Failure(error) }
    let profile = MemoryProfile(resolved.model, widthToDepth: resolved.widthToDepth)
    let shape = TransformerShape(resolved.model, widthToDepth: resolved.widthToDepth)
    let job = try memory.job(parameters: profile.parameters)
    var rows: [FitRow] = []
    do throws(ScenarioError) {
      for accelerator in try chosen(catalog) {
        let step = try job.step(shape, precision: precision ?? .bf16, on: accelerator, in: catalog)
        guard var search = try LayoutSearch.on(accelerator, profile, job, step: step, in: catalog) else {
          throw .missing(field: "memory", accelerator: accelerator.name)
        }
        search.fixed = fixed
        rows.append(FitRow(accelerator, search, count: count, dollarsPerHour: try price(accelerator, catalog)))
      }
    } catch {
      throw Failure(error)
    }
    if accelerator == nil { rows = FitRow.sorted(rows.filter { $0.fits }, by: order) }
    let view = FitView(
      title: resolved.model.title, task: job.task, rows: rows, isSingle: accelerator != nil, order: order)
    var outcome = Outcome(
      output: try text(of: view, in: world), outputPath: output.output == "-" ? nil : output.output)
    if !output.isQuiet { outcome.complaint = request.notes.map { "note: \($0)\n" }.joined() }
    if let problem = view.problem(count) {
      outcome.complaint += "llmcost: \(problem)\n"
      outcome.status = .failed
    }
    return outcome
  }

  private func price(_ accelerator: Accelerator, _ catalog: TableCatalog) throws(ScenarioError) -> Double? {
    do throws(CatalogError) {
      return try catalog.marketPrice(accelerator: accelerator.id, commitment: .onDemand)?.rate.typical.value
    } catch {
      throw .catalog(error)
    }
  }

  private func chosen(_ catalog: TableCatalog) throws(ScenarioError) -> [Accelerator] {
    do throws(CatalogError) {
      guard let accelerator else { return try catalog.currentAccelerators() }
      return [try catalog.accelerator(accelerator)]
    } catch {
      throw .catalog(error)
    }
  }

  private func text(of view: FitView, in world: any World) throws(Failure) -> String {
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

extension TrainingPrecision: OptionValue {}

/// What sorts accelerators.
enum FitOrder: String, CaseIterable, OptionValue {
  case accelerators, time, cost
}
