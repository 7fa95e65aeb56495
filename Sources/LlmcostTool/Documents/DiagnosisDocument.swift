import CostModel
import TextFormats

/// A diagnosis, ready to be printed.
struct DiagnosisDocument {
  let stage: String
  let title: String
  let estimate: Estimate
  let update: PilotUpdate
  let diagnosis: Diagnosis
  let plan: SamplingPlan

  private var hours: (prior: Spread, measured: Spread, posterior: Spread) {
    func spread(_ expression: Expression<AcceleratorHours>) -> Spread {
      Report(of: expression, plan: plan).lines.last?.value ?? Spread(typical: expression.typical.value)
    }
    return (spread(update.prior), spread(update.measured), spread(update.posterior))
  }

  /// USD of accelerator time for an accelerator-hour; nil without a price.
  private var price: Double? {
    let lines = estimate.bill.lines.filter { $0.category == .compute }
    let hours = estimate.run.acceleratorHours.typical.value
    guard !estimate.bill.isUnpriced, let amount = lines.first?.amount.typical.value, hours > 0 else { return nil }
    return amount / hours
  }

  private var verdict: String {
    let gap = diagnosis.ratio
    let share = Notation.display((diagnosis.percentile * 100).rounded(), as: .ratio)
    let rank = "faster than \(share) % of published runs of the kind"
    let change = Notation.display((gap > 1 ? gap : 1 / gap) * 100 - 100, as: .ratio, digits: 2)
    if gap > Diagnosis.normal { return "slower than usual: \(change) % more time, \(rank)" }
    if gap < 1 / Diagnosis.normal { return "faster than usual: \(change) % ahead, \(rank)" }
    return "normal: \(rank)"
  }

  var document: Document {
    let hours = hours
    var document = Document("diagnose", title: title + "\n" + verdict)
    document.notes = estimate.scenario.noteLines
    document.facts = [
      Document.Fact("measured over expected time", .value(diagnosis.ratio, .ratio)),
      Document.Fact("percentile of published runs", .share(diagnosis.percentile)),
    ]
    let members = members(hours)
    document.records = Records([members])
    document.tree = .members { members + [("suspects", suspectsTree)] }
    document.sections = { _ in
      [
        Document.Section("speed", "Measured against expected", nil, speedTable(hours)),
        Document.Section("suspects", "First suspects", nil, suspectsTable(hours)),
      ]
    }
    return document
  }

  private func members(_ hours: (prior: Spread, measured: Spread, posterior: Spread)) -> [JSONMember] {
    let gap = hours.measured.typical - hours.prior.typical
    func spread(_ name: String, _ value: Spread) -> [JSONMember] {
      [
        (name, .result(value.typical)), (name + ".p10", .result(value.p10)), (name + ".p90", .result(value.p90)),
      ]
    }
    return [
      ("stage", .string(stage)), ("measured_over_expected", .result(diagnosis.ratio)),
      ("percentile", .result(diagnosis.percentile)), ("measured_over_tuned", .result(diagnosis.overTuned)),
      ("weight", .result(update.weight)),
    ] + spread("expected_hours", hours.prior) + spread("measured_hours", hours.measured)
      + spread("accelerator_hours", hours.posterior) + [
        ("gap_hours", .result(gap)), ("gap_usd", .result(price.map { $0 * gap })),
      ]
  }

  private func speedTable(_ hours: (prior: Spread, measured: Spread, posterior: Spread)) -> Table {
    var table = Table("Whole run", ["", .number("accelerator-hours"), .range, .number("USD"), ""])
    func add(_ name: String, _ value: Spread, _ remark: String, isStrong: Bool = false) {
      table.add(
        [.text(name)] + Cell.spread(value, .acceleratorHours)
          + [.value(price.map { $0 * value.typical }, .dollars), .text(remark)], isStrong: isStrong)
    }
    add("expected", hours.prior, "as published runs have it")
    add("by the measurement", hours.measured, "its speed, and what whole runs take over it")
    let weight = Notation.display((update.weight * 100).rounded(), as: .ratio)
    add("both", hours.posterior, "the measurement counts for \(weight) %", isStrong: true)
    let gap = hours.measured.typical - hours.prior.typical
    table.add([
      .text("gap"), .value(gap, .acceleratorHours), .empty, .value(price.map { $0 * gap }, .dollars),
      .text(gap > 0 ? "more than expected" : "less than expected"),
    ])
    if let over = diagnosis.overTuned {
      table.remarks.append(
        "measured steps take \(Notation.display(over, as: .ratio)) times as long as tuned ones at the fastest layout, "
          + "by the model of a step")
    }
    return table
  }

  private var suspectsTree: JSONDocument {
    .array(
      diagnosis.suspects.map { suspect in
        .object([
          ("id", .string(suspect.id)), ("name", .string(suspect.name)), ("slowdown", .result(suspect.slowdown)),
          ("gain", .result(suspect.gain)), ("known", .boolean(suspect.isKnown)),
          ("advice", .string(suspect.advice.commandLine)),
        ])
      })
  }

  private func suspectsTable(_ hours: (prior: Spread, measured: Spread, posterior: Spread)) -> Table {
    var table = Table(
      "First suspects, those that fit the gap best first",
      ["suspect", .number("slower by"), .number("hours saved"), .number("USD saved"), "what to do"])
    for suspect in diagnosis.suspects.prefix(Self.mostSuspects) {
      let saved = hours.posterior.typical * suspect.gain
      table.add([
        .text(suspect.name + (suspect.isKnown ? " (seen)" : "")), .share(suspect.slowdown - 1),
        .value(saved, .acceleratorHours), .value(price.map { $0 * saved }, .dollars),
        .text(suspect.advice.commandLine),
      ])
    }
    if diagnosis.suspects.isEmpty { table.remarks = ["nothing that the model of a step knows would slow this step"] }
    table.remarks.append("each tried by itself; only those marked are known to be there")
    return table
  }

  private static let mostSuspects = 6
}
