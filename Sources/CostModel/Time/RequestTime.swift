/// Requests of one length, so many at once on a copy: when readers get tokens, and how much of the copy each request takes.
///
/// As soon as an answer ends another request takes its place. In the time of one request all others in flight have their
/// prompts read too, so that B requests take B·p + n·s: p seconds for each prompt, s for each of n decoding steps. A share
/// of the other prompts is read before the first token, as it is measured for answers of a hundred tokens and more; the
/// rest lies between later tokens. In shorter answers prompts lie as densely among all steps of a request as in those, the
/// steps of its admission included, so that most of them are read before the first token.
struct RequestTime<Number: FormulaNumber>: Sendable {
  /// Seconds to the first token.
  var firstToken: Number
  /// Seconds between tokens after it.
  var perToken: Number
  /// Seconds of a request from start to end.
  var whole: Number
  /// Accelerator-seconds of a request in reading its prompt.
  var prefill: Number
  /// Accelerator-seconds of a request in decoding steps.
  var decoding: Number

  /// Requests as they are read and answered.
  struct Load: Sendable {
    /// Tokens of a prompt.
    var prompt: Number
    /// Those of them whose cache is kept; nil for none.
    var cached: Number?
    /// Tokens of an answer.
    var answer: Number
    /// Tokens that a step adds to a sequence, where some are guessed ahead; nil for one.
    var accepted: Number?
    /// Whether other accelerators read the prompts.
    var isDisaggregated = false

    /// Tokens that a sequence has behind it, on average.
    var context: Number { (prompt + answer.scaled(by: 0.5)).line("tokens that a sequence has behind it, on average") }
  }

  /// Requests on a copy, so many at once.
  init(_ time: ServingTime<Number>, _ load: Load, batch: Number) {
    let step = time.step(batch: batch, context: load.context, guessed: load.accepted)
    let prompt = time.prefill(prompt: load.prompt, cached: load.cached)
    self.init(
      step: step.total.line("seconds of a decoding step"),
      prompt: prompt.total.line("seconds to read a prompt"), load, batch: batch,
      size: Double(time.layout.accelerators), admission: time.constants.admission, queue: time.constants.queue)
  }

  /// The same by the seconds of a decoding step and of a prompt.
  init(
    step: Number, prompt: Number, _ load: Load, batch: Number, size: Double, admission: Number, queue: Number
  ) {
    let (zero, one) = (Number(constant: 0), Number(constant: 1))
    let others =
      load.isDisaggregated ? zero : (Number.larger(batch - one, zero) * prompt).line("seconds of the other prompts")
    let steps = load.steps(admission: admission)
    let between = (one - queue) * others / load.interrupted(steps, admission: admission)
    let later = load.accepted.map { load.later / $0 } ?? load.later
    firstToken = .sum(of: [admission * step, prompt, load.isDisaggregated ? zero : others - later * between])
    let token = Number.sum(of: [step, load.isDisaggregated ? zero : between])
    perToken = load.accepted.map { token / $0 } ?? token
    whole = .sum(of: [prompt, others, step * steps])
    prefill = prompt.scaled(by: size)
    decoding = (step * steps).scaled(by: size) / batch
  }
}

extension RequestTime.Load {
  /// Decoding steps between the first and the last token of the shortest answers whose waits are measured.
  private static var measuredSteps: Number { Number(constant: 99) }

  /// Tokens of an answer after the first.
  var later: Number { .larger(answer - Number(constant: 1), Number(constant: 0)) }

  /// Decoding steps of a request: those of its tokens after the first, and those of its admission.
  func steps(admission: Number) -> Number { .sum(of: [accepted.map { later / $0 } ?? later, admission]) }

  /// Steps that the prompts of other requests after the first token are shared by: those of later tokens, or as many as
  /// make them as dense as in the shortest answers that were measured.
  func interrupted(_ steps: Number, admission: Number) -> Number {
    let measured = Self.measuredSteps
    return Number.larger(steps - admission, steps * measured / (measured + admission))
      .line("steps that share the prompts of other requests")
  }

  /// Times between the tokens of an answer, at most one: an answer of one token has none, and no speed to keep.
  var gaps: Number {
    Number.larger(Number(constant: 1e-9), .smaller(Number(constant: 1), answer - Number(constant: 1)))
      .line("times between the tokens of an answer, at most one")
  }
}
