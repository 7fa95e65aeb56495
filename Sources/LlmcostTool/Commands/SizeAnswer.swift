import CostModel

/// Everything `llmcost size` found, ready to be printed.
struct SizeAnswer {
  /// A model that one law found.
  struct Entry {
    var law: ScalingLaw
    /// The law that tells the loss, where this one does not.
    var judge: ScalingLaw?
    var size: ModelSize
    var figures: SizedModel
    var estimate: Estimate

    /// The law whose loss is shown.
    var judgingLaw: ScalingLaw { judge ?? law }

    /// The loss of any size; nil where no law tells it.
    func loss(_ size: ModelSize) -> Double? { judgingLaw.lossFunction?.loss(size) }
  }

  /// Another size for the same FLOP.
  struct Neighbor {
    var factor: Double
    var size: ModelSize
    var loss: Double
    /// The FLOP of the model over those of the optimum of its loss.
    var excess: Double?
    var cost: Quantity<Dollars>
  }

  /// One way to reach a loss and serve it.
  struct Lifetime {
    var name: String
    var key: String
    var size: ModelSize
    var training: Quantity<Operations>
    var inference: Quantity<Operations>
    var trainingCost: Quantity<Dollars>
    var servingCost: Quantity<Dollars>
  }

  /// A given model against one law.
  struct Report {
    var law: ScalingLaw
    var overtraining: Overtraining
    var costs: (model: Quantity<Dollars>, sameOperations: Quantity<Dollars>, sameLoss: Quantity<Dollars>)
  }

  var target: Sizing.Target
  var entries: [Entry] = []
  var neighbors: [Neighbor] = []
  var servedTokens: Quantity<Tokens>?
  var servingMFU: Quantity<Ratio>?
  var lifetimes: [Lifetime] = []
  var reports: [Report] = []
  var uniqueTokens: Quantity<Tokens>?
  var notes: [String] = []

  /// The model of the first law.
  var first: Entry { entries[0] }
}

/// Turns a target and some laws into an answer.
struct SizeSolver {
  let target: Sizing.Target
  let request: Request
  let catalog: TableCatalog
  let uniqueTokens: Quantity<Tokens>?
  let plan: SamplingPlan
  private var sizings: [Double: Sizing] = [:]

  init(
    target: Sizing.Target, request: Request, catalog: TableCatalog, uniqueTokens: Quantity<Tokens>?, plan: SamplingPlan
  ) {
    self.target = target
    self.request = request
    self.catalog = catalog
    self.uniqueTokens = uniqueTokens
    self.plan = plan
  }

  /// Solves for each law; what only a further law cannot do becomes a note.
  mutating func answer(_ laws: [ScalingLaw], servedTokens: Quantity<Tokens>?, servingMFU: Double?) throws(Failure)
    -> SizeAnswer
  {
    var answer = SizeAnswer(target: target, servedTokens: servedTokens, uniqueTokens: uniqueTokens)
    let judge: ScalingLaw
    if let own = laws.first(where: { $0.lossFunction != nil }) {
      judge = own
    } else {
      judge = try limited(try Self.law("besiroglu", in: catalog))
    }
    for (index, law) in laws.enumerated() {
      do throws(Failure) {
        answer.entries.append(try entry(law, judge: judge))
      } catch {
        guard index > 0 else { throw error }
        answer.notes.append("\(law.id) is left out: \(error.message)")
      }
    }
    let first = answer.first
    if case .size = target {
      let judges = answer.entries.filter { $0.judge == nil }
      for entry in judges.isEmpty ? [first] : judges { answer.reports.append(try report(entry)) }
    } else {
      answer.neighbors = try neighbors(of: first)
    }
    if let servedTokens {
      let mfu: Quantity<Ratio>
      if let servingMFU { mfu = Quantity(servingMFU) } else { mfu = try defaultServingMFU() }
      answer.servingMFU = mfu
      answer.lifetimes = try lifetimes(of: first, serving: servedTokens, mfu: mfu.value)
    }
    answer.notes = notes(answer, laws) + answer.notes
    return answer
  }

  static func law(_ name: String, in catalog: TableCatalog) throws(Failure) -> ScalingLaw {
    do throws(CatalogError) { return try catalog.scalingLaw(name) } catch { throw Failure(error) }
  }

  /// A law for the unique tokens there are; repeats decay as in the data-constrained law, unless it has its own way.
  func limited(_ law: ScalingLaw) throws(Failure) -> ScalingLaw {
    guard let uniqueTokens else { return law }
    guard let decay = try Self.law("muennighoff", in: catalog).repetition else {
      throw Failure(
        "the row 'muennighoff' has no repetition", hint: "'llmcost tables check' checks every row", status: .badData)
    }
    return law.limited(to: uniqueTokens, decay: decay)
  }

  private func defaultServingMFU() throws(Failure) -> Quantity<Ratio> {
    do throws(CatalogError) { return try catalog.factor("serving-mfu").value.typical } catch { throw Failure(error) }
  }

  private mutating func sizing(for law: ScalingLaw) throws(Failure) -> Sizing {
    if let known = sizings[law.activeShare] { return known }
    do throws(ScenarioError) {
      let sizing = try Sizing(request, in: catalog, activeShare: law.activeShare, uniqueTokens: uniqueTokens)
      sizings[law.activeShare] = sizing
      return sizing
    } catch { throw Failure(error) }
  }

