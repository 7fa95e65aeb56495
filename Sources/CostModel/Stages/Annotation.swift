/// What people are paid to write, compare or check: a stage without accelerators.
public struct Annotation: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(Annotation.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// The word people call it by.
  public static let name = "annotate"
  /// What it estimates, in a line.
  public static let summary =
    "Estimate human annotation or AI feedback: demonstrations, comparisons, rankings, ratings."
  /// The headline of its estimate.
  public static let headline = "Annotation"
  /// What to know before using it.
  public static let discussion = """
    Of n answers there are n·(n − 1)/2 pairs to compare; a ranking is worth n·log₂ n comparisons, a rating n. People are \
    paid by the hour (table labor) or by the item (`label-price`).
    """
  /// Data, and no model.
  package static let makesData = true
  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(["task": "pairwise", "items": "30k", "answers": "4"], "all pairs of four answers"),
    StageExample(
      [
        "items": "1000", "annotator": "annotator-abaka", "speed": "1", "review-share": "0", "margin": "1.4",
        "rule-design-hours": "0",
      ], "1,000 olympiad problems"),
    StageExample(["by": "ai", "task": "critique", "items": "100k"], "critique and revision by a model"),
  ]
  /// People and services do the work.
  public static let hasModel = false
  /// Nobody publishes what people were asked for in full.
  package static let runTables: [String] = []

  /// Items to annotate: prompts, for comparisons.
  public static let items = Setting<Items>(
    "items", "items", 1...1e12, isOfJob: true, help: "examples to write, or prompts to judge")
  /// Answers to each prompt.
  public static let answers = Setting<Ratio>(
    "answers", "answers per prompt", 1...1000, isOfJob: true,
    help: "answers to each prompt, where they are compared, ranked or rated")
  /// Judgments asked for in all, where pairs are not all compared.
  public static let judgments = Setting<Items>(
    "judgments", "judgments", 1...1e12, help: "judgments in all, where not every pair is compared")
  /// Annotators for each item.
  public static let repeats = Setting<Ratio>(
    "annotators-per-item", "annotators per item", 1...100, isOfJob: true, help: "people who judge the same item")
  /// What an annotator is paid.
  public static let wage = Setting<Per<Dollars, Hours>>(
    "wage", "price of an hour", 0.1...10_000, help: "USD per hour as billed, in place of the table's")
  /// Judgments or examples of an hour.
  public static let speed = Setting<Per<Items, Hours>>(
    "speed", "items per hour", 1e-4...1e5, help: "judgments or examples of an hour, in place of the table's")
  /// The share of the results that is reviewed.
  public static let reviewShare = Setting<Ratio>(
    "review-share", "share reviewed", 0...1, help: "share of the results that a reviewer checks")
  /// What a reviewer is paid.
  public static let reviewWage = Setting<Per<Dollars, Hours>>(
    "review-wage", "price of a reviewer's hour", 0.1...10_000, help: "USD per hour of a reviewer")
  /// Results that a reviewer checks in an hour.
  public static let reviewSpeed = Setting<Per<Items, Hours>>(
    "review-speed", "reviews per hour", 1e-4...1e5, help: "results that a reviewer checks in an hour")
  /// Hours of rule design.
  public static let designTime = Setting<Ratio>(
    "rule-design-hours", "working hours to design the rules", 0...1e6,
    help: "working hours to write and test the guidelines, as 80")
  /// What a designer of rules is paid.
  public static let designWage = Setting<Per<Dollars, Hours>>(
    "design-wage", "price of a rule designer's hour", 0.1...10_000, help: "USD per hour of rule design")
  /// A platform's margin.
  public static let margin = Setting<Ratio>(
    "margin", "all-in cost over wages", 1...20, help: "all-in cost over wages: platform, management, tools")
  /// Tokens of a judged item, for feedback by a model.
  public static let itemTokens = Setting<SequenceLength>(
    "tokens-per-item", "tokens of a judged item", 1...1e7, isOfJob: true,
    help: "tokens that a model reads to judge an item")
  /// Tokens that a model writes to judge.
  public static let verdictTokens = Setting<SequenceLength>(
    "tokens-per-verdict", "tokens of a verdict", 1...1e7, help: "tokens that a model writes to judge an item")

  /// What is asked for.
  public static let task = Choice(
    "task", ["demonstration", "pairwise", "ranking", "rating", "critique"],
    help:
      "write examples; compare all pairs of answers, rank them, or rate each; or critique and revise, as a constitution asks"
  )
  /// Who does it.
  public static let source = Choice("by", ["human", "ai"], help: "people, or a language model")
  /// Who the people are.
  public static let annotator = Choice(
    "annotator", rowOf: "labor", standard: "annotator-general",
    help: "who is paid: a row of '\(command: "tables labor")' in USD per hour")
  /// Which model judges.
  public static let judge = Verifiers.judge
  /// How hard an item is.
  public static let difficulty = Choice("difficulty", ["medium", "simple", "hard"], help: "how long an item takes")

  /// What it asks for.
  package static let settings = [
    AnySetting(items), AnySetting(answers), AnySetting(judgments), AnySetting(repeats), AnySetting(wage),
    AnySetting(speed), AnySetting(reviewShare), AnySetting(reviewWage), AnySetting(reviewSpeed),
    AnySetting(designTime), AnySetting(designWage), AnySetting(margin), AnySetting(itemTokens),
    AnySetting(verdictTokens), AnySetting(Labels.price), AnySetting(TokenPrice.inputPrice),
    AnySetting(TokenPrice.outputPrice),
  ]
  /// What it lets one choose.
  public static let choices = [task, source, annotator, difficulty, judge]
  /// What settings and choices need in order to count.
  package static let requirements = [
    Requirement([answers.id, judgments.id], .isChosen(task, ["pairwise", "ranking", "rating"])),
    Requirement(
      [judge.id, itemTokens.id, verdictTokens.id, TokenPrice.inputPrice.id, TokenPrice.outputPrice.id],
      .isChosen(source, ["ai"])),
    Requirement(
      [
        annotator.id, difficulty.id, repeats.id, wage.id, speed.id, reviewShare.id, reviewWage.id, reviewSpeed.id,
        designTime.id, designWage.id, margin.id, Labels.price.id,
      ], .isChosen(source, ["human"])),
    Requirement([annotator.id, difficulty.id, wage.id, speed.id, margin.id], .isNotGiven(Labels.price.id)),
    Requirement([annotator.id], .isNotGiven(wage.id)),
    Requirement([difficulty.id], .isNotGiven(speed.id)),
  ]

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { nil }

  /// Annotators, reviewers and rule design, or the tokens of a model.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    let count = try judgmentCount(inputs)
    if inputs(source) == "ai" { return Work(phases: [], purchases: [try byModel(count, inputs)]) }
    let results = (count * (try inputs(repeats))).named("judgments with repeats")
    var purchases = [try annotators(results, inputs)]
    let reviewed = (results * (try inputs(reviewShare))).named("results reviewed")
    let reviewTime = (reviewed / (try inputs(reviewSpeed))).named("time of reviewers")
    purchases.append(
      Work.Purchase(.humanData, "reviewers", try inputs(reviewWage) * reviewTime, working: reviewTime))
    purchases.append(
      Work.Purchase(
        .humanData, "rule design", try inputs(designWage) * (Expression<Hours>(constant: 1) * (try inputs(designTime))))
    )
    return Work(phases: [], purchases: purchases)
  }

  /// Items × price where one is given, else time × wage × margin.
  private static func annotators(
    _ results: Expression<Items>, _ inputs: StageInputs
  ) throws(ScenarioError) -> Work.Purchase {
    let isPriced = inputs.isGiven(Labels.price)
    let isWriting = inputs(task) == "demonstration" || inputs(task) == "critique"
    let difficulty = inputs(difficulty)
    let row =
      isWriting
      ? "speed-demonstration-\(difficulty)" : "speed-comparison-\(difficulty == "simple" ? "simple" : "careful")"
    let speed: Expression<Per<Items, Hours>> = try inputs.rate(
      Self.speed, orRow: row, of: "labor", unit: "items-per-hour")
    let time = (results / speed).named("time of annotators")
    guard !isPriced else {
      return Work.Purchase(.humanData, "annotators", try inputs(Labels.price) * results, working: time)
    }
    let wage: Expression<Per<Dollars, Hours>> = try inputs.rate(
      Self.wage, orRow: inputs(annotator), of: "labor", unit: "usd-per-hour")
    return Work.Purchase(.humanData, "annotators", wage * time * (try inputs(margin)), working: time)
  }

  /// How many judgments the task asks for: of n answers n·(n − 1)/2 pairs, one ranking worth n·log₂ n of them at
  /// most, or n ratings.
  static func judgmentCount(_ inputs: StageInputs) throws(ScenarioError) -> Expression<Items> {
    let items = try inputs(items)
    let task = inputs(task)
    guard ["pairwise", "ranking", "rating"].contains(task) else { return items }
    let answers = try inputs(answers)
    let one = Expression<Ratio>(constant: 1)
    let count: Expression<Ratio>
    switch task {
    case "pairwise":
      count = (answers * (answers - one) / 2).named(
        "pairs of a prompt", note: "C(n, 2) = n·(n − 1)/2")
    case "ranking":
      let n = answers.typical.value
      let logarithm = Elementary.logarithm(Swift.max(n, 1)) / Elementary.logarithm(2)
      count = Expression.smaller(answers * Expression(constant: logarithm), answers * (answers - one) / 2).named(
        "comparisons that a ranking is worth", note: "n·log₂ n, and no more than all pairs")
    default: count = answers
    }
    guard task == "rating" || answers.typical.value >= 2 else {
      throw .contradiction(
        "one answer cannot be compared",
        advice: "give \(input: "answers", as: "2") or more, or \(input: "task", as: "rating")")
    }
    let all = (items * count).named("judgments")
    guard inputs.isGiven(judgments) else { return all }
    let wanted = try inputs(judgments)
    guard wanted.typical <= all.typical else {
      throw .contradiction(
        "\(Notation.display(wanted.typical.value, as: .items)) judgments are more than the "
          + "\(Notation.display(all.typical.value, as: .items)) that there are",
        advice: "raise \(input: "items") or \(input: "answers"), or use \(input: "annotators-per-item")")
    }
    return wanted
  }

  /// A model reads each item, and for critiques writes it anew after.
  private static func byModel(
    _ count: Expression<Items>, _ inputs: StageInputs
  ) throws(ScenarioError) -> Work.Purchase {
    let item = try inputs(itemTokens)
    let price = try TokenPrice(row: inputs(judge), prompt: item, inputs)
    // A critique is read again and followed by a revision as long as the item; swapped order reads a pair twice.
    let passes = Expression<Ratio>(constant: inputs(task) == "demonstration" ? 1 : 2)
    let read = (item * count * passes).named("tokens read")
    var written = try inputs(verdictTokens) * count * passes
    if inputs(task) == "critique" { written = written + item * count }
    return Work.Purchase(
      .api, "feedback by a model", price.amount(read: read, written: written.named("tokens written")))
  }
}
