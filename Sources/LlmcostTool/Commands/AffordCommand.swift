import CommandLineKit
import CostModel

/// `llmcost afford`: how much of a stage a budget, a deadline, energy or carbon buys.
enum AffordCommand {
  static let summary = "How much a budget buys: the tokens, examples or prompts of a stage that stay within limits."
  /// Draws that settle an amount to a few parts in a hundred.
  static let draws = 2048

  static let command = SubjectCommand<StageCommand>(
    name: "afford", needs: "--budget USD ", syntax: syntax, runSubject: run)

  private static func syntax(of stage: StageCommand) -> CommandSyntax {
    CommandSyntax(
      name: "llmcost afford \(stage.name)", summary: summary,
      discussion: """
        Turns 'llmcost \(stage.name)' around: with its options but the amount, and one or more limits, it finds the largest \
        amount within all of them, at typical values and so that the limits hold with each confidence. The model stays as \
        it is; 'llmcost size' chooses one for a budget by scaling laws. --of names another amount than the usual one.
        """,
      usage: stage.usage.replacing(" --tokens N", with: "")
        + " --budget USD [options]",
      groups: [OptionGroup("What is looked for", [.amount] + options + SamplingOptions.options(default: draws))]
        + stage.groups + [OutputOptions.group],
      examples: examples)
  }

  private static let examples = [
    CommandExample("llmcost afford --params 8B --budget 1M", "the tokens that a million buys an 8B model"),
    CommandExample("llmcost afford sft --params 70B --tuning lora --budget 500", "the examples that $500 buys"),
    CommandExample(
      "llmcost afford grpo --params 8B --gpus 64 --max-days 3 --confidence 90 --get prompts",
      "prompts that three days are enough for, nine times in ten"),
  ]

  /// Limits and confidences; a gate would have nothing to check.
  private static let options =
    [
      Limited.money.option.saying("what it may cost, in USD, as 1M"),
      Limited.time.option.saying("how long it may take"),
      Limited.energy.option.saying("electricity that it may take, as 5GWh"),
      Limited.carbon.option.saying("greenhouse gases that it may emit, as 500t"),
    ] + [Option.confidence.saying("find the amounts that keep the limits with these probabilities alone, as 50,90")]

  private static func run(
    _ stage: StageCommand, _ arguments: Arguments, usage: String, in world: any World
  ) throws(Failure) -> Outcome {
    let limits = try LimitOptions(arguments)
    guard !limits.limits.isEmpty else {
      throw Failure(
        "no limit is given", hint: "say what it may take, as --budget 1M", usage: usage, status: .usage)
    }
    let output = try OutputOptions(arguments)
    let catalog = TableCatalog(try Tables.load(output.tables, in: world), memory: TableMemory())
    let search = AffordSearch(
      stage: stage, arguments: arguments, limits: limits.limits,
      plan: try SamplingOptions(arguments).plan(default: draws, in: catalog), catalog: catalog, world: world)
    let confidences = try limits.wanted(by: output)?.confidences ?? []
    let answer: AffordAnswer
    do throws(Failure) {
      answer = try search.answer(
        wanted: arguments.text(of: .amount), confidences: confidences,
        isOfConfidencesAlone: arguments.has(.confidence))
    } catch {
      // The stage shows its own usage, which has no limit.
      var failure = error
      if failure.usage != nil { failure.usage = usage }
      throw failure
    }
    return try output.outcome(answer.document, in: world)
  }
}

/// Finds the largest amount of a stage's work within limits.
struct AffordSearch {
  let stage: StageCommand
  let arguments: Arguments
  let limits: Limits
  let plan: SamplingPlan
  let catalog: TableCatalog
  let world: any World

  /// The settings that an amount may be of.
  private var amounts: [AnySetting] {
    stage.isPretraining
      ? [AnySetting(Settings.tokens), AnySetting(Settings.epochs)] : stage.stage.settings.filter(\.isOfJob)
  }

  /// The answer for typical values, and for each confidence.
  func answer(
    wanted: String?, confidences: [Double], isOfConfidencesAlone: Bool
  ) throws(Failure) -> AffordAnswer {
    let setting = try setting(wanted)
    guard !arguments.has(Option(setting)) else {
      throw Failure(
        "--\(setting.id) is what is looked for", hint: "leave it out, or name another amount by --of", status: .usage)
    }
    let syntax = stage.syntax
    func estimate(_ amount: Double) throws(Failure) -> StageEstimate {
      let own = stage.arguments(of: arguments, without: "--" + setting.id)
      let value = "\(setting.entry.map { amount / $0.scale } ?? amount)"
      return try stage.estimate(own + ["--" + setting.id, value], by: syntax, from: catalog, in: world)
        .rejectingUnused()
    }
    var rows: [AffordAnswer.Row] = []
    var start = Swift.max(setting.limits.lowerBound, 1)
    let levels: [Double?] = (isOfConfidencesAlone ? [] : [nil]) + confidences.map(Optional.some)
    for confidence in levels {
      let amount = try largest(setting, from: start) { amount throws(Failure) in
        let staged = try estimate(amount)
        try checkAnswered(staged.estimate)
        return staged.estimate.use(of: limits, confidence: confidence, plan: plan)
      }
      start = amount
      rows.append(AffordAnswer.Row(confidence: confidence, amount: amount, staged: try estimate(amount)))
    }
    return AffordAnswer(stage: stage, setting: setting, limits: limits, rows: rows)
  }

