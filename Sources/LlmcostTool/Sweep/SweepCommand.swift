import CommandLineKit
import CostModel
import CostTables

/// `llmcost sweep`: finds the stage, which is pre-training where none is named.
enum Sweeps {
  static let summary = "Estimate many scenarios at once: lists and grids of any option, or rows of a file."

  /// Pre-training's, and those of the stages behind it.
  static var description: CommandDescription {
    var description = SweepCommand<PretrainCommand>.syntax.description
    description.words = ["sweep"]
    description.usage = "[stage] " + description.usage
    description.subcommands = AnyStage.all.map { $0.sweepDescription() }
    return description
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    guard let first = arguments.first, !first.hasPrefix("-") else {
      return try SweepCommand<PretrainCommand>.run(arguments, in: world)
    }
    let stage = try AnyStage.named(first, usage: "llmcost sweep <stage> [options of the stage]")
    return try stage.sweep(Array(arguments.dropFirst()), world)
  }
}

/// `llmcost sweep pretrain` and the other stages.
struct SweepCommand<Stage> {
  var given: [(option: String, text: String)] = []
  var isZipped = false
  var rows: String?
  var mostRows: WholeNumber?
  var pareto: ParetoOption?
  var isStrict = false
  var sampling = SamplingOptions()
  var format: SweepFormat?
  var columns: NameList?
  var output: String?
  var isQuiet = false
  var tables: [String] = []
}

extension SweepCommand: Sendable where Stage: Sendable {}

extension SweepCommand where Stage: StageCommand {
  static var syntax: CommandSyntax<SweepCommand> {
    CommandSyntax(
      name: "llmcost sweep \(Stage.name)", summary: Sweeps.summary,
      discussion: """
        Takes the options of 'llmcost \(Stage.name)', each with a value, a list 'a,b,c', a grid 'a..b:n' of n evenly \
        spaced points or 'a..b:log:n' by a constant factor, or a mix of them; a bare 'a..b' stays a range. Every \
        combination is a row, the last option moving fastest. A row shows the options given, then its results at \
        typical values, then what is wrong with it.
        """,
      usage: Stage.usage + " [options]", groups: [sweepGroup] + stageGroups + [outputGroup],
      examples: [
        CommandExample(
          "llmcost sweep --params 1B,7B,70B --tokens 1T..20T:log:20 --gpu h100-sxm,b200 > sweep.csv",
          "three sizes on twenty corpora on two accelerators"),
        CommandExample(
          "llmcost sweep --params 8B,70B --tokens 2T,15T --zip --format jsonl --columns cost_usd,days --gpus 1024",
          "two runs, pairwise"),
        CommandExample(
          "llmcost sweep --params 1B..100B:log:20 --tokens 1T..20T:log:20 --gpu h100,b200 --pareto cost_usd,params,tokens",
          "what no other run beats at its cost; and with --from runs.csv, a row for each row of a file"),
      ])
  }

  private static var sweepGroup: OptionGroup<SweepCommand> {
    OptionGroup(
      "Sweep",
      [
        Option(
          "--from", as: String.self, placeholder: "file", completing: .file,
          help: "rows of CSV with a header, or of JSON Lines, whose columns are options; - is standard input"
        ) { $0.rows = $1 },
        Option(switch: "--zip", help: "take lists in step, first with first, instead of all combinations") {
          $0.isZipped = true
        },
        Option(
          "--pareto", as: ParetoOption.self,
          help: "keep the rows that no other beats, as cost,flop: less is better, but of flop, mfu and sizes more"
        ) { $0.pareto = $1 },
        Option(switch: "--strict", help: "stop at the first row that is wrong, instead of a column error") {
          $0.isStrict = true
        },
        Option("--max-rows", as: WholeNumber.self, help: "refuse grids of more rows (default 100000000)") {
          $0.mostRows = $1
        },
      ]
        + SamplingOptions.options(default: 0).map {
          $0.lifted { (command, body) throws(ValueError) in try body(&command.sampling) }
        })
  }

  /// The stage's own options, whose values are kept as text.
  private static var stageGroups: [OptionGroup<SweepCommand>] {
    Stage.groups.map { group in
      OptionGroup(
        group.title,
        group.options.map { option in
          let name = option.names.first ?? ""
          return Option(option, store: { (text, command) in command.given.append((name, text)) })
        })
    }
  }

