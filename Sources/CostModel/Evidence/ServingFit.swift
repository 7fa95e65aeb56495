/// The constants of the time of serving, fitted on measured engines.
///
/// What is least is the sum of robust squares (soft L1) of the logarithms of predicted over measured throughput, and with
/// less weight of the time to the first token and between later ones. A family of models weighs as the root of its rows.
/// No constant belongs to a model, an engine or an accelerator.
package struct ServingFit: Sendable {
  /// One measured throughput as the fit sees it: seconds of its step and its prompt with every constant at one.
  package struct Observation: Sendable {
    /// The model, whose rows are left out together.
    package var family: String
    /// The accelerator.
    package var accelerator: String
    /// Accelerators of the copy.
    var size: Double
    /// Requests at once.
    var batch: Double
    var step: ServingTime<Double>.Step
    var prompt: ServingTime<Double>.Prefill
    var load: RequestTime<Double>.Load
    var isDecodingAlone: Bool
    /// Measured: tokens each second of one accelerator, seconds to the first token and between later ones.
    var measured: (tokensPerSecond: Double, firstToken: Double?, perToken: Double?)

    /// An observation from the times at constants of one.
    init(
      _ row: ServingMeasurement, _ time: ServingTime<Double>, _ load: RequestTime<Double>.Load, batch: Double
    ) {
      (family, accelerator) = (row.family, row.accelerator.id)
      (size, self.batch, self.load) = (Double(row.layout.accelerators), batch, load)
      step = time.step(batch: batch, context: load.context)
      prompt = time.prefill(prompt: load.prompt)
      isDecodingAlone = row.isDecodingAlone
      measured = (row.tokensPerSecond, row.firstToken, row.perToken)
    }

    /// Seconds of a step and of a prompt by some constants.
    private func seconds(_ constants: ServingConstants<Double>) -> (step: Double, prompt: Double) {
      (
        (step.weights + step.caches) / constants.bandwidth
          + (step.computing + step.fourBits / constants.fourBits) / constants.peak
          + step.layers * constants.layer + step.mixtureLayers * constants.mixtureLayer
          + step.rounds * constants.round + step.exchange / constants.link,
        (prompt.computing + prompt.fourBits / constants.fourBits) / constants.peak + prompt.exchange / constants.link
      )
    }

    /// Accelerator-seconds of a request.
    private func request(_ time: RequestTime<Double>) -> Double {
      time.decoding + (isDecodingAlone ? 0 : time.prefill)
    }

    private func time(_ constants: ServingConstants<Double>) -> RequestTime<Double> {
      let seconds = seconds(constants)
      return RequestTime(
        step: seconds.step, prompt: seconds.prompt, load, batch: batch, size: size, admission: constants.admission,
        queue: constants.queue)
    }

    /// Tokens each second of one accelerator by some constants.
    func tokensPerSecond(_ constants: ServingConstants<Double>) -> Double {
      load.answer / request(time(constants))
    }

    /// Logarithms of predicted over measured: throughput, first token, later tokens.
    func residuals(_ constants: ServingConstants<Double>) -> [Double] {
      let time = time(constants)
      var residuals = [Elementary.logarithm(load.answer / request(time) / measured.tokensPerSecond)]
      if let first = measured.firstToken { residuals.append(Elementary.logarithm(time.firstToken / first)) }
      if let later = measured.perToken { residuals.append(Elementary.logarithm(time.perToken / later)) }
      return residuals
    }

    /// The derivatives of the residuals by the logarithms of the constants, in their order.
    func slopes(_ constants: ServingConstants<Double>) -> [[Double]] {
      let (time, seconds) = (time(constants), seconds(constants))
      let fourBits = (step.fourBits, prompt.fourBits)
      let scale = 1 / (constants.fourBits * constants.peak)
      // What a step and a prompt change by, constant by constant.
      let steps = [
        -(step.weights + step.caches) / constants.bandwidth, -step.computing / constants.peak - fourBits.0 * scale,
        -fourBits.0 * scale, step.layers * constants.layer, step.mixtureLayers * constants.mixtureLayer,
        step.rounds * constants.round, -step.exchange / constants.link, 0, 0,
      ]
      let prompts = [
        0, -prompt.computing / constants.peak - fourBits.1 * scale, -fourBits.1 * scale, 0, 0, 0,
        -prompt.exchange / constants.link, 0, 0,
      ]
      let others = Swift.max(batch - 1, 0)
      let later = Swift.max(load.answer - 1, 1)
      let decodingSteps = later + constants.admission
      let admitted = [0, 0, 0, 0, 0, 0, 0, constants.admission * seconds.step, 0]
      let queued = [0, 0, 0, 0, 0, 0, 0, 0, constants.queue * others * seconds.prompt]
      var (all, first, between) = ([Double](), [Double](), [Double]())
      for place in steps.indices {
        let decoding = (steps[place] * decodingSteps + admitted[place]) * size / batch
        all.append(-(decoding + (isDecodingAlone ? 0 : prompts[place] * size)) / request(time))
        let waiting = constants.admission * steps[place] + admitted[place] + queued[place]
        first.append((waiting + prompts[place] * (1 + constants.queue * others)) / time.firstToken)
        let interrupting = prompts[place] * (1 - constants.queue) * others - queued[place]
        between.append((steps[place] + interrupting / later) / time.perToken)
      }
      return [all] + (measured.firstToken == nil ? [] : [first]) + (measured.perToken == nil ? [] : [between])
    }
  }

  /// The rows of the table of serving constants that hold the constants, with their names for people.
  package static var rows: [(id: String, name: String)] { ServingConstants<Double>.rows }

  /// The constants, in the order of ``rows``.
  package var constants: [Double]
  /// How far predictions of a family that the fit has not seen are off.
  package var spreads: ServingSpreads
  /// For each family, the constants of a fit without its rows.
  var withoutFamily: [String: [Double]] = [:]
  private var residuals: [ServingSpreads.Residual] = []

  /// Where the search starts, and the bounds of a constant: shares of at most 1.
  private static let start: [Double] = [0.7, 0.7, 0.7, 4e-5, 4e-5, 4e-6, 0.3, 10, 0.1]
  private static let most: [Double] = [1, 1, 1, 1e-2, 1e-2, 1e-3, 1, 200, 1]
  /// The weight of the times to the first and between later tokens beside that of the throughput.
  private static let latencyWeight = 0.3
  /// Residuals beyond this weigh as their size, not as its square.
  private static let robustness = 0.2

  /// Fits measured rows; nil without rows of two families.
  package init?(_ observations: [Observation]) {
    let families = Set(observations.map(\.family)).sorted()
    guard families.count > 1 else { return nil }
    constants = Self.fitted(observations)
    for family in families {
      let others = Self.fitted(observations.filter { $0.family != family }, from: constants)
      withoutFamily[family] = others
      residuals += Self.residuals(of: observations.filter { $0.family == family }, others)
    }
    spreads = ServingSpreads(residuals)
  }

  /// How far predictions are off, told without the rows of one family.
  func spreads(without family: String) -> ServingSpreads {
    ServingSpreads(residuals.filter { $0.family != family })
  }

  private static func residuals(
    of observations: [Observation], _ constants: [Double]
  ) -> [ServingSpreads.Residual] {
    let constants = ServingConstants(constants)
    return observations.map { one in
      let all = one.residuals(constants)
      return ServingSpreads.Residual(
        family: one.family, size: one.size, batch: one.batch, throughput: all[0],
        firstToken: one.measured.firstToken == nil ? nil : all[1], weight: share(of: observations.count))
    }
  }

  /// The weight of a row among so many of its family.
  private static func share(of count: Int) -> Double { 1 / Double(count).squareRoot() }

  /// Gauss-Newton on the logarithms of the constants, each row weighed anew by how far it is off.
  static func fitted(_ observations: [Observation], from start: [Double] = start) -> [Double] {
    var counts: [String: Int] = [:]
    for one in observations { counts[one.family, default: 0] += 1 }
    var best = start
    var least = error(observations, best, counts)
    var damping = 1e-3
    for _ in 0..<40 {
      let step = direction(observations, best, counts, damping: damping)
      let next = zip(best.indices, step).map { place, move in
        Swift.min(most[place], best[place] * Elementary.exponential(Swift.max(-1, Swift.min(1, move))))
      }
      let value = error(observations, next, counts)
      guard value < least else {
        damping *= 10
        if damping > 10 { break }
        continue
      }
      let gain = (least - value) / least
      (best, least, damping) = (next, value, Swift.max(1e-6, damping / 10))
      if gain < 1e-6 { break }
    }
    return best
  }

  private static func weight(_ index: Int) -> Double { index == 0 ? 1 : latencyWeight }

  private static func error(
    _ observations: [Observation], _ values: [Double], _ counts: [String: Int]
  ) -> Double {
    let constants = ServingConstants(values)
    var sum = 0.0
    for one in observations {
      let share = share(of: counts[one.family] ?? 1)
      for (index, residual) in one.residuals(constants).enumerated() {
        let scaled = residual / robustness
        sum += share * weight(index) * ((1 + scaled * scaled).squareRoot() - 1)
      }
    }
    return sum
  }

  /// The step of Gauss-Newton, by normal equations.
  private static func direction(
    _ observations: [Observation], _ values: [Double], _ counts: [String: Int], damping: Double
  ) -> [Double] {
    let constants = ServingConstants(values)
    let count = values.count
    var equations = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
    for one in observations {
      let share = share(of: counts[one.family] ?? 1)
      for (index, (residual, slope)) in zip(one.residuals(constants), one.slopes(constants)).enumerated() {
        let scaled = residual / robustness
        let factor = share * weight(index) / (1 + scaled * scaled).squareRoot()
        for place in 0..<count where slope[place] != 0 {
          let weighted = slope[place] * factor
          for other in place..<count { equations[place][other] += weighted * slope[other] }
          equations[place][count] -= weighted * residual
        }
      }
    }
    for place in 0..<count {
      for other in 0..<place { equations[place][other] = equations[other][place] }
      equations[place][place] += damping
    }
    return RidgeRegression.solved(equations)
  }
}
