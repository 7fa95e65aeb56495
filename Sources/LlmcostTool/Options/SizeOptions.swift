import CommandLineKit
import CostModel

/// One value of one unit behind an option.
struct AmountOption<Measure>: Sendable {
  var value: Quantity<Measure>
}

extension AmountOption: OptionValue where Measure: Unit {
  static var placeholder: String {
    switch Measure.dimension {
    case .operations: "flop"
    case .ratio: "number"
    default: RangeOption<Measure>.placeholder
    }
  }

  init(argument: String) throws(ValueError) {
    guard !argument.contains("..") else {
      throw ValueError("'\(argument)' is a range, where one value is needed", hint: "give its typical value")
    }
    do throws(NotationError) {
      value = Quantity(
        try Notation.parse(argument, as: Measure.dimension, bareUnit: Measure.dimension == .hours ? "d" : nil))
    } catch {
      throw ValueError(error)
    }
  }
}

/// The constants of a parametric law: `E=1.69,A=406.4,B=410.7,alpha=0.34,beta=0.28`.
struct LawConstants: OptionValue {
  var surface: LossSurface

  static var placeholder: String { "E=,A=,B=,alpha=,beta=" }

  init(argument: String) throws(ValueError) {
    var values: [String: Double] = [:]
    let names = ["e", "a", "b", "alpha", "beta"]
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2, names.contains(pair[0].lowercased()), let value = Double(pair[1]), value.isFinite else {
        throw ValueError("'\(part)' is not one of E=, A=, B=, alpha=, beta= with a number", hint: Self.hint)
      }
      guard values.updateValue(value, forKey: pair[0].lowercased()) == nil else {
        throw ValueError("\(pair[0]) is given twice", hint: Self.hint)
      }
    }
    for name in names where values[name] == nil {
      throw ValueError("\(name.count == 1 ? name.uppercased() : name) is missing", hint: Self.hint)
    }
    guard
      let surface = LossSurface(
        irreducible: values["e"] ?? 0, parameterWeight: values["a"] ?? 0, parameterExponent: values["alpha"] ?? 0,
        tokenWeight: values["b"] ?? 0, tokenExponent: values["beta"] ?? 0)
    else {
      throw ValueError("A, B, alpha and beta must be above 0, and E not below", hint: Self.hint)
    }
    self.surface = surface
  }

  private static let hint = "write E=1.69,A=406.4,B=410.7,alpha=0.34,beta=0.28 for L = E + A/N^alpha + B/D^beta"
}

/// Options that say what is known of a model to be sized, and by which laws.
struct SizeOptions: Sendable {
  var compute: AmountOption<Operations>?
  var budget: AmountOption<Dollars>?
  var parameters: AmountOption<Parameters>?
  var tokens: AmountOption<Tokens>?
  var loss: AmountOption<Ratio>?
  var laws: [String] = []
  var constants: LawConstants?
  var uniqueTokens: AmountOption<Tokens>?
  var activeParameters: String?
  var inferenceTokens: AmountOption<Tokens>?
  var requests: AmountOption<Tokens>?
  var tokensPerRequest: AmountOption<Tokens>?
  var tokensPerDay: AmountOption<Tokens>?
  var lifetime: AmountOption<Hours>?
  var servingMFU: AmountOption<Ratio>?
  var isPlotted = false
  var get: String?
  var sampling = SamplingOptions()

  static let groups: [OptionGroup<SizeOptions>] = [
    OptionGroup(
      "What is known: one of these, or --days with --gpus",
      [
        Option("--compute", "-c", as: AmountOption<Operations>.self, help: "training FLOP, as 1e24") {
          $0.compute = $1
        },
        Option("--budget", "-b", as: AmountOption<Dollars>.self, help: "total cost of the run, as 5M") {
          $0.budget = $1
        },
        Option("--params", "-p", as: AmountOption<Parameters>.self, help: "all parameters of the model, as 70B") {
          $0.parameters = $1
        },
        Option(
          "--tokens", "-t", as: AmountOption<Tokens>.self,
          help: "training tokens, as 15T; with --params, a report on how far that model is overtrained"
        ) { $0.tokens = $1 },
        Option("--loss", as: AmountOption<Ratio>.self, help: "loss to reach, in nats per token of the law's own data") {
          $0.loss = $1
        },
      ]),
    OptionGroup(
      "Scaling law",
      [
        Option(
          "--law", as: String.self, placeholder: "name", isRepeatable: true,
          help:
            "the law; may be repeated, the first one counts (default besiroglu, beside hoffmann and rule-20); see 'llmcost tables scaling-laws'"
        ) { $0.laws.append($1) },
        Option("--law-constants", as: LawConstants.self, help: "your own law, L = E + A/N^alpha + B/D^beta") {
          $0.constants = $1
        },
        Option(
          "--unique-tokens", as: AmountOption<Tokens>.self,
          help: "tokens there are; training on more repeats them, which is worth less each time"
        ) { $0.uniqueTokens = $1 },
        Option(
          "--active-params", as: String.self, placeholder: "count",
          help: "not known to any law: see --law krajewski-moe"
        ) { $0.activeParameters = $1 },
      ]),
    OptionGroup(
      "Serving: the size that is cheapest over its life at the same loss",
      [
        Option(
          "--inference-tokens", as: AmountOption<Tokens>.self, help: "tokens served over the model's life, as 2T"
        ) { $0.inferenceTokens = $1 },
        Option("--requests", as: AmountOption<Tokens>.self, help: "or: requests served, with --tokens-per-request") {
          $0.requests = $1
        },
        Option("--tokens-per-request", as: AmountOption<Tokens>.self, help: "tokens of a prompt and its answer") {
          $0.tokensPerRequest = $1
        },
        Option("--tokens-per-day", as: AmountOption<Tokens>.self, help: "or: tokens served a day, with --lifetime") {
          $0.tokensPerDay = $1
        },
        Option("--lifetime", as: AmountOption<Hours>.self, help: "how long it is served, as 2y") { $0.lifetime = $1 },
        Option(
          "--serving-mfu", as: AmountOption<Ratio>.self, placeholder: "share",
          help: "share of the dense 16-bit peak that serving reaches (default 0.1)"
        ) { $0.servingMFU = $1 },
      ]),
  ]

