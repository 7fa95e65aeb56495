import CommandLineKit
import CostModel

/// An amount of money in another currency than USD, as `€5M`, `5M EUR` or `GBP 5M`.
struct ForeignAmount {
  /// The three letters of the currency.
  let code: String
  /// The amount without its currency.
  let number: String

  private static let symbols: [Character: String] = [
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS",
  ]
  /// Currencies that are read in small letters too; others are three capitals.
  private static let common = [
    "EUR", "GBP", "JPY", "CNY", "CHF", "CAD", "AUD", "INR", "KRW", "SEK", "NOK", "DKK", "PLN", "BRL", "SGD", "AED",
  ]

  /// Takes a text apart; nil for one without a currency, or with USD.
  init?(_ text: String) {
    let text = text.trimmed
    if let symbol = [text.first, text.last].compactMap(\.self).first(where: { Self.symbols[$0] != nil }) {
      code = Self.symbols[symbol] ?? ""
      number = String(text.first == symbol ? text.dropFirst() : text.dropLast()).trimmed
      return
    }
    for (letters, rest) in [(text.suffix(3), text.dropLast(3)), (text.prefix(3), text.dropFirst(3))] {
      let code = letters.uppercased()
      guard letters.count == 3, letters.allSatisfy({ $0.isASCII && $0.isLetter }), code != "USD",
        letters == code || Self.common.contains(code), rest.contains(where: \.isNumber)
      else { continue }
      self.code = code
      number = String(rest).trimmed
      return
    }
    return nil
  }
}

extension String {
  /// The text without spaces around it.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

extension NumberKind {
  /// The amount of another currency that a text is, where money is read.
  func foreign(_ text: String) -> ForeignAmount? {
    guard dimension == .dollars || dimension == .per(.dollars, .acceleratorHours), let amount = ForeignAmount(text)
    else { return nil }
    do throws(ValueError) { _ = try number(amount.number) } catch { return nil }
    return amount
  }

  /// Why an amount of another currency is none here.
  static func error(_ amount: ForeignAmount, _ text: String) -> ValueError {
    ValueError(
      "'\(text)' is in \(amount.code), and amounts are in USD",
      hint: "give the rate, as --currency \(amount.code) --fx 0.92 for units per USD, or write USD")
  }
}

extension Arguments {
  /// The number of an option; money in the currency of `--currency` is converted at the rate of `--fx`.
  func converted(_ text: String, _ kind: NumberKind) throws(ValueError) -> Ranged<Ratio> {
    guard let amount = kind.foreign(text) else { return try kind.read(text) }
    let options = CurrencyOptions.options
    guard let code = self.text(of: options[0]), let rate = self.text(of: options[1]) else {
      throw NumberKind.error(amount, text)
    }
    guard code.uppercased() == amount.code else {
      throw ValueError("'\(text)' is in \(amount.code), and --currency is \(code)", hint: "write USD or \(code)")
    }
    let value = try kind.number(amount.number)
    let perDollar = try ExchangeRate(argument: rate).value
    return Ranged(
      value.typical.value / perDollar, low: value.low.value / perDollar, high: value.high.value / perDollar)
  }
}
