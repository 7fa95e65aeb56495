import CommandLineKit
import CostModel

/// Options that say what an owned cluster costs.
struct OwnershipOptions: Sendable {
  var method: CostMethod?
  private var given = Request.OwnershipTerms()

  /// The option of pre-training alone: stages after it have methods of their own.
  static let methods = OptionGroup<OwnershipOptions>(
    "Methods of Cottier et al. 2024",
    [
      Option(
        "--method", as: CostMethod.self,
        help: "count accelerators by rent, amortized purchase or acquisition, and show all three"
      ) { $0.method = $1 }
    ])

  static let title = "Ownership, with --own"

  static let group = OptionGroup<OwnershipOptions>(
    title,
    [
      Option(
        "--purchase-price", as: RangeOption<Per<Dollars, Accelerators>>.self,
        help: "USD for one accelerator; --server-factor 1 if that is its share of a server"
      ) { $0.given.purchase = $1.value },
      Option(
        "--server-factor", as: RangeOption<Ratio>.self, placeholder: "n",
        help: "server price over that of its accelerators"
      ) { $0.given.serverFactor = $1.value },
      Option("--network-share", as: RangeOption<Ratio>.self, help: "network's share of the cluster price") {
        $0.given.networkShare = $1.value
      },
      Option(
        "--depreciation", as: DepreciationMethod.self,
        help: "how the price is spread (default straight-line); price-performance as Cottier et al. 2024"
      ) { $0.given.depreciation = $1 },
      Option("--hardware-life", as: RangeOption<Hours>.self, help: "over how long it is written off, as 5y") {
        $0.given.lifetime = $1.value
      },
      Option(
        "--hardware-age", as: RangeOption<Hours>.self,
        help: "age of the hardware at the start, as 18mo; with price-performance"
      ) { $0.given.age = $1.value },
      Option("--resale", as: RangeOption<Ratio>.self, help: "what it sells for in the end, of its price (default 0)") {
        $0.given.resale = $1.value
      },
      Option("--cost-of-capital", as: RangeOption<Ratio>.self, help: "interest a year on the capital tied up, as 9%") {
        $0.given.capitalCost = $1.value
      },
      Option("--utilization", as: RangeOption<Ratio>.self, help: "share of its life that the cluster computes") {
        $0.given.utilization = $1.value
      },
      Option("--hosting", as: HostingKind.self, help: "where the servers stand (default facility)") {
        $0.given.hosting = $1
      },
      Option("--facility-price", as: RangeOption<Dollars>.self, help: "USD to build a MW of facility, as 11.3M") {
        $0.given.facilityPrice = scaled($1.value, 1e-3)
      },
      Option(
        "--colocation-price", as: RangeOption<Dollars>.self,
        help: "USD for a kW of servers and month of colocation, electricity apart"
      ) { $0.given.colocationPrice = scaled($1.value) },
      Option("--staff", as: RangeOption<Dollars>.self, help: "USD of staff and upkeep for an accelerator and year") {
        $0.given.staff = scaled($1.value)
      },
      Option(
        "--against", as: RangeOption<Per<Dollars, AcceleratorHours>>.self,
        help: "rent that ownership is held against (default: the market's on demand)"
      ) { $0.given.rent = $1.value },
    ])

  /// What they say.
  ///
  /// - Throws: ``Failure`` for an option that has no effect on rented accelerators.
  func terms(isOwned: Bool, countsEmbodied: Bool) throws(Failure) -> Request.OwnershipTerms {
    let full: [(String, Bool)] = [
      ("--depreciation", given.depreciation != nil), ("--resale", given.resale != nil),
      ("--cost-of-capital", given.capitalCost != nil), ("--hosting", given.hosting != nil),
      ("--facility-price", given.facilityPrice != nil), ("--colocation-price", given.colocationPrice != nil),
      ("--staff", given.staff != nil), ("--against", given.rent != nil),
    ]
    let ofUse = [("--hardware-life", given.lifetime != nil), ("--utilization", given.utilization != nil)]
    let ofHardware = [
      ("--purchase-price", given.purchase != nil), ("--server-factor", given.serverFactor != nil),
      ("--network-share", given.networkShare != nil), ("--hardware-age", given.age != nil),
    ]
    let idle = isOwned ? [] : full + (countsEmbodied ? [] : ofUse) + (method != nil ? [] : ofHardware)
    if let option = idle.first(where: \.1)?.0 {
      throw Failure(
        "\(option) has no effect on rented accelerators", hint: "add --own to own the cluster", status: .usage)
    }
    return given
  }
}

/// An amount of money for each of something, in its base unit.
private func scaled<Base: Unit>(_ value: Ranged<Dollars>, _ factor: Double = 1) -> Ranged<Per<Dollars, Base>> {
  Ranged(value.typical.value * factor, low: value.low.value * factor, high: value.high.value * factor)
}

extension CostMethod: OptionValue {}
extension DepreciationMethod: OptionValue {}
extension HostingKind: OptionValue {}
