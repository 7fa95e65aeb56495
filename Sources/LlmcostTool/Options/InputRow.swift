import CommandLineKit
import CostModel

/// One input of an estimate as the command line knows it: options, sweeps, and what each command takes all read this row.
struct InputRow: Sendable {
  /// The heading of the help that it stands under.
  typealias Group = Settings.Group
  /// The commands that take it.
  typealias Users = Scope

  /// The option, without a word of its default.
  let option: Option
  /// See ``Group``.
  let group: Group
  /// See ``Users``.
  let users: Users
  /// What is taken where it is not given.
  let fallback: Fallback
  /// What turns a value as it is written into the base unit.
  let scale: Double

  init(_ group: Group, for users: Users = .runs, else fallback: Fallback = .nothing, _ option: Option) {
    self.group = group
    self.users = users
    self.fallback = fallback
    self.option = option
    scale = 1
  }

  /// The row of a declared setting.
  init(_ setting: AnySetting, _ group: Group) {
    self.group = group
    users = setting.scope
    fallback = setting.fallback
    option = Option(setting)
    scale = setting.entry?.scale ?? 1
  }

  /// The option with what is taken without it.
  ///
  /// - Parameter isFineTuning: Whether that is for a stage after pre-training.
  /// - Returns: The option for help, which may name a row in braces.
  func described(isFineTuning: Bool = false) -> Option {
    var option = option
    switch fallback {
    case .found(let text): option.help += " (default\(text.contains(" ") ? ":" : "") \(text))"
    case .row(let row, let table, let other, let factor):
      let place = (table == "factors" ? "" : table + ":") + (isFineTuning ? other ?? row : row)
      option.help += " (default {\(place)*\(Notation.machineText(factor / scale))})"
    case .nothing: break
    }
    return option
  }
}

extension Message {
  /// The message as a command line spells it.
  var commandLine: String { text(input: { "--" + $0 }, command: { "llmcost " + $0 }) }
}

extension Scenario {
  /// Its notes as a command line spells them.
  var noteLines: [String] { notes.map(\.commandLine) }
}

extension ScenarioError {
  /// What is wrong, as a command line spells it.
  var text: String { message.commandLine }
}

// MARK: - Model and data

extension InputRow {
  static let configuration = InputRow(
    .model, for: [.runs, .serving],
    Option(
      "--config", of: .text("file"), completing: .file,
      help: "a Hugging Face config.json; - reads it from standard input"))
  static let model = InputRow(
    .model, for: [.runs, .serving],
    Option(
      "--model", "-m", of: .text("id"), completing: .list("architectures"),
      help: "a known architecture, as llama-3.1-405b; see 'llmcost tables architectures'"))
  static let furtherPhases = InputRow(
    .data,
    Option(
      "--then", of: .type(PhaseOption.self), isRepeatable: true,
      help: "a further phase, as 800B@128k: continued training, context extension, annealing; may be repeated"))
}

// MARK: - Hardware

extension InputRow {
  static let accelerator: InputRow = {
    var option = Option(
      "--gpu", "-g", of: .text("id"), completing: .accelerators,
      help: "accelerator (default \(ScenarioBuilder.defaultAccelerator)); see 'llmcost tables accelerators'"
    ).essential
    option.expansion = { text in counted(text).map { ($0.name, ["--gpus", $0.count]) } }
    return InputRow(.hardware, for: .all, option)
  }()

  /// `8xH100` or `H100x64`, an accelerator with how many there are; nil for any other text.
  static func counted(_ text: String) -> (count: String, name: String)? {
    let parts = text.split(omittingEmptySubsequences: false) { "xX×*".contains($0) }.map(String.init)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let counts = parts.map { $0.allSatisfy { $0.isASCII && $0.isNumber } }
    if counts == [true, false] { return (parts[0], parts[1]) }
    // `rtx4090` is a name.
    return counts == [false, true] && parts[0].last?.isNumber == true ? (parts[1], parts[0]) : nil
  }
  static let precision = InputRow(
    .hardware,
    Option(
      "--precision", of: .type(Precision.self),
      help: "number format (default bf16, or fp16 where there is no bf16)"))
  static let flopCount = InputRow(
    .hardware,
    Option(
      "--flops", of: .type(FlopCount.self),
      help: "print FLOP and MFU by 6ND, as efficiencies count (default), or exact, by --model or --config"))
}

// MARK: - Measured speed

extension InputRow {
  static let log = InputRow(
    .pilot, for: [.training, .generation],
    Option(
      "--log", of: .text("file"), completing: .file,
      help:
        "take the speed from a training log: Megatron-LM, torchtitan, Trainer, nanotron, Composer, verl and others, or a table of step, tokens and time; - is standard input"
    ))
  static let measuredAccelerator = InputRow(
    .pilot, for: .training, else: .found("that of the run"),
    Option(
      "--measured-gpu", of: .text("id"), completing: .accelerators,
      help: "accelerator that was measured, where the run has another: the model of a step carries its speed over"))
  static let measuredFlop = InputRow(
    .pilot, for: .training,
    Option(
      "--measured-flop", of: .type(FlopConvention.self),
      help:
        "what a measured MFU or rate counts: 6ND (parameters), attention too without (attention, default) or with the causal mask, or a forward pass computed again (recompute)"
    ))
}

