/// What a stage asks of the hardware and of people: phases, each with its FLOP or its tokens, and what is bought. It knows
/// nothing of accelerators and rents.
package struct Work: Sendable {
  /// One phase.
  package struct Phase: Sendable {
    /// How the time of a phase follows from its work.
    package enum Effort: Sendable {
      /// Forward and backward passes, at the run's effective MFU.
      case training
      /// Forward passes alone, over known tokens, in the training framework.
      case scoring
      /// The prompts of a generation, read by its engine, for a share of the answers.
      case prompts(Generation, Expression<Ratio>)
      /// The answers of a generation, token after token.
      case generation(Generation)
      /// The environments of a generation's agents.
      case waiting(Generation)
      /// New weights for the engine, once a step.
      case weights(Generation, steps: Expression<Ratio>)

      /// Whether the accelerators that generate do it.
      var isOfRollouts: Bool {
        switch self {
        case .prompts, .generation, .waiting, .weights: true
        case .training, .scoring: false
        }
      }
    }

    /// The name for people.
    package var name: String
    /// Tokens trained on, read or generated, repeats counted.
    package var tokens: Expression<Tokens>
    /// FLOP that the method requires; no recomputation.
    package var operations: Expression<Operations>
    /// The same by the architecture; nil where that is unknown.
    package var exact: Expression<Operations>?
    /// Whether the passes are those of the model itself. Others, as of a critic, run at the MFU that its steps have.
    package var isOfModel: Bool
    /// How it runs.
    package var effort: Effort

    /// A phase.
    package init(
      name: String, tokens: Expression<Tokens>, operations: Expression<Operations>,
      exact: Expression<Operations>? = nil, effort: Effort = .training, isOfModel: Bool = true
    ) {
      self.name = name
      self.tokens = tokens
      self.operations = operations
      self.exact = exact
      self.effort = effort
      self.isOfModel = isOfModel
    }
  }

  /// Something bought besides accelerator time.
  package struct Purchase: Sendable {
    /// What it pays for.
    package var category: ChargeCategory
    /// The name for people.
    package var name: String
    /// How much.
    package var amount: Expression<Dollars>
    /// Working time of people that it pays for; nil for none, and where it is unknown.
    package var working: Expression<Hours>?

    /// A purchase.
    package init(
      _ category: ChargeCategory, _ name: String, _ amount: Expression<Dollars>, working: Expression<Hours>? = nil
    ) {
      self.working = working
      self.category = category
      self.name = name
      self.amount = amount
    }
  }

  /// The phases, in order; none for a stage of people alone.
  package var phases: [Phase]
  /// FLOP of all phases.
  package var operations: Expression<Operations>
  /// C = 6·N·D alone, where attention of long sequences is counted in the operations.
  var sixND: Expression<Operations>?
  /// What is bought besides accelerator time: labels, tokens, sandboxes.
  package var purchases: [Purchase]
  /// Billed time over that of the phases: start-up, evaluation, restarts, imbalance; nil where the MFU bears it.
  package var overhead: Expression<Ratio>?
  /// Time before the first step and after the last that does not grow with the work; nil where the MFU bears it.
  package var start: Expression<Hours>?
  /// The accelerator-hours, where they are known and not estimated.
  package var acceleratorHours: Expression<AcceleratorHours>?
  /// Steps of generation and training; nil where nothing is generated between updates.
  package var rollouts: RolloutWork?
  /// The number of steps of reinforcement learning, where it is known.
  package var numberOfSteps: Double? { rollouts?.steps?.typical.value }
  /// What a checkpoint of the stage holds.
  package enum Checkpoints: Sendable {
    /// All weights, for many states of a long run.
    case run
    /// The weights of a model fine-tuned, for a few states.
    case fineTune
    /// So many parameters beside a frozen model.
    case adapter(Expression<Parameters>)
    /// Nothing.
    case none
  }

  /// The same work bought from a provider, at list price.
  package struct Alternative: Sendable {
    /// The row of the table of fine-tuning prices.
    package var id: String
    /// The bill.
    package var amount: Expression<Dollars>

    /// The stable name of its result.
    package var key: String { "managed_" + id }
  }

  /// Text that is made, whose price a token falls as fixed costs spread over more of it.
  package struct Volume: Sendable {
    /// Tokens made.
    package var tokens: Expression<Tokens>
    /// What they cost however many they are.
    package var fixed: Expression<Dollars>
  }

  /// How costs grow with what is made; nil where nothing is fixed.
  package var volume: Volume?
  /// What providers charge for the same work; empty unless asked for.
  package var alternatives: [Alternative] = []
  /// What is kept on disk.
  package var checkpoints: Checkpoints
  /// A teacher's logits that are kept on disk; nil where none are.
  package var cachedLogits: Expression<Bytes>?
  /// Unique text that is stored, where the stage keeps a corpus.
  package var corpus: Expression<Tokens>?

  /// The work of some phases and purchases.
  package init(
    phases: [Phase], purchases: [Purchase] = [], overhead: Expression<Ratio>? = nil,
    checkpoints: Checkpoints = .fineTune,
    corpus: Expression<Tokens>? = nil
  ) {
    self.phases = phases
    self.purchases = purchases
    self.overhead = overhead
    self.checkpoints = checkpoints
    self.corpus = corpus
    operations = Expression.sum(phases.map(\.operations)).named("FLOP")
  }
}
