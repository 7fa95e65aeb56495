import CommandLineKit
import CostModel

/// Computes rows in one thread: those with the same formulas in blocks, the others one by one.
final class SweepWorker<Stage: StageCommand> {
  private final class Template {
    var program: EstimateProgram
    init(_ program: EstimateProgram) { self.program = program }
  }

  /// Rows with the same key have the same formulas.
  private struct Key: Hashable {
    var number: Int
    var text = ""
  }

  private let plan: SweepPlan<Stage>
  private let world: any World
  private var templates: [Key: Template] = [:]
  private var frontier = ParetoFrontier<Void>()
  private let longestRow: Int
  private var product = SweepProduct(buffer: ByteBuffer(capacity: 1))
  /// Cells of the rows of a block, when they come from a table.
  private var places: [Int]

  init(_ plan: SweepPlan<Stage>, in world: any World) {
    self.plan = plan
    self.world = world
    longestRow = plan.layout.longestResults
    places = Array(repeating: 0, count: EstimateProgram.width * max(1, plan.columns.count))
  }

  private func begin(_ rows: Int) {
    product = SweepProduct(buffer: ByteBuffer(capacity: rows * 96 + longestRow))
  }

  // MARK: - Rows of a grid

  /// Computes the rows of a range of a grid.
  func compute(_ range: Range<Int>, of grid: SweepTable) -> SweepProduct {
    begin(range.count)
    var position = SweepTable.Position(range.lowerBound, of: grid)
    var row = range.lowerBound
    while row < range.upperBound, product.failure == nil {
      let count = block(of: grid, from: &position, atMost: range.upperBound - row)
      if count == 0 {
        compute(grid.values(at: position), row: row + 1, place: "row \(row + 1)")
        position.advance(in: grid)
        row += 1
      }
      row += count
    }
    return product
  }

  /// Computes as many rows as have the same formulas.
  ///
  /// - Returns: How many; none where the next row must be computed by itself.
  private func block(of grid: SweepTable, from position: inout SweepTable.Position, atMost most: Int) -> Int {
    guard !plan.open.isEmpty, let key = key(grid, position), let template = template(key, grid, position) else {
      return 0
    }
    let most = Swift.min(most, EstimateProgram.width)
    let columns = plan.columns.count
    var count = 0
    while count < most {
      if count > 0, self.key(grid, position) != key { break }
      var isAccepted = true
      for (input, open) in plan.open.enumerated() {
        let axis = grid.axes[open.column]
        guard axis.count > 1 else { continue }
        let amount = axis.amount(at: position.places[open.column])
        guard let amount, template.program.accepts(amount, forInput: input), axis.isWhole(amount) else {
          isAccepted = false
          break
        }
        template.program.set(input: input, row: count, to: amount.typical.value)
      }
      guard isAccepted else { break }
      for column in 0..<columns { places[count * columns + column] = position.places[column] }
      position.advance(in: grid)
      count += 1
    }
    guard count > 0 else { return 0 }
    template.program.evaluate()
    for row in 0..<count {
      product.buffer.reserve(grid.longestCells + longestRow)
      let start = product.buffer.count
      for column in 0..<columns { grid.axes[column].write(places[row * columns + column], to: product.buffer) }
      writeResults(start: start) {
        result($0, of: template, row: row)
      } option: { column in
        grid.axes[column].amount(at: places[row * columns + column])?.typical.value
      }
    }
    product.rows += count
    return count
  }

  private func key(_ grid: SweepTable, _ position: SweepTable.Position) -> Key? {
    func amount(_ column: Int?) -> Ranged<Ratio>? {
      column.flatMap { grid.axes[$0].amount(at: position.places[$0]) }
    }
    guard let formulas = plan.formulas(total: amount(plan.parameters), active: amount(plan.activeParameters)) else {
      return nil
    }
    var number = formulas
    for (column, axis) in grid.axes.enumerated() where axis.count > 1 && plan.columns[column].number?.input == nil {
      number = number &* axis.count &+ position.places[column]
    }
    return Key(number: number)
  }

  private func template(_ key: Key, _ grid: SweepTable, _ position: SweepTable.Position) -> Template? {
    if let template = templates[key] { return template }
    return make(key, grid.values(at: position))
  }

  private func make(_ key: Key, _ values: [SweepValue?]) -> Template? {
    guard let estimate = try? plan.estimate(values, in: world) else { return nil }
    if templates.count >= 1024 { templates.removeAll() }
    let template = Template(
      EstimateProgram(estimate, open: plan.open.map(\.input), results: plan.results.map(\.key)))
    templates[key] = template
    return template
  }

  // MARK: - Rows by themselves

  /// Computes rows that were read.
  func compute(_ records: [SweepRecord]) -> SweepProduct {
    begin(records.count)
    for record in records where product.failure == nil {
      if let failure = record.failure {
        fail(failure, values: record.cells.map { cell in cell.flatMap { try? SweepValue($0, of: nil) } }, record.place)
        continue
      }
      var values: [SweepValue?] = []
      var failure: Failure?
      for (column, cell) in zip(plan.columns, record.cells) {
        do throws(ValueError) {
          values.append(try cell.map { text throws(ValueError) in try SweepValue(text, of: column.number) })
        } catch {
          values.append(cell.flatMap { try? SweepValue($0, of: nil) })
          failure = failure ?? Failure("--\(column.name): \(error.reason)", hint: error.hint, status: .badData)
        }
        if column.isSwitch, let value = values.last ?? nil { values[values.count - 1] = Self.switched(value) }
      }
      if let failure {
        fail(failure, values: values, record.place)
      } else {
        computeRead(values, row: record.row, place: record.place)
      }
    }
    return product
  }

