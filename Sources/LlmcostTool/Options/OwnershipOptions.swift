import CommandLineKit
import CostModel

/// Options that say what an owned cluster costs.
struct OwnershipOptions: Sendable {
  var method: CostMethod?
  var purchase: RangeOption<Per<Dollars, Accelerators>>?
  var serverFactor: RangeOption<Ratio>?
  var networkShare: RangeOption<Ratio>?
  var depreciation: DepreciationMethod?
  var lifetime: RangeOption<Hours>?
  var age: RangeOption<Hours>?
  var resale: RangeOption<Ratio>?
  var capitalCost: RangeOption<Ratio>?
  var utilization: RangeOption<Ratio>?
  var hosting: HostingKind?
  var facilityPrice: RangeOption<Dollars>?
  var colocationPrice: RangeOption<Dollars>?
  var staff: RangeOption<Dollars>?
  var rent: RangeOption<Per<Dollars, AcceleratorHours>>?

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
      ) { $0.purchase = $1 },
      Option(
        "--server-factor", as: RangeOption<Ratio>.self, placeholder: "n",
        help: "server price over that of its accelerators"
      ) { $0.serverFactor = $1 },
      Option("--network-share", as: RangeOption<Ratio>.self, help: "network's share of the cluster price") {
        $0.networkShare = $1
      },
      Option(
        "--depreciation", as: DepreciationMethod.self,
        help: "how the price is spread (default straight-line); price-performance as Cottier et al. 2024"
      ) { $0.depreciation = $1 },
      Option("--hardware-life", as: RangeOption<Hours>.self, help: "over how long it is written off, as 5y") {
        $0.lifetime = $1
      },
      Option(
        "--hardware-age", as: RangeOption<Hours>.self,
        help: "age of the hardware at the start, as 18mo; with price-performance"
      ) { $0.age = $1 },
      Option("--resale", as: RangeOption<Ratio>.self, help: "what it sells for in the end, of its price (default 0)") {
        $0.resale = $1
      },
      Option("--cost-of-capital", as: RangeOption<Ratio>.self, help: "interest a year on the capital tied up, as 9%") {
        $0.capitalCost = $1
      },
      Option("--utilization", as: RangeOption<Ratio>.self, help: "share of its life that the cluster computes") {
        $0.utilization = $1
      },
      Option("--hosting", as: HostingKind.self, help: "where the servers stand (default facility)") {
        $0.hosting = $1
      },
      Option("--facility-price", as: RangeOption<Dollars>.self, help: "USD to build a MW of facility, as 11.3M") {
        $0.facilityPrice = $1
      },
      Option(
        "--colocation-price", as: RangeOption<Dollars>.self,
        help: "USD for a kW of servers and month of colocation, electricity apart"
      ) { $0.colocationPrice = $1 },
      Option("--staff", as: RangeOption<Dollars>.self, help: "USD of staff and upkeep for an accelerator and year") {
        $0.staff = $1
      },
      Option(
        "--against", as: RangeOption<Per<Dollars, AcceleratorHours>>.self,
        help: "rent that ownership is held against (default: the market's on demand)"
      ) { $0.rent = $1 },
    ])

  /// What they say.
  ///
  /// - Throws: ``Failure`` for an option that has no effect on rented accelerators.
  func terms(isOwned: Bool, countsEmbodied: Bool) throws(Failure) -> Request.OwnershipTerms {
    let full: [(String, Bool)] = [
      ("--depreciation", depreciation != nil), ("--resale", resale != nil), ("--cost-of-capital", capitalCost != nil),
      ("--hosting", hosting != nil), ("--facility-price", facilityPrice != nil),
      ("--colocation-price", colocationPrice != nil), ("--staff", staff != nil), ("--against", rent != nil),
    ]
    let ofUse = [("--hardware-life", lifetime != nil), ("--utilization", utilization != nil)]
    let ofHardware = [
      ("--purchase-price", purchase != nil), ("--server-factor", serverFactor != nil),
      ("--network-share", networkShare != nil), ("--hardware-age", age != nil),
    ]
    let idle = isOwned ? [] : full + (countsEmbodied ? [] : ofUse) + (method != nil ? [] : ofHardware)
    if let option = idle.first(where: \.1)?.0 {
      throw Failure(
        "\(option) has no effect on rented accelerators", hint: "add --own to own the cluster", status: .usage)
    }
    func scaled<Measure>(_ value: RangeOption<Dollars>?, _ factor: Double) -> Ranged<Measure>? {
      value.map {
        Ranged(
          $0.value.typical.value * factor, low: $0.value.low.value * factor, high: $0.value.high.value * factor)
      }
    }
    var terms = Request.OwnershipTerms()
    terms.purchase = purchase?.value
    terms.serverFactor = serverFactor?.value
    terms.networkShare = networkShare?.value
    terms.depreciation = depreciation
    terms.lifetime = lifetime?.value
    terms.age = age?.value
    terms.resale = resale?.value
    terms.capitalCost = capitalCost?.value
    terms.utilization = utilization?.value
    terms.hosting = hosting
    terms.facilityPrice = scaled(facilityPrice, 1e-3)
    terms.colocationPrice = scaled(colocationPrice, 1)
    terms.staff = scaled(staff, 1)
    terms.rent = rent?.value
    return terms
  }
}

extension CostMethod: OptionValue {}
extension DepreciationMethod: OptionValue {}
extension HostingKind: OptionValue {}
