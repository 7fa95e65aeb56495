import CostModel
import TextFormats

/// Estimates side by side, ready to be printed.
struct ComparisonDocument {
  /// One estimate.
  struct Column {
    var name: String
    var report: Report
    var runsOnAccelerators: Bool
    /// How likely it keeps limits; nil where that is not asked for.
    var chances: Chances?
  }

  let columns: [Column]
  /// Whether the estimates are variants of the same thing, which do not add up.
  let areVariants: Bool
  /// The ratio of two costs up to which variants are a tie; nil where it is not known.
  var tie: Double?
  /// What moved the total from the first program to each other; none for single stages.
  var differences: [ProgramDifference] = []

  /// The results that lines are of.
  var results = Estimate.results.filter { $0.presence != .absent }

  var document: Document {
    var document = Document("compare", title: columns.map(\.name).joined(separator: ", "))
    document.records = Records(
      columns, [Field.word("name") { $0.name }] + results.map { Field.result($0) { $0.report } } + chanceFields)
    document.tree = .members {
      let estimates = zip(columns, ranks).map { column, rank -> JSONDocument in
        let summary = results.flatMap { JSONDocument.members(of: $0.key, $0.value(in: column.report)) }
        let place: [JSONMember] = [
          ("rank", .number(Double(rank.place))), ("ties", .array(rank.ties.map { .string($0) })),
        ]
        let chances = (column.chances?.members ?? []).filter { member in !summary.contains { $0.0 == member.0 } }
        return .object(
          [("name", .string(column.name)), ("summary", .object(summary + chances))]
            + (tie == nil ? [] : place))
      }
      return [("estimates", .array(estimates))]
        + (differences.isEmpty ? [] : [("differences", .array(differences.map { .object($0.members) }))])
    }
    document.sections = { audience in
      let chart = Chart.bars(
        "Total cost", "One bar for each of \(columns.count) estimates.", columns.map { ($0.name, total($0)) }, .dollars)
      let comparison = Document.Section("comparison", "Side by side", chart, table)
      let bars = Document.Section("totals", "Total cost", nil, bars)
      let more = differences.enumerated().map { place, difference in
        Document.Section("difference-\(place + 1)", difference.title, nil, difference.table)
      }
      return (audience == .page ? [comparison] : [comparison, bars]) + more
    }
    return document
  }

  /// The columns of chances, of those that any estimate has.
  private var chanceFields: [[Field<Column>]] {
    let known = Set(results.flatMap { JSONDocument.names(of: $0.key) })
    var names: [String] = []
    for name in columns.flatMap({ $0.chances?.members.map(\.0) ?? [] })
    where !names.contains(name) && !known.contains(name) {
      names.append(name)
    }
    return names.map { name in
      [Field(name) { column in column.chances?.members.first { $0.0 == name }?.1 ?? .null }]
    }
  }

  /// The places of variants by cost, and with which they tie.
  private var ranks: [(place: Int, ties: [String], text: String)] {
    let costs = columns.map { total($0).typical }
    return costs.indices.map { column in
      let place = 1 + costs.count { $0 < costs[column] }
      let ties = costs.indices.filter { other in
        guard let tie, other != column, costs[column] > 0 else { return false }
        return max(costs[other] / costs[column], costs[column] / costs[other]) <= tie
      }.map { columns[$0].name }
      return (place, ties, "\(place)" + (ties.isEmpty ? "" : ", a tie with " + ties.joined(separator: ", ")))
    }
  }

  private func total(_ column: Column) -> Spread { column.report.result("cost_usd")?.value ?? Spread(typical: 0) }

  /// The lines that any of the estimates has.
  private var table: Table {
    var table = Table("Lines of the estimates", [""] + columns.map { .number($0.name) })
    for result in results where !result.isDetail {
      let isOfRun = !Estimate.sectionsWithoutRun.contains(result.section)
      let lines = columns.map { !isOfRun || $0.runsOnAccelerators ? $0.report.result(result.key) : nil }
      guard let first = lines.lazy.compactMap({ $0 }).first else { continue }
      let name = ChargeCategory.allCases.first { $0.key == result.key }?.name ?? first.name
      table.add(
        [.text(name)] + lines.map { line in line.map { .value($0.value.typical, $0.shown) } ?? .empty },
        isStrong: result.key == "cost_usd")
    }
    addChances(to: &table)
    let totals = columns.map { total($0).typical }
    if areVariants, let first = totals.first, first > 0 {
      table.add(["over the first"] + totals.map { .times($0 / first) })
      if tie != nil { table.add(["rank"] + ranks.map { .text($0.text) }) }
    } else {
      let sum = totals.reduce(0, +)
      table.add(["share of the sum"] + totals.map { sum > 0 ? .share($0 / sum) : .empty })
    }
    return table
  }

