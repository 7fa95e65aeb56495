import CommandLineKit
import CostModel

/// A training log as the measurement of a job.
struct MeasuredLog {
  let path: String
  let summary: TrainingLogSummary

  /// Reads the log that an option names.
  ///
  /// - Throws: ``Failure`` for a file that cannot be read, or tells no speed.
  init(_ path: String, sequence: Double?, in world: any World) throws(Failure) {
    self.path = path
    do throws(FileError) { summary = try TrainingLogReader.read(path, sequence: sequence, in: world) } catch {
      throw Failure(error)
    }
    guard summary.records > 0 || summary.tokensPerSecondOfOne ?? summary.tokensPerSecond != nil else {
      throw Self.nothing(in: summary, of: path)
    }
  }

  /// What is missing from a log that tells nothing.
  private static func nothing(in summary: TrainingLogSummary, of path: String) -> Failure {
    guard !summary.head.isEmpty else {
      return Failure(
        "\(path) tells no step: none of its \(summary.lines) lines has a step or tokens with a time",
        hint: "logs of \(TrainingLogFormats.all.map { $0.name }.joined(separator: ", ")) are read; in a table, "
          + "columns as step,tokens,time", status: .badData)
    }
    let lacking = summary.lacking.map(\.name).joined(separator: ", and none of ")
    let names = summary.lacking.map { $0.examples.joined(separator: ", ") }.joined(separator: "; and one of ")
    return Failure(
      "\(path) has no column of \(lacking): its columns are \(summary.head.joined(separator: ", "))",
      hint: "give a column one of the names \(names)", status: .badData)
  }

  /// Puts what was measured into a request that says nothing measured itself.
  func describe(_ request: inout Request) throws(Failure) {
    let given = Settings.all(.pilot).filter { request.values[$0.id] != nil }
    if let known = given.first(where: { $0.id != Settings.measuredAccelerators.id }) {
      throw Failure(
        "--log and --\(known.id) are both given", hint: "leave out one: the log tells it", status: .usage)
    }
    if summary.answerTokens != nil, let seconds = summary.stepSeconds {
      request[Settings.stepTime] = Ranged(seconds / 3600)
    } else if let tokens = summary.tokensPerSecondOfOne {
      request[Settings.tokensPerSecondPerAccelerator] = Ranged(tokens)
    } else if let tokens = summary.tokensPerSecond {
      request[Settings.tokensPerSecond] = Ranged(tokens)
    } else if let rate = summary.teraflops {
      request[Settings.measuredTeraflops] = Ranged(rate * 1e12)
    } else if let share = summary.mfu {
      request[Settings.measuredMFU] = Ranged(share)
    } else if let seconds = summary.stepSeconds {
      request[Settings.stepTime] = Ranged(seconds / 3600)
    } else {
      throw Failure(
        summary.explained("\(path) tells steps, and no time"),
        hint: "a clock, seconds of a step or tokens a second are needed",
        status: .badData)
    }
    let hours = summary.wallHours
    if hours > 0 { request[Settings.measuredTime] = Ranged(min(max(hours, 1e-4), 87_660)) }
    if let goodput = summary.goodput, hours >= Self.shortest, request[Settings.goodput] == nil {
      request[Settings.goodput] = Ranged(max(1e-4, goodput))
    }
    describeCluster(&request)
    request.notes += notes.map { Message($0) }
  }

  /// The measurement as values of a stage of a recipe.
  ///
  /// - Parameter label: The stage.
  /// - Returns: The values, in the words of its options.
  /// - Throws: ``Failure`` for a log that tells no speed.
  func overrides(ofStage label: String) throws(Failure) -> [OverrideOption] {
    var request = Request()
    try describe(&request)
    return (Settings.all(.pilot) + [AnySetting(Settings.goodput)]).compactMap { setting in
      guard let value = request.values[setting.id]?.typical.value else { return nil }
      let dimension = setting.entry?.dimension ?? setting.dimension
      let unit =
        switch dimension {
        case .hours, .per(.hours, _): "h"
        default: ""
        }
      return OverrideOption(["stages", label, setting.id], "\(value / (setting.entry?.scale ?? 1))\(unit)")
    }
  }

