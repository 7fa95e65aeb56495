import CostModel

/// Where the rows of a sweep go as they are finished: out at once, or to the frontier.
struct SweepOutput {
  private let plan: SweepPlan
  private let total: Int?
  private let isQuiet: Bool
  private let isStrict: Bool
  /// What to know of the rows; nil for nothing.
  var note: String?
  private var rows = 0
  private var errors = 0
  private var shown = 0
  private var order = 0
  private var failure: Failure?
  private var frontier = ParetoFrontier<(order: Int, text: [UInt8])>()

  init(plan: SweepPlan, total: Int?, isQuiet: Bool, isStrict: Bool) {
    self.plan = plan
    self.total = total
    self.isQuiet = isQuiet
    self.isStrict = isStrict
  }

  /// Writes the header.
  mutating func begin(_ write: (UnsafeRawBufferPointer) -> Bool) -> Bool {
    var header = plan.layout.header
    return header.isEmpty || header.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  /// Takes finished rows.
  ///
  /// - Returns: Whether more is wanted.
  mutating func take(
    _ product: SweepProduct, in world: any World, _ write: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    rows += product.rows
    errors += product.errors
    failure = product.failure
    if !isQuiet { show(in: world) }
    guard plan.pareto.isEmpty else {
      var start = 0
      for (end, objectives) in product.candidates {
        order += 1
        frontier.insert(objectives, (order, Array(product.buffer.bytes[start..<end])))
        start = end
      }
      return failure == nil
    }
    return write(product.buffer.bytes) && failure == nil
  }

  /// How far it has come, a hundred times at most.
  private mutating func show(in world: any World) {
    let step = total.map { Swift.max($0 / 100, 10_000) } ?? 100_000
    guard rows / step > shown else { return }
    shown = rows / step
    let count = Notation.display(Double(rows), as: .items, digits: 6)
    world.show(progress: total.map { "\(100 * rows / $0) % of \($0) rows" } ?? "\(count) rows")
  }

  /// What comes after the last row.
  func end(in world: any World, _ write: (UnsafeRawBufferPointer) -> Bool) -> Outcome {
    if shown > 0 { world.show(progress: "") }
    if let failure { return failure.outcome }
    var outcome = Outcome()
    if let note, errors < rows { outcome.complaint = "note: \(note)\n" }
    let kept = frontier.rows.sorted { $0.order < $1.order }
    for row in kept { outcome.output += String(decoding: row.text, as: UTF8.self) }
    guard errors > 0 else { return outcome }
    let column = plan.pareto.isEmpty ? ": see the column error" : " and are left out"
    let words = "\(errors) of \(rows) rows \(errors == 1 ? "is" : "are") wrong\(column)\n"
    if errors == rows {
      // A status that says no has a line that says why, however quiet.
      outcome.status = .failed
      outcome.complaint = "llmcost: \(words)"
    } else if !isQuiet {
      outcome.complaint += "note: \(words)"
    }
    return outcome
  }
}