  private mutating func entry(_ law: ScalingLaw, judge: ScalingLaw) throws(Failure) -> SizeAnswer.Entry {
    let sizing = try sizing(for: law)
    // A law with a frontier of its own tells the loss of its optima.
    let hasLoss = law.optimalLoss(for: Quantity(1e21)) != nil
    let isGiven = if case .size = target { true } else { false }
    let judging: ScalingLaw? = law.lossFunction == nil && (isGiven || !hasLoss) ? judge : nil
    var size: ModelSize
    do throws(ScalingError) {
      size = law.optimum(for: try sizing.operations(for: target, law: law, judge: judging?.lossFunction))
    } catch { throw Failure(error) }
    size = target.adjusting(size)
    let estimate: Estimate
    do throws(ScenarioError) {
      estimate = try sizing.checkedEstimate(size)
    } catch {
      var failure = Failure(error)
      if !isGiven, case .outOfRange = error { failure.message = "by \(law.id) that is no model: " + failure.message }
      throw failure
    }
    let figures = SizedModel(
      size, estimate: estimate, target: target, law: law, judge: (judging ?? law).lossFunction, plan: plan)
    return SizeAnswer.Entry(law: law, judge: judging, size: size, figures: figures, estimate: estimate)
  }

  private mutating func neighbors(of entry: SizeAnswer.Entry) throws(Failure) -> [SizeAnswer.Neighbor] {
    let sizing = try sizing(for: entry.law)
    return [0.25, 0.5, 1, 2, 4].compactMap { factor in
      let size = ModelSize(parameters: entry.size.parameters * factor, tokens: entry.size.tokens / factor)
      guard let loss = entry.loss(size) else { return nil }
      let needed = try? entry.judgingLaw.operations(reaching: loss)
      return SizeAnswer.Neighbor(
        factor: factor, size: size, loss: loss, excess: needed.map { entry.judgingLaw.operations(size) / $0 },
        cost: sizing.cost(size))
    }
  }

  private mutating func report(_ entry: SizeAnswer.Entry) throws(Failure) -> SizeAnswer.Report {
    let sizing = try sizing(for: entry.judgingLaw)
    do throws(ScalingError) {
      let overtraining = try Overtraining(entry.size, law: entry.judgingLaw)
      return SizeAnswer.Report(
        law: entry.judgingLaw, overtraining: overtraining,
        costs: (
          sizing.cost(entry.size), sizing.cost(overtraining.atSameOperations), sizing.cost(overtraining.atSameLoss)
        ))
    } catch { throw Failure(error) }
  }

  private mutating func lifetimes(
    of entry: SizeAnswer.Entry, serving tokens: Quantity<Tokens>, mfu: Double
  ) throws(Failure) -> [SizeAnswer.Lifetime] {
    guard entry.law.lossFunction != nil, let loss = entry.loss(entry.size) else {
      throw Failure(
        "\(entry.law.id) tells no loss, so no other size is as good",
        hint: "choose a law with a loss, as --law besiroglu", status: .usage)
    }
    let (sizing, law) = (try sizing(for: entry.law), entry.law)
    let perParameter = sizing.servingCost(of: tokens, mfu: mfu)
    func lifetime(_ name: String, _ key: String, _ size: ModelSize) -> SizeAnswer.Lifetime {
      SizeAnswer.Lifetime(
        name: name, key: key, size: size, training: law.operations(size),
        inference: InferenceAware.operations(serving: tokens, parameters: size.parameters, law: law),
        trainingCost: sizing.cost(size), servingCost: perParameter * size.parameters)
    }
    do throws(ScalingError) {
      let isGiven = if case .size = target { true } else { false }
      return [
        lifetime(isGiven ? "as given" : "compute-optimal", isGiven ? "given" : "compute_optimal", entry.size),
        lifetime(
          "least FLOP", "least_flop", try InferenceAware.leastOperations(at: loss, serving: tokens, law: law)),
        lifetime(
          "least cost", "least_cost", try sizing.leastCost(at: loss, law: law, servingCost: perParameter)),
      ]
    } catch { throw Failure(error) }
  }

  private func notes(_ answer: SizeAnswer, _ laws: [ScalingLaw]) -> [String] {
    var notes = answer.first.estimate.scenario.noteLines
    for entry in answer.entries {
      let beyond = entry.law.extrapolations(entry.size)
      if !beyond.isEmpty { notes.append("\(entry.law.id) is extrapolated to \(beyond.joined(separator: " and "))") }
    }
    let costs = answer.neighbors.map(\.cost)
    if let low = costs.min(), let high = costs.max(), high > low * 1.1, answer.first.law.activeShare == 1 {
      notes.append("the same FLOP costs more below 3B and 20B parameters, where published runs reach a lower MFU")
    }
    if let judge = answer.entries.compactMap(\.judge).first {
      let judged = answer.entries.filter { $0.judge != nil }.map(\.law.id).joined(separator: ", ")
      notes.append("the loss of \(judged) is that of its models by \(judge.id)")
    }
    if let uniqueTokens {
      // Muennighoff et al. 2023: with ever more repeats, the worth of more compute decays to nothing.
      if answer.first.size.tokens / uniqueTokens > 16 {
        notes.append("beyond about 16 passes over the same tokens, more training gains next to nothing")
      }
      let blind = answer.entries.filter { $0.law.lossFunction == nil }.map(\.law.id).joined(separator: ", ")
      if !blind.isEmpty { notes.append("the sizes by \(blind) take no account of repeated tokens") }
    }
    return notes
  }
}

extension Failure {
  init(_ error: ScalingError) {
    self.init(error.message.commandLine, hint: error.advice.commandLine, status: .usage)
  }
}
