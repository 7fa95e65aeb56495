extension Backtest {
  /// What the fit of a predicted step has not seen.
  package enum StepFold: String, CaseIterable, Sendable {
    /// The publications of the step.
    case source
    /// The generation of its accelerator.
    case generation

    func key(_ step: PublishedStep) -> String {
      switch self {
      case .source: step.series
      case .generation: step.hardware.accelerator.generation
      }
    }
  }

  /// Predicts published steps, each by a fit that has not seen its source or its generation.
  ///
  /// - Parameters:
  ///   - steps: The steps, their matmul shares as measured or assumed.
  ///   - fold: What is left out.
  ///   - recomputed: What recomputing parts of a layer does again.
  ///   - spread: How far steps lie from predictions.
  package init(
    steps: [PublishedStep], leavingOut fold: StepFold, _ recomputed: RecomputedParts, spread: StepSpread
  ) {
    let learned = steps.filter { $0.exclusion == nil }
    learnedFrom = (learned.count, Set(learned.map(\.series)).count)
    entries = []
    let whole = StepFit(steps, recomputed)
    var fits: [String: StepFit] = [:]
    for step in steps {
      let key = fold.key(step)
      let others = steps.filter { fold.key($0) != key }
      let fit = fits[key] ?? StepFit(others, recomputed, from: whole?.constants ?? StepConstants())
      guard let fit else {
        unpredicted.append((step.id, "too few other steps"))
        continue
      }
      fits[key] = fit
      entries.append(
        Entry(step, fit.time(of: step), StepModel(step.job, on: fit.hardware(of: step), fit.constants), spread))
    }
  }

  /// Predicts steps by constants that are known.
  package init(
    steps: [PublishedStep], by constants: StepConstants, spread: StepSpread,
    learnedFrom: (runs: Int, organizations: Int)
  ) {
    self.learnedFrom = learnedFrom
    entries = steps.map { step in
      let model = StepModel(step.job, on: step.hardware, constants)
      return Entry(step, model.time(step.layout), model, spread)
    }
  }
}

extension Backtest.Entry {
  fileprivate init(_ step: PublishedStep, _ time: StepTime, _ model: StepModel, _ spread: StepSpread) {
    let unknown: StepSpread.Unknowns = step.exclusion == nil ? [] : .recompute
    let accelerator = step.hardware.accelerator
    let run = PublishedRun(
      id: step.id, organization: step.organization, date: step.date,
      activeParameters: step.job.shape.matrices, tokens: step.job.tokens, architecture: step.kind,
      precision: step.job.precision.format, accelerator: accelerator, acceleratorHours: nil, exclusion: step.exclusion)
    self.init(
      id: step.id, run: run,
      groups: [
        step.kind.rawValue, accelerator.generation, step.job.precision.rawValue,
        accelerator.generation + " " + step.kind.rawValue, step.series,
      ], measure: .stepSeconds, predicted: spread.range(time, model, unknown: unknown), actual: step.seconds,
      setAside: step.exclusion)
  }
}
