/// Requests as they are served, and by what.
package struct ServingLoad: Sendable {
  /// How many sequences a copy of the model decodes together.
  package enum Batch: Sendable {
    /// As many as memory holds.
    case memory
    /// So many requests at once; those that memory does not hold wait in line.
    case concurrency(Expression<Ratio>)
    /// So many requests at once over all accelerators.
    case over(Expression<Accelerators>, Expression<Items>)
    /// As many as leave each reader so many tokens/s, where memory holds them.
    case tokensPerSecond(Double)

    /// Requests at once on a copy, where they are given.
    func concurrency(_ layout: CopyLayout) -> Expression<Ratio>? {
      switch self {
      case .concurrency(let count): count
      case .over(let accelerators, let all):
        all.count * Expression(constant: Double(layout.accelerators)) / accelerators.count
      case .memory, .tokensPerSecond: nil
      }
    }
  }

  /// Measurements of one's own, which take the place of what the model of time says.
  package struct Measured: Sendable {
    /// Tokens written each second by one accelerator.
    package var tokensPerSecond: Expression<Ratio>?
    /// Seconds between tokens of a reader.
    package var secondsPerToken: Expression<Ratio>?
  }

  /// Tokens read before an answer.
  package var prompt: Expression<SequenceLength>
  /// Tokens of an answer.
  package var answer: Expression<SequenceLength>
  /// The share of the prompt whose cache is kept from earlier requests.
  package var cached: Expression<Ratio>?
  /// Tokens that a decoding step adds to an answer, where some are guessed ahead; nil for one.
  package var accepted: Expression<Ratio>?
  /// The format of the weights.
  package var weights: StoredPrecision
  /// The format of the caches.
  package var cache = StoredPrecision.bf16
  /// Sequences decoded together.
  package var batch: Batch
  /// Accelerators of one copy of the model; nil for the number that serves a request most cheaply.
  package var acceleratorsPerCopy: Int?
  /// Groups of accelerators of a copy that each hold all of the attention; nil for one in a copy of a size that is
  /// given, else for what is cheaper.
  package var attentionGroups: Int?
  /// Whether accelerators of their own read the prompts.
  package var isDisaggregated = false
  /// Measurements of one's own.
  package var measured = Measured()
}
