import CostModel
import TextFormats

/// One layout of a step with its report.
struct StepRow {
  let choice: LayoutChoice
  let report: StepReport
  /// Bytes that may be filled.
  let usable: Double
  /// Its seconds over those of the fastest layout, less 1.
  let loss: Double

  var fits: Bool { choice.use.total.value <= usable }

  /// A value by its stable name; nil for a name that there is not.
  func value(_ name: String) -> JSONDocument? {
    func digits(_ value: Double) -> JSONDocument { .optional(Double(Notation.digits(value, 6))) }
    let layout = choice.layout
    switch name {
    case "layout": return .string(layout.description)
    case "accelerators": return .number(layout.accelerators)
    case "fits": return .boolean(fits)
    case "seconds": return digits(report.seconds.typical)
    case "seconds.p10": return digits(report.seconds.p10 ?? report.seconds.typical)
    case "seconds.p90": return digits(report.seconds.p90 ?? report.seconds.typical)
    case "loss": return digits(loss)
    case "tokens_per_second": return digits(report.tokensPerSecond)
    case "tokens_per_second_per_accelerator": return digits(report.tokensPerSecond / layout.accelerators)
    case "teraflop_per_second_per_accelerator": return digits(report.operationsPerSecond / 1e12)
    case "mfu": return digits(report.mfu)
    case "mfu_without_attention": return digits(report.mfuWithoutAttention)
    case "micro_batches": return digits(report.time.microBatches)
    case "total_bytes": return .number(choice.use.total.value.rounded())
    case "usable_bytes": return .number(usable.rounded())
    default: break
    }
    if let part = choice.use.parts.first(where: { $0.key == name }) { return .number(part.bytes.value.rounded()) }
    for term in report.terms {
      if term.key == name { return digits(term.seconds) }
      if StepReport.hiddenKey(of: term.key) == name { return digits(term.hidden) }
    }
    return nil
  }
}

/// The answer of `llmcost step`.
struct StepView {
  let title: String
  let search: LayoutSearch
  /// The layouts that fit, the one to take first.
  let choices: [StepRow]
  /// The one to show: the first that fits, or the one nearest to fitting.
  let shown: StepRow
  let count: Int
  /// What fits where the layout asked for does not.
  let alternative: LayoutChoice?
  /// The fewest accelerators that would do, where none fits on so many.
  let fewest: Int?
  let isStackKnown: Bool
  let explains: Bool

  init(
    title: String, step: StepModel, search: LayoutSearch, best: [LayoutChoice], shown: LayoutChoice, count: Int,
    alternative: LayoutChoice?, fewest: Int?, spread: StepSpread, isStackKnown: Bool, explains: Bool
  ) {
    self.title = title
    self.search = search
    self.count = count
    self.alternative = alternative
    self.fewest = fewest
    self.isStackKnown = isStackKnown
    self.explains = explains
    var unknown: StepSpread.Unknowns = isStackKnown ? [] : .software
    if best.count > 1 { unknown.insert(.layout) }
    let least = best.map(\.seconds).min() ?? shown.seconds
    func row(_ choice: LayoutChoice) -> StepRow {
      StepRow(
        choice: choice, report: StepReport(step, choice.layout, spread: spread, unknown: unknown),
        usable: search.usable, loss: choice.seconds / least - 1)
    }
    choices = best.map(row)
    self.shown = choices.first ?? row(shown)
  }

  /// All names, in order.
  static let names: [String] =
    [
      "layout", "accelerators", "fits", "seconds", "seconds.p10", "seconds.p90", "loss", "tokens_per_second",
      "tokens_per_second_per_accelerator", "teraflop_per_second_per_accelerator", "mfu", "mfu_without_attention",
      "micro_batches",
    ] + StepReport.keys + MemoryUse().parts.map(\.key) + ["total_bytes", "usable_bytes"]

  /// Names whose values are words.
  static let texts: Set<String> = ["layout", "fits"]

  func value(_ name: String) -> JSONDocument? { shown.value(name) }

  /// What is wrong, where the layout does not fit, and what would do.
  var problem: String? {
    guard !shown.fits else { return nil }
    let use = shown.choice.use.total.value
    let short = "\(Self.bytes(use)) on the most loaded accelerator, \(Self.bytes(search.usable)) usable"
    let way =
      alternative.map { "; \($0.layout) fits" }
      ?? fewest.map { "; it fits on \($0) accelerators" } ?? "; larger accelerators, or --offload optimizer"
    return "it does not fit: \(short)\(way)"
  }

  var notes: [String] {
    var notes = shown.report.notes.map(\.commandLine)
    let ties = choices.filter { $0.choice.seconds <= (choices.map(\.choice.seconds).min() ?? 0) * LayoutSearch.tie }
    if ties.count > 1 {
      notes.append("\(ties.count) layouts are within 4 % of each other: a tie, the usual one first")
    }
    return notes
  }

  static func bytes(_ value: Double) -> String { Notation.display(value, as: .bytes) }
  static func time(_ seconds: Double) -> String {
    seconds < 1 ? "\(Notation.display(seconds * 1e3, as: .ratio)) ms" : Notation.display(seconds / 3600, as: .hours)
  }

  var json: JSONDocument {
    func object(_ row: StepRow) -> JSONDocument { .object(Self.names.map { ($0, row.value($0) ?? .null) }) }
    let job = shown.report.model.job
    return .object([
      ("schemaVersion", .number(1)), ("command", .string("step")), ("model", .string(title)),
      ("accelerator", .string(shown.report.model.hardware.accelerator.id)),
      ("precision", .string(job.precision.rawValue)), ("sequence_tokens", .number(job.sequence)),
      ("batch_sequences", .number(job.batch)), ("step", object(shown)),
      ("layouts_tried", .number(Double(search.count(on: count)))), ("layouts", .array(choices.map(object))),
      ("notes", .array(notes.map(JSONDocument.string))),
    ])
  }
}
