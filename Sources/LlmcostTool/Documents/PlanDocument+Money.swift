import CostModel
import TextFormats

extension PlanDocument {
  /// What each choice pays in each month from its first.
  private var flows: [(name: Name, first: CalendarMonth, flow: CashFlow)] {
    let usual = answer.request.start?.month ?? answer.job.recipe?.start.flatMap { CalendarMonth($0) }
    return Name.allCases.compactMap { name in
      guard let plan = chosen(name), let flow = plan.cash else { return nil }
      return (name, plan.start ?? usual ?? answer.request.today, flow)
    }
  }

  var cash: Table? {
    let flows = flows
    guard let first = flows.map(\.first).min(), let last = flows.map({ $0.first + $0.flow.months.count }).max() else {
      return nil
    }
    var table = Table("Cash by month", ["month"] + flows.map { .number($0.name.rawValue) })
    for month in 0..<(last - first) {
      table.add(
        [.text((first + month).text)]
          + flows.map { flow in
            let place = month - (flow.first - first)
            return flow.flow.months.indices.contains(place) ? .value(flow.flow.months[place], .dollars) : .empty
          })
    }
    table.add(
      [.text("in all")] + flows.map { .value($0.flow.months.reduce(0, +), .dollars) }, isStrong: true)
    let rate = Cell.percent(answer.discountRate)
    table.add(
      [.text("worth at the start, at \(rate) a year")]
        + flows.map { .value($0.flow.presentValue(rate: answer.discountRate), .dollars) })
    return table
  }

  var owning: Table? {
    guard let owning = answer.owning, let plan = chosen(.cheapest) else { return nil }
    let value = owning.netPresentValue(rate: answer.discountRate)
    var table = Table("Buying \(hardware(plan)) instead", ["", .number("")])
    table.add("to buy", .value(owning.purchase, .dollars))
    table.add("hosting, staff and electricity a month", .value(owning.running, .dollars))
    table.add(
      .text("rent saved in the first month, \(Cell.percent(owning.utilization)) of the hours used"),
      .value(owning.rent, .dollars))
    table.add(
      .text("net present value of buying over \(owning.life) months"),
      .text((value < 0 ? "-" : "") + Notation.display(abs(value), as: .dollars)))
    table.add(
      "payback", .text(owning.payback.map { "\($0) months" } ?? "not within its life"))
    table.remarks = [
      "Rents are taken to change by \(Notation.display((owning.trend - 1) * 100, as: .ratio, digits: 2)) % a year, and "
        + "money is discounted by \(Cell.percent(answer.discountRate)); a building of one's own counts by what it wears out"
    ]
    return table
  }

  // MARK: - JSON

  var members: [JSONMember] {
    let limits = answer.request.limits
    return [
      ("job", .string(answer.job.line([]).joined(separator: " "))), ("weighed", .number(Double(answer.search.count))),
      (
        "limits",
        .object([
          ("days", .result(limits.hours.map { $0 / 24 })), ("cost_usd", .result(limits.cost)),
          ("carbon_kg", .result(limits.carbon.map { $0 / 1000 })),
          ("cost_usd_of_risk", .result(answer.search.costOfRisk.isFinite ? answer.search.costOfRisk : nil)),
        ])
      ), ("choices", .object(choicesInJSON)), ("front", .array(answer.plans.map { .object(Self.members(of: $0)) })),
      (
        "excluded",
        .array(
          answer.exclusions.map {
            .object([
              ("accelerator", .string($0.accelerator)), ("reason", .string($0.reason)),
              ("detail", .optional($0.detail)),
            ])
          })
      ), ("discount_rate", .result(answer.discountRate)),
      ("cash", .object(flows.map { ($0.name.rawValue, json($0.flow, from: $0.first)) })),
    ] + (answer.owning.map { [("owning", json($0))] } ?? [])
  }

  private static func members(of plan: Plan) -> [JSONMember] {
    fields.flatMap { $0 }.map { ($0.name, $0.value(plan)) }
  }

  private var choicesInJSON: [JSONMember] {
    Name.allCases.compactMap { name in
      chosen(name).map { plan in
        let words: [JSONMember] = [("why", .string(why(name, plan))), ("gives_up", .string(givesUp(plan)))]
        return (name.rawValue, .object(Self.members(of: plan) + words))
      }
    }
  }

  private func json(_ flow: CashFlow, from first: CalendarMonth) -> JSONDocument {
    let months = flow.months.enumerated().map { month -> JSONDocument in
      .object([("month", .string((first + month.offset).text)), ("usd", .result(month.element))])
    }
    return .object([
      ("months", .array(months)), ("present_value_usd", .result(flow.presentValue(rate: answer.discountRate))),
    ])
  }

  private func json(_ owning: OwnershipCase) -> JSONDocument {
    .object([
      ("purchase_usd", .result(owning.purchase)), ("running_usd_per_month", .result(owning.running)),
      ("rent_usd_per_month", .result(owning.rent)), ("utilization", .result(owning.utilization)),
      ("life_months", .number(Double(owning.life))),
      ("net_present_value_usd", .result(owning.netPresentValue(rate: answer.discountRate))),
      ("payback_months", .result(owning.payback.map(Double.init))),
    ])
  }
}
