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
  var isQuiet = false
  var tables: [String] = []

  static let group = OptionGroup<OutputOptions>(
    "Output",
    [
      Option("--format", "-f", as: Format.self, help: "how to print") { $0.format = $1 },
      Option(switch: "--json", shortFor: "--format", help: "short for --format json") { $0.format = .json },
      Option("--columns", as: NameList.self, help: "columns of csv, tsv, jsonl and markdown, in order") {
        $0.columns = $1
      },
      Option("--output", "-o", as: String.self, placeholder: "file", help: "write to a file, whole or not at all") {
        $0.output = $1
      },
      Option("--color", as: ColorChoice.self, help: "color of tables; NO_COLOR turns it off") { $0.color = $1 },
      Option("--width", as: WholeNumber.self, help: "width of tables; 0 for no limit") { $0.width = $1 },
      Option(switch: "--quiet", "-q", help: "leave out the notes on standard error") { $0.isQuiet = true },
      Option(
        "--tables", as: String.self, placeholder: "path", isRepeatable: true,
        help: "folder or file of rows laid over the built-in tables; see 'llmcost tables --help'"
      ) { $0.tables.append($1) },
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
  var explains = false
  var samples: WholeNumber?
  var seed: WholeNumber?
  var maximumCost: RangeOption<Dollars>?
  var maximumDays: RangeOption<Hours>?

  static let group = OptionGroup<EstimateOptions>(
    "Results and ranges",
    [
      Option(
        "--get", as: String.self, placeholder: "path",
        help: "print one bare number, as cost_usd or accelerator_hours.p90"
      ) { $0.get = $1 },
      Option(switch: "--explain", help: "print every value with its formula and its sources") { $0.explains = true },
      Option(
        "--samples", as: WholeNumber.self, help: "draws behind p10 and p90, up to 1,000,000; 0 for none (default 512)"
      ) { $0.samples = $1 },
      Option("--seed", as: WholeNumber.self, help: "start of the draws (default 1)") { $0.seed = $1 },
      Option("--max-cost", as: RangeOption<Dollars>.self, help: "exit with status 1 if the total cost is above") {
        $0.maximumCost = $1
      },
      Option("--max-days", as: RangeOption<Hours>.self, help: "exit with status 1 if the run takes longer") {
        $0.maximumDays = $1
      },
    ])

  func plan() throws(Failure) -> SamplingPlan { try Self.plan(samples: samples, seed: seed) }

  /// How ranges are found, by these options.
  static func plan(samples: WholeNumber?, seed: WholeNumber?) throws(Failure) -> SamplingPlan {
    let draws = samples?.value ?? SamplingPlan().draws
    guard draws <= 1_000_000 else {
      throw Failure("--samples: \(draws) draws are too many", hint: "1,000,000 is the most", status: .usage)
    }
    return SamplingPlan(draws: draws, seed: UInt64(seed?.value ?? 1))
  }
}
