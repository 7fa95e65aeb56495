import CostModel
import TextFormats

/// An estimate of serving, ready to be printed.
struct ServeDocument {
  let name: String?
  let estimate: ServingEstimate
  let cache: StoredPrecision
  let report: Report
  let prices: [ListedTokenPrice]
  /// How many of the prices were asked for; they come first.
  let asked: Int

  var document: Document {
    var document = Document("serve", title: title)
    document.facts = [
      "input_usd_per_million_tokens", "output_usd_per_million_tokens", "usd_per_request",
      "usd_per_request_at_volume", "usd_per_month",
    ]
    .compactMap { report.result($0)?.fact }
    document.records = Records([report], ServingEstimate.results.map { Field.result($0) { $0 } })
    document.absences = [
      Document.Absence(
        names: ["training", "total", "inferen", "parity_"], reason: "* is not known without the cost of training",
        hint: "add --training-cost or --tokens"),
      Document.Absence(
        reason: "* is not known without --requests-per-day", hint: "add it, as --requests-per-day 1M"),
    ]
    document.tree = .members { members(document.records) }
    document.explanation = { $0.explanation(of: report) }
    document.sections = { $0 == .page ? page : [figures(for: .terminal)] + [month, offers].compactMap { $0 } }
    return document
  }

  /// What a provider asks for a request of these lengths.
  private func rates(_ listed: ListedTokenPrice) -> TokenPriceRow.Rates {
    listed.price.rates(prompt: estimate.load.prompt.typical.value)
  }

  private func requestPrice(_ listed: ListedTokenPrice) -> Double {
    let load = estimate.load
    let prompt = load.prompt.typical.value
    return listed.price.request(
      prompt: prompt, cached: prompt * (load.cached?.typical.value ?? 0), answer: load.answer.typical.value)
  }

  /// What a request costs here, to hold prices against: at the volume that is given, or else at the mean load.
  private var ownRequest: Report.Line? {
    report.result("usd_per_request_at_volume") ?? report.result("usd_per_request")
  }

  private func members(_ records: Records) -> [JSONMember] {
    let (hardware, load) = (estimate.scenario.hardware, estimate.load)
    let own = ownRequest?.value.typical
    let fields: [[Field<ListedTokenPrice>]] = [
      Field.word("id") { $0.id }, Field.word("provider") { $0.provider },
      Field.number("input_usd_per_million_tokens") { rates($0).input * 1e6 },
      Field.number("output_usd_per_million_tokens") { rates($0).output * 1e6 },
      Field.number("usd_per_request") { requestPrice($0) },
      Field.number("price_over_cost") { listed in own.map { requestPrice(listed) / $0 } },
      Field.number("usd_per_month") { listed in requestsOfMonth.map { $0 * requestPrice(listed) } },
    ]
    return [
      (
        "scenario",
        .object([
          ("model", .optional(name)), ("accelerator", .string(hardware.accelerator.id)),
          ("architecture", .string(estimate.scenario.model.architecture.rawValue)),
          ("region", .string(estimate.scenario.site.region.id)),
          ("parameters", .result(estimate.scenario.model.parameters.typical.value)),
          ("active_parameters", .result(estimate.scenario.model.activeParameters?.typical.value)),
          ("weights", .string(load.weights.rawValue)), ("kv_precision", .string(cache.rawValue)),
          ("input_tokens", .result(load.prompt.typical.value)), ("output_tokens", .result(load.answer.typical.value)),
          ("inputs", report.inputs),
        ])
      ),
      ("summary", .object(Array(zip(records.columns, records.cells(records.columns)[0])))),
      ("api", Records(prices, fields).json()), ("tree", report.tree),
    ]
  }

  // MARK: - Tables and charts

  private var title: String {
    let (model, load) = (estimate.scenario.model, estimate.load)
    let total = Notation.display(model.parameters.typical.value, as: .parameters)
    let active = model.activeParameters.map {
      " (\(Notation.display($0.typical.value, as: .parameters)) active)"
    }
    let length = { (value: Expression<SequenceLength>) in
      Notation.display(value.typical.value, as: .sequenceLength)
    }
    return "Serving \(name.map { "\($0): " } ?? "")\(total) parameters\(active ?? "") in \(load.weights.rawValue), "
      + "cache in \(cache.rawValue), \(length(load.prompt)) tokens in, \(length(load.answer)) out\n"
      + "\(estimate.scenario.hardware.accelerator.name), \(estimate.scenario.site.region.name)"
      + (estimate.scenario.priceMonth.map { ", prices of \($0.text)" } ?? "")
  }

