/// How accelerators are rented.
public enum Commitment: String, CaseIterable, Sendable {
  /// By the hour, no promise either way.
  case onDemand = "on-demand"
  /// Cheap and interruptible.
  case spot
  /// Committed for one year.
  case reservedOneYear = "reserved-1y"
  /// Committed for three years.
  case reservedThreeYears = "reserved-3y"
  /// Committed for a term that the source does not state.
  case reserved
  /// A prepaid block of days.
  case capacityBlock = "capacity-block"
}

/// The share of the accelerator time that is rented in one way.
public struct CommitmentShare: Sendable, Equatable {
  /// How it is rented.
  public var commitment: Commitment
  /// Its share, above 0 and at most 1.
  public var share: Double

  /// A share of the accelerator time.
  public init(_ commitment: Commitment, share: Double) {
    self.commitment = commitment
    self.share = share
  }
}

/// One published rental price.
public struct Price: Sendable {
  /// Who rents it out.
  public var provider: String
  /// The accelerator's id.
  public var accelerator: String
  /// The instance type it comes in.
  public var instance: String?
  /// How it is rented.
  public var commitment: Commitment
  /// The provider's region, or `all`.
  public var region: String
  /// USD per accelerator-hour.
  public var rate: Double
  /// The row it came from.
  public var reference: RowReference

  /// A price row.
  public init(
    provider: String, accelerator: String, instance: String? = nil, commitment: Commitment, region: String,
    rate: Double, reference: RowReference
  ) {
    self.provider = provider
    self.accelerator = accelerator
    self.instance = instance
    self.commitment = commitment
    self.region = region
    self.rate = rate
    self.reference = reference
  }
}

/// What the market asks for one accelerator: the middle and the spread of the current price rows of all providers.
public struct MarketPrice: Sendable {
  /// USD per accelerator-hour.
  public var rate: Ranged<Per<Dollars, AcceleratorHours>>
  /// The row it came from.
  public var reference: RowReference

  /// A market row.
  public init(rate: Ranged<Per<Dollars, AcceleratorHours>>, reference: RowReference) {
    self.rate = rate
    self.reference = reference
  }
}
