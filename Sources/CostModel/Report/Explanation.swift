/// The whole tree of a report as text: each value, its formula with the numbers put in, and where each input came from.
package struct Explanation {
  private let report: Report
  private let strong: (String) -> String
  private let faint: (String) -> String
  /// One line of text each; an empty one between results.
  package private(set) var lines: [String] = []
  private var seen: Set<Int> = []

  /// Explains a report.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - strong: How names of results are set apart.
  ///   - faint: How remarks are.
  package init(
    _ report: Report, strong: @escaping (String) -> String = { $0 }, faint: @escaping (String) -> String = { $0 }
  ) {
    self.report = report
    self.strong = strong
    self.faint = faint
    for (place, result) in report.results.enumerated() {
      if place > 0 { lines.append("") }
      add(result, depth: 0)
    }
  }

  /// All lines, the last one ended.
  package var text: String { lines.joined(separator: "\n") + "\n" }

  private mutating func add(_ index: Int, depth: Int) {
    let line = report.lines[index]
    let indent = String(repeating: "  ", count: depth)
    let isRepeated = !seen.insert(index).inserted
    let range = line.range.map { " (\($0))" } ?? ""
    lines.append(
      indent + (depth == 0 ? strong(line.name) : line.name) + ": " + line.valueText + range
        + (isRepeated ? ", see above" : ""))
    guard !isRepeated else { return }
    let detail = indent + "    "
    if let note = line.note { lines.append(faint(detail + note)) }
    switch line.basis {
    case .formula(let pieces):
      lines.append(detail + "= " + report.text(of: pieces, \.name))
      lines.append(detail + "= " + report.text(of: pieces, \.valueText))
      add(line.sources, detail)
      for part in line.parts { add(part, depth: depth + 1) }
    case .input(let origin):
      add(origin, detail)
      add(line.sources, detail)
    }
  }

  private mutating func add(_ sources: [Source], _ detail: String) {
    for source in sources {
      lines.append(faint(detail + "source: " + source.title + (source.url.map { ", \($0)" } ?? "")))
    }
  }

  private mutating func add(_ origin: Origin, _ detail: String) {
    switch origin {
    case .given: lines.append(detail + "given")
    case .file(let name): lines.append(detail + "counted from \(name)")
    case .assumed(let reason): lines.append(detail + "assumed: " + reason)
    case .table(let row):
      lines.append(detail + "table \(row.table), row \(row.id), as of \(row.asOf)")
      if let note = row.note { lines.append(faint(detail + "note: " + note)) }
      if let assumption = row.assumption { lines.append(faint(detail + "assumption: " + assumption)) }
      add(row.sources, detail)
    }
  }
}

extension Report {
  /// A formula read out, each line in it as the caller says.
  package func text(of pieces: [Piece], _ shown: (Line) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .line(let index): shown(lines[index])
      }
    }.joined()
  }
}

extension Report.Line {
  /// The value for people.
  package var valueText: String { Notation.display(value.typical, as: dimension) }

  /// `low – high`; nil where nothing varies.
  package var range: String? {
    guard let p10 = value.p10, let p90 = value.p90 else { return nil }
    let ends = [p10, p90].map { Notation.display($0, as: dimension) }
    return ends[0] == ends[1] ? nil : ends.joined(separator: " – ")
  }
}