  private static var outputGroup: OptionGroup<SweepCommand> {
    OptionGroup(
      "Output",
      [
        Option("--format", "-f", as: SweepFormat.self, help: "how to print (default csv)") { $0.format = $1 },
        Option(
          "--columns", as: NameList.self,
          help: "results to show, as cost_usd,accelerator_hours.p90; the options given come first"
        ) { $0.columns = $1 },
        Option(
          "--output", "-o", as: String.self, placeholder: "file", completing: .file,
          help: "write to a file, whole or not at all"
        ) { $0.output = $1 },
        Option(switch: "--quiet", "-q", help: "leave out the notes and the progress on standard error") {
          $0.isQuiet = true
        },
        Option(
          "--tables", as: String.self, placeholder: "path", isRepeatable: true, completing: .file,
          help: "folder or file of rows laid over the built-in tables; see 'llmcost help tables'"
        ) { $0.tables.append($1) },
      ])
  }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    let syntax = syntax
    return try syntax.run(arguments, from: SweepCommand(), in: world) { (command, _) throws(Failure) in
      try command.run(usage: syntax.usageLine, in: world)
    }
  }

  private func run(usage: String, in world: any World) throws(Failure) -> Outcome {
    let setup = SweepSetup<Stage>(
      catalog: TableCatalog(try Tables.load(tables, in: world), memory: TableMemory()),
      sampling: try sampling.plan(default: 0),
      results: try results(), pareto: pareto?.objectives ?? [], isStrict: isStrict, format: format ?? .csv,
      isQuiet: isQuiet, usage: usage)
    let axes = try axes()
    var outcome = Outcome(outputPath: output == "-" ? nil : output)
    if let rows {
      guard !isZipped, axes.allSatisfy({ $0.count == 1 }) else {
        throw Failure(
          "--from gives the rows, and the options lists of values",
          hint: "give one value for all rows, or leave out --from",
          status: .usage)
      }
      outcome.stream = try setup.stream(file: rows, fixed: axes)
    } else {
      outcome.stream = try setup.stream(axes, isZipped: isZipped, rows: try count(axes), in: world)
    }
    return outcome
  }

  private func results() throws(Failure) -> [SweepResult] {
    let names = columns?.names ?? SweepResult.standard
    let ranges = (sampling.samples?.value ?? 0) > 0 && columns == nil
    var results: [SweepResult] = []
    for name in ranges ? names.flatMap({ [$0, $0 + ".p10", $0 + ".p90"] }) : names {
      guard let result = SweepResult(name, more: Stage.sweepResults) else {
        let known = Summary.names + Stage.sweepResults
        throw Failure(
          unknown: name, option: "--columns", listed: known,
          isSpread: true)
      }
      guard !results.contains(where: { $0.name == name }) else {
        throw Failure("--columns: '\(name)' is there twice", hint: "name it once", status: .usage)
      }
      results.append(result)
    }
    return results
  }

  private func axes() throws(Failure) -> [SweepAxis] {
    var axes: [SweepAxis] = []
    let options = Stage.groups.flatMap(\.options)
    for (name, text) in given {
      guard let option = options.first(where: { $0.names.first == name }) else { continue }
      if option.placeholder == nil {
        axes.append(SweepAxis(switch: name))
        continue
      }
      guard text != "-" else {
        throw Failure(
          "\(name): standard input cannot be read for each row", hint: "give the name of a file", status: .usage)
      }
      do throws(ValueError) {
        // Shares of commitments have commas of their own.
        let axis = try SweepAxis(
          text, option: name, number: Stage.numbers.first { $0.name == name },
          isOneValue: name == "--commitment" && text.contains(":"))
        for value in axis.probes {
          var scratch = Stage()
          try option.store(value.text, &scratch)
        }
        axes.append(axis)
      } catch {
        throw Failure("\(name): \(error.reason)", hint: error.hint, usage: nil, status: .usage)
      }
    }
    return axes
  }

  /// How many rows the axes span.
  private func count(_ axes: [SweepAxis]) throws(Failure) -> Int {
    let most = mostRows?.value ?? 100_000_000
    var rows = 1.0
    if isZipped {
      let counts = axes.map(\.count).filter { $0 > 1 }
      if let one = axes.first(where: { $0.count > 1 }),
        let other = axes.first(where: { $0.count > 1 && $0.count != one.count })
      {
        throw Failure(
          "--zip: \(one.option) has \(one.count) values and \(other.option) \(other.count)",
          hint: "give lists of one length, and one value for what stays the same", status: .usage)
      }
      rows = Double(counts.first ?? 1)
    } else {
      for axis in axes { rows *= Double(axis.count) }
    }
    guard rows <= Double(most) else {
      let factors = axes.filter { $0.count > 1 }
        .map { "\($0.name) \(Notation.display(Double($0.count), as: .items, digits: 6))" }
      throw Failure(
        "the grid has \(Notation.machineText(rows)) rows (\(factors.joined(separator: " × "))), more than \(most)",
        hint: "make it smaller, or allow it by --max-rows", status: .usage)
    }
    return Int(rows)
  }
}
