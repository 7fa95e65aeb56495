import CostModel
import TextFormats

extension Chances {
  /// Probabilities, and amounts by confidence, under their stable names.
  var members: [JSONMember] {
    var members: [JSONMember] = []
    for line in lines { if let chance = line.chance { members.append((line.limited.chance, .result(chance))) } }
    for line in lines {
      if let limit = line.limit { members.append((line.limited.limitName, .result(limit * line.limited.perBaseUnit))) }
    }
    if isOfSeveral { members.append((Limited.chanceOfAll, .result(ofAll))) }
    for line in lines {
      let (name, scale) = (line.key, line.limited.perBaseUnit)
      members += [(name + ".mean", .result(line.mean * scale)), (name + ".median", .result(line.median * scale))]
      members += zip(confidences, line.amounts).map { (name + Self.suffix($0), .result($1 * scale)) }
    }
    return members
  }

  /// Whether there are several limits, all of which are to hold.
  private var isOfSeveral: Bool { lines.count { $0.limit != nil } > 1 }

  /// The end of the name of an amount that holds with a confidence: `.p95`.
  private static func suffix(_ confidence: Double) -> String { ".p" + number(confidence) }

  /// A confidence in percent.
  private static func number(_ confidence: Double) -> String {
    Notation.display((confidence * 1e6).rounded() / 1e4, as: .ratio, digits: 6)
  }

  /// A probability for people: whole percents, but never 0 or 100 of what is possible.
  static func percent(_ chance: Double) -> String {
    switch chance {
    case ..<0.005 where chance > 0: "< 1 %"
    case 0.995... where chance < 1: "> 99 %"
    default: "\(Int((chance * 100).rounded())) %"
    }
  }

  /// Amounts by confidence, with limits and chances where there are any.
  func table(for audience: Document.Audience, currency: Currency? = nil) -> Table {
    // Money stands in the other currency beside its dollars.
    let columns = lines.flatMap { line -> [(line: Line, currency: Currency?)] in
      guard line.limited == .money, let currency else { return [(line, nil)] }
      return [(line, nil), (line, currency)]
    }
    var table = Table(
      lines.contains { $0.limit != nil } ? "Chance to stay inside, and what holds" : "What holds, and how surely",
      [""]
        + columns.map { column in
          .number(column.line.name + (column.currency.map { ", \($0.code)" } ?? ""))
        })
    func add(_ name: String, _ value: (Line) -> Double?) {
      let cells = columns.map { line, currency -> Cell in
        guard let currency else { return .value(value(line), line.limited.dimension) }
        return value(line).map { .text(currency.text($0)) } ?? .empty
      }
      if cells.contains(where: { !$0.isEmpty }) { table.add([.text(name)] + cells) }
    }
    add("limit") { $0.limit }
    if lines.contains(where: { $0.chance != nil }) {
      table.add(
        ["chance to stay inside"]
          + columns.map { line, currency in
            currency == nil ? line.chance.map { .text(Self.percent($0)) } ?? .empty : .empty
          }, isStrong: true)
    }
    add("typical") { $0.typical }
    add("mean, for sums") { $0.mean }
    if !confidences.contains(0.5) { add("median") { $0.median } }
    for (place, confidence) in confidences.enumerated() {
      let name = "holds with \(Self.number(confidence)) %" + (confidence == 0.5 ? ", the median" : "")
      add(name) { $0.amounts[place] }
    }
    if isOfSeveral, let ofAll { table.remarks.append("chance to stay inside all of them: \(Self.percent(ofAll))") }
    if audience == .page {
      table.remarks.append(
        "Typical has every input at its typical value. The mean is what many such amounts come to on average: take it "
          + "where budgets are summed. The median is exceeded as often as not.")
    }
    return table
  }

  /// Why a gate does not let pass; nil where it does.
  func failure(requiring share: Double, of name: String = "") -> String? {
    guard let ofAll, ofAll < share else { return nil }
    let limited = lines.filter { $0.limit != nil }
    let limits = limited.map { line in line.limited.text(line.limit ?? 0) }.joined(separator: " and ")
    return "\(name)staying inside \(limits) has a chance of \(Self.percent(ofAll)), below --require-confidence "
      + Self.percent(share)
  }

  /// That a limit is more likely broken than kept, where no gate says so.
  var note: String? {
    guard let ofAll, ofAll < 0.5 else { return nil }
    let limits = lines.compactMap { line in line.limit.map { line.limited.text($0) } }
    return "staying inside \(limits.joined(separator: " and ")) has a chance of \(Self.percent(ofAll)): "
      + "--require-confidence makes it a gate"
  }
}

extension Document {
  /// Tells how likely limits hold, in every format: a table, columns of the record, members of the JSON, and a gate.
  mutating func tell(_ chances: Chances, requiring share: Double?, currency: Currency? = nil) {
    let members = chances.members
    addSection { Section("chances", "How sure", nil, chances.table(for: $0, currency: currency)) }
    if let values {
      self.values = values + members.filter { member in !values.contains { $0.0 == member.0 } }
    } else if let row = answer {
      records = records.adding(members, toRow: row)
    }
    if case .members(let tree) = tree {
      self.tree = .members {
        tree().map { name, value in
          guard name == "summary", case .object(let summary) = value else { return (name, value) }
          return (name, .object(summary + members.filter { member in !summary.contains { $0.0 == member.0 } }))
        }
      }
    }
    for line in chances.lines {
      if let chance = line.chance {
        var fact = Fact("chance of \(line.name) inside", .text(Chances.percent(chance)))
        fact.key = line.limited.chance
        facts.append(fact)
      }
    }
    if let share {
      if let failure = chances.failure(requiring: share) { failures.append(failure) }
    } else if let note = chances.note {
      notes.append(note)
    }
  }

  /// Puts a section behind the first one.
  mutating func addSection(_ section: @escaping (Audience) -> Section) {
    let others = sections
    sections = { audience in
      var sections = others(audience)
      sections.insert(section(audience), at: min(1, sections.count))
      return sections
    }
  }
}

extension Records {
  /// The records with more columns, filled in one row alone.
  func adding(_ members: [JSONMember], toRow row: Int) -> Records {
    let more = members.filter { !columns.contains($0.0) }
    let cells = cells
    return Records(columns: columns + more.map(\.0), usual: usual.map { $0 + more.map(\.0) }) { names in
      let own = names.filter { name in !more.contains { $0.0 == name } }
      return cells(own).enumerated().map { index, cells in
        var rest = cells[...]
        return names.map { name in
          guard let member = more.first(where: { $0.0 == name }) else { return rest.removeFirst() }
          return index == row ? member.1 : .null
        }
      }
    }
  }
}
