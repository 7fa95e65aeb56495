/// Where owning and renting cost the same.
package struct BreakEven: Sendable {
  /// An accelerator-hour of the owned cluster, all costs included.
  package var ownedPrice: Expression<Per<Dollars, AcceleratorHours>>
  /// The rent it is held against.
  package var rent: Expression<Per<Dollars, AcceleratorHours>>
  /// The share of its life that a cluster must compute to cost what rent does; above 1, rent is always cheaper.
  package var utilization: Expression<Ratio>
  /// The same in hours of use of each accelerator; nil where the cluster has no fixed life.
  package var hours: Expression<Hours>?

  /// Compares an owned cluster with rent; nil where no rent is known.
  ///
  /// The rent r is that of a run of its hours. Of an hour owned, the fixed costs F fall due in any case; an hour used costs
  /// electricity e on top and saves the rent. Both cost the same at the utilization F / (r − e).
  package init?(_ ownership: Scenario.Ownership, charge: OwnershipCharge) {
    guard let rent = ownership.rent else { return nil }
    let contract = ownership.contract.map { ($0, share: $0.share(of: charge.used)) }
    let paid = contract.map { $0.rate($1, onDemand: rent) } ?? rent
    let byContract = Scenario.RentContract.way(contract?.share)
    let way = ownership.isRentGiven ? "" : byContract.isEmpty ? ", on demand" : byContract
    let price = paid.named("rent it is held against\(way)")
    self.rent = price
    ownedPrice = ((charge.fixed + charge.amount(.electricity)) / charge.used).named(
      "owned, per accelerator-hour", note: "all costs of ownership, at its utilization")
    let fixed = (charge.fixed / charge.owned).named("fixed costs of an hour owned, used or not")
    let running = (charge.amount(.electricity) / charge.used).named("electricity of an hour used")
    // Rent below the price of electricity never pays for a cluster: a saving near zero stands for none.
    let saved = Expression.larger(price - running, Expression(constant: 1e-6)).named("rent less electricity")
    let least = (fixed / saved).named(
      "break-even utilization",
      note: "owning is cheaper above it; where it is above 1, renting always is")
    utilization = least
    hours = charge.lifetime.map {
      ($0 * least).named(
        "break-even use per accelerator", note: "hours of computing over the lifetime")
    }
  }
}

/// What the accelerators of a run cost by each of the three methods of Cottier et al. 2024.
package struct MethodCosts: Sendable {
  /// The method that makes the bill.
  package var chosen: CostMethod
  /// Cloud rent; nil where there is no price.
  package var rent: Expression<Dollars>?
  /// Depreciation of hardware and network by price-performance, and electricity.
  package var amortized: Expression<Dollars>
  /// The price of the cluster; nil where its size is unknown.
  package var acquisition: Expression<Dollars>?

  /// The three costs of a run; `charge` is what the chosen method bills already, where it is amortized.
  init(_ terms: Scenario.MethodTerms, charge: OwnershipCharge?, run: Run, energy: Energy) {
    chosen = terms.chosen
    rent = terms.rent.map {
      Rental.amount(price: $0, hours: run.acceleratorHours).named("rent")
    }
    let charge = charge ?? OwnershipCharge(terms.ownership, energy: energy, hours: run.acceleratorHours)
    amortized = (charge.amount(.compute) + charge.amount(.electricity))
      .named("amortized hardware and electricity")
    acquisition = run.accelerators.map {
      (charge.cluster * $0).named("acquisition of the cluster")
    }
  }
}
