import CommandLineKit
import CostModel
import TextFormats

/// `llmcost sensitivity RECIPE`: what drives the spread of a program's total cost.
enum ProgramSensitivity {
  private static let top = Option("--top", of: .whole, help: "print the first so many inputs alone")

  static let syntax = CommandSyntax(
    name: "llmcost sensitivity", summary: SensitivityCommand.summary,
    discussion: "Takes a recipe in place of a stage: what the spread of the program's total cost comes from.",
    usage: "RECIPE [--set path=value] [--scenario NAME] [options]",
    operands: [Operand("RECIPE", completing: .list("recipes"))],
    groups: [
      OptionGroup(
        "Sensitivity",
        [.overrides, .scenario, top] + SamplingOptions.options(default: SensitivityCommand.draws)),
      OutputOptions.group,
    ],
    examples: [CommandExample("llmcost sensitivity domain-7b --top 5", "the five inputs that move a program most")])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      let output = try OutputOptions(arguments)
      let catalog = TableCatalog(try Tables.load(output.tables, in: world), memory: TableMemory())
      let plan = try SamplingOptions(arguments).plan(default: SensitivityCommand.draws, in: catalog)
      guard plan.draws > 1 else {
        throw Failure("--samples: \(plan.draws) is too few for a variance", hint: "leave it out", status: .usage)
      }
      let name = arguments.operands.first ?? ""
      let reading = try ProgramReader(catalog: catalog, world: world).reading(
        name, try arguments.values(of: .overrides),
        scenarios: [arguments.text(of: .scenario) ?? ProgramReader.plan])
      var sensitivity = reading.program.sensitivity(plan)
      sensitivity.key = Program.results.first
      if let top = try arguments.count(of: top) { sensitivity.drivers = Array(sensitivity.drivers.prefix(top)) }
      var document = SensitivityDocument(
        stage: "program", key: "cost_usd", title: reading.program.name, sensitivity: sensitivity
      ).document
      document.notes = reading.notes + document.notes
      return try output.outcome(document, in: world)
    }
  }
}

/// `llmcost sweep RECIPE --set path=a,b,c`: a program at every combination of some values.
enum ProgramSweep {
  /// More are a slip of the pen.
  private static let most = 10_000

  static let syntax = CommandSyntax(
    name: "llmcost sweep", summary: SweepCommand.summary,
    discussion: """
      Takes a recipe in place of a stage: a row for each combination of the values behind --set, which are separated by \
      commas, all on the same draws.
      """,
    usage: "RECIPE --set path=a,b,c [--set path=a,b] [options]",
    operands: [Operand("RECIPE", completing: .list("recipes"))],
    groups: [
      OptionGroup("Grid", [.overrides, .scenario] + SamplingOptions.options(default: 0)),
      OptionGroup("Limits", LimitOptions.ofRows), OutputOptions.group,
    ],
    examples: [
      CommandExample(
        "llmcost sweep domain-7b --set stages.sft.examples=1000,5000 --set research=1,2 --format csv",
        "four variants of a program")
    ])