  /// How long answers were, by setting: the mean of a step and its longest, where nothing else is said of them.
  ///
  /// - Parameters:
  ///   - given: The settings that are given.
  ///   - chosen: The words that are chosen.
  /// - Returns: Tokens by the settings that they are of.
  func answers(given: [String], chosen: [String: String]) -> [(id: String, tokens: Double)] {
    guard let mean = summary.answerTokens else { return [] }
    var answers: [(id: String, tokens: Double)] = []
    if !given.contains(Rollouts.answerTokens.id) { answers.append((Rollouts.answerTokens.id, mean)) }
    let others = [Rollouts.maximumTokens.id, Rollouts.ninetyNinth.id, Rollouts.tail.id, Rollouts.answerTokens.id]
    // Answers that go on in the next step, and those that nobody waits for, have no longest.
    let waits = chosen[Rollouts.partial.id] != "yes" && chosen[Rollouts.mode.id] != "asynchronous"
    if waits, let longest = summary.longestAnswer, longest > mean, !given.contains(where: others.contains) {
      answers.append((Rollouts.maximumTokens.id, longest))
    }
    return answers
  }

  /// Hours below which starting up is all that a goodput tells.
  private static let shortest = 2.0

  private func describeCluster(_ request: inout Request) {
    guard let count = summary.accelerators, request[Settings.measuredAccelerators] == nil else { return }
    if case .accelerators(let own)? = request.cluster, own.typical.value == count { return }
    request[Settings.measuredAccelerators] = Ranged(count)
  }

  /// What was understood, in words.
  var notes: [String] {
    func shown(_ value: Double?, _ dimension: Dimension, _ unit: String = "") -> String? {
      value.map { Notation.display($0, as: dimension) + unit }
    }
    let format = summary.formats.first ?? "no known kind"
    // A step is a place, and is not rounded.
    func step(_ value: Double?) -> String? { value.map { Notation.display($0, as: .items, digits: 9) } }
    var parts = ["\(path): \(Notation.display(Double(summary.records), as: .items)) steps as of \(format)"]
    if let steps = step(summary.steps) {
      parts[0] += ", up to step \(steps)" + (step(summary.totalSteps).map { " of \($0)" } ?? "")
    }
    if let tokens = shown(summary.tokens, .tokens, " tokens") { parts[0] += ", \(tokens)" }
    let speeds = [
      shown(summary.stepSeconds.map { $0 / 3600 }, .hours).map { "\($0) a step" },
      shown(summary.tokensPerSecond, .tokens, " tokens/s"),
      shown(summary.tokensPerSecondOfOne, .tokens, " tokens/s of an accelerator"),
      shown(summary.teraflops, .ratio, " TFLOP/s of an accelerator"),
      summary.mfu.map { "MFU \(Notation.display($0 * 100, as: .ratio)) %" },
      shown(summary.answerTokens, .sequenceLength, " tokens an answer"),
      shown(summary.longestAnswer, .sequenceLength, " the longest of a step"),
    ].compactMap { $0 }
    if !speeds.isEmpty { parts.append("in steady state " + speeds.joined(separator: ", ")) }
    if summary.wallHours > 0 {
      var time = "\(Notation.display(summary.wallHours, as: .hours)) by the clock"
      let names = ["starting up", "evaluation", "saving", "restarts", "gaps"]
      let lost = zip(names, summary.pauses).filter { $0.1 > 0.01 * summary.wallHours }.map {
        "\($0.0) \(Notation.display($0.1, as: .hours))"
      }
      if let goodput = summary.goodput { time += ", \(Notation.display(goodput * 100, as: .ratio)) % of it steps" }
      parts.append(time + (lost.isEmpty ? "" : "; " + lost.joined(separator: ", ")))
    }
    return [parts.joined(separator: "; ")] + oddities
  }

  private var oddities: [String] {
    var notes: [String] = []
    if summary.formats.count > 1 {
      notes.append("\(path) mixes kinds of logs: \(summary.formats.joined(separator: ", "))")
    }
    if summary.restarts > 0 {
      let lost = summary.repeatedSteps > 0 ? ", \(Notation.display(summary.repeatedSteps, as: .items)) steps again" : ""
      notes.append("the run went back \(summary.restarts) time\(summary.restarts == 1 ? "" : "s")\(lost)")
    }
    if summary.clockWentBack > 0 { notes.append("the clock went back \(summary.clockWentBack) times: not counted") }
    return notes + [summary.passedOver].compactMap(\.self)
  }
}
