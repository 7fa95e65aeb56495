/// What the user said. Everything left nil is filled in from the catalog.
public struct Request: Sendable {
  /// One stretch of training at one context length.
  public struct Phase: Sendable {
    /// Tokens of the phase, before epochs.
    public var tokens: Ranged<Tokens>
    /// Tokens per sequence; nil for the length that efficiency rows stand for.
    public var contextLength: Ranged<SequenceLength>?

    /// A phase of training.
    public init(tokens: Ranged<Tokens>, contextLength: Ranged<SequenceLength>? = nil) {
      self.tokens = tokens
      self.contextLength = contextLength
    }
  }

  /// How the size of the cluster is given.
  public enum Cluster: Sendable {
    /// So many accelerators.
    case accelerators(Ranged<Accelerators>)
    /// As many as it takes to end in this time.
    case deadline(Ranged<Hours>)
  }

  /// All parameters of the model.
  public var parameters: Ranged<Parameters>
  /// Parameters that work on each token, where a router leaves some idle.
  public var activeParameters: Ranged<Parameters>?
  /// The model's architecture, where it is known; parameters are then counted, not given.
  public var model: KnownModel?
  /// The stretches of training, in order.
  public var phases: [Phase]
  /// How often the first phase's tokens are repeated.
  public var epochs: Ranged<Ratio>?

  /// The accelerator's id or alias.
  public var accelerator: String?
  /// The number format.
  public var precision: Precision?
  /// How FLOP are counted.
  public var flopCount = FlopCount.sixND
  /// Effective MFU against the dense 16-bit peak, before the speed-up of a lower precision.
  public var mfu: Ranged<Ratio>?
  /// MFU of the steady state, or of a benchmark: goodput lowers it to the effective one.
  public var steadyMFU: Ranged<Ratio>?
  /// The share of the accelerator time that trains; goes with a steady-state MFU.
  public var goodput: Ranged<Ratio>?
  /// The size of the cluster, or the time it has.
  public var cluster: Cluster?

  /// USD per accelerator-hour.
  public var price: Ranged<Per<Dollars, AcceleratorHours>>?
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
  public var offers: [Price]?
  /// The month whose prices count; nil for the current ones.
  public var priceMonth: CalendarMonth?
  /// When the run starts, where rents may have changed by then.
  public var startMonth: CalendarMonth?
  /// The length of the whole terms that are rented, used or not; nil for rent by the hour.
  public var rentalTerm: Ranged<Hours>?
  /// Whether the accelerators are owned, not rented.
  public var isOwned = false
  /// What owning costs; counts where ``isOwned`` is true or ``method`` is given.
  public var ownership = OwnershipTerms()
  /// One of the three ways of Cottier et al. 2024 to count the cost of accelerators; nil for none of them.
  public var method: CostMethod?
  /// What a cloud bills besides accelerators.
  public var extras = ExtraTerms()
  /// What the footprint covers, and by which convention.
  public var footprint = FootprintTerms()
  /// Where the cluster stands.
  public var region: String?
  /// USD per kWh.
  public var electricityPrice: Ranged<Per<Dollars, KilowattHours>>?
  /// Power usage effectiveness: the facility's energy over that of its servers.
  public var powerUsageEffectiveness: Ranged<Ratio>?
  /// Grams CO2e per kWh.
  public var carbonIntensity: Ranged<Per<GramsCO2e, KilowattHours>>?
  /// All compute of the project over that of the final run.
  public var researchMultiplier: Ranged<Ratio>?
  /// How many checkpoints are kept.
  public var checkpointsKept: Ranged<Checkpoints>?
  /// What was noticed while the request was read.
  public var notes: [String] = []
  /// How long corpus and checkpoints are kept besides the run itself.
  public var storageTime: Ranged<Hours>?

  /// A request for a model of some size trained on some tokens, all else by default.
  public init(parameters: Ranged<Parameters>, phases: [Phase]) {
    self.parameters = parameters
    self.phases = phases
  }
}
