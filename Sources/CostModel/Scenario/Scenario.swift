/// Everything one estimate depends on, resolved: what the user said, and every default with its origin.
package struct Scenario: Sendable {
  /// One stretch of training.
  package struct Phase: Sendable {
    /// The name for people.
    package var name: String
    /// Unique tokens of the phase.
    package var tokens: Expression<Tokens>
    /// How often they are repeated.
    package var epochs: Expression<Ratio>?
    /// Tokens per sequence; nil where the user did not say.
    package var contextLength: Expression<SequenceLength>?
  }

  /// The model to train.
  package struct Model: Sendable {
    /// All parameters.
    package var parameters: Expression<Parameters>
    /// Parameters that work on each token; nil for a dense model, where it is all of them.
    package var activeParameters: Expression<Parameters>?
    /// The architecture, where it is known.
    package var known: KnownModel?
    /// Dense, or mixture of experts.
    package var architecture: ArchitectureClass {
      if let known { return known.architecture.hasExperts ? .mixtureOfExperts : .dense }
      return activeParameters == nil ? .dense : .mixtureOfExperts
    }
  }

  /// What it is trained on, and how well that is used.
  package struct Hardware: Sendable {
    /// The accelerator.
    package var accelerator: Accelerator
    /// The number format.
    package var precision: Precision
    /// The dense 16-bit peak that MFU is measured against.
    package var peak: Expression<Per<Operations, AcceleratorHours>>
    /// Throughput of the precision over that of the reference precision; nil where they are the same.
    package var speedup: Expression<Ratio>?
    /// What gives the effective MFU of work, or the steady state's where there is a goodput.
    package var efficiency: any Efficiency
    /// How hours depend on the cluster; nil where no step is known.
    package var scaling: StepScaling?
    /// Whether the efficiency is given, for the cluster that there is.
    package var isEfficiencyGiven = false
    /// The share of the accelerator time that trains; nil where the MFU counts every hour already.
    package var goodput: Expression<Ratio>?
    /// The context length that the MFU stands for.
    package var referenceContext: Expression<SequenceLength>
    /// What a link of an accelerator to others carries, bytes/s.
    var linkBytesPerSecond: Double { scaling?.hours.setup.hardware.scaleOut.bytesPerSecond ?? Self.usualLink }
    /// A network of 400 Gbit/s for each accelerator.
    static let usualLink = 50e9
    /// Hidden width over layers of a transformer, by which attention is estimated from the parameters.
    package var widthToDepth: Expression<Ratio>
  }

  /// What decoding depends on besides the peak.
  package struct Decoding: Sendable {
    /// Memory of an accelerator.
    package var memory: Expression<Per<Bytes, Accelerators>>
    /// Memory bandwidth of an accelerator.
    package var bandwidth: Expression<Per<Bytes, AcceleratorHours>>
    /// The share of the memory that weights and caches may fill.
    package var memoryShare: Expression<Ratio>
    /// Hours of generation and of forward passes in a training framework over those of the model of time; nil for an
    /// engine that serves.
    package var hoursOverModel: Expression<Ratio>?
    /// Bytes of weights that pass from training to an engine in an hour, over a usual network.
    var weightRate: Expression<Per<Bytes, Hours>>
    /// The constants of the time of serving.
    var constants: ServingCatalog
  }

  /// How the size of the cluster is known.
  package enum Cluster: Sendable {
    /// So many accelerators.
    case accelerators(Expression<Accelerators>)
    /// As many as the deadline needs.
    case deadline(Expression<Hours>)
  }

  /// How accelerator time is paid for.
  package enum Payment: Sendable {
    /// By the accelerator-hour; electricity is in the price.
    case rent(Expression<Per<Dollars, AcceleratorHours>>)
    /// By the accelerator-hour, in shares that are rented in different ways.
    case blend([BlendPart])
    /// By wearing out what was bought, and what it costs to house, run and power it.
    case ownership(Ownership)
    /// By buying the whole cluster.
    case acquisition(Ownership)
    /// In a way that no price is known of: hours and energy are counted, accelerator time costs nothing known.
    case unpriced
  }

  /// One part of the accelerator time.
  package struct BlendPart: Sendable {
    /// Its share of the accelerator time.
    package var share: Double
    /// What it costs.
    package var price: Expression<Per<Dollars, AcceleratorHours>>
  }

  /// Where it runs: power drawn, and what stands behind the socket.
  package struct Site: Sendable {
    /// The region.
    package var region: Region
    /// Rated power of one accelerator with its share of the server.
    package var ratedPower: Expression<Per<KilowattHours, AcceleratorHours>>
    /// Rated server power over that of the accelerators; nil where the rated power covers the server.
    package var serverFactor: Expression<Ratio>?
    /// Average draw over rated power.
    package var draw: Expression<Ratio>
    /// Power usage effectiveness.
    package var powerUsageEffectiveness: Expression<Ratio>
    /// Grams CO2e per kWh of the grid.
    package var carbonIntensity: Expression<Per<GramsCO2e, KilowattHours>>
    /// Liters evaporated on site for each kWh of the servers.
    package var waterOnSite: Expression<Per<Liters, KilowattHours>>
    /// Liters consumed by power plants for each kWh.
    package var waterOffSite: Expression<Per<Liters, KilowattHours>>
    /// The share of the electricity that contracts count as free of carbon; nil for location-based carbon.
    package var contracted: Expression<Ratio>?
    /// Energy of waiting hardware over that of computing; nil where it is not counted.
    package var idle: Expression<Ratio>?
    /// What making the hardware emitted; nil where it is not counted.
    package var embodied: Embodied?
  }

  /// What is kept on disk.
  package struct Storage: Sendable {
    /// Bytes of text for each token.
    package var bytesPerToken: Expression<Per<Bytes, Tokens>>
    /// Bytes of a checkpoint for each parameter, optimizer included.
    package var bytesPerParameter: Expression<Per<Per<Bytes, Parameters>, Checkpoints>>
    /// Checkpoints kept.
    package var checkpoints: Expression<Checkpoints>
    /// How long, besides the run itself.
    package var time: Expression<Hours>
    /// What storage costs.
    package var price: Expression<Per<Dollars, GigabyteMonths>>
    /// What the corpus's class of storage costs, where it has one of its own.
    package var corpusPrice: Expression<Per<Dollars, GigabyteMonths>>?
    /// What the checkpoints' class of storage costs, where they have one of their own.
    package var checkpointPrice: Expression<Per<Dollars, GigabyteMonths>>?
  }

  /// The model.
  package var model: Model
  /// The stretches of training, in order.
  package var phases: [Phase]
  /// The accelerators and their efficiency.
  package var hardware: Hardware
  /// What decoding and scoring depend on; nil where the accelerator's memory is unknown.
  package var decoding: Decoding?
  /// The accelerator-hours, where they are known and not estimated.
  package var acceleratorHours: Expression<AcceleratorHours>?
  /// Whether parameters or tokens are known; others stand in where the FLOP alone are.
  package var isSizeKnown = true
  /// The cluster; nil where neither size nor deadline is given.
  package var cluster: Cluster?
  /// The cluster to take where none is given; nil for none.
  var choice: ClusterChoice?
  /// What was measured of the job itself; nil where nothing was.
  package var pilot: Pilot?
  /// Rent or ownership.
  package var payment: Payment
  /// The contract that large runs are rented by; nil where the payment holds for every size.
  package var contract: RentContract?
  /// Rent when the run starts over that of the prices; nil for a run that starts at the prices' date.
  package var rentTrend: Expression<Ratio>?
  /// What being taken away costs accelerators that are rented by spot prices; nil for those that are kept.
  package var spot: SpotRework?
  /// The length of the whole terms that are rented; nil for rent by the hour.
  package var rentalTerm: Expression<Hours>?
  /// Power, carbon and water.
  package var site: Site
  /// Corpus and checkpoints.
  package var storage: Storage
  /// What a cloud bills besides accelerators and storage.
  package var extras = CloudExtras()
  /// What the three methods of Cottier et al. 2024 need; nil where they are not asked for.
  package var methods: MethodTerms?
  /// What the footprint is likened to; empty where that is not asked for.
  package var equivalents: [Equivalent] = []
  /// All compute over that of the final run; nil to count the final run alone.
  package var research: Expression<Ratio>?
  /// How FLOP are counted.
  package var flopCount = FlopCount.sixND
  /// The month whose prices count; nil for the current ones.
  package var priceMonth: CalendarMonth?
  /// What the user should know about the defaults taken.
  package var notes: [Message]
}
