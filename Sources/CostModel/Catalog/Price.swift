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

extension Commitment {
  /// The commitment that people and clouds call so: `preemptible`, `1-year`, `savings-plan`, `dws`.
  ///
  /// - Returns: nil for a name of none, and for a term that no price row has, as six months.
  public init?(named name: String) {
    let plain = name.lowercased().filter { $0.isLetter || $0.isNumber }
    switch plain {
    case "ondemand", "payg", "payasyougo", "hourly", "list", "standard": self = .onDemand
    case "spot", "preemptible", "interruptible", "lowpriority", "community": self = .spot
    case "reserved1y", "1y", "1yr", "1year", "oneyear", "reserved1yr", "reserved1year", "cud1y", "ri1y", "contract1y",
      "12m", "12months", "yearly", "annual":
      self = .reservedOneYear
    case "reserved3y", "3y", "3yr", "3year", "threeyears", "3years", "reserved3yr", "reserved3year", "cud3y", "ri3y",
      "36m", "36months":
      self = .reservedThreeYears
    case "reserved", "committed", "commitment", "savingsplan", "savingsplans", "contract", "cud", "ri", "reservation":
      self = .reserved
    case "capacityblock", "capacityblocks", "block", "dws", "dwscalendar", "flexstart", "dwsflexstart", "calendar":
      self = .capacityBlock
    default: return nil
    }
  }
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
package struct Price: Sendable {
  /// What a price is.
  package enum Kind: String, CaseIterable, Sendable {
    /// A price list's.
    case list
    /// A mean over several forms of an accelerator.
    case mean
    /// "From", "contact us", or second-hand.
    case quote
    /// A figure over many sellers.
    case index
  }

  /// Who rents it out.
  package var provider: String
  /// The accelerator's id.
  package var accelerator: String
  /// The instance type it comes in.
  package var instance: String?
  /// How it is rented.
  package var commitment: Commitment
  /// The provider's region, or `all`.
  package var region: String
  /// USD per accelerator-hour.
  package var rate: Double
  /// What the price is.
  package var kind: Kind
  /// The row it came from.
  package var reference: RowReference

  /// A price row.
  package init(
    provider: String, accelerator: String, instance: String? = nil, commitment: Commitment, region: String,
    rate: Double, kind: Kind = .list, reference: RowReference
  ) {
    self.provider = provider
    self.kind = kind
    self.accelerator = accelerator
    self.instance = instance
    self.commitment = commitment
    self.region = region
    self.rate = rate
    self.reference = reference
  }
}

/// What the market asks for one accelerator: the middle and the spread of the current prices of one kind of sellers.
package struct MarketPrice: Sendable {
  /// USD per accelerator-hour.
  package var rate: Ranged<Per<Dollars, AcceleratorHours>>
  /// What kind of sellers ask it; nil where the row does not say.
  package var tier: ProviderTier?
  /// Sellers behind it; nil where the row does not say.
  package var sellers: Int?
  /// Whether none of the prices behind it is current.
  package var isStale = false
  /// The row it came from.
  package var reference: RowReference
}
