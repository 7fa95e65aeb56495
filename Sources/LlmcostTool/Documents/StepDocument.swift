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

  private static func number(_ name: String, _ value: @escaping @Sendable (StepRow) -> Double?) -> [Field<StepRow>] {
    [Field(name, .number) { .result(value($0), digits: 6) }]
  }

  private static func bytes(_ name: String, _ value: @escaping @Sendable (StepRow) -> Double?) -> [Field<StepRow>] {
    Field.number(name) { value($0)?.rounded() }
  }

  /// The stable names, in order, and how a layout gives their values.
  static let fields: [[Field<StepRow>]] =
    [
      Field.word("layout") { $0.choice.layout.description },
      Field.number("accelerators") { $0.choice.layout.accelerators },
      Field.flag("fits") { $0.fits }, Field.spread("seconds", digits: 6) { $0.report.seconds },
      number("loss") { $0.loss }, number("tokens_per_second") { $0.report.tokensPerSecond },
      number("tokens_per_second_per_accelerator") { $0.report.tokensPerSecond / $0.choice.layout.accelerators },
      number("teraflop_per_second_per_accelerator") { $0.report.operationsPerSecond / 1e12 },
      number("mfu") { $0.report.mfu }, number("mfu_without_attention") { $0.report.mfuWithoutAttention },
      number("micro_batches") { $0.report.time.microBatches },
    ]
    + StepReport.keys.map { key in
      number(key) { row in
        row.report.terms.lazy.compactMap { term in
          term.key == key ? term.seconds : StepReport.hiddenKey(of: term.key) == key ? term.hidden : nil
        }.first
      }
    }
    + MemoryUse().parts.map(\.key).map { key in
      bytes(key) { row in row.choice.use.parts.first { $0.key == key }?.bytes.value }
    } + [bytes("total_bytes") { $0.choice.use.total.value }, bytes("usable_bytes") { $0.usable }]

  /// The stable names.
  static let names = fields.flatMap { $0 }.map(\.name)
}

/// The answer of `llmcost step`.
struct StepAnswer {
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

