import CostModel
import TextFormats

/// One kind of accelerator with the layout that fits, or comes nearest.
struct FitRow {
  let accelerator: Accelerator
  /// Bytes that may be filled.
  let usable: Double
  /// The layout; nil where none divides the accelerators.
  let placement: LayoutChoice?
  /// Whether it fits.
  let fits: Bool
  /// The fewest that it fits on, where the cluster that was asked for is too small.
  let smallest: Int?
  /// Tokens of a training step; nil for other work.
  let tokens: Double?
  /// USD for an accelerator-hour on demand; nil where nobody rents it.
  let dollarsPerHour: Double?

  /// The fewest accelerators, or the count asked for.
  init(_ accelerator: Accelerator, _ search: LayoutSearch, count: Int?, dollarsPerHour: Double?) {
    self.accelerator = accelerator
    self.dollarsPerHour = dollarsPerHour
    usable = search.usable
    tokens = search.step?.job.tokens
    let found = count.map { search.recommended(on: $0).first } ?? search.smallest()
    fits = found != nil
    placement = found ?? search.nearest(on: count ?? LayoutSearch.maximumAccelerators)
    smallest = found == nil && count != nil ? search.smallest().map { Int($0.layout.accelerators) } : nil
  }

  /// Rows sorted, the fewest, fastest or cheapest first; the smallest accelerator before others alike.
  static func sorted(_ rows: [FitRow], by order: FitOrder) -> [FitRow] {
    rows.map { (row: $0, key: $0.key(order)) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.row)
  }

  private func key(_ order: FitOrder) -> [Double] {
    let usual = [placement?.layout.accelerators ?? .infinity, accelerator.memoryBytes ?? 0]
    switch order {
    case .accelerators: return usual
    case .time: return [tokensPerSecond.map { -$0 } ?? .infinity] + usual
    case .cost: return [dollarsPerBillionTokens ?? .infinity] + usual
    }
  }

  /// Tokens a second of a training step, all accelerators together.
  var tokensPerSecond: Double? {
    guard let tokens, let seconds = placement?.time?.seconds else { return nil }
    return tokens / seconds
  }

  /// USD on demand for a billion tokens.
  var dollarsPerBillionTokens: Double? {
    guard let tokensPerSecond, let dollarsPerHour, let placement else { return nil }
    return 1e9 / tokensPerSecond / 3600 * placement.layout.accelerators * dollarsPerHour
  }

  /// All names, in order.
  static let names =
    [
      "accelerator", "accelerators", "fits", "layout", "tensor", "pipeline", "virtual_stages", "context_parallel",
      "data", "expert", "zero", "micro_batch", "recompute",
    ] + MemoryUse().parts.map(\.key)
    + [
      "total_bytes", "usable_bytes", "memory_bytes", "step_seconds", "tokens_per_second", "usd_per_billion_tokens",
    ]

  func value(_ name: String) -> JSONDocument {
    let layout = placement?.layout
    func number(_ value: Int?) -> JSONDocument { .optional(value.map(Double.init)) }
    func digits(_ value: Double?) -> JSONDocument { .optional(value.flatMap { Double(Notation.digits($0, 6)) }) }
    switch name {
    case "accelerator": return .string(accelerator.id)
    case "accelerators": return .optional(layout?.accelerators)
    case "fits": return .boolean(fits)
    case "layout": return .optional(layout?.description)
    case "tensor": return number(layout?.tensor)
    case "pipeline": return number(layout?.pipeline)
    case "virtual_stages": return number(layout?.virtualStages)
    case "context_parallel": return number(layout?.context)
    case "data": return number(layout?.data)
    case "expert": return number(layout?.expert)
    case "zero": return number(layout?.sharding.stage)
    case "micro_batch": return .optional(layout?.microBatch)
    case "recompute": return .optional(layout?.recompute.description)
    case "total_bytes": return .optional(placement?.use.total.value.rounded())
    case "usable_bytes": return .number(usable.rounded())
    case "memory_bytes": return .optional(accelerator.memoryBytes)
    case "step_seconds": return digits(placement?.time?.seconds)
    case "tokens_per_second": return digits(tokensPerSecond)
    case "usd_per_billion_tokens": return digits(dollarsPerBillionTokens)
    default: return .optional(placement?.use.parts.first { $0.key == name }?.bytes.value.rounded())
    }
  }

