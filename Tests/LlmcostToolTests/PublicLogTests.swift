import CostModel
import Testing

@testable import LlmcostTool

/// Public logs of whole runs, told again as their trainers print them, and forecast as they grow.
@Suite struct PublicLogTests {
  private static func clock(_ seconds: Double) -> String {
    let all = Int(seconds)
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (days, hours) = (all / 86400, all / 3600 % 24)
    let time = "\(hours):\(two(all / 60 % 60)):\(two(all % 60))"
    return days == 0 ? time : "\(days) day\(days == 1 ? "" : "s"), \(time)"
  }

  /// A line of the log.
  private static func line(_ log: RunLog, _ point: (step: Double, seconds: Double)) -> String {
    let (step, total) = (Int(point.step), Int(log.points.last?.step ?? 0))
    return switch log.trainer {
    case "LLaMA-Factory":
      "{\"current_steps\": \(step), \"total_steps\": \(total), \"lr\": 1e-05, \"percentage\": 2.67, "
        + "\"elapsed_time\": \"\(clock(point.seconds))\", \"remaining_time\": \"1:46:54\"}"
    case "modded-nanogpt":
      "step:\(step)/\(total) val_loss:3.5 train_time:\(point.seconds)s "
        + "step_avg:\(point.seconds / point.step * 1000)ms"
    default:
      " 10%|#   | \(step)/\(total) [\(hours(point.seconds))<1:00:00, 74.59s/it]"
    }
  }

  /// As a progress bar has it: hours go on.
  private static func hours(_ seconds: Double) -> String {
    let all = Int(seconds)
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(all / 3600):\(two(all / 60 % 60)):\(two(all % 60))"
  }

  private static func summary(_ text: String) -> TrainingLogSummary {
    let reader = TrainingLogReader(sequence: nil)
    Array(text.utf8).withUnsafeBufferPointer { reader.take($0) }
    return reader.finish()
  }

  @Test func `Public logs are forecast from a tenth of them on`() throws {
    let catalog = TableCatalog()
    var run = Pretraining(parameters: 124e6, tokens: 1e9)
    run.accelerators = 1
    let estimate = try run.formulas(in: catalog)
    var (close, inside, count) = (0.0, 0.0, 0.0)
    var shares: (close: [Double], inside: [Double]) = ([], [])
    for log in try catalog.runLogs() {
      let end = try #require(log.points.last)
      var (near, held, checks) = (0.0, 0.0, 0.0)
      for index in log.points.indices.dropLast() where log.points[index].step / end.step >= 0.1 && index > 0 {
        let known = Self.summary(log.points[...index].map { Self.line(log, $0) }.joined(separator: "\n"))
        let share = try #require(known.steps) / (try #require(known.totalSteps))
        let forecast = try Forecast(
          known.progress(share: share, accelerators: 1), of: estimate, in: catalog, plan: SamplingPlan(draws: 256))
        let seconds = forecast.time.typical * 3600
        checks += 1
        if abs(seconds / end.seconds - 1) < 0.1 { near += 1 }
        // Clocks tell whole seconds.
        let range = (forecast.time.p10 ?? 0) * 3600 - 1...(forecast.time.p90 ?? 0) * 3600 + 1
        if range.contains(end.seconds) { held += 1 }
      }
      print("\(log.id): \(Int(checks)) checks, within a tenth \(near / checks), inside \(held / checks)")
      (close, inside, count) = (close + near, inside + held, count + checks)
      shares.close.append(near / checks)
      shares.inside.append(held / checks)
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    print(
      "\(Int(count)) checks: within a tenth \(close / count), \(mean(shares.close)) by logs; "
        + "inside \(inside / count), \(mean(shares.inside)) by logs")
    #expect(count > 150 && close / count >= 0.9 && mean(shares.close) >= 0.9)
    #expect((0.75...0.9).contains(inside / count) && (0.75...0.9).contains(mean(shares.inside)))
  }
}
