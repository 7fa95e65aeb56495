import CommandLineKit
import CostModel

/// What a plan is for: a stage, serving or a recipe, with what the command line says of it.
struct PlanJob: Sendable {
  /// An option that a plan chooses, and its value.
  typealias Word = (option: String, value: String)

  /// What it is.
  enum Subject: Sendable {
    case stage(StageCommand)
    case serving
    case program(PlanRecipe)
  }

  let subject: Subject
  /// The options of the job itself.
  let given: Arguments
  let catalog: TableCatalog
  let world: any World
  private let options: [Option]
  private let usage: String

  init(
    _ subject: Subject, _ options: [Option], _ arguments: Arguments, usage: String, catalog: TableCatalog,
    in world: any World
  ) {
    self.subject = subject
    self.catalog = catalog
    self.world = world
    self.usage = usage
    self.options = options
    var given = arguments
    for option in Option.ofPlans + OutputOptions.group.options + SamplingOptions.options() {
      given = given.without(option)
    }
    self.given = given
  }

  var isServing: Bool { if case .serving = subject { true } else { false } }

  var recipe: PlanRecipe? { if case .program(let recipe) = subject { recipe } else { nil } }

  /// Whether the formulas of one cluster hold for every other.
  var sharesFormulas: Bool { if case .stage(let stage) = subject { stage.isPretraining } else { false } }

  /// Whether data is moved out, for which some sellers charge.
  var movesData: Bool { given.given.contains { $0.option == "--egress" } }

  /// Whether training passes are most of it, which may be in 8 bits.
  var trains: Bool {
    switch subject {
    case .stage(let stage): stage.stage.trains
    case .serving: false
    case .program: true
    }
  }

  static let ownership = InputRow.groups(for: .all, [.ownership]).flatMap(\.options)

  /// What is said of owning.
  var ownershipGiven: [String] {
    let names = Self.ownership.map(\.name)
    return isServing ? [] : given.given.map(\.option).filter(names.contains)
  }

  private var stageName: String? { if case .stage(let stage) = subject { stage.name } else { nil } }

  /// Grams of a kWh that accelerators take where a plan puts them.
  func carbonIntensity(_ words: [Word]) throws(Failure) -> Double {
    let scenario: Scenario?
    switch subject {
    case .stage: scenario = try estimate(words).scenario
    case .serving: scenario = try serving(words).scenario
    case .program(let recipe):
      var builder = recipe.builder
      scenario = try recipe.reading(words, &builder).program.parts.map(\.estimate).first { !$0.work.phases.isEmpty }?
        .scenario
    }
    return scenario?.site.carbonIntensity.typical.value ?? 0
  }

  /// The options of a job with what a plan chooses.
  private func arguments(_ words: [Word], isOwned: Bool) throws(Failure) -> Arguments {
    var arguments = given
    if !isOwned {
      for option in Self.ownership where !isServing { arguments = arguments.without(option) }
    }
    for word in words {
      guard let option = options.first(where: { $0.names.contains(word.option) }) else { continue }
      do throws(ValueError) { try arguments.add(option, word.value) } catch {
        throw Failure("\(word.option): \(error.reason)", hint: error.hint, status: .usage)
      }
    }
    return arguments
  }

  /// The estimate of a stage with what a plan chooses.
  func estimate(_ words: [Word], isOwned: Bool = false) throws(Failure) -> Estimate {
    guard case .stage(let stage) = subject else {
      throw Failure("this is no single stage", status: .usage)
    }
    return try stage.estimate(
      try arguments(words, isOwned: isOwned), usage: usage, from: catalog, in: world
    ).rejectingUnused().estimate
  }

  /// The estimate of serving with what a plan chooses.
  func serving(_ words: [Word]) throws(Failure) -> ServingEstimate {
    try ServeCommand(try arguments(words, isOwned: false)).estimate(from: catalog, in: world).estimate
  }

  /// The command line of the job with what a plan chooses, as a shell takes it.
  func line(_ words: [Word]) -> [String] {
    if let recipe { return recipe.line(words) }
    let own = isServing ? [] : Self.ownership.map(\.name)
    var line = ["llmcost " + (stageName ?? "serve")]
    for given in given.given where !own.contains(given.option) {
      let isSwitch = options.first { $0.name == given.option }?.kind == nil
      line.append(isSwitch ? given.option : "\(given.option) \(Self.quoted(given.text))")
    }
    for word in words where options.contains(where: { $0.names.contains(word.option) }) {
      line.append("\(word.option) \(Self.quoted(word.value))")
    }
    return line
  }

  static func quoted(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.,:/%@+=".unicodeScalars.contains(scalar)
    }
    return isPlain
      ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

extension RentalOffer {
  /// The options that rent so.
  var words: [PlanJob.Word] {
    var words: [PlanJob.Word] = [provider.map { ("--provider", $0) } ?? ("--tier", tier?.rawValue ?? "")]
    words.append(("--commitment", commitment.rawValue))
    if let term { words.append(("--term", term.text)) }
    if let month = start.month { words.append(("--start", month.text)) }
    return words
  }
}

extension RentalOffer.Term {
  /// As people write it: `1y`.
  var text: String {
    let years = length.value / Hours.perYear
    return years == years.rounded() ? "\(Int(years))y" : Notation.exact(length.value, as: .hours)
  }
}
