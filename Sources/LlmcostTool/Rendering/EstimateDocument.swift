import CostModel
import TextFormats

/// An estimate as JSON: `{schemaVersion, command, scenario, summary, bill, footprint, tree}`.
///
/// Values are in base units, which every node names. A line that a tree has shown before is shown again without its parts.
struct EstimateDocument {
  let command: String
  let estimate: Estimate
  let report: Report
  var currency: Currency?

  /// The version of the schema; it rises when a member changes its meaning.
  static let schemaVersion = 1.0

  var json: JSONDocument {
    let summary = Summary(report, currency: currency)
    let money = currency.map { [("currency", JSONDocument.string($0.code)), ("fx", .number($0.perDollar))] } ?? []
    return .object(
      [
        ("schemaVersion", .number(Self.schemaVersion)), ("command", .string(command)), ("scenario", scenario),
      ] + money + [
        ("summary", .object(summary.record(summary.columns).map { ($0.0, .result($0.1)) })),
        ("bill", bill), ("footprint", footprint),
        ("notes", .array(estimate.scenario.noteLines.map(JSONDocument.string))),
        ("tree", tree),
      ])
  }

  private var scenario: JSONDocument {
    let hardware = estimate.scenario.hardware
    let inputs = report.lines.compactMap { line -> JSONDocument? in
      guard case .input(let origin) = line.basis else { return nil }
      return .object(value(of: line) + [("origin", Self.origin(origin))])
    }
    return .object([
      ("accelerator", .string(hardware.accelerator.id)), ("precision", .string(hardware.precision.rawValue)),
      ("architecture", .string(estimate.scenario.model.architecture.rawValue)),
      ("region", .string(estimate.scenario.site.region.id)), ("inputs", .array(inputs)),
    ])
  }

  private var bill: JSONDocument {
    let lines = estimate.bill.lines.compactMap { line -> JSONDocument? in
      report.result(line.category.key).map { found in
        .object([("category", .string(line.category.rawValue)), ("name", .string(found.name))] + usd(found))
      }
    }
    let total = report.result("cost_usd").map { JSONDocument.object(usd($0)) } ?? .null
    return .object([("lines", .array(lines)), ("total", total)])
  }

  private func usd(_ line: Report.Line) -> [(String, JSONDocument)] {
    let value = line.value
    let converted = currency.map { currency -> [(String, JSONDocument)] in
      func amount(_ dollars: Double?) -> JSONDocument {
        .result((dollars ?? value.typical) * currency.perDollar)
      }
      return [
        (
          "converted",
          .object([("value", amount(value.typical)), ("p10", amount(value.p10)), ("p90", amount(value.p90))])
        )
      ]
    }
    return [
      ("usd", .result(value.typical)), ("p10", .result(value.p10 ?? value.typical)),
      ("p90", .result(value.p90 ?? value.typical)),
    ] + (converted ?? [])
  }

  private var footprint: JSONDocument {
    let summary = Summary(report)
    return .object(
      Summary.footprint.filter { (summary.value($0) ?? nil) != nil }.map { name in
        (
          name,
          .object([
            ("value", .result(summary.value(name) ?? nil)),
            ("p10", .result(summary.value(name + ".p10") ?? nil)),
            ("p90", .result(summary.value(name + ".p90") ?? nil)),
          ])
        )
      })
  }

  private var tree: JSONDocument {
    var seen: Set<Int> = []
    return .array(report.results.map { node($0, seen: &seen) })
  }

  private func value(of line: Report.Line) -> [(String, JSONDocument)] {
    var members: [(String, JSONDocument)] = [("name", .string(line.name))]
    if let key = line.key { members.append(("key", .string(key))) }
    members.append(("value", .result(line.value.typical)))
    if let p10 = line.value.p10 { members.append(("p10", .result(p10))) }
    if let p90 = line.value.p90 { members.append(("p90", .result(p90))) }
    members.append(("unit", .string(line.dimension.unitName)))
    return members
  }

  private func node(_ index: Int, seen: inout Set<Int>) -> JSONDocument {
    let line = report.lines[index]
    var members = value(of: line)
    if let note = line.note { members.append(("note", .string(note))) }
    if !line.sources.isEmpty { members.append(("sources", Self.sources(line.sources))) }
    switch line.basis {
    case .input(let origin): members.append(("origin", Self.origin(origin)))
    case .formula(let pieces):
      members.append(("formula", .string(FormulaText(report).names(pieces))))
      members.append(("formulaValues", .string(FormulaText(report).values(pieces))))
      if seen.insert(index).inserted, !line.parts.isEmpty {
        members.append(("parts", .array(line.parts.map { node($0, seen: &seen) })))
      }
    }
    return .object(members)
  }

  private static func sources(_ sources: [Source]) -> JSONDocument {
    .array(sources.map { .object([("title", .string($0.title)), ("url", .optional($0.url))]) })
  }

  private static func origin(_ origin: Origin) -> JSONDocument {
    switch origin {
    case .given(let option): return .object([("kind", .string("given")), ("by", .string(option))])
    case .file(let name): return .object([("kind", .string("file")), ("file", .string(name))])
    case .assumed(let reason): return .object([("kind", .string("assumed")), ("assumption", .string(reason))])
    case .table(let row):
      var members: [(String, JSONDocument)] = [
        ("kind", .string(row.sources.isEmpty ? "assumed" : "table")), ("table", .string(row.table)),
        ("row", .string(row.id)), ("asOf", .string(row.asOf)),
      ]
      if !row.sources.isEmpty { members.append(("sources", sources(row.sources))) }
      if let assumption = row.assumption { members.append(("assumption", .string(assumption))) }
      if let note = row.note { members.append(("note", .string(note))) }
      return .object(members)
    }
  }
}
