/// What the user said. Everything that is not given is filled in from the catalog.
public struct Request: Sendable {
  /// One stretch of training at one context length.
  public struct Phase: Sendable {
    /// Tokens of the phase, before epochs.
    public var tokens: Ranged<Tokens>
    /// Tokens per sequence; nil for the length that efficiency rows stand for.
    public var contextLength: Ranged<SequenceLength>?
    /// Where the tokens come from, where the user did not give them.
    var origin: Origin?
    /// Where their sequences' length comes from, where the user did not give it.
    var contextOrigin: Origin?

    /// A phase of training.
    public init(tokens: Ranged<Tokens>, contextLength: Ranged<SequenceLength>? = nil) {
      self.tokens = tokens
      self.contextLength = contextLength
    }
  }

  /// How the size of the cluster is given.
  public enum Cluster: Sendable {
    /// A number of accelerators.
    case accelerators(Ranged<Accelerators>)
    /// As many as it takes to end in this time.
    case deadline(Ranged<Hours>)
  }

  /// What is given of ``Settings``.
  package var values = InputValues()
  /// The model's architecture, where it is known; parameters are then counted, not given.
  package var model: KnownModel?
  /// The stretches of training, in order.
  public var phases: [Phase]

  /// The accelerator's id or alias.
  public var accelerator: String?
  /// The number format.
  public var precision: Precision?
  /// How FLOP are counted.
  public var flopCount = FlopCount.sixND

  /// What is fixed of the training step.
  package var step = StepChoices()

  /// What is said of a measurement of the job itself.
  package var pilot = PilotChoices()

  /// The accelerator that this one is held against: the efficiency is that of the same run there, times the ratio of tuned
  /// steps in full, so that team and software cancel; nil for an estimate by itself.
  public var baseline: String?

  /// Who rents out the accelerators.
  public var provider: String?
  /// Whether hours and energy are wanted even where no price of the accelerator is known.
  public var acceptsMissingPrice = false
  /// What kind of seller they are rented from; nil for a neocloud, or else the first kind that has a price.
  public var tier: ProviderTier?
  /// How they are rented.
  public var commitment: Commitment?
  /// Shares of the accelerator time by how they are rented, which sum to 1; empty where all are rented alike.
  public var blend: [CommitmentShare] = []
  /// Price rows to choose from, instead of the catalog's.
  package var offers: [Price]?
  /// The month whose prices count; nil for the current ones.
  public var priceMonth: CalendarMonth?
  /// When the run starts, where rents may have changed by then.
  public var startMonth: CalendarMonth?
  /// The class of storage that holds the corpus; nil for the usual price.
  public var corpusStorage: StorageClass?
  /// The class of storage that holds the checkpoints; nil for the usual price.
  public var checkpointStorage: StorageClass?

  /// Whether the accelerators are owned, not rented.
  public var isOwned = false
  /// One of the three ways of Cottier et al. 2024 to count the cost of accelerators; nil for none of them.
  public var method: CostMethod?
  /// How the price of what is owned is spread over its use.
  public var depreciation: DepreciationMethod?
  /// Where owned servers stand.
  public var hosting: HostingKind?

  /// Where the cluster stands.
  public var region: String?
  /// By which convention carbon is counted.
  public var accounting: CarbonAccounting?
  /// The row of the table of grids whose carbon intensity counts, instead of the region's.
  public var grid: String?
  /// The year of the grid's carbon intensity.
  public var gridYear: Int?
  /// Whether the making of the hardware counts.
  public var countsEmbodied = false
  /// Whether the footprint is compared with homes, cars, people and pools.
  public var showsEquivalents = false
  /// What was noticed while the request was read.
  public var notes: [Message] = []

  /// A request that says nothing yet.
  package init() { phases = [] }

  /// A request for a model of some size trained on some tokens, all else by default.
  public init(parameters: Ranged<Parameters>, phases: [Phase]) {
    self.phases = phases
    self[Settings.parameters] = parameters
  }

  /// What is given of a setting.
  public subscript<Measure>(_ setting: Setting<Measure>) -> Ranged<Measure>? {
    get { values[setting] }
    set { values[setting] = newValue }
  }

  /// The size of the cluster, or the time it has.
  public var cluster: Cluster? {
    get { self[Settings.accelerators].map { .accelerators($0) } ?? self[Settings.days].map { .deadline($0) } }
    set {
      (self[Settings.accelerators], self[Settings.days]) = (nil, nil)
      switch newValue {
      case .accelerators(let count): self[Settings.accelerators] = count
      case .deadline(let time): self[Settings.days] = time
      case nil: break
      }
    }
  }

  /// Whether the making of the hardware counts, for its own sake or by what is given of it.
  var includesEmbodied: Bool {
    countsEmbodied || self[Settings.embodiedAccelerator] != nil || self[Settings.embodiedServer] != nil
      || self[Settings.embodiedWater] != nil
  }
}
