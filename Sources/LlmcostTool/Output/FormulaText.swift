import CostModel

/// Formulas read out: by the names of their parts, with the numbers put in, or in numbers that say what they count.
struct FormulaText {
  let report: Report

  init(_ report: Report) { self.report = report }

  /// `6 × 15T tokens × 70B parameters`: numbers with their units, bare numbers with their names where those are short.
  /// Of a sum, the last term has the unit of all.
  func words(_ pieces: [Report.Piece]) -> String {
    pieces.indices.map { place in
      switch pieces[place] {
      case .text(let text): return text
      case .line(let index):
        let line = report.lines[index]
        guard place + 2 < pieces.count, [.text(" + "), .text(" − ")].contains(pieces[place + 1]),
          case .line(let next) = pieces[place + 2], report.lines[next].dimension == line.dimension,
          line.dimension != .ratio
        else { return Self.words(line) }
        return Notation.display(line.value.typical, as: line.dimension)
      }
    }.joined()
  }

  /// The longest name that stands with its number; longer ones are for explanations.
  private static let longestName = 24

  private static func words(_ line: Report.Line) -> String {
    let value = Notation.display(line.value.typical, as: line.dimension)
    let name = line.name.count <= longestName ? line.name : ""
    switch line.dimension {
    case .ratio: return name.isEmpty ? value : "\(name) \(value)"
    case .items: return name.isEmpty ? value : "\(value) \(name)"
    case .acceleratorHours where line.value.typical < 0.01 && line.value.typical > 0:
      return Notation.display(line.value.typical * 3600, as: .ratio) + " accelerator-seconds"
    case .operations, .parameters, .tokens, .accelerators, .acceleratorHours, .checkpoints:
      return line.dimension.counted(value)
    case .sequenceLength: return "\(value) tokens"
    default: return value
    }
  }
}