  /// A switch is given by `true`, and left out by `false`.
  private static func switched(_ value: SweepValue) -> SweepValue? {
    guard !["false", "no", "0"].contains(value.text.lowercased()) else { return nil }
    var value = value
    (value.text, value.shown) = ("", "true")
    return value
  }

  /// A row that was read, by the formulas of an earlier one where they are the same.
  private func computeRead(_ values: [SweepValue?], row: Int, place: String) {
    func amount(_ column: Int?) -> Ranged<Ratio>? { column.flatMap { values[$0]?.amount } }
    guard !plan.open.isEmpty,
      let formulas = plan.formulas(total: amount(plan.parameters), active: amount(plan.activeParameters))
    else { return compute(values, row: row, place: place) }
    var key = Key(number: formulas)
    for (column, value) in zip(plan.columns, values) {
      key.text += column.number?.input == nil ? value?.text ?? "\u{1}" : value == nil ? "\u{1}" : "\u{2}"
      key.text += "\u{0}"
    }
    guard let template = templates[key] ?? make(key, values) else {
      return compute(values, row: row, place: place)
    }
    for (input, open) in plan.open.enumerated() {
      guard let amount = values[open.column]?.amount else { continue }
      guard template.program.accepts(amount, forInput: input),
        plan.columns[open.column].number?.dimension != .accelerators
          || amount.typical.value == amount.typical.value.rounded()
      else { return compute(values, row: row, place: place) }
      template.program.set(input: input, row: 0, to: amount.typical.value)
    }
    template.program.evaluate()
    let start = writeOptions(values)
    writeResults(start: start) {
      result($0, of: template, row: 0)
    } option: {
      values[$0]?.amount?.typical.value
    }
    product.rows += 1
  }

  /// One row, resolved from its options.
  private func compute(_ values: [SweepValue?], row: Int, place: String) {
    let estimate: Estimate
    do throws(Failure) { estimate = try plan.estimate(values, in: world) } catch {
      return fail(error, values: values, place)
    }
    let summary = Summary(estimate.report(plan.sampling, rangesOf: .results))
    let start = writeOptions(values)
    let results = plan.results
    writeResults(start: start) {
      summary.value(results[$0].name) ?? nil
    } option: {
      values[$0]?.amount?.typical.value
    }
    product.rows += 1
  }

  private func fail(_ failure: Failure, values: [SweepValue?], _ place: String) {
    product.rows += 1
    product.errors += 1
    guard !plan.isStrict else {
      var failure = failure
      failure.message = "\(place): \(failure.message)"
      product.failure = failure
      return
    }
    guard plan.pareto.isEmpty else { return }
    writeOptions(values)
    for index in plan.layout.results.indices {
      product.buffer.append(plan.layout.leads[plan.columns.count + index] + plan.layout.nothing)
    }
    if plan.layout.hasErrors, let lead = plan.layout.leads.last {
      product.buffer.append(lead + plan.layout.cell(failure.message + (failure.hint.map { "; \($0)" } ?? "")))
    }
    product.buffer.append(plan.layout.end)
  }

  @discardableResult
  private func writeOptions(_ values: [SweepValue?]) -> Int {
    let start = product.buffer.count
    for (column, value) in values.enumerated() { product.buffer.append(plan.layout.cell(value, option: column)) }
    product.buffer.reserve(longestRow)
    return start
  }

  /// A result of a row of the block, in the unit of its name.
  @inline(__always)
  private func result(_ index: Int, of template: Template, row: Int) -> Double? {
    template.program.result(index, row: row).map { $0 * plan.results[index].factor }
  }

  /// Writes the results of a row that starts at a place of the buffer, for which there is room.
  @inline(__always)
  private func writeResults(
    start: Int, _ result: (Int) -> Double?, option: (Int) -> Double?
  ) {
    let layout = plan.layout
    let buffer = product.buffer
    let first = plan.columns.count
    for index in layout.results.indices {
      layout.leads[first + index].withUnsafeBufferPointer { lead in
        if let base = lead.baseAddress { buffer.append(base, lead.count) }
      }
      let shown = layout.results[index]
      if let value = result(index) ?? shown.missing, value.isFinite {
        buffer.append(value)
      } else {
        for byte in layout.nothing { buffer.append(byte) }
      }
    }
    if layout.hasErrors, let lead = layout.leads.last {
      for byte in lead { buffer.append(byte) }
      for byte in layout.nothing { buffer.append(byte) }
    }
    for byte in layout.end { buffer.append(byte) }
    if !plan.pareto.isEmpty { weigh(start, result, option) }
  }

  /// Keeps a row that no row before it beats.
  private func weigh(_ start: Int, _ result: (Int) -> Double?, _ option: (Int) -> Double?) {
    let objectives = plan.objectives.compactMap { objective -> Double? in
      let value = objective.place < 0 ? option(-1 - objective.place) : result(objective.place)
      return value.flatMap { $0.isFinite ? $0 * objective.sign : nil }
    }
    if objectives.count == plan.objectives.count, frontier.insert(objectives, ()) {
      product.candidates.append((product.buffer.count, objectives))
    } else {
      product.buffer.count = start
    }
  }
}
