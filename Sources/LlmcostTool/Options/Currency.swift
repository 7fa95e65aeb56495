import CommandLineKit
import CostModel
import TextFormats

/// A currency to show money in beside US dollars, at a rate that the user gives.
struct Currency: Sendable {
  /// Three letters, as `EUR`.
  var code: String
  /// Units of the currency for one USD.
  var perDollar: Double

  /// The stable name of an amount in this currency: `cost_eur` of `cost_usd`; nil for what is no money.
  func key(of key: String) -> String? {
    guard key.hasSuffix("_usd") else { return nil }
    return key.dropLast(3) + code.lowercased()
  }

  /// What a title adds.
  var remark: String { "Money also in \(code), at \(Notation.machineText(perDollar)) per USD" }

  /// The columns of what ``cells(_:)`` gives; none without a currency.
  static func columns(_ currency: Currency?) -> [Table.Column] { currency.map { [.number($0.code), .range] } ?? [] }

  /// A line's money in the currency, and its range; empty for what is no money.
  func cells(_ line: Report.Line) -> [Cell] {
    line.dimension == .dollars || line.dimension == .per(.dollars, .acceleratorHours)
      ? cells(line.value) : [.empty, .empty]
  }

  /// An amount of dollars, as `18.8M`.
  func text(_ dollars: Double) -> String {
    let shown = Notation.display(dollars * perDollar, as: .dollars)
    guard let mark = shown.firstIndex(of: "$") else { return shown }
    return String(shown[..<mark] + shown[shown.index(after: mark)...])
  }

  /// Columns of bare amounts in a currency beside those in dollars; none without a currency.
  static func columns(_ names: [String], _ currency: Currency?) -> [Table.Column] {
    currency.map { currency in names.map { .number("\($0), \(currency.code)") } } ?? []
  }

  /// An amount of dollars at the head of a page, after what it is called there; none without a currency.
  static func fact(
    _ name: String, _ dollars: Spread, _ currency: Currency?, of key: String? = nil
  ) -> [Document.Fact] {
    currency.map { currency in
      let cells = currency.cells(dollars)
      var fact = Document.Fact("\(name), \(currency.code)", cells[0], cells[1])
      (fact.key, fact.perDollar) = (key, currency.perDollar)
      return [fact]
    } ?? []
  }

  /// An amount of dollars, as `18.8M`, and its range.
  func cells(_ dollars: Spread) -> [Cell] {
    let ends = [dollars.p10, dollars.p90].compactMap { $0.map(text) }
    return [
      .text(text(dollars.typical)), .text(ends.count == 2 && ends[0] != ends[1] ? ends.joined(separator: " – ") : ""),
    ]
  }

  /// What JSON says of it.
  static func members(_ currency: Currency?) -> [JSONMember] {
    currency.map { [("currency", .string($0.code)), ("fx", .number($0.perDollar))] } ?? []
  }
}

/// Options that show money in another currency.
struct CurrencyOptions: Sendable {
  private let code: CurrencyCode?
  private let rate: ExchangeRate?

  init(_ arguments: Arguments) throws(Failure) {
    code = try arguments.value(of: .currency)
    rate = try arguments.value(of: .exchangeRate)
  }

  static let options: [Option] = [.currency, .exchangeRate]

  /// The currency to show beside US dollars.
  func currency() throws(Failure) -> Currency? {
    switch (code, rate) {
    case (nil, nil): return nil
    case (let code?, let rate?): return Currency(code: code.code, perDollar: rate.value)
    case (let code?, nil):
      throw Failure(
        "--currency needs --fx: there are no built-in exchange rates",
        hint: "give the units per USD, as --currency \(code.code) --fx 0.92", status: .usage)
    case (nil, _):
      throw Failure(
        "--fx needs --currency", hint: "name the currency, as --currency EUR --fx 0.92", status: .usage)
    }
  }
}

extension Option {
  fileprivate static let currency = Option(
    "--currency", of: .type(CurrencyCode.self), help: "show money in this currency beside USD, as EUR; needs --fx")
  fileprivate static let exchangeRate = Option(
    "--fx", of: .type(ExchangeRate.self), help: "units of the currency per USD, as 0.92")
}

/// The three letters of a currency.
struct CurrencyCode: OptionValue {
  var code: String

  static var placeholder: String { "code" }

  init(argument: String) throws(ValueError) {
    guard argument.utf8.count == 3, argument.allSatisfy({ $0.isASCII && $0.isLetter }) else {
      throw ValueError("'\(argument)' is not a currency code", hint: "write three letters such as EUR")
    }
    code = argument.uppercased()
    guard code != "USD" else { throw ValueError("money is in USD already", hint: "leave it out") }
  }
}

/// Units of a currency for one USD.
struct ExchangeRate: OptionValue {
  var value: Double

  static var placeholder: String { "rate" }

  init(argument: String) throws(ValueError) {
    do throws(NotationError) { value = try Notation.parse(argument, as: .ratio) } catch {
      throw ValueError("'\(argument)' is not an exchange rate", hint: "write units per USD, as 0.92")
    }
    guard value >= 1e-6, value <= 1e9 else {
      throw ValueError("an exchange rate of \(argument) is out of range", hint: "write units per USD, as 0.92")
    }
  }
}
