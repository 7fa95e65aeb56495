import CostModel
import TextFormats

/// A diagnosis, ready to be printed.
struct DiagnosisDocument {
  let stage: String
  let title: String
  let estimate: Estimate
  /// The estimate without the measurement.
  let expected: Estimate
  let update: PilotUpdate
  let diagnosis: Diagnosis
  let plan: SamplingPlan

  /// Hours of the whole run, and what accelerator time costs at these hours: a commitment's price depends on them.
  private struct Amount {
    let hours: Spread
    let dollars: Double?

    init(_ hours: Expression<AcceleratorHours>, of estimate: Estimate, _ plan: SamplingPlan) {
      self.hours = Report(of: hours, plan: plan).lines.last?.value ?? Spread(typical: hours.typical.value)
      dollars = estimate.computeCost(of: hours)
    }
  }

  private struct Amounts {
    let expected: Amount
    let measured: Amount
    let both: Amount

    var gapHours: Double { measured.hours.typical - expected.hours.typical }
    var gapDollars: Double? {
      guard let most = measured.dollars, let least = expected.dollars else { return nil }
      return most - least
    }
  }

  private var amounts: Amounts {
    Amounts(
      expected: Amount(expected.run.acceleratorHours, of: expected, plan),
      measured: Amount(estimate.hours(ofSteps: update.measured), of: estimate, plan),
      both: Amount(estimate.run.acceleratorHours, of: estimate, plan))
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
    let amounts = amounts
    var document = Document("diagnose", title: title + "\n" + verdict)
    document.notes = estimate.scenario.noteLines
    document.facts = [
      Document.Fact("measured over expected time", .value(diagnosis.ratio, .ratio)),
      Document.Fact("percentile of published runs", .share(diagnosis.percentile)),
    ]
    let members = members(amounts)
    document.records = Records([members])
    document.tree = .members { members + [("suspects", suspectsTree)] }
    document.sections = { _ in
      [
        Document.Section("speed", "Measured against expected", nil, speedTable(amounts))
      ] + suspectsSection(amounts)
    }
    return document
  }

  private func members(_ amounts: Amounts) -> [JSONMember] {
    func spread(_ name: String, _ value: Spread) -> [JSONMember] {
      [
        (name, .result(value.typical)), (name + ".p10", .result(value.p10)), (name + ".p90", .result(value.p90)),
      ]
    }
    return [
      ("stage", .string(stage)), ("measured_over_expected", .result(diagnosis.ratio)),
      ("percentile", .result(diagnosis.percentile)), ("measured_over_tuned", .result(diagnosis.overTuned)),
      ("weight", .result(update.weight)),
    ] + spread("expected_hours", amounts.expected.hours) + spread("measured_hours", amounts.measured.hours)
      + spread("accelerator_hours", amounts.both.hours) + [
        ("gap_hours", .result(amounts.gapHours)), ("gap_usd", .result(amounts.gapDollars)),
      ]
  }

  private func speedTable(_ amounts: Amounts) -> Table {
    var table = Table("Whole run", ["", .number("accelerator-hours"), .range, .number("compute"), ""])
    func add(_ name: String, _ amount: Amount, _ remark: String, isStrong: Bool = false) {
      table.add(
        [.text(name)] + Cell.spread(amount.hours, .acceleratorHours)
          + [.value(amount.dollars, .dollars), .text(remark)], isStrong: isStrong)
    }
    add("expected", amounts.expected, "as published runs have it")
    add("by the measurement", amounts.measured, "its speed, and what whole runs take over it")
    let weight = Notation.display((update.weight * 100).rounded(), as: .ratio)
    add("both", amounts.both, "the measurement counts for \(weight) %", isStrong: true)
    table.add([
      .text("gap"), .value(amounts.gapHours, .acceleratorHours), .empty, .value(amounts.gapDollars, .dollars),
      .text(amounts.gapHours > 0 ? "more than expected" : "less than expected"),
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

  /// The suspects of a slow run, and what a log shows to be lost in any; nothing where neither is there.
  private func suspectsSection(_ amounts: Amounts) -> [Document.Section] {
    let suspects = diagnosis.isSlow ? diagnosis.suspects : diagnosis.suspects.filter(\.isKnown)
    guard diagnosis.isSlow || !suspects.isEmpty else { return [] }
    let heading = diagnosis.isSlow ? "First suspects" : "What takes time"
    return [Document.Section("suspects", heading, nil, table(heading, suspects, amounts))]
  }

  private func table(_ heading: String, _ suspects: [Diagnosis.Suspect], _ amounts: Amounts) -> Table {
    let reference = diagnosis.overTuned == nil ? "published runs" : "tuned steps"
    let order = diagnosis.isSlow ? ", those that fit the gap to \(reference) best first" : ""
    let (hours, dollars) = (amounts.both.hours.typical, amounts.both.dollars)
    var table = Table(
      heading + order,
      [
        "suspect", Table.Column.number("slower by").needed, .number("hours saved"),
        Table.Column.number("USD saved").needed,
        Table.Column("what to do").needed,
      ])
    for suspect in suspects.prefix(Self.mostSuspects) {
      let saved = hours * suspect.gain
      table.add([
        .text(suspect.name + (suspect.isKnown ? " (seen)" : "")), .share(suspect.slowdown - 1),
        .value(saved, .acceleratorHours), .value(dollars.map { $0 * suspect.gain }, .dollars),
        .text(suspect.advice.commandLine),
      ])
    }
    if suspects.isEmpty { table.remarks = ["nothing that the model of a step knows would slow this step"] }
    guard diagnosis.isSlow else { return table }
    table.remarks.append("each tried by itself; only those marked are known to be there")
    return table
  }

  private static let mostSuspects = 6
}
