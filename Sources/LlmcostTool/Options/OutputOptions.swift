import CommandLineKit
import CostModel

/// How results are printed.
enum Format: String, CaseIterable, OptionValue {
  case table, json, jsonl, csv, tsv, markdown
}

/// When output is colored.
enum ColorChoice: String, CaseIterable, OptionValue {
  case auto, always, never
}

/// Options of every command that prints results.
struct OutputOptions: Sendable {
  var format: Format?
  var output: String?
  var columns: NameList?
  var color: ColorChoice?
  var width: WholeNumber?
  var isQuiet: Bool?
  var tables: [String] = []

  static let group = OptionGroup<OutputOptions>(
    "Output",
    [
      Option("--format", "-f", to: \.format, help: "how to print"),
      Option("--json", to: \.format, setting: .json, help: "short for --format json"),
      Option("--columns", to: \.columns, help: "columns of csv, tsv, jsonl and markdown, in order"),
      Option("--output", "-o", to: \.output, placeholder: "file", help: "write to a file, whole or not at all"),
      Option("--color", to: \.color, help: "color of tables; NO_COLOR turns it off"),
      Option("--width", to: \.width, help: "width of tables; 0 for no limit"),
      Option("--quiet", "-q", to: \.isQuiet, setting: true, help: "leave out the notes on standard error"),
      Option(
        "--tables", appendingTo: \.tables, placeholder: "path",
        help: "folder or file of rows laid over the built-in tables; see 'llmcost tables --help'"),
    ])

  /// How wide tables may be.
  func columns(in world: any World) -> Int {
    if let width { return width.value == 0 ? .max : max(40, width.value) }
    if let terminal = world.terminalWidth { return max(40, terminal) }
    return world.environment("COLUMNS").flatMap { Int($0) }.map { max(40, $0) } ?? 100
  }

  /// Whether tables are colored.
  func isColored(in world: any World) -> Bool {
    switch color ?? .auto {
    case .always: true
    case .never: false
    case .auto:
      output == nil && world.terminalWidth != nil && (world.environment("NO_COLOR") ?? "").isEmpty
        && world.environment("TERM") != "dumb"
    }
  }
}

/// Options of every command that estimates.
struct EstimateOptions: Sendable {
  var get: String?
  var explains: Bool?
  var samples: WholeNumber?
  var seed: WholeNumber?
  var maximumCost: RangeOption<Dollars>?
  var maximumDays: RangeOption<Hours>?

  static let group = OptionGroup<EstimateOptions>(
    "Results and ranges",
    [
      Option(
        "--get", to: \.get, placeholder: "path", help: "print one bare number, as cost_usd or accelerator_hours.p90"),
      Option("--explain", to: \.explains, setting: true, help: "print every value with its formula and its sources"),
      Option("--samples", to: \.samples, help: "draws behind p10 and p90, up to 1,000,000; 0 for none (default 512)"),
      Option("--seed", to: \.seed, help: "start of the draws (default 1)"),
      Option("--max-cost", to: \.maximumCost, help: "exit with status 1 if the total cost is above"),
      Option("--max-days", to: \.maximumDays, help: "exit with status 1 if the run takes longer"),
    ])

  func plan() throws(Failure) -> SamplingPlan {
    let draws = samples?.value ?? SamplingPlan().draws
    guard draws <= 1_000_000 else {
      throw Failure("--samples: \(draws) draws are too many", hint: "1,000,000 is the most", status: .usage)
    }
    return SamplingPlan(draws: draws, seed: UInt64(seed?.value ?? 1))
  }
}
