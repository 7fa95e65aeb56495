/// Electrical power: energy for each hour.
public typealias Power = Per<KilowattHours, Hours>

/// How the price of hardware is spread over its use.
public enum DepreciationMethod: String, CaseIterable, Sendable {
  /// The same amount each year of a fixed life.
  case straightLine = "straight-line"
  /// As fast as new hardware gets cheaper for the same work: Cottier et al. 2024.
  case pricePerformance = "price-performance"
}

/// Where owned servers stand.
public enum HostingKind: String, CaseIterable, Sendable {
  /// In a building of one's own, paid for once.
  case facility
  /// In someone else's, paid by the month.
  case colocation
  /// Where it costs nothing.
  case none
}

/// The three ways of Cottier et al. 2024 to count what accelerators cost a run.
public enum CostMethod: String, CaseIterable, Sendable {
  /// Cloud rent.
  case rent
  /// Depreciation of hardware and network, and electricity.
  case amortized
  /// Buying the cluster.
  case acquisition
}

extension Scenario {
  /// What ownership costs.
  package struct Ownership: Sendable {
    /// How the price of the cluster is spread over its use.
    package enum Depreciation: Sendable {
      /// Over a life, down to what it sells for in the end.
      case straightLine(lifetime: Expression<Hours>, resale: Expression<Ratio>?)
      /// By orders of magnitude a year that price-performance improves, from the value at an age.
      case pricePerformance(trend: Expression<Ratio>, age: Expression<Hours>?)
    }

    /// Where the servers stand.
    package enum Hosting: Sendable {
      /// USD to build a kW, written off over its life.
      case facility(price: Expression<Per<Dollars, Power>>, lifetime: Expression<Hours>)
      /// USD for a kW and month.
      case colocation(price: Expression<Per<Dollars, Power>>)
    }

    /// Who runs it.
    package enum Staff: Sendable {
      /// USD a year for each accelerator.
      case perAccelerator(Expression<Per<Dollars, Accelerators>>)
      /// USD a year for each kW of servers, and at least so much for a cluster: what the smallest takes of people.
      case perKilowatt(Expression<Per<Dollars, Power>>, least: Expression<Dollars>)
    }

    /// USD for one accelerator, or for its share of a server.
    package var purchase: Expression<Per<Dollars, Accelerators>>
    /// Server price over that of its accelerators; nil where the purchase price covers the server.
    package var serverFactor: Expression<Ratio>?
    /// The share of the cluster's price that is network.
    package var networkShare: Expression<Ratio>
    /// How it is written off.
    package var depreciation: Depreciation
    /// The share of that time it computes; nil for all of it.
    package var utilization: Expression<Ratio>?
    /// What the capital tied up costs in a year, as a share; nil for nothing.
    package var capitalCost: Expression<Ratio>?
    /// Where it stands; nil where that costs nothing.
    package var hosting: Hosting?
    /// Where a cluster of less power stands, in kW of its servers; nil where all stand in one place.
    package var smallHosting: (hosting: Hosting, below: Expression<Ratio>)?
    /// Who runs it; nil where that is not counted.
    package var staff: Staff?
    /// What electricity costs.
    package var electricity: Expression<Per<Dollars, KilowattHours>>
    /// The rent that ownership is held against; nil where there is none.
    package var rent: Expression<Per<Dollars, AcceleratorHours>>?
    /// Whether that rent is given, and no price of the market.
    package var isRentGiven = false
    /// The contract that a large run would be rented by instead; nil where the rent holds for every size.
    package var contract: RentContract?

    /// Where a cluster stands.
    ///
    /// - Parameters:
    ///   - accelerators: Its size; nil where that is unknown, and taken for a large one.
    ///   - energy: What one of them draws.
    /// - Returns: The place; nil where it costs nothing.
    func hosting(of accelerators: Expression<Accelerators>?, _ energy: Energy) -> Hosting? {
      guard let small = smallHosting, let size = accelerators?.typical.value,
        size * energy.capacity.typical.value < small.below.typical.value
      else { return hosting }
      return small.hosting
    }
  }

  /// What the three methods of Cottier et al. 2024 need.
  package struct MethodTerms: Sendable {
    /// The one that makes the bill.
    package var chosen: CostMethod
    /// Rent, at a commitment of three years where there is one; nil where there is no price.
    package var rent: Expression<Per<Dollars, AcceleratorHours>>?
    /// Purchase, network, depreciation by price-performance, electricity; no hosting, staff or cost of capital.
    package var ownership: Ownership

    /// What the chosen method bills.
    var payment: Payment {
      switch chosen {
      case .rent: rent.map { .rent($0) } ?? .ownership(ownership)
      case .amortized: .ownership(ownership)
      case .acquisition: .acquisition(ownership)
      }
    }
  }
}
