import CostModel
import TextFormats

extension Report.Line {
  /// How people read its value.
  var shown: Shown {
    guard let unit = result?.unit, let symbol = unit.symbol else { return Shown(dimension) }
    return Shown(symbol, factor: unit.perBaseUnit)
  }

  var fact: Document.Fact {
    var fact = Document.Fact(name, value, shown)
    fact.key = result?.key
    return fact
  }

  /// The value and its range.
  var cells: [Cell] { [.value(value.typical, shown), .range(value, shown)] }
}

extension Report {
  /// The results, a total cost below its lines.
  fileprivate var resultsWithSumsLast: [Int] {
    guard let total = results.firstIndex(where: { lines[$0].key == "cost_usd" }) else { return results }
    let section = lines[results[total]].result?.section
    let end =
      results[total...].firstIndex { lines[$0].result?.section != section || lines[$0].dimension != .dollars }
      ?? results.count
    return results[..<total] + results[(total + 1)..<end] + [results[total]] + results[end...]
  }
}

extension Table {
  /// Results with their ranges, section by section, each with where it comes from: in the terminal its formula, on a page
  /// the name that `--get` knows it by, as the page has the formulas in full.
  static func results(
    _ caption: String, of report: Report, for audience: Document.Audience, currency: Currency? = nil,
    hasHeadings: Bool = false, where isShown: (ResultKey) -> Bool = { _ in true }
  ) -> Table {
    var table = Table(
      caption,
      ["result", .number("typical"), .range] + Currency.columns(currency)
        + [audience == .page ? "name" : "basis"])
    var section: String?
    for index in report.resultsWithSumsLast {
      let line = report.lines[index]
      guard let result = line.result, isShown(result), audience == .page || !result.isDetail else { continue }
      let basis: Cell =
        switch line.basis {
        case _ where audience == .page: .code(result.key)
        // A search is no formula that one reads: its note says what it is for.
        case .formula(let pieces) where line.isSearched: .text(line.note ?? FormulaText(report).words(pieces))
        case .formula(let pieces): .text("= " + FormulaText(report).words(pieces))
        case .input(let origin): .origin(origin)
        }
      let indent = result.key.hasPrefix("phase_") ? "  " : ""
      table.add(
        [.text(indent + line.name)] + line.cells + (currency?.cells(line) ?? []) + [basis],
        isStrong: result.key == "cost_usd",
        group: section == result.section ? nil : hasHeadings ? result.section : section == nil ? nil : "")
      section = result.section
    }
    return table
  }

  /// Every input of a report with its range and its source.
  static func inputs(of report: Report, _ caption: String = "What the estimate rests on") -> Table {
    var table = Table(caption, ["input", .number("typical"), .range, "source"])
    for line in report.lines {
      guard case .input(let origin) = line.basis else { continue }
      table.add([.text(line.name)] + line.cells + [.origin(origin)])
    }
    return table
  }

  /// Every value that is computed, with its formula in words and in numbers.
  static func formulas(of report: Report) -> Table {
    var table = Table(
      "How each value comes about, results first", ["value", .number("typical"), .range, "formula"])
    for line in report.lines.reversed() {
      guard case .formula(let pieces) = line.basis, !line.name.isEmpty else { continue }
      let formula: [Cell] = [
        .text("= " + report.text(of: pieces, \.name)), .text("= " + report.text(of: pieces, \.valueText)),
        line.note.map(Cell.text) ?? .empty,
        .sources(line.sources),
      ]
      table.add([.text(line.name)] + line.cells + [.stack(formula)])
    }
    return table
  }
}

extension Document.Section {
  /// Inputs, and formulas too, as pages end with them; folded away.
  static func basis(of report: Report) -> [Document.Section] {
    var sections = [
      Document.Section("inputs", "Inputs and sources", nil, .inputs(of: report)),
      Document.Section("formulas", "Formulas", nil, .formulas(of: report)),
    ]
    for place in sections.indices { sections[place].isDetail = true }
    return sections
  }

  /// What moves a result: a tornado, and the inputs.
  static func drivers(
    _ sensitivity: Sensitivity, of result: String, in currency: Currency? = nil
  ) -> Document.Section {
    let shown = Shown(sensitivity.dimension)
    var table = Table(
      "Inputs by the share of the variance of the logarithm that each makes",
      ["input", .number("share"), .number("at p10"), .number("at p90"), Table.Column("input's p10 – p90", .range)])
    for driver in sensitivity.drivers {
      table.add(
        .text(driver.name), .share(driver.share), .value(driver.atLow, shown), .value(driver.atHigh, shown),
        .range(driver.input, driver.dimension))
    }
    return Document.Section("drivers", "What moves \(result)", .tornado(of: result, sensitivity, in: currency), table)
  }
}

// MARK: - JSON

extension Report {
  /// The results as a tree. A line that it has shown before is shown again without its parts.
  var tree: JSONDocument {
    var seen: Set<Int> = []
    return .array(results.map { node($0, seen: &seen) })
  }

  /// Every input with its origin.
  var inputs: JSONDocument {
    .array(
      lines.compactMap { line in
        guard case .input(let origin) = line.basis else { return nil }
        return .object(line.members + [("origin", origin.json)])
      })
  }

  private func node(_ index: Int, seen: inout Set<Int>) -> JSONDocument {
    let line = lines[index]
    var members = line.members
    if let note = line.note { members.append(("note", .string(note))) }
    if !line.sources.isEmpty { members.append(("sources", .sources(line.sources))) }
    switch line.basis {
    case .input(let origin): members.append(("origin", origin.json))
    case .formula(let pieces):
      members.append(("formula", .string(text(of: pieces, \.name))))
      members.append(("formulaValues", .string(text(of: pieces, \.valueText))))
      if seen.insert(index).inserted, !line.parts.isEmpty {
        members.append(("parts", .array(line.parts.map { node($0, seen: &seen) })))
      }
    }
    return .object(members)
  }
}

extension Report.Line {
  /// The name and the value in base units.
  fileprivate var members: [JSONMember] {
    var members: [JSONMember] = [("name", .string(name))]
    if let key { members.append(("key", .string(key))) }
    members.append(("value", .result(value.typical)))
    if let p10 = value.p10 { members.append(("p10", .result(p10))) }
    if let p90 = value.p90 { members.append(("p90", .result(p90))) }
    return members + [("unit", .string(dimension.unitName))]
  }
}

extension JSONDocument {
  fileprivate static func sources(_ sources: [Source]) -> JSONDocument {
    .array(sources.map { .object([("title", .string($0.title)), ("url", .optional($0.url))]) })
  }
}

extension Origin {
  fileprivate var json: JSONDocument {
    switch self {
    case .given(let option): return .object([("kind", .string("given")), ("by", .string(option))])
    case .file(let name): return .object([("kind", .string("file")), ("file", .string(name))])
    case .assumed(let reason): return .object([("kind", .string("assumed")), ("assumption", .string(reason))])
    case .table(let row):
      var members: [JSONMember] = [
        ("kind", .string(row.sources.isEmpty ? "assumed" : "table")), ("table", .string(row.table)),
        ("row", .string(row.id)), ("asOf", .string(row.asOf)),
      ]
      if !row.sources.isEmpty { members.append(("sources", .sources(row.sources))) }
      if let assumption = row.assumption { members.append(("assumption", .string(assumption))) }
      if let note = row.note { members.append(("note", .string(note))) }
      return .object(members)
    }
  }
}
