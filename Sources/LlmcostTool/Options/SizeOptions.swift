import CommandLineKit
import CostModel

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
  private let arguments: Arguments
  private let compute: Quantity<Operations>?
  private let budget: Quantity<Dollars>?
  private let parameters: Quantity<Parameters>?
  private let tokens: Quantity<Tokens>?
  private let loss: Double?
  let laws: [String]
  let constants: LawConstants?
  let uniqueTokens: Quantity<Tokens>?
  let servingMFU: Double?
  let isPlotted: Bool
  let sampling: SamplingOptions

  init(_ arguments: Arguments) throws(Failure) {
    self.arguments = arguments
    compute = try arguments.quantity(of: .compute)
    budget = try arguments.quantity(of: .budget)
    parameters = try arguments.quantity(of: .parameters)
    tokens = try arguments.quantity(of: .tokens)
    loss = try arguments.number(of: .loss)?.typical.value
    laws = arguments.texts(of: .law)
    constants = try arguments.value(of: .lawConstants)
    uniqueTokens = try arguments.quantity(of: .uniqueTokens)
    servingMFU = try arguments.number(of: .servingMFU)?.typical.value
    isPlotted = arguments.has(.plot)
    sampling = try SamplingOptions(arguments)
    if arguments.has(.activeParameters) {
      throw Failure(
        "no law in the table says how the loss depends on the share of active parameters",
        hint: "size a dense model, or a 64-fold mixture of experts by --law krajewski-moe", status: .usage)
    }
  }

  static let groups = [
    OptionGroup(
      "What is known: one of these, or --days with --gpus", [.compute, .budget, .parameters, .tokens, .loss]),
    OptionGroup("Scaling law", [.law, .lawConstants, .uniqueTokens, .activeParameters]),
    OptionGroup(
      "Serving: the size that is cheapest over its life at the same loss",
      [.inferenceTokens, .requests, .tokensPerRequest, .tokensPerDay, .lifetime, .servingMFU]),
  ]

  static let resultGroup = OptionGroup(
    "Results and ranges",
    [
      .plot.saying("draw the loss of other sizes for the same FLOP")
    ] + SamplingOptions.options())

  /// What is known; days and accelerators are known together, and alone only say how a model of known size is trained.
  func target(days: Ranged<Hours>?, accelerators: Ranged<Accelerators>?, usage: String) throws(Failure) -> Sizing.Target
  {
    let known: [(name: String, value: Double, target: Sizing.Target)] = [
      compute.map { ("--compute", $0.value, .operations($0)) }, budget.map { ("--budget", $0.value, .budget($0)) },
      parameters.map { ("--params", $0.value, .parameters($0)) }, tokens.map { ("--tokens", $0.value, .tokens($0)) },
      loss.map { ("--loss", $0, .loss($0)) },
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
      return .size(ModelSize(parameters: parameters, tokens: tokens))
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
    func value(_ option: Option) throws(Failure) -> Double? { try arguments.number(of: option)?.typical.value }
    func product(_ one: Option, _ other: Option) throws(Failure) -> Double? {
      switch (try value(one), try value(other)) {
      case (let left?, let right?): return left * right
      case (nil, nil): return nil
      case (let left, _):
        let (given, missing) = left == nil ? (other.name, one.name) : (one.name, other.name)
        throw Failure("\(given) needs \(missing)", hint: "add \(missing)", status: .usage)
      }
    }
    let ways = [
      try value(.inferenceTokens), try product(.requests, .tokensPerRequest),
      try product(.tokensPerDay, .lifetime).map { $0 / 24 },
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
    if let share = servingMFU, !(share > 0 && share <= 1) {
      throw Failure("--serving-mfu must be above 0 and at most 1", hint: "write a share such as 0.1", status: .usage)
    }
    return Quantity(tokens)
  }
}

extension Option {
  fileprivate static let compute = Option(
    "--compute", "-c", of: .single(.operations), help: "training FLOP, as 1e24")
  fileprivate static let budget = Option(
    "--budget", "-b", of: .single(.dollars), help: "total cost of the run, as 5M")
  fileprivate static let parameters = Option(
    "--params", "-p", of: .single(.parameters), help: "all parameters of the model, as 70B")
  fileprivate static let tokens = Option(
    "--tokens", "-t", of: .single(.tokens),
    help: "training tokens, as 15T; with --params, a report on how far that model is overtrained")
  fileprivate static let loss = Option(
    "--loss", of: .single(.ratio), help: "loss to reach, in nats per token of the law's own data")
  fileprivate static let law = Option(
    "--law", of: .text("name"), isRepeatable: true,
    help:
      "the law; may be repeated, the first one counts (default besiroglu, beside hoffmann and rule-20); see 'llmcost tables scaling-laws'"
  )
  fileprivate static let lawConstants = Option(
    "--law-constants", of: .type(LawConstants.self), help: "your own law, L = E + A/N^alpha + B/D^beta")
  fileprivate static let uniqueTokens = Option(
    "--unique-tokens", of: .single(.tokens),
    help: "tokens there are; training on more repeats them, which is worth less each time")
  fileprivate static let activeParameters = Option(
    "--active-params", of: .text("count"), help: "not known to any law: see --law krajewski-moe")
  fileprivate static let inferenceTokens = Option(
    "--inference-tokens", of: .single(.tokens), help: "tokens served over the model's life, as 2T")
  fileprivate static let requests = Option(
    "--requests", of: .single(.tokens), help: "or: requests served, with --tokens-per-request")
  fileprivate static let tokensPerRequest = Option(
    "--tokens-per-request", of: .single(.tokens), help: "tokens of a prompt and its answer")
  fileprivate static let tokensPerDay = Option(
    "--tokens-per-day", of: .single(.tokens), help: "or: tokens served a day, with --lifetime")
  fileprivate static let lifetime = Option(
    "--lifetime", of: .single(.hours), help: "how long it is served, as 2y")
  fileprivate static let servingMFU = Option(
    "--serving-mfu", of: NumberKind(dimension: .ratio, form: .single, isShare: true), placeholder: "share",
    help: "share of the dense 16-bit peak that serving reaches (default {serving-mfu})")
}
