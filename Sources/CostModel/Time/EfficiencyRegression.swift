/// Effective MFU of pre-training as a function of what is known before a run: a regression on published runs.
///
/// ln MFU = Σ constant · `Term`. No constant belongs to an organization, a model or an accelerator.
package struct EfficiencyRegression: Sendable, Equatable {
  /// What MFU depends on; the raw values are the ids of the table's rows.
  package enum Term: String, CaseIterable, Sendable {
    /// 1.
    case intercept
    /// 1 for a mixture of experts.
    case mixture = "mixture-of-experts"
    /// ln(peak / 312 TFLOP/s) of faster accelerators: peaks grow faster than memory and network.
    case peak = "log-peak-above-312-teraflops"
    /// ln(memory / 80 GB) of accelerators with less: micro-batches shrink, more is computed again and divided. 0 for
    /// TPUs, whose pods divide a model over hundreds of chips at full speed.
    case memory = "log-memory-below-80-gb"
    /// Years since 2023: software gets better.
    case date = "years-since-2023"
    /// 1 for accelerators of others than NVIDIA and Google, for which less software is tuned.
    case otherVendor = "other-vendor"
    /// 1 for hours that are accelerators × days of the calendar, which count the time between attempts too.
    case calendar = "calendar-hours"
    /// ln(N / 1 billion) of models with fewer active parameters.
    case size = "log-parameters-below-1b"

    /// What the term is, in words.
    package var meaning: String {
      switch self {
      case .intercept: "a dense run of 2023 on an accelerator like the A100 with 80 GB"
      case .mixture: "1 for a mixture of experts"
      case .peak: "ln(peak / 312 TFLOP/s) of faster accelerators, whose memory and network are less fast"
      case .memory: "ln(memory / 80 GB) of accelerators with less, except TPUs, whose pods divide a model"
      case .date: "years of software since January 2023"
      case .otherVendor: "1 for accelerators of others than NVIDIA and Google"
      case .calendar: "1 for hours that are accelerators times days, which count the time between attempts too"
      case .size: "ln(N / 1 billion) of models with fewer active parameters; 0 where the fit does better without"
      }
    }
  }

  /// What the regression knows of a run, in the order of the terms.
  package struct Features: Sendable, Equatable {
    var values: [Double]

    /// The features of a run; nil for an accelerator whose peak is unknown.
    ///
    /// - Parameters:
    ///   - accelerator: What it runs on.
    ///   - architecture: Dense or mixture of experts.
    ///   - activeParameters: Parameters that work on each token.
    ///   - month: When it ends.
    ///   - isCalendar: Whether its hours are accelerators × days.
    package init?(
      _ accelerator: Accelerator, _ architecture: ArchitectureClass,
      activeParameters: Double = EfficiencyRegression.smallModel, month: CalendarMonth, isCalendar: Bool = false
    ) {
      guard let peak = accelerator.referencePeak, peak > 0 else { return nil }
      let isPod = accelerator.vendor == "Google"
      let memory = isPod ? 80e9 : accelerator.memoryBytes ?? 80e9
      values = Term.allCases.map { term in
        switch term {
        case .intercept: 1
        case .mixture: architecture == .mixtureOfExperts ? 1 : 0
        case .peak: Swift.max(0, Elementary.logarithm(peak / 312e12))
        case .memory: Swift.min(0, Elementary.logarithm(memory / 80e9))
        case .date: Double(month.index) / 12 - 2023
        case .otherVendor: isPod || accelerator.vendor == "NVIDIA" ? 0 : 1
        case .calendar: isCalendar ? 1 : 0
        case .size: Swift.min(0, Elementary.logarithm(activeParameters / EfficiencyRegression.smallModel))
        }
      }
    }
  }

  /// Active parameters below which a model counts as small.
  package static let smallModel = 1e9

  /// The constants, in the order of the terms; 0 for one that the fit leaves out.
  package var constants: [Double]
  /// The factor to either side that holds four in five runs of an organization that the fit has not seen.
  package var spread: Double
  /// The same where it has seen no run on the generation of the accelerator either.
  package var unseenSpread: Double

  /// The typical MFU of a run.
  package func mfu(_ features: Features) -> Double {
    Elementary.exponential(zip(constants, features.values).reduce(0) { $0 + $1.0 * $1.1 })
  }
}

extension EfficiencyRegression {
  /// How an MFU follows from the regression and a tuned step.
  struct Blend {
    /// The typical MFU.
    var mfu: Double
    /// The factor to either side of p10 and p90.
    var spread: Double
    /// The power with which the tuned MFU counts.
    var power: Double
  }

