/// What a provider charges for the tokens of a model.
package struct TokenPriceRow: Sendable {
  /// Prices of tokens read and written.
  package struct Rates: Sendable, Equatable {
    /// USD for a token read.
    package var input: Double
    /// USD for a token written.
    package var output: Double

    /// Prices of tokens.
    package init(input: Double, output: Double) { (self.input, self.output) = (input, output) }
  }

  /// What requests cost whose prompt is no longer than the table's step.
  package var usual: Rates
  /// What the whole of a request costs whose prompt is longer, and the tokens beyond which it is; nil for no such step.
  package var long: (prompt: Double, rates: Rates)?
  /// USD for a token of a prompt that the provider keeps in its cache; nil where it lists none.
  package var cachedInput: Double?
  /// The row it came from.
  package var reference: RowReference

  /// A row of the table of token prices.
  package init(
    _ usual: Rates, long: (prompt: Double, rates: Rates)? = nil, cachedInput: Double? = nil, reference: RowReference
  ) {
    self.usual = usual
    self.long = long
    self.cachedInput = cachedInput
    self.reference = reference
  }

  /// The prices of a request with a prompt of so many tokens.
  package func rates(prompt: Double) -> Rates {
    if let long, prompt > long.prompt { long.rates } else { usual }
  }

  /// USD for a request.
  ///
  /// - Parameters:
  ///   - prompt: Tokens read.
  ///   - cached: Those of them that the provider has in its cache; beyond the step of long prompts, where tables list no
  ///     price for them, they cost as much less as below it.
  ///   - answer: Tokens written.
  /// - Returns: The bill.
  package func request(prompt: Double, cached: Double = 0, answer: Double) -> Double {
    let rates = rates(prompt: prompt)
    let discount = usual.input > 0 ? (cachedInput ?? usual.input) / usual.input : 1
    return rates.input * (prompt - cached + cached * discount) + rates.output * answer
  }
}
