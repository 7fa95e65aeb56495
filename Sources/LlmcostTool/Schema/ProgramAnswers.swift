import CostModel
import TextFormats

// The schemas of programs and of what stands side by side.

extension Chances {
  /// Chances to stay inside limits, the limits, and what sums and medians come to; only what is asked for is there.
  static var schema: [Schema.Member] {
    let names =
      Limited.allCases.flatMap { [$0.chance, $0.limitName] } + [Limited.chanceOfAll]
      + Limited.allCases.flatMap { [$0.result + ".mean", $0.result + ".median"] }
    return names.map { ($0, .number.optional) }
  }

  /// What goes by the confidence asked for.
  static var amount: Schema { .number.saying("an amount that holds with a confidence, as cost_usd.p95") }
}

extension ComparisonDocument {
  /// What `llmcost compare` prints: estimates of stages, or programs.
  static var answer: Answer {
    let kinds = [Schema.results(Estimate.results.filter { $0.presence != .absent }), Schema.results(Program.results)]
      .map { $0 + Chances.schema }
    let estimates = kinds.map { results in
      Schema.object([
        ("name", .text), ("summary", .object(results, others: Chances.amount)), ("rank", .count.optional),
        ("ties", Schema.list(.text).optional),
      ])
    }
    return Answer(
      "compare",
      [
        ("estimates", .list(.either(estimates))),
        ("differences", Schema.list(.object(ProgramDifference.schema)).optional),
      ], row: .either(kinds.map { Schema.object([("name", .text)] + $0, others: Chances.amount) }))
  }
}

extension ProgramDifference {
  /// What tells one program from another.
  fileprivate static var schema: [Schema.Member] {
    [("before", .text), ("after", .text), ("lines", .list(.row(fields)))]
  }
}

extension ProgramDocument {
  /// What `llmcost program` prints: a program, or what tells one from another.
  static var answer: Answer {
    // A program of no scenarios has the columns of any.
    let columns = ProgramDocument(scenarios: [], plan: 0)
    let converted = Schema.number.saying("money in the other currency")
    func row<Row>(_ fields: [[Field<Row>]]) -> Schema { .object(Schema.members(fields), others: converted) }
    let (line, clusters) = (row(columns.lineFields), Schema.row(clusterFields))
    let results: [Schema.Member] = Schema.results(Program.results).map { ($0.name, $0.schema.optional) }
    let (summary, cash) = (Schema.object(results, others: converted), Schema.list(.object(month)))
    let other = Schema.number.saying("money in the other currency, or an amount that holds with a confidence")
    let plan = Schema.object(results + Chances.schema, others: other)
    let program = Answer(
      "program",
      [
        ("about", about.optional), ("name", .text), ("description", .text.orNull), ("assumptions", .list(.text)),
        ("notIncluded", .list(.text)), ("scenario", .text),
      ] + Definitions.currency + [
        ("summary", plan), ("lines", .list(line)), ("clusters", .list(clusters)), ("cash", cash),
        ("cashByMonth", .list(.number)), ("cashPeak", .object([("month", .text), ("usd", .number)])),
        ("scenarios", .list(.object([("name", .text), ("summary", summary), ("cash", cash)]))),
        ("inputs", .list(.reference("input"))),
      ], row: .either(line, row(columns.monthFields), row(columns.scenarioFields), clusters))
    return .either(program, Answer("program", ProgramDifference.schema, row: .row(ProgramDifference.fields)))
  }

  /// What it is, below the headline.
  private static let about = Schema.object(
    ["description", "assumptions", "not_included"].map { ($0, .text.optional) })

  /// What leaves in a month, by category too.
  private static var month: [Schema.Member] {
    [("month", .text), ("quarter", .text)] + JSONDocument.names(of: "usd").map { ($0, .number) }
      + BudgetCategory.allCases.map { ($0.key, .number.optional) }
  }
}
