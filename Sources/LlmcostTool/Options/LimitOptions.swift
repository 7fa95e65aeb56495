import CommandLineKit
import CostModel

/// Confidences as shares or percents: `0.5,0.9` or `50,90`.
struct ConfidenceList: OptionValue {
  var confidences: [Double]

  static var placeholder: String { "p,p" }

  init(argument: String) throws(ValueError) {
    var confidences: [Double] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let confidence = try Self.share(String(part))
      guard confidence < 1 else {
        throw ValueError("nothing holds with \(part)", hint: "write less than 100%, as 95%")
      }
      if !confidences.contains(confidence) { confidences.append(confidence) }
    }
    self.confidences = confidences.sorted()
  }

  /// A probability: above 1 it is in percent.
  static func share(_ text: String) throws(ValueError) -> Double {
    let hint = "write a probability such as 0.9 or 90%"
    let isPercent = text.hasSuffix("%")
    guard let number = Double(isPercent ? String(text.dropLast()) : text), number.isFinite else {
      throw ValueError("'\(text)' is not a probability", hint: hint)
    }
    // Nobody means one percent and a half by 1.5.
    guard isPercent || number <= 1 || number >= 10 else {
      throw ValueError("'\(text)' is neither a share nor a percentage", hint: hint)
    }
    let share = isPercent || number > 1 ? number / 100 : number
    guard share > 0, share <= 1 else { throw ValueError("'\(text)' is not between 0 and 100%", hint: hint) }
    return share
  }
}

/// A confidence that is required.
struct Confidence: OptionValue {
  var share: Double

  static var placeholder: String { "p" }

  init(argument: String) throws(ValueError) { share = try ConfidenceList.share(argument) }
}

/// What a job may take, and how sure that is to be.
struct LimitOptions: Sendable {
  let limits: Limits
  /// The confidences that are asked for; nil for none.
  private let asked: [Double]?
  /// The chance below which a gate does not let pass; nil for no gate.
  let required: Double?

  init(_ arguments: Arguments) throws(Failure) {
    var limits: Limits = [:]
    for limited in Limited.allCases {
      guard let most = try arguments.number(of: limited.option)?.typical.value else { continue }
      guard most > 0 else {
        throw Failure("\(limited.option.name): nothing fits into 0", hint: "give a limit above 0", status: .usage)
      }
      limits[limited] = most
    }
    self.limits = limits
    asked = try arguments.value(of: .confidence, as: ConfidenceList.self)?.confidences
    required = try arguments.value(of: .requiredConfidence, as: Confidence.self)?.share
    guard required == nil || !limits.isEmpty else {
      throw Failure(
        "--require-confidence needs something to stay inside", hint: "add --budget, as --budget 25M", status: .usage)
    }
  }

  static let options: [Option] = Limited.allCases.map(\.option) + [.confidence, .requiredConfidence]
  /// Those of many rows, each of which has its chance.
  static let ofRows: [Option] = Limited.allCases.map { limited in
    limited.option.saying("a limit of every row, whose chance to stay inside is a column, \(limited.chance)")
  }
  /// As a group of the help.
  static let group = OptionGroup("Limits and confidence", options)

  /// What people want to know of amounts: where limits or confidences are given, or a name calls for them.
  ///
  /// - Parameter output: The names that are asked for.
  /// - Returns: The results and confidences; nil where nothing is asked.
  /// - Throws: ``Failure`` for the name of a chance whose limit is not given.
  func wanted(by output: OutputOptions) throws(Failure) -> (results: [Limited], confidences: [Double])? {
    try checkLimits(of: output.get, "--get")
    try checkLimits(of: output.columns?.names ?? [], "--columns")
    var confidences = asked ?? []
    var names: [String] = []
    for name in output.get + (output.columns?.names ?? []) {
      guard let limited = Limited.allCases.first(where: { name.hasPrefix($0.result + ".") }) else { continue }
      let end = name.dropFirst(limited.result.count + 1)
      if end == "mean" || end == "median" { names.append(name) }
      guard end.first == "p", let percent = Double(end.dropFirst()), percent > 0, percent < 100 else { continue }
      guard ![10, 90].contains(percent) else { continue }
      names.append(name)
      if !confidences.contains(percent / 100) { confidences.append(percent / 100) }
    }
    guard !limits.isEmpty || asked != nil || !names.isEmpty else { return nil }
    if asked == nil { confidences += Chances.usualConfidences.filter { !confidences.contains($0) } }
    let isOfAll = limits.isEmpty
    return (isOfAll ? Limited.allCases : [.money], confidences.sorted())
  }

