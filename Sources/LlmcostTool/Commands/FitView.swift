import CostModel
import TextFormats

/// One kind of accelerator with the layout that fits, or comes nearest.
struct FitRow: Comparable {
  let accelerator: Accelerator
  /// Bytes that may be filled.
  let usable: Double
  /// The layout; nil where none divides the accelerators.
  let placement: LayoutSearch.Placement?
  /// Whether it fits.
  let fits: Bool
  /// The fewest that it fits on, where the cluster that was asked for is too small.
  let smallest: Int?

  /// The fewest accelerators, or the count asked for.
  init(_ accelerator: Accelerator, _ search: LayoutSearch, count: Int?) {
    self.accelerator = accelerator
    usable = search.usable
    let found = count.map { search.best(on: $0) } ?? search.smallest()
    fits = found != nil
    placement = found ?? search.nearest(on: count ?? LayoutSearch.maximumAccelerators)
    smallest = found == nil && count != nil ? search.smallest().map { Int($0.layout.accelerators) } : nil
  }

  static func == (left: Self, right: Self) -> Bool { left.accelerator.id == right.accelerator.id }

  /// The fewest first, then the smallest.
  static func < (left: Self, right: Self) -> Bool {
    left.order.lexicographicallyPrecedes(right.order)
  }

  private var order: [Double] { [placement?.layout.accelerators ?? .infinity, accelerator.memoryBytes ?? 0] }

  /// All names, in order.
  static let names =
    ["accelerator", "accelerators", "fits", "tensor", "pipeline", "context_parallel", "data", "expert", "zero"]
    + MemoryUse().parts.map(\.key) + ["total_bytes", "usable_bytes", "memory_bytes"]

  func value(_ name: String) -> JSONDocument {
    let layout = placement?.layout
    func number(_ value: Int?) -> JSONDocument { .optional(value.map(Double.init)) }
    switch name {
    case "accelerator": return .string(accelerator.id)
    case "accelerators": return .optional(layout?.accelerators)
    case "fits": return .boolean(fits)
    case "tensor": return number(layout?.tensor)
    case "pipeline": return number(layout?.pipeline)
    case "context_parallel": return number(layout?.context)
    case "data": return number(layout?.data)
    case "expert": return number(layout?.expert)
    case "zero": return number(layout?.zeroStage)
    case "total_bytes": return .optional(placement?.use.total.value.rounded())
    case "usable_bytes": return .number(usable.rounded())
    case "memory_bytes": return .optional(accelerator.memoryBytes)
    default: return .optional(placement?.use.parts.first { $0.key == name }?.bytes.value.rounded())
    }
  }

  /// The degrees above one, in words.
  var layoutText: String {
    guard let layout = placement?.layout else { return "" }
    var parts: [String] = []
    for (name, degree) in [
      ("tensor", layout.tensor), ("pipeline", layout.pipeline), ("context", layout.context), ("data", layout.data),
      ("expert", layout.expert),
    ] where degree > 1 {
      parts.append("\(name) \(degree)")
    }
    if layout.zeroStage > 0 { parts.append("ZeRO-\(layout.zeroStage)") }
    return parts.isEmpty ? "one" : parts.joined(separator: ", ")
  }
}

/// The answer of `llmcost fit`.
struct FitView {
  let title: String
  let task: MemoryJob.Task
  let rows: [FitRow]
  /// Whether one kind of accelerator was asked for.
  let isSingle: Bool

  /// What is wrong, where the job does not fit.
  func problem(_ count: Int?) -> String? {
    guard isSingle, let row = rows.first else {
      guard rows.isEmpty else { return nil }
      return count.map { "no accelerator holds it on \($0)" } ?? "no number of accelerators holds it"
    }
    guard !row.fits else { return nil }
    guard let count else { return "no number of \(row.accelerator.id) holds it" }
    guard row.placement != nil else {
      return "no layout of these degrees and this batch has \(count) × \(row.accelerator.id)"
    }
    let holds = row.smallest.map { "; it fits on \($0)" } ?? ""
    return "\(count) × \(row.accelerator.id) cannot hold it\(holds)"
  }

  var headline: String { "\(task.rawValue): \(title)" }

  func table(width: Int, style: Style) -> String {
    isSingle ? single(width: width, style: style) : all(width: width, style: style)
  }

  func bytes(_ value: Double) -> String { Notation.display(value, as: .bytes) }

  private func single(width: Int, style: Style) -> String {
    guard let row = rows.first, let placement = row.placement else {
      return style.bold(headline) + "\nNo layout of these degrees and this batch has so many accelerators.\n"
    }
    let count = Notation.display(placement.layout.accelerators, as: .accelerators)
    return
      ([style.bold(headline), "\(count) × \(row.accelerator.name): \(row.layoutText)", ""]
      + memoryTable(row, placement).lines(width: width)).joined(separator: "\n") + "\n"
  }

  func memoryTable(_ row: FitRow, _ placement: LayoutSearch.Placement) -> TextTable {
    var table = TextTable([.left, .right, .left])
    table.rows = [["bytes on the most loaded accelerator", "", ""]]
    for part in placement.use.parts where part.bytes.value > 0 {
      table.rows.append(["  " + part.name, bytes(part.bytes.value), ""])
    }
    let memory = row.accelerator.memoryBytes.map { " of \(bytes($0))" } ?? ""
    table.rows.append(["  total", bytes(placement.use.total.value), row.fits ? "fits" : "does not fit"])
    table.rows.append(["  usable", bytes(row.usable), memory.isEmpty ? "" : String(memory.dropFirst())])
    return table
  }

  private func all(width: Int, style: Style) -> String {
    guard !rows.isEmpty else { return style.bold(headline) + "\n" }
    var lines = acceleratorTable.lines(width: width)
    lines[0] = style.dim(lines[0])
    return ([style.bold(headline), ""] + lines).joined(separator: "\n") + "\n"
  }

  var acceleratorTable: TextTable {
    var table = TextTable([.left, .right, .right, .right, .left])
    table.rows = [["accelerator", "accelerators", "memory used", "of", "layout"]]
    for row in rows {
      table.rows.append([
        row.accelerator.id, Notation.display(row.placement?.layout.accelerators ?? 0, as: .accelerators),
        bytes(row.placement?.use.total.value ?? 0), bytes(row.accelerator.memoryBytes ?? 0), row.layoutText,
      ])
    }
    return table
  }

  var json: JSONDocument {
    .object([
      ("schemaVersion", .number(1)), ("command", .string("fit")), ("model", .string(title)),
      ("task", .string(task.rawValue)),
      (
        "rows",
        .array(rows.map { row in .object(FitRow.names.map { ($0, row.value($0)) }) })
      ),
    ])
  }
}
