import CostModel
import TextFormats

/// A sensitivity on its way out: a tornado for people, records for machines.
struct SensitivityView {
  let stage: String
  let key: String
  let title: String
  let sensitivity: Sensitivity

  static let columns = [
    "id", "name", "share", "input", "input.p10", "input.p90", "unit", "atLow", "atHigh", "origin",
  ]

  func text(_ output: OutputOptions, width: Int, style: Style) throws(Failure) -> String {
    let format = try output.formatForColumns()
    switch format {
    case .table: return style.shown(table(width: width, style: style))
    case .json: return json.prettyText()
    case .html, .svg: return try page.text(format)
    case .jsonl, .csv, .tsv, .markdown:
      let columns = try OutputOptions.chosen(output.columns, from: Self.columns)
      let rows = sensitivity.drivers.map { driver in columns.map { cell(driver, $0) } }
      return Records.text(
        format, columns: columns, rows: rows,
        numeric: Set(columns.indices.filter { !["id", "name", "unit", "origin"].contains(columns[$0]) }))
    }
  }

  private func cell(_ driver: Sensitivity.Driver, _ column: String) -> JSONDocument {
    let factor = Summary.factor(for: key)
    switch column {
    case "id": return .string(driver.id)
    case "name": return .string(driver.name)
    case "share": return .result(driver.share)
    case "input": return .result(driver.input.typical)
    case "input.p10": return .result(driver.input.p10)
    case "input.p90": return .result(driver.input.p90)
    case "unit": return .string(driver.dimension.unitName)
    case "atLow": return .result(driver.atLow * factor)
    case "atHigh": return .result(driver.atHigh * factor)
    default: return .string(Self.name(of: driver.origin))
    }
  }

  private static func name(of origin: Origin) -> String {
    switch origin {
    case .given: "given"
    case .file(let name): name
    case .assumed: "assumed"
    case .table(let row): "\(row.table): \(row.id)"
    }
  }

  private var json: JSONDocument {
    let factor = Summary.factor(for: key)
    let result = sensitivity.result
    return .object([
      ("schemaVersion", .number(EstimateDocument.schemaVersion)), ("command", .string("sensitivity")),
      ("stage", .string(stage)),
      (
        "result",
        .object([
          ("name", .string(key)), ("value", .result(result.typical * factor)),
          ("p10", .result(result.p10.map { $0 * factor })), ("p90", .result(result.p90.map { $0 * factor })),
        ])
      ),
      (
        "drivers",
        .array(
          sensitivity.drivers.map { driver in
            .object(Self.columns.map { ($0 == "input.p10" ? "p10" : $0 == "input.p90" ? "p90" : $0, cell(driver, $0)) })
          })
      ),
    ])
  }

  private func table(width: Int, style: Style) -> String {
    func shown(_ value: Double) -> String { Notation.display(value, as: sensitivity.dimension) }
    let result = sensitivity.result
    let ends = [result.p10, result.p90].compactMap { $0 }.map(shown).joined(separator: " – ")
    var lines = [
      style.bold(title), "",
      style.bold("\(sensitivity.name): \(shown(result.typical))") + (ends.isEmpty ? "" : ", p10 – p90 \(ends)"), "",
    ]
    guard !sensitivity.drivers.isEmpty else {
      return (lines + ["  Nothing that it depends on has a range."]).joined(separator: "\n") + "\n"
    }
    let swings = sensitivity.drivers.flatMap { [$0.atLow, $0.atHigh] } + [result.typical]
    let range = (swings.min() ?? 0)...(swings.max() ?? 0)
    var table = TextTable([.left, .right, .right, .left, .left, .left])
    table.rows = [["input", "share", "at p10", "", "at p90", "input's p10 – p90"]]
    for driver in sensitivity.drivers {
      let ends = [driver.input.p10, driver.input.p90].compactMap { $0 }
        .map { Notation.display($0, as: driver.dimension) }
      table.rows.append([
        driver.name, Notation.display((driver.share * 1000).rounded() / 10, as: .ratio) + " %", shown(driver.atLow),
        style.charts.swing(
          atLow: driver.atLow, typical: result.typical, atHigh: driver.atHigh, over: range, width: 24),
        shown(driver.atHigh), ends.joined(separator: " – "),
      ])
    }
    var rows = table.lines(width: width)
    rows[0] = style.dim(rows[0])
    lines += rows
    return lines.joined(separator: "\n") + "\n"
  }
}
