import CostModel

extension StepView {
  func table(width: Int, style: Style) -> String {
    guard !explains else { return explanation(style: style) }
    var lines = [style.bold(headline)] + setting + [""]
    lines += speedTable.lines(width: width)
    lines += ["", style.dim("  where the time goes")] + timeTable.lines(width: width)
    lines += ["", style.dim("  memory of the most loaded accelerator")] + memoryTable.lines(width: width)
    if choices.count > 1 {
      var table = layoutTable.lines(width: width)
      table[0] = style.dim(table[0])
      lines += [""] + table
    }
    return lines.joined(separator: "\n") + "\n"
  }

  var headline: String { "step: \(title)" }

  /// What is trained, on what.
  var setting: [String] {
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

  var speedTable: TextTable {
    let report = shown.report
    let each = report.tokensPerSecond / shown.choice.layout.accelerators
    var table = TextTable([.left, .right, .left])
    let range = [report.seconds.p10, report.seconds.p90].compactMap { $0 }.map(Self.time).joined(separator: " – ")
    func number(_ value: Double) -> String { Notation.display(value, as: .ratio) }
    table.rows = [
      ["time of a step", Self.time(report.seconds.typical), range],
      ["tokens a second", number(report.tokensPerSecond), "\(number(each)) an accelerator"],
      ["TFLOP/s an accelerator", number(report.operationsPerSecond / 1e12), ""],
      [
        "MFU", number(report.mfu),
        "\(number(report.mfuWithoutAttention)) without attention, of the \(report.model.job.precision.rawValue) peak",
      ],
    ]
    return table
  }

  var timeTable: TextTable {
    var table = TextTable([.left, .right, .right, .left])
    for term in shown.report.terms where term.seconds > 0 || term.hidden > 0 {
      table.rows.append([
        term.name, Self.time(term.seconds),
        "\(Notation.display(100 * term.seconds / shown.report.time.seconds, as: .ratio)) %",
        term.hidden > 0 ? "\(Self.time(term.hidden)) more is hidden" : "",
      ])
    }
    return table
  }

  var memoryTable: TextTable {
    var table = TextTable([.left, .right, .left])
    for part in shown.choice.use.parts where part.bytes.value > 0 {
      table.rows.append([part.name, Self.bytes(part.bytes.value), ""])
    }
    table.rows.append(["total", Self.bytes(shown.choice.use.total.value), shown.fits ? "fits" : "does not fit"])
    table.rows.append(["usable", Self.bytes(search.usable), ""])
    return table
  }

  var layoutTable: TextTable {
    var table = TextTable([.right, .right, .right, .left])
    table.rows = [["time", "loss", "memory", "layout"]]
    for row in choices {
      table.rows.append([
        Self.time(row.choice.seconds), "\(Notation.display(100 * row.loss, as: .ratio)) %",
        Self.bytes(row.choice.use.total.value), row.choice.layout.description,
      ])
    }
    return table
  }

  /// Each part with its formula, what was counted, and the constants with their sources.
  private func explanation(style: Style) -> String {
    let report = shown.report
    let (counts, time, model) = (report.counts, report.time, report.model)
    func number(_ value: Double) -> String {
      value >= 1e6
        ? Notation.display(value, as: .operations, digits: 5) : Notation.display(value, as: .ratio, digits: 5)
    }
    var lines = [style.bold(headline)] + setting + [""]
    lines += [
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
    lines += StepConstants.names.map { "  \($0): \(number(model.constants[$0] ?? 0))" }
    return lines.joined(separator: "\n") + "\n"
  }
}
