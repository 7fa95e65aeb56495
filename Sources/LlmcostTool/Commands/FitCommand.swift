import CommandLineKit
import CostModel
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
      training step that fit the fastest is shown, as 'llmcost step' predicts it, and beside that tuned speed what whole \
      runs get; --by time and --by cost sort by its \
      tokens a second, and by what a billion of tokens costs on demand. Where a degree is given, so is the rest of the \
      layout but for data parallelism: micro-batches of 1, no interleaving, everything computed again unless options say \
      otherwise. With --gpus the exit \
      status is 1 where the job does not fit. Sizes without --model or --config are estimated from the parameters.
      """,
    usage: "(--params N | --model ID | --config FILE) [options]",
    groups: InputRow.groups(for: .runs, [.model]) + MemoryOptions.groups + [
      OptionGroup("Hardware", [.accelerator, .accelerators, .precision, .order]),
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
    let (model, sizes) = try ScenarioOptions.resolved(request, catalog)
    let job = try memory.job(parameters: sizes.memory.parameters, of: model.known?.architecture)
    var rows: [FitRow] = []
    do throws(ScenarioError) {
      for accelerator in try chosen(catalog) {
        let step = try job.step(sizes.shape, precision: precision, on: accelerator, in: catalog)
        guard var search = try LayoutSearch.on(accelerator, sizes.memory, job, step: step, in: catalog) else {
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
    if isSingle { rows = rows.map { $0.practiced(FitPractice(request, job, precision, on: $0, in: catalog)) } }
    var document = FitAnswer(
      title: model.title, task: job.task, rows: rows, isSingle: isSingle, order: order, count: count
    ).document
    document.notes = request.notes.map(\.commandLine)
    do throws(ScenarioError) {
      let doubt = try model.known?.architecture.doubt(ofSequences: job.context, in: catalog)
      document.notes += doubt.map { [$0.commandLine] } ?? []
    } catch {
      throw Failure(error)
    }
    return try output.outcome(document, in: world)
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
