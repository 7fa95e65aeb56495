/// Derives the default effective MFU of every accelerator, kind and size from the fit of published runs.
///
/// Software gets better with time, so the fit needs a date: that of the newest run, or, for an older accelerator, when
/// it was as old as three in four published runs' accelerators. Progress beyond what runs have shown is not assumed. The
/// range of a generation without a published run of the kind is half as wide again, and the row says that it is an
/// assumption.
public struct EfficiencyDerivation: Sendable {
  /// A derived row.
  public struct Row: Sendable {
    /// The row's id, as ``EfficiencyKey/rowIDs`` has it.
    public var id: String
    /// Typical MFU, and p10 to p90 for a run not yet seen.
    public var mfu: Ranged<Ratio>
    /// Published runs of this accelerator, kind and size.
    public var runs: [String]
    /// Published runs of the accelerator's generation and the kind.
    public var generationRuns: Int
    /// The month whose software it stands for.
    public var month: CalendarMonth
  }

  /// How much wider the spread is for a generation without runs.
  static let unseenWidening = 1.5

  /// The runs behind the fit.
  public let runs: [PublishedRun]
  /// The fit.
  public let fit: EfficiencyFit
  /// The newest run's month.
  public let newest: CalendarMonth
  /// How many months after its release three in four runs used their accelerator at most.
  public let greatestAge: Int

  /// A derivation from published runs; nil for runs of fewer than two organizations.
  ///
  /// - Parameters:
  ///   - runs: All runs; excluded ones count for nothing.
  ///   - speedup: Throughput of a precision over that of 16 bits.
  public init?(_ runs: [PublishedRun], speedup: (Precision, ArchitectureClass) -> Double) {
    let used = runs.filter { EfficiencyFit.observation(of: $0, speedup: 1) != nil }
    let observations = used.compactMap {
      EfficiencyFit.observation(of: $0, speedup: speedup($0.precision, $0.architecture))
    }
    guard let fit = EfficiencyFit(observations), let newest = used.compactMap({ CalendarMonth($0.date) }).max() else {
      return nil
    }
    self.runs = used
    self.fit = fit
    self.newest = newest
    let ages = used.compactMap { run in
      run.accelerator.released.flatMap { CalendarMonth($0) }.flatMap { released in
        CalendarMonth(run.date).map { Double($0 - released) }
      }
    }
    greatestAge = Int(Quantiles.quantile(0.75, of: ages))
  }

  /// The date whose software an accelerator's rows stand for.
  func month(for accelerator: Accelerator) -> CalendarMonth {
    accelerator.released.flatMap { CalendarMonth($0) }.map { Swift.min(newest, $0 + greatestAge) } ?? newest
  }

  /// The rows of some accelerators, in their order, dense before mixture of experts, small before large.
  public func rows(for accelerators: [Accelerator]) -> [Row] {
    var rows: [Row] = []
    for accelerator in accelerators {
      guard let peak = accelerator.referencePeak else { continue }
      for architecture in ArchitectureClass.allCases {
        let ofGeneration = runs.filter {
          $0.accelerator.generation == accelerator.generation && $0.architecture == architecture
        }.count
        for size in SizeClass.allCases {
          let features = EfficiencyFit.Features(
            architecture: architecture, peak: peak, activeParameters: size.example,
            month: month(for: accelerator))
          let alike = runs.filter {
            $0.accelerator.id == accelerator.id && $0.architecture == architecture && $0.key.size == size
          }
          rows.append(
            Row(
              id: "\(accelerator.id)-\(architecture.rawValue)-\(size.rawValue)",
              mfu: fit.range(features, widened: ofGeneration == 0 ? Self.unseenWidening : 1), runs: alike.map(\.id),
              generationRuns: ofGeneration, month: month(for: accelerator)))
        }
      }
    }
    return rows
  }
}

extension SizeClass {
  /// A size in the middle of the class, in active parameters.
  var example: Double {
    switch self {
    case .small: 1e9
    case .medium: 8e9
    case .large: 70e9
    }
  }
}