  /// The MFU of a run, by what is known of it.
  ///
  /// - Parameters:
  ///   - features: Its features.
  ///   - tuned: The MFU of a tuned step; nil where it is not known.
  ///   - real: What runs take over tuned steps.
  ///   - runs: Published runs on the generation.
  /// - Returns: The typical MFU, its spread, and how much of it is the tuned step's.
  func blend(_ features: Features, tuned: Double?, _ real: TunedToReal, runs: Int) -> Blend {
    guard let tuned else {
      return Blend(mfu: mfu(features), spread: runs > 0 ? spread : unseenSpread, power: 0)
    }
    let reached = tuned / real.factor(features)
    guard runs >= TunedToReal.fewestRuns else { return Blend(mfu: reached, spread: real.tunedSpread, power: 1) }
    return Blend(mfu: (mfu(features) * reached).squareRoot(), spread: real.blendedSpread, power: 0.5)
  }
}

/// The regression as the tables have it, with what it takes to apply it to an accelerator.
package struct PublishedEfficiency: Sendable {
  /// The constants and spreads.
  package var regression: EfficiencyRegression
  /// What whole runs take over tuned steps.
  package var tunedToReal: TunedToReal
  /// The highest MFU that is believed of a whole run.
  package var limit: Double
  /// The month of the newest run, beyond whose software no progress is assumed.
  package var newest: CalendarMonth
  /// How many months after its release three in four runs used their accelerator at most.
  package var greatestAge: Int
  /// Generations and kinds that were seen, and kinds as a whole, by id as `hopper-dense` and `dense`.
  package var kinds: [String: (row: RowReference, runs: Int)]

  /// The regression of a table.
  package init(
    _ regression: EfficiencyRegression, tunedToReal: TunedToReal, limit: Double, newest: CalendarMonth,
    greatestAge: Int, kinds: [String: (row: RowReference, runs: Int)]
  ) {
    self.regression = regression
    self.tunedToReal = tunedToReal
    self.limit = limit
    self.newest = newest
    self.greatestAge = greatestAge
    self.kinds = kinds
  }

  /// The month whose software a new run on an accelerator is taken to have: that of the newest run, or, for an older
  /// accelerator, when it was as old as three in four published runs' accelerators.
  func month(for accelerator: Accelerator) -> CalendarMonth {
    accelerator.released.flatMap { CalendarMonth($0) }.map { Swift.min(newest, $0 + greatestAge) } ?? newest
  }

  /// Published runs on a generation, of all kinds.
  func runs(on generation: String) -> Int {
    ArchitectureClass.allCases.reduce(0) { $0 + (kinds["\(generation)-\($1.rawValue)"]?.runs ?? 0) }
  }

  /// The MFU on an accelerator, and whether at least three runs were published on its generation.
  ///
  /// - Parameters:
  ///   - accelerator: The accelerator.
  ///   - architecture: Dense or mixture of experts.
  ///   - tuned: The MFU of a tuned step on it; nil where it is not known.
  /// - Returns: nil where the peak is unknown.
  func efficiency(
    on accelerator: Accelerator, _ architecture: ArchitectureClass, tuned: TunedEfficiency?
  ) -> (efficiency: FittedEfficiency, isSeen: Bool)? {
    let kind = architecture.rawValue
    let month = month(for: accelerator)
    guard let features = EfficiencyRegression.Features(accelerator, architecture, month: month) else { return nil }
    let runs = runs(on: accelerator.generation)
    let isSeen = runs >= TunedToReal.fewestRuns
    guard var row = (kinds["\(accelerator.generation)-\(kind)"] ?? kinds[kind])?.row else { return nil }
    if !isSeen {
      row.assumption =
        tuned == nil
        ? "few published runs on this generation, and no model of its steps: the fit is carried over"
        : "few published runs on this generation: tuned steps, and what other runs take over them"
    }
    let blend = regression.blend(features, tuned: tuned?.middle, tunedToReal, runs: runs)
    // So that no size of the model gets above the highest.
    let limit = limit / (tuned.map { Elementary.power($0.mostOverMiddle, blend.power) } ?? 1)
    let typical = Swift.min(blend.mfu, limit)
    let mfu = Expression.input(
      "mfu", "effective MFU",
      Ranged<Ratio>(typical, low: typical / blend.spread, high: Swift.min(limit, typical * blend.spread)),
      from: .table(row), limits: Settings.mfu.limits.lowerBound...limit)
    let small = EfficiencyRegression.Term.allCases.firstIndex(of: .size) ?? 0
    let exponent = blend.power == 1 ? 0 : regression.constants[small] * (1 - blend.power)
    return (FittedEfficiency(mfu: mfu, exponent: exponent, tuned: tuned.map { ($0, blend.power) }), isSeen)
  }
}
