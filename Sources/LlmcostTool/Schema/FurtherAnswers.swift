import CommandLineKit
import CostModel
import TextFormats

// The schemas of what the other commands print, from their declared columns.

extension ModelDescription {
  /// What `llmcost model` prints.
  static var answer: Answer {
    Answer(
      "model",
      [
        ("model", .text), ("family", .text), ("summary", .row(Array(fields.dropFirst()))),
        ("parts", .object(ModelPart.allCases.map { ($0.rawValue, .number.optional) })),
        (
          "forwardFlopPerToken",
          .object(["matrices", "outputHead", "attention", "recurrence"].map { ($0, .number) })
        ), ("recompute", .words(Recomputation.choices)), ("kvPrecision", .words(CachePrecision.choices)),
        ("stateElements", .number), ("differenceTo6nd", .number),
      ], row: .row(fields))
  }
}

extension FitAnswer {
  /// What `llmcost fit` prints.
  static var answer: Answer {
    let row = Schema.row(FitRow.fields)
    return Answer(
      "fit", [("model", .text), ("task", .words(MemoryJob.Task.choices)), ("rows", .list(row))], row: row)
  }
}

extension StepAnswer {
  /// What `llmcost step` prints.
  static var answer: Answer {
    let row = Schema.row(StepRow.fields)
    return Answer(
      "step",
      [
        ("model", .text), ("accelerator", .text), ("precision", .text), ("sequence_tokens", .number),
        ("batch_sequences", .number), ("step", row), ("layouts_tried", .number), ("layouts", .list(row)),
      ], row: row)
  }
}

extension SizeDocument {
  private static func size(_ further: [String]) -> Schema {
    .object((["parameters", "tokens", "tokens_per_parameter"] + further).map { ($0, .number) })
  }

  /// What `llmcost size` prints.
  static var answer: Answer {
    let figures = Schema.results(SizedModel.results.map(\.key))
    let lifetime = size(["training_flop", "inference_flop", "total_flop", "training_usd", "serving_usd", "total_usd"])
    let model = size(["loss", "flop", "cost_usd"])
    let report = Schema.object([
      ("model", model), ("same_flop", model), ("same_loss", model), ("flop_over_optimum", .number),
      ("break_even_inference_tokens", .number),
    ])
    return Answer(
      "size",
      [
        (
          "scenario",
          .object(
            ["law", "accelerator", "precision", "region"].map { ($0, .text) }
              + ["unique_tokens", "inference_tokens", "serving_mfu"].map { ($0, .number) })
        ), ("summary", .object(figures)),
        (
          "models",
          .list(
            .object(
              [
                ("law", .text), ("name", .text), ("sources", .list(.text.orNull)), ("assumption", .text.orNull),
                ("loss_by", .text.orNull), ("extrapolated", .flag),
              ] + figures))
        ),
        ("neighborhood", .list(.object([("factor", .number)] + neighbor))),
        ("inference", Schema.object([], others: lifetime).optional),
        ("overtraining", Schema.object([], others: report).optional),
      ], row: .object([("law", .text)] + figures))
  }

  private static let neighbor: [Schema.Member] = [
    "parameters", "tokens", "tokens_per_parameter", "loss", "flop_over_optimum", "cost_usd",
  ].map { ($0, .number) }
}

extension ScheduleDocument {
  /// What `llmcost schedule` prints.
  static var answer: Answer {
    let row = Schema.row(fields)
    return Answer(
      "schedule",
      [
        (
          "scenario",
          .object(
            ["accelerator", "precision", "region"].map { ($0, .text) }
              + [
                "reference_accelerators", "batch_tokens", "context", "fewest_accelerators", "most_accelerators",
              ].map { ($0, .number) })
        ), ("summary", row.orNull), ("clusters", .list(row)),
      ], row: row)
  }
}

extension DiagnosisDocument {
  /// What `llmcost diagnose` prints.
  static var answer: Answer {
    let spreads = ["expected_hours", "measured_hours", "accelerator_hours"].flatMap(JSONDocument.names)
    let members: [Schema.Member] =
      [("stage", .text)]
      + (["measured_over_expected", "percentile", "measured_over_tuned", "weight"] + spreads
      + ["gap_hours", "gap_usd"]).map { ($0, .number) }
    let suspect = Schema.object([
      ("id", .text), ("name", .text), ("slowdown", .number), ("gain", .number), ("known", .flag), ("advice", .text),
    ])
    return Answer("diagnose", members + [("suspects", .list(suspect))], row: .object(members))
  }
}

extension TrackAnswer {
  /// What `llmcost track` prints.
  static var answer: Answer {
    let spreads = ["accelerator_hours", "days", "cost_usd"].flatMap(JSONDocument.names)
    let members: [Schema.Member] =
      (["done", "elapsed_hours", "spent_hours", "spent_usd"] + spreads
      + [
        "budget_usd", "p_in_budget", "deadline_days", "p_in_time", "planned_hours", "planned_usd",
        "planned_days",
      ]).map { ($0, .number) }
    return Answer("track", members, row: .object(members))
  }
}

extension BacktestAnswer {
  /// What `llmcost backtest` prints.
  static var answer: Answer {
    let summary = Schema.object(
      ["count", "median", "within1.5", "within2", "inside", "p90OverP10"].map { ($0, .number) }
        + ["error", "within1.2", "logError"].map { ($0, .number.optional) })
    let run = Schema.object([
      ("id", .text), ("predicted", Definitions.spread), ("predictedFromHours", .number), ("actual", .number),
      ("ratio", .number), ("inside", .flag), ("setAside", .text.orNull),
    ])
    let predictions = Answer(
      "backtest",
      [
        ("of", .words(Backtest.Measure.allCases.map(\.rawValue))), ("summary", summary),
        ("fit", .object(["constants", "runs", "organizations"].map { ($0, .count) })),
        ("reliability", reliability.orNull), ("groups", .object([], others: summary)), ("runs", .list(run)),
        ("notPredicted", .list(.object([("id", .text), ("reason", .text)]))),
      ], row: .row(fields))
    return .either(predictions, HardwareBacktest.answer)
  }

  /// How chances came true, by what was said.
  private static let reliability = Schema.object(
    ["brier", "brierFixed", "brierHindsight", "hindsightP90OverP10"].map { ($0, .number) }
      + [("deciles", .list(.object([("said", .number), ("cameTrue", .number)])))])
}

extension HardwareBacktest {
  /// What `llmcost backtest --stage plan` prints.
  fileprivate static var answer: Answer {
    let row = Schema.row(fields)
    return Answer(
      "backtest",
      [("summary", .object(["count", "on_front", "set_aside"].map { ($0, .count) })), ("runs", .list(row))], row: row)
  }
}

extension ClaimsDocument {
  /// What `llmcost claims` prints.
  static var answer: Answer { Answer(rows: .row(fields)) }
}

extension TablesDocument {
  /// What `llmcost tables` prints: the tables, rows, or one row, in JSON as they are stored.
  static var answer: Answer {
    let stored = Schema.object([("id", .text)], others: .any)
    let table = Schema.object([("table", .text), ("rows", .count), ("description", .text)])
    return Answer(json: .either(.list(table), .list(stored), stored), row: .object([], others: .any))
  }
}
