import CostModel

/// The whole tree: each value, its formula with the numbers put in, and where each input came from.
struct Explanation {
  let report: Report
  let style: Style
  private var lines: [String] = []
  private var seen: Set<Int> = []

  init(_ report: Report, style: Style) {
    self.report = report
    self.style = style
  }

  static func lines(_ report: Report, style: Style) -> [String] {
    var explanation = Explanation(report, style: style)
    for (place, result) in report.results.enumerated() {
      if place > 0 { explanation.lines.append("") }
      explanation.add(result, depth: 0)
    }
    return explanation.lines
  }

  private mutating func add(_ index: Int, depth: Int) {
    let line = report.lines[index]
    let indent = String(repeating: "  ", count: depth)
    let range = Shown(line.dimension).range(line.value)
    let isRepeated = !seen.insert(index).inserted
    lines.append(
      indent + (depth == 0 ? style.bold(line.name) : line.name) + ": "
        + Notation.display(line.value.typical, as: line.dimension)
        + (range.isEmpty ? "" : " (\(range))") + (isRepeated ? ", see above" : ""))
    guard !isRepeated else { return }
    let detail = indent + "    "
    if let note = line.note { lines.append(style.dim(detail + note)) }
    switch line.basis {
    case .formula(let pieces):
      lines.append(detail + "= " + FormulaText(report).names(pieces))
      lines.append(detail + "= " + FormulaText(report).values(pieces))
      add(line.sources, detail)
      for part in line.parts { add(part, depth: depth + 1) }
    case .input(let origin):
      add(origin, detail)
      add(line.sources, detail)
    }
  }

  private mutating func add(_ sources: [Source], _ detail: String) {
    for source in sources {
      lines.append(style.dim(detail + "source: " + source.title + (source.url.map { ", \($0)" } ?? "")))
    }
  }

  private mutating func add(_ origin: Origin, _ detail: String) {
    switch origin {
    case .given: lines.append(detail + "given")
    case .file(let name): lines.append(detail + "counted from \(name)")
    case .assumed(let reason): lines.append(detail + "assumed: " + reason)
    case .table(let row):
      lines.append(detail + "table \(row.table), row \(row.id), as of \(row.asOf)")
      if let note = row.note { lines.append(style.dim(detail + "note: " + note)) }
      if let assumption = row.assumption { lines.append(style.dim(detail + "assumption: " + assumption)) }
      add(row.sources, detail)
    }
  }
}
