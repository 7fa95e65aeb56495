/// Sequences that a copy decodes together, as a formula.
extension ServingPoint {
  /// What memory holds, what is asked for, or the most that keep the speed: in every draw anew.
  static func batch(
    _ time: ServingTime<Expression<Ratio>>, _ load: RequestTime<Expression<Ratio>>.Load, _ wanted: ServingLoad.Batch,
    room: Expression<Ratio>, engine: Expression<Ratio>
  ) -> Expression<Ratio> {
    switch wanted {
    case .memory: .larger(1, room)
    case .concurrency, .over: .larger(1, .smaller(room, wanted.concurrency(time.layout) ?? 1))
    case .tokensPerSecond(let speed):
      .larger(1, .smaller(room, keeping(speed, time, load, engine).named("sequences that meet the speed")))
    }
  }

  /// The sequences b whose step takes the time that the speed leaves: a = f + w·(1 − i^b) + e·b.
  ///
  /// f are the seconds of a step whatever its sequences, w those to read all routed experts, of which each sequence
  /// leaves the share i idle, and e those of a sequence, with the share of the other prompts that lies between its tokens.
  private static func keeping(
    _ speed: Double, _ time: ServingTime<Expression<Ratio>>, _ load: RequestTime<Expression<Ratio>>.Load,
    _ engine: Expression<Ratio>
  ) -> Expression<Ratio> {
    let one = time.step(batch: 1, context: load.context, guessed: load.accepted)
    let reading = time.reading
    let fixed = Expression.sum(of: [one.layers, one.mixtureLayers, one.rounds, reading.shared])
      .named("seconds of a step whatever its sequences")
    var each = Expression.sum(of: [one.caches, one.computing, one.fourBits, one.exchange])
      .named("seconds of a step for a sequence")
    var allowed = engine / (Expression(constant: speed) * load.gaps)
    if let accepted = load.accepted { allowed = allowed * accepted }
    allowed = allowed.named("seconds of a step that the speed allows") - fixed
    if !load.isDisaggregated {
      let prompt = time.prefill(prompt: load.prompt, cached: load.cached).total.named("seconds to read a prompt")
      let admission = time.constants.admission
      let steps = load.interrupted(load.steps(admission: admission), admission: admission)
      let others = (prompt * (1 - time.constants.queue) / steps)
        .named("seconds that the prompt of another request takes from each step")
      (each, allowed) = (each + others, allowed + others)
    }
    guard time.shape.idleShare > 0 else { return allowed / each }
    let decay = Expression<Ratio>(constant: -Elementary.logarithm(time.shape.idleShare))
    return solved(
      allowed, each, experts: reading.experts.named("seconds to read all experts"),
      decay: load.accepted.map { decay * $0 } ?? decay)
  }

  /// Where the search for a batch starts: the tangents of e^−x at these.
  private static let tangents = [1.0, 2, 3, 5]
  /// Rounds of the search, which leave an error of 1e-11.
  private static let rounds = 4

  /// The b ≥ 1 with w·(1 − e^−kb) + e·b = a: Newton's method from below in the exponent x = k·b, which a curve that rises
  /// ever more slowly never overshoots. The tangents of such a curve meet a below it, and the largest of these starts.
  private static func solved(
    _ allowed: Expression<Ratio>, _ each: Expression<Ratio>, experts: Expression<Ratio>, decay: Expression<Ratio>
  ) -> Expression<Ratio> {
    let slope = (each / decay).named("seconds of a step for one of the exponent")
    // Where one sequence takes longer than is allowed, it is taken for what is.
    let least = experts * (1 - (0 - decay).exponential) + each
    let beyond = (Expression.larger(allowed, least) - experts).named("seconds allowed beyond those of all experts")
    var place = Expression<Ratio>.larger(decay, beyond / slope)
    for tangent in tangents {
      let idle = Elementary.exponential(-tangent)
      let (seconds, at) = (experts * Expression(constant: idle), Expression<Ratio>(constant: 1 + tangent))
      place = .larger(place, (beyond + seconds * at) / (slope + seconds))
    }
    place = place.named("exponent of the idle experts, first guess")
    for round in 1...rounds {
      let seconds = (experts * (0 - place).exponential).named("seconds of the experts that are idle, guess \(round)")
      place = ((beyond + seconds * (1 + place)) / (slope + seconds)).named(
        "exponent of the idle experts, guess \(round + 1)")
    }
    return place / decay
  }
}
