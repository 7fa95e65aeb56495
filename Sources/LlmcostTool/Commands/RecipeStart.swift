import CommandLineKit
import CostModel
import TextFormats

/// The recipe that `llmcost program --init` prints.
enum RecipeStart {
  /// The address that editors know the schema of recipes by: a file of it, which `llmcost schema recipe` prints.
  static let schema = "llmcost-recipe.schema.json"

  static let text = """
    {
      // A budget for a model of your own. Change what is yours, take out what you do not need, then:
      //   llmcost program budget.json              what it costs, and when
      //   llmcost program budget.json --check      all that is wrong with it
      //   llmcost report budget.json -o board.html a page for the board
      //   llmcost program budget.json -o budget.xlsx
      // Values may be ranges: "0.9..1.2" from low to high, "2..2.5..4" with the likeliest in the middle.
      "$schema": "\(schema)", // 'llmcost schema recipe > \(schema)' writes it
      "name": "A 32B for our domain",
      "description": "Continued pre-training, fine-tuning and reinforcement learning in a year",
      "not-included": ["office", "taxes"],

      // When it starts, the month that the fiscal year begins with, and how many months the budget has.
      "start": "2027-01",
      "fiscal-year": 4,
      "months": 12,
      // "currency": "EUR", "fx": 0.92,

      // Options of all stages, as on the command line of each: 'llmcost sft --help'.
      "shared": {"params": "32B"},

      // Accelerators that are rented or bought once, and that stages share. Without "term", "own" or "lease" stages pay by
      // the hour for what they use.
      "clusters": {
        "main": {"gpu": "h100", "gpus": 64, "term": "1y", "from": 1, "months": 12}
        // "own": true buys it in its first month; "lease": "3y" pays for it month by month
      },

      // Stages run one after the other, each on the first cluster, unless "after" and "cluster" say otherwise.
      "stages": {
        "continued": {"stage": "pretrain", "tokens": "50B"},
        "trials": {"stage": "sft", "examples": "20k", "times": 8, "experiment": true, "after": []},
        "sft": {"examples": "5k", "labels": "expert", "annotators": 12, "after": "continued"},
        "dpo": {"comparisons": "20k", "labels": "human", "annotators": 12},
        "grpo": {"prompts": "20k", "group-size": 8, "output-tokens": "4k", "decision-time": "1w"},
      },
      "evaluation": "2%", // compute of evaluations over that of the stages

      // Salaries are rows of 'llmcost tables labor --where unit=usd-per-year', or your own in USD a year, all in.
      "people": [
        {"role": "engineer-us", "count": "5..6", "from": 1, "hiring": "30k"},
        {"role": "researcher-us", "count": 2, "from": 3},
        {"name": "product manager", "usd": "180k", "count": 1, "from": 4, "to": 12},
      ],

      // Everything else, once or by the month; categories are compute, data, labels, people, serving, overhead and
      // contingency.
      "lines": [
        {"name": "licenses of data", "usd": "180k", "month": 2, "category": "data"},
        {"name": "tools and subscriptions", "usd-per-month": "4k..6k"},
      ],
      "overhead": "15%",
      "contingency": "10%",

      // Options of 'llmcost serve'; the demand grows by a share each month. It runs on the cluster, which is paid for
      // anyway; without "cluster" it rents accelerators of its own.
      "serving": {"cluster": "main", "requests-per-day": "100k", "growth": "15%", "lifetime": "6mo", "from": 7},

      // Each changes the values of some paths; null takes one away. --set does the same on the command line.
      "scenarios": {
        "low": {"people.researcher-us.count": 1, "clusters.main.gpus": 32, "contingency": "5%"},
        "high": {"people.engineer-us.count": "8..10", "serving.requests-per-day": "500k", "contingency": "20%"},
      },
    }

    """
}

/// A JSON Schema (draft 2020-12) of recipes, made from what reads them: editors complete and check by it.
enum RecipeSchema {
  static var document: JSONDocument {
    let value = type("string", "number", "boolean")
    let quantity = type("string", "number")
    let spans = ["from", "to", "months"].map { ($0, quantity) }
    func options(_ options: [Option]) -> [JSONMember] {
      var known: Set<String> = []
      return options.compactMap { option -> JSONMember? in
        let name = String(option.name.dropFirst(2))
        guard option.name.hasPrefix("--"), known.insert(name).inserted else { return nil }
        return (name, .object(Self.members(value) + [("description", .string(Defaults.filled(option.help)))]))
      }
    }
    let stageOptions = options(StageCommand.all.flatMap(\.options))
    let stage = object(
      [
        ("stage", .object([("enum", .array(StageCommand.all.map { .string($0.name) }))])), ("times", type("number")),
        ("experiment", type("boolean")), ("after", type("string", "array")), ("length", quantity),
        ("cluster", type("string")), ("from", quantity),
      ] + pace + stageOptions)
    let cluster = object(
      spans + [("lease", quantity)]
        + options(InputRow.groups(for: .training, InputRow.Group.environment).flatMap(\.options)))
    let person = object(
      [
        ("role", type("string")), ("name", type("string")), ("count", quantity), ("usd", quantity),
        ("hiring", quantity),
      ]
        + spans)
    let line = object(
      [
        ("name", type("string")), ("usd", quantity), ("usd-per-month", quantity), ("month", quantity),
        ("category", .object([("enum", .array(BudgetCategory.allCases.map { .string($0.rawValue) }))])),
      ] + spans)
    let serving = object(
      [("cluster", type("string")), ("from", quantity), ("growth", quantity)]
        + options(ServeCommand.recipeSyntax.options).filter { $0.0 != "requests-per-day" }
        + [("requests-per-day", type("string", "number", "array"))])
    let members: [JSONMember] =
      [
        ("$schema", type("string")), ("name", type("string")), ("description", type("string")),
        ("assumptions", type("array", "string")), ("not-included", type("array", "string")), ("start", type("string")),
        ("fiscal-year", quantity), ("months", quantity), ("currency", type("string")), ("fx", quantity),
        ("shared", object(stageOptions)),
        ("clusters", .object([("type", .string("object")), ("additionalProperties", cluster)])),
        ("stages", .object([("type", .string("object")), ("additionalProperties", stage)])),
        ("research", quantity), ("evaluation", quantity), ("people", list(person)), ("lines", list(line)),
        ("overhead", quantity), ("contingency", quantity), ("serving", serving), ("scenarios", type("object")),
      ] + pace
    return .object(
      [
        ("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("$id", .string(RecipeStart.schema)),
        ("title", .string("Recipe of llmcost")),
      ] + self.members(object(members)))
  }

  private static let pace: [JSONMember] = ["annotators", "evaluation-time", "decision-time"].map {
    ($0, type("string", "number"))
  }

  private static func type(_ names: String...) -> JSONDocument {
    .object([("type", names.count == 1 ? .string(names[0]) : .array(names.map(JSONDocument.string)))])
  }

  private static func object(_ properties: [JSONMember]) -> JSONDocument {
    .object([
      ("type", .string("object")), ("properties", .object(properties)), ("additionalProperties", .boolean(false)),
    ])
  }

  private static func list(_ element: JSONDocument) -> JSONDocument {
    .object([("type", .string("array")), ("items", element)])
  }

  private static func members(_ document: JSONDocument) -> [JSONMember] {
    if case .object(let members) = document { members } else { [] }
  }
}