  static let resultGroup = OptionGroup<SizeOptions>(
    "Results and ranges",
    [
      Option(switch: "--plot", help: "draw the loss of other sizes for the same FLOP") { $0.isPlotted = true },
      Option(
        "--get", as: String.self, placeholder: "path", help: "print one bare number of the first law, as parameters"
      ) { $0.get = $1 },
    ]
      + SamplingOptions.options().map {
        $0.lifted { (options, body) throws(ValueError) in try body(&options.sampling) }
      })

  /// What is known; days and accelerators are known together, and alone only say how a model of known size is trained.
  func target(days: Ranged<Hours>?, accelerators: Ranged<Accelerators>?, usage: String) throws(Failure) -> Sizing.Target
  {
    let known: [(name: String, value: Double, target: Sizing.Target)] = [
      compute.map { ("--compute", $0.value.value, .operations($0.value)) },
      budget.map { ("--budget", $0.value.value, .budget($0.value)) },
      parameters.map { ("--params", $0.value.value, .parameters($0.value)) },
      tokens.map { ("--tokens", $0.value.value, .tokens($0.value)) },
      loss.map { ("--loss", $0.value.value, .loss($0.value.value)) },
    ].compactMap { $0 }
    for (name, value, _) in known where value <= 0 {
      throw Failure("\(name) must be above 0", hint: "give the amount without a sign", status: .usage)
    }
    if let days, let accelerators {
      if let first = known.first {
        throw Failure(
          "\(first.name) is given, and --days with --gpus, which set the compute too",
          hint: "give \(first.name) with one of --days and --gpus: the other follows", status: .usage)
      }
      guard days.isCertain, accelerators.isCertain else {
        throw Failure("--days and --gpus must be single values here", hint: "leave out the ranges", status: .usage)
      }
      return .acceleratorHours(Quantity(days.typical.value * accelerators.typical.value))
    }
    if let parameters, let tokens, known.count == 2 {
      return .size(ModelSize(parameters: parameters.value, tokens: tokens.value))
    }
    guard let only = known.first else {
      let alone = days != nil ? "--days" : accelerators != nil ? "--gpus" : nil
      throw Failure(
        alone.map { "\($0) alone does not say how much compute there is" } ?? "nothing says how large the model may be",
        hint: "give one of --compute, --budget, --params, --tokens, --loss, or --days with --gpus", usage: usage,
        status: .usage)
    }
    if known.count > 1 {
      throw Failure(
        "\(known[0].name) and \(known[1].name) are both given, and each sets the size",
        hint: "give one: the others follow; only --params and --tokens go together", status: .usage)
    }
    return only.target
  }

  /// The tokens served over the model's life; nil where nothing is said of them.
  func servedTokens() throws(Failure) -> Quantity<Tokens>? {
    func pair<One, Other>(
      _ one: (String, AmountOption<One>?), _ other: (String, AmountOption<Other>?)
    ) throws(Failure) -> Double? {
      switch (one.1, other.1) {
      case (let left?, let right?): return left.value.value * right.value.value
      case (nil, nil): return nil
      case (let left, _):
        let (given, missing) = left == nil ? (other.0, one.0) : (one.0, other.0)
        throw Failure("\(given) needs \(missing)", hint: "add \(missing)", status: .usage)
      }
    }
    let ways = [
      inferenceTokens?.value.value,
      try pair(("--requests", requests), ("--tokens-per-request", tokensPerRequest)),
      try pair(("--tokens-per-day", tokensPerDay), ("--lifetime", lifetime)).map { $0 / 24 },
    ].compactMap { $0 }
    guard ways.count <= 1 else {
      throw Failure(
        "the tokens served are given in two ways",
        hint: "give --inference-tokens, or requests and their length, or tokens per day and a lifetime", status: .usage)
    }
    guard let tokens = ways.first else {
      if servingMFU != nil {
        throw Failure(
          "--serving-mfu has no effect without tokens to serve", hint: "add --inference-tokens", status: .usage)
      }
      return nil
    }
    guard tokens > 0 else {
      throw Failure("the tokens served must be above 0", hint: "leave them out to count training alone", status: .usage)
    }
    if let share = servingMFU?.value.value, !(share > 0 && share <= 1) {
      throw Failure("--serving-mfu must be above 0 and at most 1", hint: "write a share such as 0.1", status: .usage)
    }
    return Quantity(tokens)
  }
}
