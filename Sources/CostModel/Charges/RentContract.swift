extension Scenario {
  /// A contract that large runs are rented by.
  ///
  /// The price goes over from that on demand without a step, so that a larger run never costs less.
  package struct RentContract: Sendable {
    /// What it costs.
    package var rate: Expression<Per<Dollars, AcceleratorHours>>
    /// Accelerator-hours of a run that is rented on demand as a whole.
    package var smallest: Expression<AcceleratorHours>
    /// Accelerator-hours of a run that is rented by contract as a whole.
    package var full: Expression<AcceleratorHours>

    /// The share of a run that is rented by contract: w = (1 − a/h) / (1 − a/b), between 0 and 1, where a run of h hours
    /// lies between those rented on demand, a, and by contract, b.
    func share(of hours: Expression<AcceleratorHours>) -> Expression<Ratio> {
      let beyond: Expression<Ratio> = 1 - smallest / hours
      let all: Expression<Ratio> = 1 - smallest / full
      return Expression<Ratio>.larger(0, .smaller(1, beyond / all)).named(
        "share of the rent by contract", note: "a one-year contract; the rest is on demand")
    }

    /// The rent of a run: p·(1 − w) + c·w, with the share w by contract.
    func rate(
      _ share: Expression<Ratio>, onDemand price: Expression<Per<Dollars, AcceleratorHours>>
    ) -> Expression<Per<Dollars, AcceleratorHours>> {
      (price * (1 - share) + rate * share).named("rent of a run of this size\(Self.way(share))")
    }

    /// How a run is rented, behind the name of what is paid for it.
    static func way(_ share: Expression<Ratio>?) -> String {
      switch share?.typical.value ?? 0 {
      case ...0: ""
      case 1...: ", by contract"
      default: ", partly by contract"
      }
    }
  }
}
