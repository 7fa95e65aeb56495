/// Requests of one length, so many at once on a copy: when readers get tokens, and how much of the copy each request takes.
///
/// As soon as an answer ends another request takes its place. In the time of one request all others in flight have their
/// prompts read too, so that B requests take B·p + n·s: p seconds for each prompt, s for each of n decoding steps. What a
/// first token waits for is no part of the time between later tokens.
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
    let later = Number.larger(load.answer - one, zero)
    let others = load.isDisaggregated ? zero : .larger(batch - one, zero) * prompt
    let steps = Number.sum(of: [load.accepted.map { later / $0 } ?? later, admission])
    firstToken = .sum(of: [admission * step, prompt, load.isDisaggregated ? zero : queue * others])
    let between = load.accepted.map { step / $0 } ?? step
    perToken = .sum(of: [
      between, load.isDisaggregated ? zero : (one - queue) * others / .larger(load.answer - one, one),
    ])
    whole = .sum(of: [prompt, others, step * steps])
    prefill = prompt.scaled(by: size)
    decoding = (step * steps).scaled(by: size) / batch
  }
}