  /// Refuses the names of chances whose limits are not given.
  func checkLimits(of names: [String], _ option: String) throws(Failure) {
    for name in names {
      let isOfAll = name == Limited.chanceOfAll && limits.count < 2
      guard isOfAll || Limited.allCases.contains(where: { $0.chance == name && limits[$0] == nil }) else { continue }
      let limited = Limited.allCases.first { $0.chance == name } ?? .money
      throw Failure(
        "\(option): \(name) needs \(isOfAll ? "two limits or more" : "a limit")", hint: "add \(limited.example)",
        status: .usage)
    }
  }

  /// How draws are made where chances are counted: enough to settle them.
  func plan(_ sampling: SamplingOptions, in catalog: TableCatalog, isCounting: Bool) throws(Failure) -> SamplingPlan {
    guard isCounting else { return try sampling.plan(in: catalog) }
    let plan = try sampling.plan(default: Chances.draws, in: catalog)
    guard plan.draws > 1 else {
      throw Failure(
        "--samples: a chance is a share of draws, and \(plan.draws) are too few", hint: "leave out --samples",
        status: .usage)
    }
    return plan
  }

  /// Holds the columns of a comparison to the limits: a column that breaks them more often than is allowed fails.
  func hold(_ columns: [(name: String, chances: Chances)], to document: inout Document) throws(Failure) {
    for column in columns {
      do throws(Failure) { try checkAnswered(by: column.chances) } catch {
        var failure = error
        failure.message = "\(column.name): \(failure.message)"
        throw failure
      }
      guard let required else { continue }
      if let failure = column.chances.failure(requiring: required, of: column.name + ": ") {
        document.failures.append(failure)
      }
    }
  }

  /// Refuses limits that an answer says nothing of.
  ///
  /// - Parameters:
  ///   - chances: The answer.
  ///   - advice: What gives it such a result; nil for what is usual.
  /// - Throws: ``Failure`` that names the first of them.
  func checkAnswered(by chances: Chances, advice: String? = nil) throws(Failure) {
    guard let missing = chances.missing(limits).first else { return }
    throw Failure(
      "\(missing.option.name): this has no \(missing.words)",
      hint: advice
        ?? (missing == .time ? "--gpus gives a stage one, where accelerators run" : "leave out \(missing.option.name)"),
      status: .usage)
  }
}

extension Limited {
  /// Its option.
  var option: Option {
    switch self {
    case .money:
      Option(
        "--budget", "-b", of: .single(.dollars), formerly: ["--max-cost"],
        help: "what it may cost, in USD: prints the chance to stay inside")
    case .time: Option("--max-days", of: .single(.hours), help: "how long it may take; prints the chance alike")
    case .energy:
      Option(
        "--max-energy", of: .single(.kilowattHours), placeholder: "energy",
        help: "electricity that it may take, as 5GWh; prints the chance alike")
    case .carbon:
      Option(
        "--max-carbon", of: .single(.gramsCO2e), placeholder: "mass",
        help: "greenhouse gases that it may emit, as 500t; prints the chance alike")
    }
  }

  /// Its option with a value.
  fileprivate var example: String {
    switch self {
    case .money: "--budget 25M"
    case .time: "--max-days 60"
    case .energy: "--max-energy 5GWh"
    case .carbon: "--max-carbon 500t"
    }
  }

  /// What is limited, for messages.
  var words: String {
    switch self {
    case .money: "cost"
    case .time: "time from start to end"
    case .energy: "energy"
    case .carbon: "carbon"
    }
  }

  /// The stable name of a limit.
  var limitName: String {
    switch self {
    case .money: "budget_usd"
    case .time: "max_days"
    case .energy: "max_energy_kwh"
    case .carbon: "max_carbon_kg"
    }
  }

  /// How many of the unit of its stable name are one base unit.
  var perBaseUnit: Double { Estimate.result(result)?.unit.perBaseUnit ?? 1 }

  /// A limit with its option, for messages.
  func text(_ limit: Double) -> String { "\(option.name) \(Notation.display(limit, as: dimension))" }
}

extension Option {
  static let confidence = Option(
    "--confidence", of: .type(ConfidenceList.self),
    help: "print the amounts that hold with these probabilities, as 50,80,90,95")
  static let requiredConfidence = Option(
    "--require-confidence", of: .type(Confidence.self),
    help: "exit with status 1 if staying inside all limits is less likely, as 0.9")
}
