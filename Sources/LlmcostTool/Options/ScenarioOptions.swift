import CommandLineKit
import CostModel

/// The training run that a command line describes: model, data, hardware, money and place.
struct ScenarioOptions: Sendable {
  private let arguments: Arguments
  /// Other options of a command may be called as inputs that it does not take.
  private let users: InputRow.Users
  private let groups: [InputRow.Group]
  private let catalog: TableCatalog
  /// The architecture that is named.
  let known: ModelOptions.Resolved?
  /// The published run whose model, cluster and tokens count where none are given, and its stage.
  var like: (run: LikeRun, stage: any CostModel.Stage.Type)?
  /// The training log that is named.
  let log: MeasuredLog?
  /// The file of prices that is named.
  private let prices: PriceFile?

  /// Reads the files that the options name.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - users: The commands that it is one of.
  ///   - groups: The inputs that it takes.
  ///   - catalog: The tables.
  ///   - world: Where the files are.
  /// - Throws: ``Failure`` for files that cannot be read.
  init(
    _ arguments: Arguments, for users: InputRow.Users, _ groups: [InputRow.Group], catalog: TableCatalog,
    in world: any World
  ) throws(Failure) {
    self.arguments = arguments
    self.users = users
    self.groups = groups
    self.catalog = catalog
    known =
      try groups.contains(.model) ? ModelOptions(arguments).resolve(in: world, catalog: catalog) : nil
    if groups.contains(.pilot), let path = arguments.text(of: InputRow.log.option) {
      let context = Option(AnySetting(Settings.context))
      let sequence = groups.contains(.data) ? try arguments.number(of: context)?.typical.value : nil
      log = try MeasuredLog(path, sequence: sequence, in: world)
    } else {
      log = nil
    }
    guard groups.contains(.money), let path = arguments.text(of: InputRow.prices.option) else {
      prices = nil
      return
    }
    let date: DateOption? = try arguments.value(of: InputRow.priceDate.option)
    prices = try PriceFile.read(
      path, likelyProvider: arguments.text(of: InputRow.provider.option), unknownProvider: "the file",
      asOf: try date.map { date throws(Failure) in try date.past(world.today) }, catalog: catalog, in: world)
  }

  private func takes(_ row: InputRow) -> Bool { !row.users.isDisjoint(with: users) && groups.contains(row.group) }

  /// What is given of a setting.
  private func range<Measure: Unit>(_ setting: Setting<Measure>) throws(Failure) -> Ranged<Measure>? {
    guard !setting.scope.isDisjoint(with: users) else { return nil }
    return try arguments.range(of: Option(AnySetting(setting)), scale: setting.entry?.scale ?? 1)
  }

  /// The choice of an input.
  private func value<Value: OptionValue>(_ row: InputRow) throws(Failure) -> Value? {
    takes(row) ? try arguments.value(of: row.option) : nil
  }

  /// The text of an input.
  private func text(_ row: InputRow) -> String? { takes(row) ? arguments.text(of: row.option) : nil }

  /// Whether an input is given.
  private func has(_ row: InputRow) -> Bool { takes(row) && arguments.has(row.option) }

  // MARK: - Model and data

  /// The request of a pre-training run.
  func request(usage: String) throws(Failure) -> Request {
    var request = try modelRequest(usage: usage, context: try range(Settings.context))
    let further: [PhaseOption] = try arguments.values(of: InputRow.furtherPhases.option)
    request[Settings.epochs] = try range(Settings.epochs)
    if let tokens: Ranged<Tokens> = try range(Settings.tokens) {
      request.phases = [Request.Phase(tokens: tokens, contextLength: try range(Settings.context))]
    }
    let isOfKnownCompute = request[Settings.compute] != nil || request[Settings.acceleratorHours] != nil
    guard further.isEmpty || !request.phases.isEmpty else {
      throw Failure(
        "--then follows the tokens of a first phase, and --tokens is missing",
        hint: "say how many tokens it is trained on, as --tokens 15T", usage: usage, status: .usage)
    }
    if request.phases.isEmpty { request[Settings.context] = try range(Settings.context) }
    guard !request.phases.isEmpty || isOfKnownCompute else {
      throw Failure(
        "--tokens is missing", hint: "say how many tokens it is trained on, as --tokens 15T", usage: usage,
        status: .usage)
    }
    request.phases += further.map(\.phase)
    return request
  }

  /// The request of a stage that brings its own data.
  func modelRequest(usage: String, context: Ranged<SequenceLength>? = nil) throws(Failure) -> Request {
    var request = try sizeRequest(usage: usage)
    try describe(&request)
    if groups.contains(.data) {
      request[Settings.compute] = try range(Settings.compute)
      request[Settings.tokens] = try range(Settings.tokens)
    }
    if let (run, stage) = like { request.take(run, of: stage, context: context) }
    return request
  }

  /// A request that knows the model alone: counted where an architecture is named, else as given.
  func sizeRequest(usage: String) throws(Failure) -> Request {
    let parameters: Ranged<Parameters>? = try range(Settings.parameters)
    let activeParameters: Ranged<Parameters>? = try range(Settings.activeParameters)
    if let known {
      guard parameters == nil, activeParameters == nil else {
        let given = parameters == nil ? "--active-params" : "--params"
        throw Failure(
          "\(given) and \(has(.model) ? "--model" : "--config") are both given",
          hint: "leave out \(given): the architecture tells the parameters", status: .usage)
      }
      var request = Request(model: known.known)
      request.notes = known.warnings.map { Message($0) }
      return request
    }
    guard let parameters else {
      if let (run, _) = like {
        var request = Request()
        request.takeModel(run)
        return request
      }
      let known = [Option(AnySetting(Settings.compute)), Option(AnySetting(Settings.acceleratorHours))]
      if groups.contains(.data), known.contains(where: arguments.has) {
        var request = Request()
        request[Settings.activeParameters] = activeParameters
        return request
      }
      throw Failure(
        "--params is missing", hint: "say how large the model is, as --params 70B, or which it is, as --model ID",
        usage: usage, status: .usage)
    }
    var request = Request(parameters: parameters, phases: [])
    request[Settings.activeParameters] = activeParameters
    return request
  }