extension FlopConvention: OptionValue {}

// MARK: - Money

extension InputRow {
  static let provider = InputRow(
    .money, for: [.runs, .serving],
    Option(
      "--provider", of: .text("name"), completing: .providers,
      help: "rent from this provider, at its published prices"))
  static let commitment = InputRow(
    .money, for: [.runs, .serving],
    Option(
      "--commitment", of: .type(CommitmentOption.self),
      help:
        "how it is rented (default: on-demand, by contract for large runs), or shares as on-demand:0.3,reserved-1y:0.7"
    ))
  static let tier = InputRow(
    .money, for: [.runs, .serving],
    Option(
      "--tier", of: .type(ProviderTier.self),
      help: "rent from this kind of seller (default neocloud, or what there is)"))
  static let prices = InputRow(
    .money, for: [.runs, .serving],
    Option(
      "--prices", of: .text("file"), completing: .file,
      help: "take prices from this file: a SkyPilot or gpuhunt catalog, or rows of your own"))
  static let priceDate = InputRow(
    .money, for: [.runs, .serving],
    Option(
      "--as-of", of: .type(DateOption.self),
      help: "at the prices of then, as 2023-06; with --prices and a catalog: when it was true"))
  static let start = InputRow(
    .money,
    Option(
      "--start", of: .type(DateOption.self),
      help: "when the run starts, as 2027-06: rents change until then, with a range"))
  static let own = InputRow(
    .money, for: [.runs, .serving],
    Option(
      switch: "--own", help: "own the cluster: hardware, capital, hosting, staff and electricity instead of rent"))
}

// MARK: - Cloud extras

extension InputRow {
  static let corpusStorage = InputRow(
    .extras, for: [.training, .search],
    Option("--corpus-storage", of: .type(StorageClass.self), help: "class of storage that holds the corpus"))
  static let checkpointStorage = InputRow(
    .extras, for: [.training, .search],
    Option("--checkpoint-storage", of: .type(StorageClass.self), help: "class of storage that holds the checkpoints"))
}

// MARK: - Ownership

extension InputRow {
  static let depreciation = InputRow(
    .ownership, for: [.runs, .cluster],
    Option(
      "--depreciation", of: .type(DepreciationMethod.self),
      help: "how the price is spread (default straight-line); price-performance as Cottier et al. 2024"))
  static let hosting = InputRow(
    .ownership, for: [.runs, .cluster], else: .found("colocation below a megawatt, else a facility"),
    Option("--hosting", of: .type(HostingKind.self), help: "where the servers stand"))
  /// Of pre-training alone: stages after it have methods of their own.
  static let method = InputRow(
    .methods,
    Option(
      "--method", of: .type(CostMethod.self),
      help: "count accelerators by rent, amortized purchase or acquisition, and show all three"))
}

// MARK: - Place and footprint

extension InputRow {
  static let region = InputRow(
    .place, for: .all,
    Option(
      "--region", of: .text("id"), completing: .regions,
      help: "grid or cloud region (default \(ScenarioBuilder.defaultRegion)); see 'llmcost tables regions'"))
  static let carbon = InputRow(
    .footprint, for: [.runs, .cluster],
    Option(
      "--carbon", of: .type(CarbonAccounting.self),
      help: "location: the grid's average (default); market: electricity under contract counts as zero"))
  static let grid = InputRow(
    .footprint, for: [.runs, .cluster],
    Option("--grid", of: .text("id"), help: "carbon intensity of this grid; see 'llmcost tables grid-carbon'"))
  static let gridYear = InputRow(
    .footprint, for: [.runs, .cluster],
    Option("--grid-year", of: .whole, placeholder: "year", help: "the region's grid in this year, as 2023"))
  static let embodied = InputRow(
    .footprint, for: [.runs, .serving],
    Option(switch: "--embodied", help: "count the making of the hardware, by share of its life"))
  static let equivalents = InputRow(
    .footprint, Option(switch: "--equivalents", help: "liken the footprint to homes, cars, people and pools"))
}

extension InputRow {
  /// Another name for a steady state's efficiency.
  static let benchmarkMFU = InputRow(
    .hardware, for: [.training, .search],
    Option(
      "--benchmark-mfu", of: NumberKind(dimension: .ratio, input: AnySetting(Settings.steadyMFU).key),
      sameAs: "--steady-mfu",
      help: "MFU of a tuned, short run; goodput lowers it in the same way"))
}