  /// A combination of values, and what comes of it.
  private struct Row: Sendable {
    var values: [String]
    var report: ProgramReport?
    var chances: Chances?
    var error: String?
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      let output = try OutputOptions(arguments)
      let catalog = TableCatalog(try Tables.load(output.tables, in: world), memory: TableMemory())
      let limits = try LimitOptions(arguments)
      let isCounting = !limits.limits.isEmpty
      let sampling = try SamplingOptions(arguments)
      let plan =
        try isCounting
        ? limits.plan(sampling, in: catalog, isCounting: true) : sampling.plan(default: 0, in: catalog)
      let axes: [OverrideOption] = try arguments.values(of: .overrides)
      guard !axes.isEmpty else {
        throw Failure("nothing varies", hint: "add --set path=a,b,c", usage: syntax.usageLine, status: .usage)
      }
      let reader = ProgramReader(catalog: catalog, world: world)
      var rows: [Row] = []
      let grid = try combinations(axes)
      var file = try ProgramGrid(arguments.operands.first ?? "", reader, scenario: arguments.text(of: .scenario))
      for values in grid {
        var row = Row(values: values.map(\.text))
        do throws(Failure) {
          let program = try file.program(values)
          row.report = program.report(plan)
          if isCounting { row.chances = program.chances(within: limits.limits, confidences: [], plan: plan) }
        } catch {
          // One combination that makes no sense does not end the table; where none does, it is the answer.
          if grid.count == 1 { throw error }
          row.error = error.message
        }
        rows.append(row)
      }
      var document = document(
        rows, axes.map { $0.path.joined(separator: ".") }, SweepResult.chances(within: limits.limits).map(\.name),
        title: file.name)
      document.notes = file.notes
      return try output.outcome(document, in: world)
    }
  }

  private static func combinations(_ axes: [OverrideOption]) throws(Failure) -> [[OverrideOption]] {
    var grid: [[OverrideOption]] = [[]]
    for axis in axes {
      let values = axis.alternatives
      guard grid.count * values.count <= most else {
        throw Failure("the grid has more than \(most) rows", hint: "give fewer values", status: .usage)
      }
      grid = grid.flatMap { row in values.map { row + [$0] } }
    }
    return grid
  }

  private static func document(_ rows: [Row], _ paths: [String], _ chances: [String], title: String) -> Document {
    var document = Document("sweep", title: title)
    let fields: [[Field<Row>]] =
      paths.enumerated().map { place, path in Field.word(path) { $0.values[place] } }
      + Program.results.map { key in
        Field.spread(key.key) { row in row.report.flatMap { key.value(in: $0.report) } }
      } + chances.map { name in Field.number(name) { $0.chances?.chance(named: name) } }
      + [Field.word("error") { $0.error }]
    document.records = Records(rows, fields)
    document.answer = nil
    document.sections = { _ in
      var table = Table(
        "",
        paths.map { Table.Column($0) } + [.number("total cost"), .range, .number("accelerator-hours")]
          + chances.map { .number($0) } + ["error"])
      for row in rows {
        let hours = Cell.value(row.report?.value("accelerator_hours").typical, .acceleratorHours)
        let shares = chances.map { name in
          row.chances?.chance(named: name).map { Cell.text(Chances.percent($0)) } ?? .empty
        }
        table.add(
          row.values.map(Cell.text) + Cell.spread(row.report?.value("cost_usd"), .dollars) + [hours] + shares
            + [.text(row.error ?? "")])
      }
      let bars = rows.compactMap { row in
        row.report.map { (row.values.joined(separator: ", "), $0.value("cost_usd")) }
      }
      let chart = bars.isEmpty ? nil : Chart.bars("Total cost", "One bar for each row.", bars, .dollars)
      return [Document.Section("grid", "Total cost", chart, table)]
    }
    return document
  }
}

/// One recipe at many values: what does not change is estimated once.
private struct ProgramGrid {
  let file: RecipeFile
  let scenario: String
  private(set) var name = ""
  private(set) var notes: [String] = []
  private let reader: ProgramReader
  private var builder: ProgramBuilder

  init(_ name: String, _ reader: ProgramReader, scenario: String?) throws(Failure) {
    file = try RecipeFile(name, catalog: reader.catalog, in: reader.world)
    self.reader = reader
    self.scenario = scenario ?? ProgramReader.plan
    builder = ProgramBuilder(catalog: reader.catalog, world: file.neighborhood(in: reader.world))
  }

  mutating func program(_ values: [OverrideOption]) throws(Failure) -> Program {
    let reading = try reader.reading(file, values, scenarios: [scenario], &builder)
    name = reading.program.name
    for note in reading.notes where !notes.contains(note) { notes.append(note) }
    return reading.program
  }
}