  private func figures(for audience: Document.Audience) -> Document.Section {
    var table = Table.results("Figures", of: report, for: audience, hasHeadings: true)
    // Seconds of engines are products of dozens of constants, which --explain shows.
    if audience == .terminal { table.columns.removeLast() }
    return Document.Section("figures", "Figures", nil, table)
  }

  private var page: [Document.Section] {
    let tokens = ["input_usd_per_million_tokens", "output_usd_per_million_tokens"].compactMap { report.result($0) }
    let heading = "Cost of a million tokens"
    let chart = Chart.bars(
      heading, "One bar for tokens that are read, and one for tokens that are written.",
      tokens.map { ($0.name, $0.value) }, .dollars)
    let table = Table(heading, ["result", .number("typical"), .range], tokens.map { [.text($0.name)] + $0.cells })
    return [Document.Section("tokens", heading, chart, table)] + [month, offers].compactMap { $0 }
      + [figures(for: .page)] + Document.Section.basis(of: report)
  }

  /// How many of the APIs stand beside a month here.
  private static let shownOffers = 3

  /// Requests of a month; nil where no demand is given.
  private var requestsOfMonth: Double? {
    guard let month = report.result("usd_per_month")?.value.typical,
      let request = report.result("usd_per_request_at_volume")?.value.typical, request > 0
    else { return nil }
    return month / request
  }

  /// Those asked about, then the others, the cheapest first.
  private var sortedPrices: [ListedTokenPrice] {
    prices.prefix(asked) + prices.dropFirst(asked).sorted { requestPrice($0) < requestPrice($1) }
  }

  /// A month at the volume that is given: here, with a copy in reserve, and by API.
  private var month: Document.Section? {
    guard let requests = requestsOfMonth, let copies = report.result("copies")?.value.typical,
      let here = report.result("usd_per_month"), let request = report.result("usd_per_request_at_volume"),
      let spare = report.result("usd_per_month_with_spare")
    else { return nil }
    let count = Notation.display(requests, as: .items)
    let heading = "A month of \(count) requests"
    let names = [
      "here, on \(Notation.display(copies, as: .items)) \(copies == 1 ? "copy" : "copies")", "here, with a spare copy",
    ]
    let offers = sortedPrices.prefix(max(Self.shownOffers, asked))
    let chart = Chart.bars(
      heading, "What \(count) requests cost here, and by \(offers.count) APIs.",
      [(names[0], here.value), (names[1], spare.value)]
        + offers.map { ($0.id, Spread(typical: requests * requestPrice($0))) }, .dollars)
    var table = Table(heading, ["", .number("a month"), .range, .number("a request")])
    table.add([.text(names[0])] + here.cells + [.value(request.value.typical, .dollars)])
    table.add([.text(names[1])] + spare.cells + [.value(spare.value.typical / requests, .dollars)])
    for listed in offers {
      let price = requestPrice(listed)
      table.add(.text("API: " + listed.id), .value(requests * price, .dollars), .empty, .value(price, .dollars))
    }
    return Document.Section("month", heading, chart, table)
  }

  /// A request here beside what providers ask for one: those asked about, and the cheapest of the others.
  private var offers: Document.Section? {
    guard !prices.isEmpty, let own = ownRequest?.value else { return nil }
    let shown = Array(sortedPrices.prefix(max(8, asked)))
    let heading = "A request here and by API"
    let chart = Chart.bars(
      heading, "The cost of a request here, and the price of one by each of \(shown.count) APIs.",
      [("here", own)] + shown.map { ($0.id, Spread(typical: requestPrice($0))) }, .dollars)
    let table = Table(
      "Prices per million tokens of models about as large, and the price of a request over its cost here"
        + (requestsOfMonth == nil ? "" : ", at this volume"),
      ["API", .number("input"), .number("output"), .number("a request"), .number("over cost")],
      shown.map { listed in
        [
          .text(listed.id), .value(rates(listed).input * 1e6, .dollars), .value(rates(listed).output * 1e6, .dollars),
          .value(requestPrice(listed), .dollars), .times(requestPrice(listed) / own.typical),
        ]
      })
    return Document.Section("api", heading, chart, table)
  }
}
