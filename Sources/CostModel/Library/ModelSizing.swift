/// The model that compute, money, a cluster's time or a loss call for, by a scaling law.
public struct ModelSizing: Job {
  /// What is known of the model wanted; everything else follows from it.
  public enum Target: Sendable, Equatable {
    /// Training FLOP.
    case operations(Quantity<Operations>)
    /// The total cost of the run.
    case budget(Quantity<Dollars>)
    /// The time of a cluster.
    case acceleratorHours(Quantity<AcceleratorHours>)
    /// N.
    case parameters(Quantity<Parameters>)
    /// D.
    case tokens(Quantity<Tokens>)
    /// In nats per token.
    case loss(Double)
    /// N and D.
    case size(ModelSize)
  }

  /// What is said of hardware, money and place.
  public var inputs = JobInputs()
  /// What is known of the model wanted.
  public var target: Target
  /// The scaling law, by its name in the table of scaling laws.
  public var law = "besiroglu"

  /// The model for a target.
  ///
  /// - Parameters:
  ///   - target: What is known of the model wanted.
  ///   - accelerator: An accelerator's name, as people type it; nil for an H100.
  public init(_ target: Target, accelerator: String? = nil) {
    self.target = target
    self.accelerator = accelerator
  }

  /// The model, and what training it costs.
  ///
  /// - Parameters:
  ///   - tables: Where everything comes from that is not given.
  ///   - plan: How ranges are found.
  /// - Returns: The model's size, loss and cost, with ranges.
  /// - Throws: ``ScenarioError`` that says what is wrong with the inputs, or that no model meets the target.
  public func estimate(
    in tables: Tables = .builtIn, sampling plan: SamplingPlan = SamplingPlan()
  ) throws(ScenarioError) -> ModelEstimate {
    let catalog = tables.catalog
    let law = try Inputs.look { () throws(CatalogError) in try catalog.scalingLaw(self.law) }
    var request = inputs.request
    request.phases = [Request.Phase(tokens: 1e9)]
    let sizing = try Sizing(request, in: catalog, activeShare: law.activeShare)
    let operations: Quantity<Operations>
    do throws(ScalingError) { operations = try sizing.operations(for: target, law: law) } catch {
      throw .contradiction(error.message, advice: error.advice)
    }
    let size = target.adjusting(law.optimum(for: operations))
    return ModelEstimate(
      SizedModel(
        size, estimate: try sizing.checkedEstimate(size), target: target, law: law, judge: law.lossFunction,
        plan: try plan.correlated(in: catalog))
    )
  }
}

extension ModelSizing.Target {
  /// A model of what is given as it was given, not as it comes back from a search.
  package func adjusting(_ found: ModelSize) -> ModelSize {
    switch self {
    case .size(let given): given
    case .parameters(let parameters): ModelSize(parameters: parameters, tokens: found.tokens)
    case .tokens(let tokens): ModelSize(parameters: found.parameters, tokens: tokens)
    default: found
    }
  }
}

/// A model that a scaling law found, and what training it costs.
public struct ModelEstimate: Sendable {
  /// All parameters.
  public let parameters: Estimated<Parameters>
  /// Tokens that it is trained on.
  public let tokens: Estimated<Tokens>
  /// In nats per token; nil where the law tells none.
  public let loss: Estimated<Ratio>?
  /// Training FLOP.
  public let operations: Estimated<Operations>
  /// Accelerator time that is billed.
  public let acceleratorHours: Estimated<AcceleratorHours>
  /// The total cost of the run.
  public let cost: Estimated<Dollars>

  init(_ model: SizedModel) {
    parameters = Estimated(model.parameters)
    tokens = Estimated(model.tokens)
    loss = model.loss.map { Estimated($0) }
    operations = Estimated(model.operations)
    acceleratorHours = Estimated(model.acceleratorHours)
    cost = Estimated(model.cost)
  }
}