  /// What each estimate keeps of the limits, and the money that holds.
  private func addChances(to table: inout Table) {
    let chances = columns.map(\.chances)
    guard let confidences = chances.lazy.compactMap({ $0 }).first?.confidences else { return }
    func line(_ chances: Chances?, _ limited: Limited) -> Chances.Line? {
      chances?.lines.first { $0.limited == limited }
    }
    for limited in Limited.allCases {
      guard let limit = chances.lazy.compactMap({ line($0, limited)?.limit }).first else { continue }
      table.add(
        [.text("chance within " + Notation.display(limit, as: limited.dimension))]
          + chances.map { line($0, limited)?.chance.map { .text(Chances.percent($0)) } ?? .empty }, isStrong: true)
    }
    for (place, confidence) in confidences.enumerated() {
      table.add(
        [.text("cost that holds with \(Chances.percent(confidence))")]
          + chances.map { .value(line($0, .money)?.amounts[place], .dollars) })
    }
  }

  /// A bar for each total, and its range.
  private var bars: Table {
    var table = Table("total cost, typical and p10 – p90", ["", "", .number(""), Table.Column("", .range)])
    let largest = columns.map { total($0).typical }.max() ?? 0
    for column in columns {
      let total = total(column)
      table.add(
        [.text(column.name), .drawing(TextChart.bar(total.typical, of: largest, width: 32))]
          + Cell.spread(total, .dollars))
    }
    return table
  }
}

/// Two programs and what moved the total between them.
struct ProgramDifference {
  let before: ProgramReport
  let after: ProgramReport
  /// What they are called, where their own names do not tell them apart.
  var names: (before: String, after: String)?

  /// A line that either has.
  struct Line {
    var name: String
    var before: Double
    var after: Double
  }

  var title: String { "\(names?.before ?? before.program.name) → \(names?.after ?? after.program.name)" }

  /// Each stage and category that either has, the largest difference first, and their total.
  private var lines: [Line] {
    func amounts(_ report: ProgramReport) -> [String: Double] {
      var amounts: [String: Double] = [:]
      for (index, line) in report.lines.enumerated() {
        amounts[line.name, default: 0] += report.value(ofLine: index).typical
      }
      return amounts
    }
    let (old, new) = (amounts(before), amounts(after))
    let lines = Set(old.keys).union(new.keys).map { Line(name: $0, before: old[$0] ?? 0, after: new[$0] ?? 0) }
      .filter { $0.before != $0.after }
      .sorted { (abs($0.after - $0.before), $1.name) > (abs($1.after - $1.before), $0.name) }
    let total = Line(
      name: "total cost", before: before.value("cost_usd").typical, after: after.value("cost_usd").typical)
    return lines + [total]
  }

  static let fields: [[Field<Line>]] = [
    Field.word("line") { $0.name }, Field.number("before_usd") { $0.before }, Field.number("after_usd") { $0.after },
    Field.number("difference_usd") { $0.after - $0.before },
    Field.number("ratio") { $0.before > 0 ? $0.after / $0.before : nil },
  ]

  var members: [JSONMember] {
    [
      ("before", .string(names?.before ?? before.program.name)), ("after", .string(names?.after ?? after.program.name)),
      ("lines", Records(lines, Self.fields).json()),
    ]
  }

  var document: Document {
    var document = Document("program", title: title)
    document.records = Records(lines, Self.fields)
    document.tree = .members { members }
    document.sections = { _ in
      let chart = Chart.bars(
        "Total cost", "The total before and after.",
        [("before", before.value("cost_usd")), ("after", after.value("cost_usd"))], .dollars)
      return [Document.Section("difference", "What moved the total", chart, table)]
    }
    return document
  }

  var table: Table {
    var table = Table(title, ["", .number("before"), .number("after"), .number("difference"), .number("ratio")])
    for (place, line) in lines.enumerated() {
      let (old, new) = (line.before, line.after)
      let sign = new >= old ? "+" : "−"
      table.add(
        [
          .text(line.name), .value(old, .dollars), .value(new, .dollars),
          .text(sign + Notation.display(abs(new - old), as: .dollars)),
          new == 0 ? "gone" : old > 0 ? .times(new / old) : "new",
        ], isStrong: place == lines.count - 1)
    }
    return table
  }
}

extension Program.Line {
  /// What it is and what it pays for.
  var name: String { detail.isEmpty || label.hasPrefix(detail) ? label : "\(label): \(detail)" }
}
