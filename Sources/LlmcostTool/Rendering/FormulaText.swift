import CostModel

/// Formulas read out, by the names of their parts or with the numbers put in.
struct FormulaText {
  let report: Report

  init(_ report: Report) { self.report = report }

  func names(_ pieces: [Report.Piece]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .line(let index): report.lines[index].name
      }
    }.joined()
  }

  func values(_ pieces: [Report.Piece]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .line(let index): Notation.display(report.lines[index].value.typical, as: report.lines[index].dimension)
      }
    }.joined()
  }
}

/// Values with their ranges for people.
enum ValueText {
  static func value(_ line: Report.Line) -> String { Notation.display(line.value.typical, as: line.dimension) }

  /// `low – high`; empty where nothing varies.
  static func range(_ line: Report.Line) -> String {
    guard let p10 = line.value.p10, let p90 = line.value.p90 else { return "" }
    let ends = [p10, p90].map { Notation.display($0, as: line.dimension) }
    return ends[0] == ends[1] ? "" : ends.joined(separator: " – ")
  }
}
