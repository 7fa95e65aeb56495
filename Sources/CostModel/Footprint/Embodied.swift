extension Scenario {
  /// What making the hardware emitted and consumed, and over which use that is spread.
  package struct Embodied: Sendable {
    /// Grams CO2e for making one accelerator.
    package var accelerator: Expression<Per<GramsCO2e, Accelerators>>
    /// Grams CO2e for making the rest of the server, for each accelerator in it.
    package var server: Expression<Per<GramsCO2e, Accelerators>>
    /// Liters of water consumed in making one accelerator.
    package var water: Expression<Per<Liters, Accelerators>>
    /// How long the hardware serves.
    package var lifetime: Expression<Hours>
    /// The share of that time it computes.
    package var utilization: Expression<Ratio>

    private static let bloom = Source(
      title: "Luccioni et al. 2022, Estimating the carbon footprint of BLOOM", url: "https://arxiv.org/abs/2211.02001")

    private static let olmo = Source(
      title: "Morrison et al. 2025, Holistically Evaluating the Environmental Impact of Creating Language Models",
      url: "https://arxiv.org/abs/2503.05804")

    /// Accelerators that some hours of use wear out: hours / (lifetime × utilization).
    private func lifetimes(in hours: Expression<AcceleratorHours>) -> Expression<Accelerators> {
      let use = (lifetime * utilization).named("hours of use in a lifetime")
      return (hours / use).named("lifetimes used up")
    }

    /// The emissions that fall to some hours of use: (accelerator + server) × lifetimes used up.
    func carbon(of hours: Expression<AcceleratorHours>) -> Expression<GramsCO2e> {
      let made = (accelerator + server).named("embodied carbon per accelerator")
      return (made * lifetimes(in: hours)).named(
        "carbon, embodied",
        note: "making accelerators and servers, by share of their life; network, buildings and disposal are not in it",
        sources: [Self.bloom])
    }

    /// The water that falls to some hours of use: accelerator × lifetimes used up.
    func water(of hours: Expression<AcceleratorHours>) -> Expression<Liters> {
      (water * lifetimes(in: hours)).named(
        "water, embodied",
        note: "making accelerators, by share of their life; memory, servers and network are not in it",
        sources: [Self.olmo])
    }
  }

  /// Something that a footprint is likened to: a year of a home, the life of a car.
  package struct Equivalent: Sendable {
    /// What one of it comes to.
    package enum Amount: Sendable {
      /// So much energy.
      case energy(Expression<KilowattHours>)
      /// So much carbon.
      case carbon(Expression<GramsCO2e>)
      /// So much water.
      case water(Expression<Liters>)
    }

    /// The stable name of the count, as `homes`.
    package var key: String
    /// What is counted, in words.
    package var name: String
    /// What one of it comes to.
    package var amount: Amount

    /// How many of it a footprint comes to.
    func count(
      energy: Expression<KilowattHours>, carbon: Expression<GramsCO2e>, water: Expression<Liters>
    ) -> Expression<Ratio> {
      let ratio =
        switch amount {
        case .energy(let one): energy / one
        case .carbon(let one): carbon / one
        case .water(let one): water / one
        }
      return ratio.named(name)
    }
  }
}