  init(
    title: String, step: StepModel, search: LayoutSearch, best: [LayoutChoice], shown: LayoutChoice, count: Int,
    alternative: LayoutChoice?, fewest: Int?, spread: StepSpread, isStackKnown: Bool
  ) {
    self.title = title
    self.search = search
    self.count = count
    self.alternative = alternative
    self.fewest = fewest
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

  private static func bytes(_ value: Double) -> String { Notation.display(value, as: .bytes) }
  private static func time(_ seconds: Double) -> String {
    seconds < 1 ? "\(Notation.display(seconds * 1e3, as: .ratio)) ms" : Notation.display(seconds / 3600, as: .hours)
  }

  /// What is wrong, where the layout does not fit, and what would do.
  private var problem: String? {
    guard !shown.fits else { return nil }
    let use = shown.choice.use.total.value
    let way =
      alternative.map { "; \($0.layout) fits" }
      ?? fewest.map { "; it fits on \(Dimension.accelerators.counted("\($0)"))" }
      ?? "; larger accelerators, or --offload optimizer"
    return
      "it does not fit: \(Self.bytes(use)) on the most loaded accelerator, \(Self.bytes(search.usable)) usable\(way)"
  }

  var document: Document {
    let job = shown.report.model.job
    var document = Document("step", title: (["step: \(title)"] + setting).joined(separator: "\n"))
    document.facts = speed
    document.showsFacts = true
    document.records = Records(choices.isEmpty ? [shown] : choices, StepRow.fields)
    document.tree = .members {
      func object(_ row: StepRow) -> JSONDocument {
        .object(StepRow.fields.flatMap { $0 }.map { ($0.name, $0.value(row)) })
      }
      return [
        ("model", .string(title)), ("accelerator", .string(shown.report.model.hardware.accelerator.id)),
        ("precision", .string(job.precision.rawValue)), ("sequence_tokens", .number(job.sequence)),
        ("batch_sequences", .number(job.batch)), ("step", object(shown)),
        ("layouts_tried", .number(Double(search.count(on: count)))), ("layouts", .array(choices.map(object))),
      ]
    }
    document.explanation = { explanation($0) }
    document.explainingFormats = ["table"]
    document.notes = shown.report.notes.map(\.commandLine)
    let fastest = choices.map(\.choice.seconds).min() ?? 0
    let ties = choices.count { $0.choice.seconds <= fastest * LayoutSearch.tie }
    if ties > 1 { document.notes.append("\(ties) layouts are within 4 % of each other: a tie, the usual one first") }
    document.failures = problem.map { [$0] } ?? []
    document.sections = { _ in sections }
    return document
  }

  /// What is trained, on what.
  private var setting: [String] {
    let model = shown.report.model
    let (job, hardware) = (model.job, model.hardware)
    let count = Notation.display(shown.choice.layout.accelerators, as: .accelerators)
    let sequences = Notation.display(job.batch, as: .accelerators)
    return [
      "\(count) × \(hardware.accelerator.name): \(shown.choice.layout)",
      "\(sequences) sequences of \(Notation.display(job.sequence, as: .sequenceLength)) tokens, "
        + "\(job.precision.rawValue), \(hardware.scaleUp.name)"
        + (Double(hardware.domain) < shown.choice.layout.accelerators ? ", \(hardware.scaleOut.name)" : ""),
    ]
  }

  private var speed: [Document.Fact] {
    let report = shown.report
    let range = [report.seconds.p10, report.seconds.p90].compactMap { $0.map(Self.time) }.joined(separator: " – ")
    func number(_ value: Double) -> String { Notation.display(value, as: .ratio) }
    let facts = [
      Document.Fact("time of a step", .text(Self.time(report.seconds.typical)), .text(range)),
      Document.Fact(
        "tokens a second", .value(report.tokensPerSecond, .ratio),
        "\(number(report.tokensPerSecond / shown.choice.layout.accelerators)) an accelerator"),
      Document.Fact("TFLOP/s an accelerator", .value(report.operationsPerSecond / 1e12, .ratio)),
      Document.Fact(
        "MFU", .value(report.mfu, .ratio),
        "\(number(report.mfuWithoutAttention)) without attention, of the \(report.model.job.precision.rawValue) peak"),
    ]
    let names = ["seconds", "tokens_per_second", "teraflop_per_second_per_accelerator", "mfu"]
    return zip(facts, names).map { fact, name in
      var fact = fact
      fact.key = name
      return fact
    }
  }

  private var sections: [Document.Section] {
    let terms = shown.report.terms.filter { $0.seconds > 0 || $0.hidden > 0 }
    let parts = shown.choice.use.parts.filter { $0.bytes.value > 0 }
    let timeChart = Chart.bars(
      "Where the time goes", "One bar for each part of the seconds of a step.",
      terms.filter { $0.seconds > 0 }.map { ($0.name, Spread(typical: $0.seconds / 3600)) }, .hours, scale: 1 / 3600,
      hasRanges: false)
    let time = Table(
      "Where the time goes", ["part", .number("time"), .number("share"), "hidden"],
      terms.map { term in
        [
          .text(term.name), .text(Self.time(term.seconds)), .share(term.seconds / shown.report.time.seconds),
          term.hidden > 0 ? "\(Self.time(term.hidden)) more is hidden" : "",
        ]
      })
    let memoryChart = Chart.bars(
      "Memory by part", "One bar for each part of the memory of the most loaded accelerator.",
      parts.map { ($0.name, Spread(typical: $0.bytes.value)) }, .bytes, scale: 1e9, hasRanges: false)
    var memory = Table(
      "Memory of the most loaded accelerator", ["part", .number("bytes"), ""],
      parts.map { [.text($0.name), .value($0.bytes.value, .bytes)] })
    memory.add("total", .value(shown.choice.use.total.value, .bytes), shown.fits ? "fits" : "does not fit")
    memory.add("usable", .value(search.usable, .bytes))
    var sections = [
      Document.Section("time", "Where the time goes", timeChart, time),
      Document.Section("memory", "Memory", memoryChart, memory),
    ]
    if choices.count > 1 {
      let layouts = Table(
        "Layouts that fit", [.number("time"), .number("loss"), .number("memory"), "layout"],
        choices.map { row in
          [
            .text(Self.time(row.choice.seconds)), .share(row.loss), .value(row.choice.use.total.value, .bytes),
            .text(row.choice.layout.description),
          ]
        })
      sections.append(Document.Section("layouts", "The fastest layouts", nil, layouts))
    }
    return sections
  }

  /// Each part with its formula, what was counted, and the constants with their sources.
  private func explanation(_ style: Style) -> [String] {
    let report = shown.report
    let (counts, time, model) = (report.counts, report.time, report.model)
    func number(_ value: Double) -> String {
      value >= 1e6
        ? Notation.display(value, as: .operations, digits: 5) : Notation.display(value, as: .ratio, digits: 5)
    }
    var lines = [
      style.bold("seconds of the step: \(number(time.seconds))"),
      "    = (micro-batches + bubble) · seconds of a micro-batch + data + optimizer + start",
      "    = (\(number(time.microBatches)) + \(number(time.bubble))) · \(number(time.perMicroBatch)) + "
        + "\(number(time.data)) + \(number(time.optimizer)) + \(number(StepConstants.start))",
    ]
    for term in report.terms where term.seconds > 0 || term.hidden > 0 {
      lines.append(
        "  \(term.name): \(number(term.seconds)) s" + (term.hidden > 0 ? ", hidden \(number(term.hidden)) s" : ""))
      lines.append("    = \(term.formula)")
    }
    lines += ["", style.bold("counts of a micro-batch on the slowest stage")]
    for (name, value, unit) in counts.entries where value > 0 { lines.append("  \(name): \(number(value)) \(unit)") }
    lines += ["", style.bold("hardware")]
    let hardware = model.hardware
    lines += [
      "  dense peak: \(number(hardware.peak)) FLOP/s at 16 bits, \(number(hardware.peak(model.job.precision))) at "
        + model.job.precision.rawValue,
      "  matmul share: \(number(hardware.matmulShare)), "
        + (hardware.isMatmulGiven
          ? "given"
          : hardware.isMatmulMeasured ? "measured, table training-hardware" : "assumed, moved by published steps"),
      "  memory bandwidth: \(number(hardware.bandwidth)) B/s",
      "  within a domain of \(hardware.domain): \(number(hardware.scaleUp.bytesPerSecond)) B/s, \(hardware.scaleUp.name)",
      "  between domains: \(number(hardware.scaleOut.bytesPerSecond)) B/s, \(hardware.scaleOut.name)",
    ]
    lines += ["", style.bold("constants, table step-constants: fitted on published steps (table steps)")]
    return lines + StepConstants.names.map { "  \($0): \(number(model.constants[$0] ?? 0))" }
  }
}
