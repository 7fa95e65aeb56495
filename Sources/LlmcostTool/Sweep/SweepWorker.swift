import CommandLineKit
import CostModel

/// Computes rows in one thread: those with the same formulas in blocks, the others one by one.
final class SweepWorker {
  private final class Template {
    var program: any RowProgram
    init(_ program: any RowProgram) { self.program = program }
  }

  /// Rows with the same key have the same formulas.
  private struct Key: Hashable {
    var number = 0
    var text = ""
  }

  private let plan: SweepPlan
  private let world: any World
  private let width = EstimateProgram.width
  private var templates: [Key: Template] = [:]
  /// Keys whose rows have formulas of their own each.
  private var own: Set<Key> = []
  /// What is wrong with all rows of a key.
  private var failures: [Key: Failure] = [:]
  private let writer: SweepWriter
  private var frontier = ParetoFrontier<Void>()
  private var product = SweepProduct(buffer: ByteBuffer(capacity: 1))
  /// The values of each axis around the last row.
  private var values: [SweepValues] = []
  private var pointers: [SweepValues.Pointers] = []
  /// The place of each row of a block on each axis, by axis.
  private let places: UnsafeMutablePointer<Int>
  /// The values of an input of a block.
  private let inputs: UnsafeMutableBufferPointer<Double>

  init(_ plan: SweepPlan, in world: any World) {
    self.plan = plan
    self.world = world
    writer = SweepWriter(plan.layout, results: plan.results)
    places = .allocate(capacity: width * max(1, plan.columns.count))
    inputs = .allocate(capacity: width)
    inputs.initialize(repeating: 0)
  }

  deinit {
    places.deallocate()
    inputs.deallocate()
  }

  private func begin(_ rows: Int) {
    product = SweepProduct(buffer: ByteBuffer(capacity: rows * 128))
    writer.forget()
  }

  // MARK: - Rows of a grid

  /// Computes the rows of a range of a grid.
  func compute(_ range: Range<Int>, of grid: SweepTable) -> SweepProduct {
    begin(range.count)
    var position = SweepTable.Position(range.lowerBound, of: grid)
    var row = range.lowerBound
    while row < range.upperBound, product.failure == nil {
      let count = plan.open.isEmpty ? 0 : block(of: grid, from: &position, atMost: range.upperBound - row)
      if count == 0 {
        let key = plan.open.isEmpty ? nil : key(grid, position)
        compute(grid.values(at: position), place: "row \(row + 1)", key: key)
        position.advance(in: grid)
      }
      row += Swift.max(count, 1)
    }
    return product
  }

  /// Computes as many rows as have the same formulas.
  ///
  /// - Returns: How many; none where the next row must be computed by itself.
  private func block(of grid: SweepTable, from position: inout SweepTable.Position, atMost most: Int) -> Int {
    load(grid, position)
    guard let key = key(grid, position) else { return 0 }
    guard let template = templates[key] ?? make(key, grid.values(at: position)) else { return 0 }
    var next = position
    var count = fill(grid, &next, Swift.min(most, width))
    for (input, open) in plan.open.enumerated() where grid.counts[open.column] > 1 {
      count = Swift.min(count, accepted(template, input, open.column, count))
    }
    guard count > 0 else { return 0 }
    for (input, open) in plan.open.enumerated() where grid.counts[open.column] > 1 {
      let (pointers, places) = (pointers[open.column], places + open.column * width)
      for row in 0..<count { inputs[row] = pointers.typical[places[row] - pointers.range.lowerBound] }
      template.program.set(input: input, to: UnsafeBufferPointer(rebasing: inputs[..<count]))
    }
    // A row that the formulas do not hold for is resolved by itself.
    let held = template.program.evaluate(rows: count)
    guard held > 0 else { return 0 }
    count = held
    writer.take(template.program, rows: count)
    // Taken out of the object, where each access would be checked anew.
    let (buffer, writer, pointers, weighs) = (product.buffer, writer, pointers, !plan.pareto.isEmpty)
    let longest = writer.longestResults + values.reduce(0) { $0 + $1.longest }
    for row in 0..<count {
      buffer.reserve(longest)
      let start = buffer.count
      for (column, pointers) in pointers.enumerated() {
        let cell = places[column * width + row] - pointers.range.lowerBound
        let first = pointers.starts[cell]
        buffer.append(pointers.cells + first, pointers.starts[cell + 1] - first)
      }
      writer.write(row: row, to: buffer)
      if weighs {
        weigh(start) {
          self.values[$0].amount(at: self.places[$0 * self.width + row])?.typical.value
        } result: {
          writer.value($0, row: row)
        }
      }
    }
    product.rows += count
    // Fewer rows than were laid out where one of them is beyond the limits.
    if count < width { position.advance(in: grid, by: count) } else { position = next }
    return count
  }

