/// A class of storage, by what it costs and how fast it is.
public enum StorageClass: String, CaseIterable, Sendable {
  /// Objects read at any time.
  case hot
  /// Objects read now and then.
  case warm
  /// Objects kept for later.
  case cold
  /// A distributed file system.
  case file
  /// A shared volume on solid-state disks.
  case volume
}

extension Scenario {
  /// What a cloud bills besides accelerators and storage; nothing unless asked for.
  package struct CloudExtras: Sendable {
    /// Data that leaves the cloud, and what that costs.
    package var egress: (amount: Expression<Bytes>, price: Expression<Per<Dollars, Bytes>>)?
    /// Virtual processors for each accelerator that load data, and what one of them costs beside an accelerator-hour.
    package var hosts: (count: Expression<Ratio>, price: Expression<Per<Dollars, AcceleratorHours>>)?

    /// No extras.
    package init() {}

    /// Processors that load data, by the accelerator-hour; nil for none.
    func hostCharge(_ hours: Expression<AcceleratorHours>) -> Expression<Dollars>? {
      hosts.map { ($0.price * $0.count) * hours }
    }

    /// Data out of the cloud; nil for none.
    var egressCharge: Expression<Dollars>? { egress.map { $0.price * $0.amount } }
  }
}