  /// The model of a request that knows it alone, with its sizes.
  static func resolved(
    _ request: Request, _ catalog: TableCatalog
  ) throws(Failure) -> (model: Scenario.Model, sizes: ModelSizes) {
    do throws(ScenarioError) { return try ScenarioBuilder.model(for: request, in: catalog) } catch {
      throw Failure(error)
    }
  }

  // MARK: - Hardware, money and place

  /// Puts hardware, money and place into a request.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - isOwned: Whether the cluster is owned though no option says so.
  /// - Throws: ``Failure`` for options that exclude each other or have no effect.
  func describe(_ request: inout Request, isOwned: Bool = false) throws(Failure) {
    for group in groups where group != .model && group != .data {
      for setting in Settings.all(group) where !setting.scope.isDisjoint(with: users) {
        request.values[setting.id] = try arguments.range(of: Option(setting), scale: setting.entry?.scale ?? 1)
      }
    }
    request.cluster = try cluster()
    request.accelerator = text(.accelerator)
    if groups.contains(.step), !users.isDisjoint(with: [.training, .search]) { try describeStep(&request) }
    request.pilot.accelerator = text(.measuredAccelerator)
    request.pilot.convention = try value(.measuredFlop)
    request.precision = try value(.precision)
    request.flopCount = try value(.flopCount) ?? .sixND
    try describeMoney(&request)
    request.region = text(.region)
    request.accounting = try value(.carbon)
    request.grid = text(.grid)
    let gridYear: WholeNumber? = try value(.gridYear)
    request.gridYear = gridYear?.value
    request.countsEmbodied = has(.embodied)
    request.showsEquivalents = has(.equivalents)
    request.isOwned = isOwned || has(.own)
    request.method = try value(.method)
    request.depreciation = try value(.depreciation)
    request.hosting = try value(.hosting)
    try log?.describe(&request)
  }

  /// What is fixed of the training step; a whole layout says how many accelerators there are.
  private func describeStep(_ request: inout Request) throws(Failure) {
    var count: Int?
    if case .accelerators(let given) = request.cluster { count = Int(exactly: given.typical.value.rounded()) }
    let step = try StepOptions.choices(arguments, on: count, catalog)
    request.step = step.choices
    if request.cluster == nil, let whole = step.accelerators { request.cluster = .accelerators(Ranged(whole)) }
  }

  private func describeMoney(_ request: inout Request) throws(Failure) {
    let checkpoints = request[Settings.checkpoints]
    // The middle of a range of checkpoints need not be whole.
    try Self.checkWhole([checkpoints?.low.value, checkpoints?.high.value], "--checkpoints", example: "10")
    request.provider = text(.provider)
    request.tier = try value(.tier)
    let commitment: CommitmentOption? = try value(.commitment)
    request.commitment = commitment?.only
    request.blend = commitment?.only == nil ? commitment?.parts ?? [] : []
    let (date, start): (DateOption?, DateOption?) = (try value(.priceDate), try value(.start))
    request.priceMonth = date?.month
    request.startMonth = start?.month
    switch prices {
    case .catalog(let prices):
      request.offers = prices.rows
      request.notes += prices.notes.map { Message($0) }
    case .rows(let rows): request.offers = rows
    case nil: break
    }
    request.corpusStorage = try value(.corpusStorage)
    request.checkpointStorage = try value(.checkpointStorage)
  }

  /// The size of the cluster, or the time that it has.
  private func cluster() throws(Failure) -> Request.Cluster? {
    let days = try range(Settings.days)
    if try range(Settings.accelerators) != nil, days != nil {
      throw Failure(
        "--gpus and --days are both given",
        hint: "give one; the other follows. --max-days holds a time against a limit",
        status: .usage)
    }
    if let accelerators = try accelerators() {
      try Self.checkWhole([accelerators.typical.value], "--gpus", example: "2048")
      return .accelerators(accelerators)
    }
    return days.map { .deadline($0) }
  }

  /// Accelerators come whole: so does the middle that a range of whole ones is given.
  func accelerators() throws(Failure) -> Ranged<Accelerators>? {
    guard let count = try range(Settings.accelerators) else { return nil }
    let (low, typical, high) = (count.low.value, count.typical.value, count.high.value)
    guard low < high, low == low.rounded(), high == high.rounded() else { return count }
    return Ranged(typical.rounded(), low: low, high: high)
  }

  /// Accelerators and checkpoints are not divided.
  private static func checkWhole(_ counts: [Double?], _ option: String, example: String) throws(Failure) {
    for case let count? in counts where count != count.rounded() {
      var failure = Failure(
        "\(option): \(count) is not a whole number", hint: "write a count such as \(example)", status: .usage)
      failure.isOfNumber = true
      throw failure
    }
  }
}

extension CarbonAccounting: OptionValue {}
extension StorageClass: OptionValue {}
extension CostMethod: OptionValue {}
extension DepreciationMethod: OptionValue {}
extension HostingKind: OptionValue {}