  /// The degrees above one, in words.
  var layoutText: String {
    guard let layout = placement?.layout else { return "" }
    var parts: [String] = []
    for (name, degree) in [
      ("tensor", layout.tensor), ("pipeline", layout.pipeline), ("virtual", layout.virtualStages),
      ("context", layout.context), ("data", layout.data), ("expert", layout.expert),
    ] where degree > 1 {
      parts.append("\(name) \(degree)")
    }
    if layout.sharding.stage > 0 {
      parts.append(layout.sharding == .hsdp ? "hybrid ZeRO-3" : "ZeRO-\(layout.sharding.stage)")
    }
    if layout.microBatch > 1 { parts.append("micro-batch \(Notation.display(layout.microBatch, as: .ratio))") }
    if layout.recompute != .none, placement?.time != nil { parts.append("recompute \(layout.recompute)") }
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
  /// What sorts the accelerators.
  var order = FitOrder.accelerators

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

  func memoryTable(_ row: FitRow, _ placement: LayoutChoice) -> TextTable {
    var table = TextTable([.left, .right, .left])
    table.rows = [["bytes on the most loaded accelerator", "", ""]]
    for part in placement.use.parts where part.bytes.value > 0 {
      table.rows.append(["  " + part.name, bytes(part.bytes.value), ""])
    }
    let memory = row.accelerator.memoryBytes.map { " of \(bytes($0))" } ?? ""
    table.rows.append(["  total", bytes(placement.use.total.value), row.fits ? "fits" : "does not fit"])
    table.rows.append(["  usable", bytes(row.usable), memory.isEmpty ? "" : String(memory.dropFirst())])
    if let seconds = placement.time?.seconds, let rate = row.tokensPerSecond {
      table.rows.append(["a step of the fastest layout that fits", "", ""])
      table.rows.append(["  time", Notation.display(seconds / 3600, as: .hours), ""])
      table.rows.append(["  tokens a second", Notation.display(rate, as: .ratio), ""])
      if let dollars = row.dollarsPerBillionTokens {
        table.rows.append(["  a billion tokens on demand", Notation.display(dollars, as: .dollars), ""])
      }
    }
    return table
  }

  private func all(width: Int, style: Style) -> String {
    guard !rows.isEmpty else { return style.bold(headline) + "\n" }
    var lines = acceleratorTable.lines(width: width)
    lines[0] = style.dim(lines[0])
    return ([style.bold(headline), ""] + lines).joined(separator: "\n") + "\n"
  }

  var acceleratorTable: TextTable {
    let isTimed = order != .accelerators
    var table = TextTable([.left, .right, .right, .right] + (isTimed ? [.right, .right] : []) + [.left])
    table.rows = [
      ["accelerator", "accelerators", "memory used", "of"] + (isTimed ? ["tokens/s", "per 1B tokens"] : []) + ["layout"]
    ]
    for row in rows {
      let times = [
        row.tokensPerSecond.map { Notation.display($0, as: .ratio) } ?? "",
        row.dollarsPerBillionTokens.map { Notation.display($0, as: .dollars) } ?? "",
      ]
      table.rows.append(
        [
          row.accelerator.id, Notation.display(row.placement?.layout.accelerators ?? 0, as: .accelerators),
          bytes(row.placement?.use.total.value ?? 0), bytes(row.accelerator.memoryBytes ?? 0),
        ] + (isTimed ? times : []) + [row.layoutText])
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
