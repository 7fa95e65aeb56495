import CommandLineKit
import CostModel

/// `llmcost sweep`: many estimates of a stage or of serving; of pre-training where neither is named.
struct SweepCommand {
  static let summary = "Estimate many scenarios at once: lists and grids of any option, or rows of a file."

  /// Grids of more rows are refused unless they are asked for.
  fileprivate static let mostRows = 100_000_000

  private let subject: SweepSubject
  private let arguments: Arguments
  private let isZipped: Bool
  private let sampling: SamplingOptions
  private let limits: LimitOptions
  private let columns: NameList?

  static let command = SubjectCommand<SweepSubject>(
    name: "sweep",
    further: """
      A recipe in place of the stage is estimated at every combination of the values of its paths, as --set \
      people.engineer-us.count=2,4.
      """, syntax: syntax,
    runRecipe: { (arguments, world) throws(Failure) in try ProgramSweep.run(arguments, in: world) }
  ) { (subject, arguments, usage, world) throws(Failure) in
    try SweepCommand(subject, arguments).run(usage: usage, in: world)
  }

  private static func syntax(of subject: SweepSubject) -> CommandSyntax {
    CommandSyntax(
      name: "llmcost sweep \(subject.name)", summary: summary,
      discussion: """
        Takes the options of 'llmcost \(subject.name)', each with a value, a list 'a,b,c', a grid 'a..b:n' of n evenly \
        spaced points or 'a..b:log:n' by a constant factor, or a mix of them; a bare 'a..b' stays a range. Every \
        combination is a row, the last option moving fastest. A row shows the options given, then its results at \
        typical values, then what is wrong with it.
        """,
      usage: subject.usage + " [options]",
      groups: [
        OptionGroup("Sweep", [.rows, .zip, .pareto, .strict, .mostRows] + SamplingOptions.options(default: 0)),
        OptionGroup("Limits", LimitOptions.ofRows),
      ]
        + subject.groups.map { OptionGroup($0.title, $0.options.map(\.asList)) }
        + [OptionGroup("Output", [.sweepFormat, .results, .output, .sweepQuiet, .tables])],
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

  private init(_ subject: SweepSubject, _ arguments: Arguments) throws(Failure) {
    self.subject = subject
    self.arguments = arguments
    isZipped = arguments.has(.zip)
    sampling = try SamplingOptions(arguments)
    limits = try LimitOptions(arguments)
    columns = try arguments.value(of: .columns)
  }

  private func run(usage: String, in world: any World) throws(Failure) -> Outcome {
    let pareto: ParetoOption? = try arguments.value(of: .pareto)
    let catalog = TableCatalog(try Tables.load(arguments.texts(of: .tables), in: world), memory: TableMemory())
    let setup = SweepSetup(
      subject: subject, catalog: catalog,
      sampling: limits.limits.isEmpty
        ? try sampling.plan(default: asksForRanges ? SamplingPlan().draws : 0, in: catalog)
        : try limits.plan(sampling, in: catalog, isCounting: true), limits: limits,
      results: try results(), pareto: pareto?.objectives ?? [],
      isStrict: arguments.has(.strict),
      format: try arguments.value(of: .sweepFormat, as: SweepFormat.self)?.format ?? DelimitedFormat.commas,
      isQuiet: arguments.has(.quiet), usage: usage)
    let axes = try axes()
    let output = arguments.text(of: .output)
    var outcome = Outcome(outputPath: output == "-" ? nil : output)
    if let rows = arguments.text(of: .rows) {
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

  /// Whether a column is the end of a range, which takes draws.
  private var asksForRanges: Bool {
    columns?.names.contains { $0.hasSuffix(".p10") || $0.hasSuffix(".p90") } ?? false
  }

  private func results() throws(Failure) -> [SweepResult] {
    let names = columns?.names ?? subject.standard
    let ranges = sampling.isAsked && columns == nil && limits.limits.isEmpty
    let chances = SweepResult.chances(within: limits.limits)
    try limits.checkLimits(of: names, "--columns")
    var results: [SweepResult] = []
    for name in ranges ? names.flatMap({ [$0, $0 + ".p10", $0 + ".p90"] }) : names {
      guard let result = chances.first(where: { $0.name == name }) ?? SweepResult(name, of: subject) else {
        let known = subject.names + subject.moreResults
        throw Failure(
          unknown: name, option: "--columns", listed: known,
          isSpread: true)
      }
      guard !results.contains(where: { $0.name == name }) else {
        throw Failure("--columns: '\(name)' is there twice", hint: "name it once", status: .usage)
      }
      results.append(result)
    }
    return results + (columns == nil ? chances : [])
  }

  private func axes() throws(Failure) -> [SweepAxis] {
    var axes: [SweepAxis] = []
    let options = subject.options
    for given in arguments.given {
      let (name, text) = (given.option, given.text)
      guard let option = options.first(where: { $0.name == name }) else { continue }
      guard let kind = option.kind else {
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
          text, option: name, number: option.number, isOneValue: name == "--commitment" && text.contains(":"))
        for value in axis.probes { try kind.check(value.text) }
        axes.append(axis)
      } catch {
        throw Failure("\(name): \(error.reason)", hint: error.hint, usage: nil, status: .usage)
      }
    }
    return axes
  }

  /// How many rows the axes span.
  private func count(_ axes: [SweepAxis]) throws(Failure) -> Int {
    let most = try arguments.count(of: .mostRows) ?? Self.mostRows
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

extension Option {
  fileprivate static let rows = Option(
    "--from", of: .text("file"), completing: .file,
    help: "rows of CSV with a header, or of JSON Lines, whose columns are options; - is standard input")
  fileprivate static let zip = Option(
    switch: "--zip", help: "take lists in step, first with first, instead of all combinations")
  fileprivate static let pareto = Option(
    "--pareto", of: .type(ParetoOption.self),
    help: "keep the rows that no other beats, as cost,flop: less is better, but of flop, mfu and sizes more")
  fileprivate static let strict = Option(
    switch: "--strict", help: "stop at the first row that is wrong, instead of a column error")
  fileprivate static let mostRows = Option(
    "--max-rows", of: .whole, help: "refuse grids of more rows (default \(SweepCommand.mostRows))")
  fileprivate static let sweepFormat = Option(
    "--format", "-f", of: .type(SweepFormat.self), help: "how to print (default csv)")
  fileprivate static let results = columns.saying(
    "results to show, as cost_usd,accelerator_hours.p90; the options given come first")
  fileprivate static let sweepQuiet = quiet.saying("leave out the notes and the progress on standard error")

  /// The option with lists and grids of its values, which are checked one by one.
  fileprivate var asList: Option {
    var option = self
    option.kind = kind.map(Several.init)
    return option
  }
}