  /// Brings the values around a row up to the loops.
  private func load(_ grid: SweepTable, _ position: SweepTable.Position) {
    if values.isEmpty {
      values = grid.counts.indices.map { grid.values(of: $0, around: position.places[$0]) }
      pointers = values.map(\.pointers)
    }
    for column in pointers.indices where !pointers[column].range.contains(position.places[column]) {
      values[column] = grid.values(of: column, around: position.places[column])
      pointers[column] = values[column].pointers
    }
  }

  /// Lays out the places of the rows that have the same formulas as the first.
  private func fill(_ grid: SweepTable, _ position: inout SweepTable.Position, _ most: Int) -> Int {
    let shares = sharesFormulas(position)
    let first = position.places
    var count = 0
    while count < most {
      for column in first.indices {
        let place = position.places[column]
        places[column * width + count] = place
        guard place != first[column] else { continue }
        if plan.columns[column].input == nil || !pointers[column].range.contains(place) { return count }
      }
      if isNew(position, first), sharesFormulas(position) != shares { return count }
      position.advance(in: grid)
      count += 1
    }
    return count
  }

  /// Whether the size of the model is not that of the first row.
  private func isNew(_ position: SweepTable.Position, _ first: [Int]) -> Bool {
    plan.parameters.map { position.places[$0] != first[$0] } ?? false
      || plan.activeParameters.map { position.places[$0] != first[$0] } ?? false
  }

  /// How many of the first rows of a block have a value that the formulas take.
  private func accepted(_ template: Template, _ input: Int, _ column: Int, _ count: Int) -> Int {
    let values = values[column]
    if values.areProper,
      template.program.accepts(from: values.bounds.low, to: values.bounds.high, forInput: input)
    {
      return count
    }
    for row in 0..<count {
      guard let amount = values.amount(at: places[column * width + row]), accepts(template, amount, input, column)
      else { return row }
    }
    return count
  }

  private func accepts(_ template: Template, _ amount: Ranged<Ratio>, _ input: Int, _ column: Int) -> Bool {
    let isCounted = plan.columns[column].number?.dimension == .accelerators
    return template.program.accepts(from: amount.low.value, to: amount.high.value, forInput: input)
      && (!isCounted || amount.typical.value == amount.typical.value.rounded())
  }

  private func sharesFormulas(_ position: SweepTable.Position) -> Bool {
    plan.sharesFormulas(
      total: plan.parameters.flatMap { values[$0].amount(at: position.places[$0]) },
      active: plan.activeParameters.flatMap { values[$0].amount(at: position.places[$0]) })
  }

  private func key(_ grid: SweepTable, _ position: SweepTable.Position) -> Key? {
    guard sharesFormulas(position) else { return nil }
    var number = 0
    for (column, count) in grid.counts.enumerated() where count > 1 && plan.columns[column].input == nil {
      number = number &* count &+ position.places[column]
    }
    return Key(number: number)
  }

  private func make(_ key: Key, _ values: [SweepValue?]) -> Template? {
    guard failures[key] == nil, !own.contains(key) else { return nil }
    if templates.count + failures.count >= 1024 {
      templates.removeAll()
      failures.removeAll()
    }
    do throws(Failure) {
      guard let program = try plan.program(values, in: world) else {
        own.insert(key)
        return nil
      }
      let template = Template(program)
      templates[key] = template
      return template
    } catch {
      if !error.isOfNumber { failures[key] = error }
      return nil
    }
  }

  // MARK: - Rows that were read

