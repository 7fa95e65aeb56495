/// What kind of seller rents out accelerators: they differ in price by a factor of three, and a buyer chooses.
public enum ProviderTier: String, CaseIterable, Sendable {
  /// A cloud whose business is accelerators.
  case neocloud
  /// A place where many owners rent out their machines.
  case marketplace
  /// A general cloud of the largest firms.
  case hyperscaler
}

/// Somebody who rents out accelerators, or publishes what they cost.
package struct Provider: Sendable {
  /// What a provider's prices are.
  package enum Kind: String, CaseIterable, Sendable {
    /// Accelerator-hours.
    case rental
    /// Accelerator-hours with the software that serves a model.
    case managed
    /// A figure over many sellers.
    case index
    /// Prices without a price list behind them.
    case unverified
  }

  /// What price rows call it.
  package var id: String
  /// The name of the firm.
  package var name: String
  /// What kind of seller it is; nil for none.
  package var tier: ProviderTier?
  /// What its prices are.
  package var kind: Kind

  /// A provider by its row.
  package init(id: String, name: String, tier: ProviderTier?, kind: Kind) {
    self.id = id
    self.name = name
    self.tier = tier
    self.kind = kind
  }

  /// Whether it sells accelerator-hours alone at prices of its own, so that a market price may rest on them.
  package var isSeller: Bool { kind == .rental && tier != nil }
}