  private func setting(_ wanted: String?) throws(Failure) -> AnySetting {
    guard let wanted else {
      guard let usual = try usual() else {
        throw Failure("\(stage.name) has no amount to look for", hint: "name one by --of", status: .usage)
      }
      return usual
    }
    let name = wanted.hasPrefix("--") ? String(wanted.dropFirst(2)) : wanted
    guard let setting = amounts.first(where: { $0.id == name }) else {
      throw Failure(
        "--of: '\(wanted)' is no amount of \(stage.name)",
        hint: suggestion(for: name, among: amounts.map(\.id)) + "there is: "
          + amounts.map(\.id).joined(separator: ", "),
        status: .usage)
    }
    return setting
  }

  /// What decides most of the size of a job: the first of its amounts that counts and was not given.
  private func usual() throws(Failure) -> AnySetting? {
    guard !stage.isPretraining else { return amounts.first }
    let given = stage.arguments(of: arguments, without: "")
    let estimate = try stage.estimate(given, by: stage.syntax, from: catalog, in: world).estimate
    return estimate.assumedJob(of: stage.stage).first { assumed in assumed.value != 0 }?.setting
  }

  private func checkAnswered(_ estimate: Estimate) throws(Failure) {
    let known = estimate.report(SamplingPlan(draws: 0), rangesOf: .results)
    for limited in Limited.allCases where limits[limited] != nil && known.result(limited.result) == nil {
      throw Failure(
        "\(limited.option.name): this has no \(limited.words)",
        hint: limited == .time ? "add --gpus" : "leave out \(limited.option.name)", status: .usage)
    }
  }

  /// Amounts this close are one.
  private static let precision = 1.0001

  /// The largest amount that uses no more than all of the limits.
  private func largest(
    _ setting: AnySetting, from start: Double, use: (Double) throws(Failure) -> Double
  ) throws(Failure) -> Double {
    let bounds = Swift.max(setting.limits.lowerBound, 1e-3)...setting.limits.upperBound
    let least = Swift.max(bounds.lowerBound, 1)
    let leastUse = try use(least)
    guard leastUse <= 1 else {
      let given = Limited.allCases.compactMap { limited in limits[limited].map { (limited, $0) } }
      let texts = given.map { $0.0.text($0.1) }.joined(separator: " and ")
      let needed = given.count == 1 ? Notation.display(given[0].1 * leastUse, as: given[0].0.dimension) : nil
      throw Failure(
        "\(texts) is too little: --\(setting.id) \(Notation.exact(least, as: setting.dimension)) alone takes "
          + (needed ?? "\(Notation.display(leastUse, as: .ratio)) times as much"),
        hint: "raise the limit, or make the job smaller in another way", status: .usage)
    }
    var (low, lowUse) = (least, leastUse)
    var high = Swift.min(bounds.upperBound, Swift.max(start, least * 1024))
    var highUse = try use(high)
    while highUse <= 1 {
      (low, lowUse) = (high, highUse)
      guard high < bounds.upperBound else {
        throw Failure(
          "the limits leave room for more than \(Notation.display(high, as: setting.dimension))",
          hint: "lower them, or name another amount by --of", status: .usage)
      }
      high = Swift.min(high * 32, bounds.upperBound)
      highUse = try use(high)
    }
    // Where the logarithms would cross on a straight line, and every third time the middle: costs need not be smooth where
    // clusters change.
    for step in 0..<60 where high / low > Self.precision && lowUse * Self.precision < 1 {
      let (below, above) = (Elementary.logarithm(lowUse), Elementary.logarithm(highUse))
      let share = step % 3 < 2 && below.isFinite ? Swift.max(0.001, Swift.min(0.999, below / (below - above))) : 0.5
      let place = low * Elementary.power(high / low, share)
      let value = try use(place)
      if value <= 1 { (low, lowUse) = (place, value) } else { (high, highUse) = (place, value) }
    }
    return setting.dimension == .ratio ? low : low.rounded(.down)
  }
}

extension Option {
  fileprivate static let amount = Option(
    "--of", of: .text("amount"), help: "the amount to find, as examples, prompts or tokens (default: what decides most)"
  )
}