  /// Computes rows that were read.
  func compute(_ records: [SweepRecord]) -> SweepProduct {
    begin(records.count)
    for record in records where product.failure == nil {
      var values: [SweepValue?] = []
      var failure = record.failure
      for (column, cell) in zip(plan.columns, record.cells) {
        var value: SweepValue?
        do throws(ValueError) {
          value = try cell.map { text throws(ValueError) in try SweepValue(text, of: column.number) }
        } catch {
          value = cell.flatMap { try? SweepValue($0, of: nil) }
          failure = failure ?? Failure("--\(column.name): \(error.reason)", hint: error.hint, status: .badData)
        }
        values.append(column.isSwitch ? value?.asSwitch : value)
      }
      if let failure { fail(failure, values: values, record.place) } else { computeRead(values, place: record.place) }
    }
    return product
  }

  /// A row that was read, by the formulas of an earlier one where they are the same.
  private func computeRead(_ values: [SweepValue?], place: String) {
    func amount(_ column: Int?) -> Ranged<Ratio>? { column.flatMap { values[$0]?.amount } }
    guard !plan.open.isEmpty,
      plan.sharesFormulas(total: amount(plan.parameters), active: amount(plan.activeParameters))
    else { return compute(values, place: place) }
    var key = Key()
    for (column, value) in zip(plan.columns, values) {
      // A value that only formulas depend on counts by whether it is given.
      key.text += column.input == nil ? value.map { "\u{2}" + $0.shown } ?? "" : value == nil ? "" : "\u{2}"
      key.text += "\u{1}"
    }
    guard let template = templates[key] ?? make(key, values) else {
      return compute(values, place: place, key: key)
    }
    for (input, open) in plan.open.enumerated() {
      guard let amount = values[open.column]?.amount else { continue }
      guard accepts(template, amount, input, open.column) else { return compute(values, place: place) }
      inputs[0] = amount.typical.value
      template.program.set(input: input, to: UnsafeBufferPointer(rebasing: inputs[..<1]))
    }
    guard template.program.evaluate(rows: 1) == 1 else { return compute(values, place: place) }
    writer.take(template.program, rows: 1)
    writeRow(values)
  }

  // MARK: - Rows by themselves

  /// One row, resolved from its options.
  private func compute(_ values: [SweepValue?], place: String, key: Key? = nil) {
    if let key, let failure = failures[key] { return fail(failure, values: values, place) }
    do throws(Failure) {
      let estimate = try plan.estimate(values, in: world)
      writer.take(
        estimate.report(plan.sampling), try estimate.chances(within: plan.limits, plan.sampling))
    } catch {
      return fail(error, values: values, place)
    }
    writeRow(values)
  }

  /// Writes the one row that the writer holds, behind its options.
  private func writeRow(_ values: [SweepValue?]) {
    let start = writeOptions(values)
    writer.write(row: 0, to: product.buffer)
    product.rows += 1
    weigh(start) {
      values[$0]?.amount?.typical.value
    } result: {
      writer.value($0, row: 0)
    }
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
    writer.forget()
  }

  /// Writes the options of a row, and makes room for its results.
  @discardableResult
  private func writeOptions(_ values: [SweepValue?]) -> Int {
    let start = product.buffer.count
    for (column, value) in values.enumerated() { product.buffer.append(plan.layout.cell(value, option: column)) }
    product.buffer.reserve(writer.longestResults)
    return start
  }

  /// Keeps a row that no row before it beats.
  private func weigh(_ start: Int, option: (Int) -> Double?, result: (Int) -> Double?) {
    guard !plan.pareto.isEmpty else { return }
    let objectives = plan.objectives.compactMap { objective -> Double? in
      let value = objective.place < 0 ? option(-1 - objective.place) : result(objective.place)
      return value.flatMap { $0.isFinite ? $0 * objective.sign : nil }
    }
    if objectives.count == plan.objectives.count, frontier.insert(objectives, ()) {
      product.candidates.append((product.buffer.count, objectives))
    } else {
      product.buffer.count = start
      writer.forget()
    }
  }
}

extension SweepValue {
  /// What a column of a switch says: given by `true`, left out by `false`.
  fileprivate var asSwitch: SweepValue? {
    guard !["false", "no", "0"].contains(text.lowercased()) else { return nil }
    var value = self
    (value.text, value.shown, value.isNumber) = ("", "true", false)
    return value
  }
}
