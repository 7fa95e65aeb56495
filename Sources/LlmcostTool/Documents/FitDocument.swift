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
  /// What whole runs get; nil where that is not asked for, or not known.
  private(set) var practice: FitPractice?

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

  /// The same row, with what whole runs get there.
  func practiced(_ practice: FitPractice?) -> FitRow {
    var row = self
    row.practice = practice
    return row
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

  private static func digits(_ name: String, _ value: @escaping @Sendable (FitRow) -> Double?) -> [Field<FitRow>] {
    [Field(name, .number) { .result(value($0), digits: 6) }]
  }

  private static func degree(_ name: String, _ value: @escaping @Sendable (Layout) -> Int?) -> [Field<FitRow>] {
    Field.number(name) { $0.placement.flatMap { value($0.layout) }.map(Double.init) }
  }

  /// The stable names, in order, and how an accelerator gives their values.
  static let fields: [[Field<FitRow>]] =
    [
      Field.word("accelerator") { $0.accelerator.id },
      Field.number("accelerators") { $0.placement?.layout.accelerators },
      Field.flag("fits") { $0.fits }, Field.word("layout") { $0.placement?.layout.description },
      degree("tensor") { $0.tensor }, degree("pipeline") { $0.pipeline }, degree("virtual_stages") { $0.virtualStages },
      degree("context_parallel") { $0.context }, degree("data") { $0.data }, degree("expert") { $0.expert },
      degree("zero") { $0.sharding.stage }, Field.number("micro_batch") { $0.placement?.layout.microBatch },
      Field.word("recompute") { $0.placement?.layout.recompute.description },
    ]
    + MemoryUse().parts.map(\.key).map { key in
      Field.number(key) { row in row.placement?.use.parts.first { $0.key == key }?.bytes.value.rounded() }
    } + [
      Field.number("total_bytes") { $0.placement?.use.total.value.rounded() },
      Field.number("usable_bytes") { $0.usable.rounded() }, Field.number("memory_bytes") { $0.accelerator.memoryBytes },
      digits("step_seconds") { $0.placement?.time?.seconds }, digits("tokens_per_second") { $0.tokensPerSecond },
      digits("usd_per_billion_tokens") { $0.dollarsPerBillionTokens },
      digits("run_tokens_per_second") { $0.practice?.tokensPerSecond },
    ]

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
struct FitAnswer {
  let title: String
  let task: MemoryJob.Task
  let rows: [FitRow]
  /// Whether one kind of accelerator was asked for.
  let isSingle: Bool
  /// What sorts the accelerators.
  var order = FitOrder.accelerators
  /// How many were asked for.
  let count: Int?

  /// What is wrong, where the job does not fit.
  private var problem: String? {
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

  var document: Document {
    var document = Document("fit", title: "\(task.rawValue): \(title)")
    document.records = Records(rows, FitRow.fields)
    document.tree = .members {
      [("model", .string(title)), ("task", .string(task.rawValue)), ("rows", document.records.json())]
    }
    document.failures = problem.map { [$0] } ?? []
    guard isSingle else {
      let heading = "The fewest accelerators"
      let chart = Chart.bars(
        heading, "One bar for each of \(rows.count) kinds of accelerators.",
        rows.map { ($0.accelerator.name, Spread(typical: $0.placement?.layout.accelerators ?? 0)) }, .accelerators)
      document.sections = { _ in
        rows.isEmpty ? [] : [Document.Section("accelerators", heading, chart, accelerators)]
      }
      return document
    }
    guard let row = rows.first, let placement = row.placement else { return document }
    let count = Notation.display(placement.layout.accelerators, as: .accelerators)
    document.title.append("\(count) × \(row.accelerator.name): \(row.layoutText)")
    document.facts = [
      Document.Fact("accelerators", .value(placement.layout.accelerators, .accelerators)),
      Document.Fact("most loaded accelerator", .value(placement.use.total.value, .bytes)),
      Document.Fact("usable memory", .value(row.usable, .bytes)),
      Document.Fact("verdict", row.fits ? "fits" : "does not fit"),
    ]
    let parts = placement.use.parts.filter { $0.bytes.value > 0 }
    let heading = "Memory by part"
    let chart = Chart.bars(
      heading, "One bar for each part of the memory of the most loaded accelerator.",
      parts.map { ($0.name, Spread(typical: $0.bytes.value)) }, .bytes, scale: 1e9)
    document.sections = { _ in [Document.Section("memory", heading, chart, memory(row, placement))] }
    return document
  }

  private func memory(_ row: FitRow, _ placement: LayoutChoice) -> Table {
    var table = Table("Memory by part", ["on the most loaded accelerator", .number("bytes"), ""])
    for part in placement.use.parts where part.bytes.value > 0 {
      table.add(.text(part.name), .value(part.bytes.value, .bytes))
    }
    let memory = row.accelerator.memoryBytes.map { "of " + Notation.display($0, as: .bytes) } ?? ""
    table.add("total", .value(placement.use.total.value, .bytes), row.fits ? "fits" : "does not fit")
    table.add("usable", .value(row.usable, .bytes), .text(memory))
    if let seconds = placement.time?.seconds, let rate = row.tokensPerSecond {
      let tokens = Notation.display(seconds * rate, as: .tokens)
      table.add(
        ["time", .value(seconds / 3600, .hours)], group: "the fastest step, of \(tokens) tokens")
      table.add("tokens a second, tuned", .value(rate, .ratio))
      if let practice = row.practice {
        let share = Notation.display(practice.tokensPerSecond / rate, as: .ratio)
        table.add(
          .text("tokens a second, of whole runs"), .value(practice.tokensPerSecond, .ratio), .text("× \(share)"))
      }
      if let dollars = row.dollarsPerBillionTokens {
        table.add("a billion tokens on demand, tuned", .value(dollars, .dollars))
      }
      table.remarks = [Self.remark(on: task, row.practice)]
    }
    return table
  }

  /// What a price of tokens stands for.
  private static func remark(on task: MemoryJob.Task, _ practice: FitPractice? = nil) -> String {
    let stage =
      switch task {
      case .lora, .qlora: SupervisedFineTuning.name
      default: task.rawValue
      }
    let tuned = "tuned: the fastest layout on full sequences, without overhead"
    return practice == nil
      ? "\(tuned): 'llmcost \(stage)' has whole runs"
      : "\(tuned); whole runs go by published ones, as 'llmcost \(stage)' has them"
  }

  private var accelerators: Table {
    let isTimed = order != .accelerators
    var table = Table(
      "Layouts that fit",
      [
        "accelerator", .number("accelerators"), .number("memory used"), .number("of"), .number("tuned tokens/s"),
        .number("per 1B tokens"), "layout",
      ],
      rows.map { row in
        [
          .text(row.accelerator.id), .value(row.placement?.layout.accelerators ?? 0, .accelerators),
          .value(row.placement?.use.total.value ?? 0, .bytes), .value(row.accelerator.memoryBytes ?? 0, .bytes),
          .value(isTimed ? row.tokensPerSecond : nil, .ratio),
          .value(isTimed ? row.dollarsPerBillionTokens : nil, .dollars), .text(row.layoutText),
        ]
      })
    if isTimed, rows.contains(where: { $0.dollarsPerBillionTokens != nil }) { table.remarks = [Self.remark(on: task)] }
    return table
  }
}
