import CostModel
import TextFormats

// The schemas of what there is to choose: plans, what is worth finding out, and how much is within limits.

extension PlanDocument {
  /// What `llmcost plan` prints.
  static var answer: Answer {
    let plan = Schema.members(fields)
    let choice = Schema.object(plan + [("why", .text), ("gives_up", .text)]).optional
    let month = Schema.object([("month", .text), ("usd", .number)])
    let cash = Schema.object([("months", .list(month)), ("present_value_usd", .number)]).optional
    let owning: [Schema.Member] = [
      "purchase_usd", "running_usd_per_month", "rent_usd_per_month", "utilization", "life_months",
      "net_present_value_usd", "payback_months",
    ].map { ($0, .number) }
    return Answer(
      "plan",
      [
        ("job", .text), ("weighed", .count),
        ("limits", .object(["days", "cost_usd", "carbon_kg", "cost_usd_of_risk"].map { ($0, .number) })),
        ("choices", .object(Name.allCases.map { ($0.rawValue, choice) })), ("front", .list(.object(plan))),
        ("excluded", .list(.object([("accelerator", .text), ("reason", .text), ("detail", .text.orNull)]))),
        ("discount_rate", .number), ("cash", .object(Name.allCases.map { ($0.rawValue, cash) })),
        ("owning", Schema.object(owning).optional),
      ], row: .object(plan))
  }
}

extension WorthDocument {
  /// What `llmcost worth` prints.
  static var answer: Answer {
    let always = Schema.members(fields(isDecided: false))
    let input = Schema.object(
      Schema.members(fields(isDecided: true)).map { name, schema in
        (name, always.contains { $0.name == name } ? schema : schema.optional)
      })
    let way = Schema.object([("name", .text), ("expected_usd", .number)])
    let result: [Schema.Member] =
      [("name", .text)] + ["value", "p10", "p90", "confidence", "holding"].map { ($0, .number) }
    let decision = Schema.object([
      ("budget_usd", .number), ("ways", .list(way)), ("best", .text), ("perfect_usd", .number),
    ])
    return Answer(
      "worth", [("result", .object(result)), ("decision", decision.optional), ("inputs", .list(input))], row: input)
  }
}

extension AffordAnswer {
  /// What `llmcost afford` prints.
  static var answer: Answer {
    let amount = Schema.object(
      [("confidence", .number), ("tokens", .number.optional), ("steps", .number)] + results.map { ($0.key, .number) },
      others: .number.saying("the amount that was looked for, under its name"))
    return Answer(
      "afford",
      [
        ("stage", .words(StageCommand.all.map(\.name))), ("of", .text),
        ("limits", .object(Limited.allCases.map { ($0.limitName, .number.optional) })), ("amounts", .list(amount)),
      ], row: amount)
  }
}
