import CommandLineKit
import CostModel

/// All that the rows of a sweep have in common.
struct SweepPlan: Sendable {
  /// One option that rows may give.
  struct Column: Sendable {
    let option: Option
    /// The input of the estimate that it sets and that formulas alone depend on; nil where a new value may change the
    /// formulas, as all of them do after pre-training, which are laid out by the typical values.
    let input: String?
    /// The column's name.
    var name: String { String(option.name.drop { $0 == "-" }) }
    /// What numbers it holds; nil for words.
    var number: NumberKind? { option.number }
    /// Whether it takes no value.
    var isSwitch: Bool { option.placeholder == nil }
  }

  let subject: SweepSubject
  let columns: [Column]
  let layout: SweepLayout
  let pareto: [ParetoOption.Objective]
  let sampling: SamplingPlan
  let limits: LimitOptions
  let isStrict: Bool
  let catalog: TableCatalog
  let usage: String
  /// Results whose values rows need: those shown, then those that a frontier weighs besides.
  let results: [SweepResult]
  /// For each objective, the place of its result, or that of its option behind all results.
  let objectives: [(place: Int, sign: Double)]
  /// Columns whose numbers only formulas depend on, with the input that each sets.
  let open: [(column: Int, input: String)]
  /// Where the size of the model stands, whose parts must go together.
  let parameters: Int?
  let activeParameters: Int?
  /// What tells the loss, where a row shows or weighs it.
  let law: ScalingLaw?

  init(
    subject: SweepSubject, columns: [Column], layout: SweepLayout, pareto: [ParetoOption.Objective],
    sampling: SamplingPlan, limits: LimitOptions, isStrict: Bool,
    catalog: TableCatalog, usage: String
  ) throws(Failure) {
    self.subject = subject
    self.columns = columns
    self.layout = layout
    self.pareto = pareto
    self.sampling = sampling
    self.limits = limits
    self.isStrict = isStrict
    self.catalog = catalog
    self.usage = usage
    var results = layout.results
    var objectives: [(place: Int, sign: Double)] = []
    for objective in pareto {
      let sign = objective.isLargeBetter ? -1.0 : 1
      let numbers = columns.filter { $0.number != nil }.map(\.name)
      let name = Self.resultName(objective.name, of: subject, besides: numbers)
      if let place = results.firstIndex(where: { $0.name == name }) {
        objectives.append((place, sign))
      } else if let result = SweepResult(name, of: subject) {
        objectives.append((results.count, sign))
        results.append(result)
      } else if let column = columns.firstIndex(where: { $0.name == objective.name && $0.number != nil }) {
        objectives.append((-1 - column, sign))
      } else {
        let known = subject.names + subject.moreResults + numbers
        throw Failure(unknown: objective.name, option: "--pareto", listed: known)
      }
    }
    self.results = results
    let needsLoss = results.contains { $0.result.key == "loss" }
    do throws(CatalogError) { law = needsLoss ? try catalog.scalingLaw("besiroglu") : nil } catch {
      throw Failure(error)
    }
    self.objectives = objectives
    open =
      sampling.draws > 0
      ? []
      : columns.indices.compactMap { index in columns[index].input.map { (index, $0) } }
    parameters = columns.firstIndex { $0.input == "parameters" }
    activeParameters = columns.firstIndex { $0.input == "active_parameters" }
  }

  /// The estimate of one row by itself.
  func estimate(_ values: [SweepValue?], in world: any World) throws(Failure) -> SweepEstimate {
    let arguments = try arguments(values)
    switch subject {
    case .stage(let stage): return .stage(try estimate(stage, arguments, in: world))
    case .serving: return .serving(try ServeCommand(arguments).estimate(from: catalog, in: world).estimate)
    }
  }

  /// What evaluates rows with the formulas of one; nil where each has its own.
  func program(_ values: [SweepValue?], in world: any World) throws(Failure) -> (any RowProgram)? {
    let arguments = try arguments(values)
    let (open, keys) = (open.map(\.input), results.map(\.result.key))
    switch subject {
    case .stage(let stage):
      return EstimateProgram(try estimate(stage, arguments, in: world), open: open, results: keys)
    case .serving:
      return try ServeCommand(arguments).layouts(from: catalog, in: world).map { estimates in
        ServingProgram(estimates, open: open, results: keys)
      }
    }
  }

  private func estimate(
    _ stage: StageCommand, _ arguments: Arguments, in world: any World
  ) throws(Failure) -> Estimate {
    var estimate = try stage.estimate(arguments, usage: usage, from: catalog, in: world).rejectingUnused().priced()
      .estimate
    if let law { estimate.loss = estimate.loss(by: law) }
    return estimate
  }

  /// The command line of a row.
  private func arguments(_ values: [SweepValue?]) throws(Failure) -> Arguments {
    var arguments = Arguments()
    for (column, value) in zip(columns, values) {
      guard let value else { continue }
      do throws(ValueError) {
        try arguments.add(column.option, value.text)
      } catch {
        throw Failure("--\(column.name): \(error.reason)", hint: error.hint, status: .usage)
      }
    }
    return arguments
  }

  /// A result by its name without the unit, as `cost` for `cost_usd`, where only one is called so and no option is.
  private static func resultName(_ name: String, of subject: SweepSubject, besides options: [String]) -> String {
    guard !options.contains(name), !subject.names.contains(name) else { return name }
    let alike = subject.names.filter { $0.hasPrefix(name + "_") }
    return alike.count == 1 ? alike[0] : name
  }

  /// Whether a row of such a model has the formulas of the others, and need not be resolved by itself.
  @inline(__always)
  func sharesFormulas(total: Ranged<Ratio>?, active: Ranged<Ratio>?) -> Bool {
    guard let total, let active else { return true }
    return active.high <= total.high && active.typical <= total.typical
  }
}

/// What a worker makes of a batch of rows.
struct SweepProduct: Sendable {
  /// The rows' text.
  var buffer: ByteBuffer
  /// How many rows were computed.
  var rows = 0
  /// How many of them are wrong.
  var errors = 0
  /// The first of them, where that ends the sweep.
  var failure: Failure?
  /// Where each candidate of a frontier ends in the text, and its objectives.
  var candidates: [(end: Int, objectives: [Double])] = []
}
