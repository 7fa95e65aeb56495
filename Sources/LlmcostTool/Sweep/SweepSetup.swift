import CommandLineKit
import CostModel

/// What the command line says of a sweep, and how it runs: rows in, rows out, all cores, in order.
struct SweepSetup: Sendable {
  let subject: SweepSubject
  let catalog: TableCatalog
  let sampling: SamplingPlan
  let limits: LimitOptions
  let results: [SweepResult]
  let pareto: [ParetoOption.Objective]
  let isStrict: Bool
  let format: any RowFormat
  let isQuiet: Bool
  let usage: String

  typealias Stream = @Sendable (any World, (UnsafeRawBufferPointer) -> Bool) -> Outcome
  private typealias Column = SweepPlan.Column

  /// Rows that formulas share are done in batches of this many, and the others, which take a thousand times as long, in
  /// smaller ones.
  private static var batch: (shared: Int, single: Int) { (8192, 64) }
  /// Beyond this many rows threads are worth their start.
  private static var fewRows: Int { 4096 }

  private func columns(of names: [String]) -> [Column] {
    let options = subject.options
    return names.compactMap { name in
      options.first { $0.name == name }.map { option in
        Column(option: option, input: subject.input(of: option))
      }
    }
  }

  private func plan(_ columns: [Column], shown: [String]) throws(Failure) -> SweepPlan {
    let layout = SweepLayout(
      format: format, options: shown, results: results, hasErrors: !isStrict && pareto.isEmpty)
    return try SweepPlan(
      subject: subject, columns: columns, layout: layout, pareto: pareto, sampling: sampling, limits: limits,
      isStrict: isStrict,
      catalog: catalog,
      usage: usage)
  }

  /// Names of columns: an option that is called like a result keeps its dashes, one given again gets a number.
  private static func distinct(_ names: [String]) -> [String] {
    var seen: [String: Int] = [:]
    return names.map { name in
      seen[name, default: 0] += 1
      let count = seen[name] ?? 1
      return column(of: name) + (count == 1 ? "" : "_\(count)")
    }
  }

  private static func column(of name: String) -> String { (Estimate.names.contains(name) ? "--" : "") + name }

  /// The column of an option beside results.
  static func column(of option: Option) -> String { column(of: String(option.name.drop { $0 == "-" })) }

  // MARK: - A grid

  func stream(_ axes: [SweepAxis], isZipped: Bool, rows: Int, in world: any World) throws(Failure) -> Stream {
    let columns = columns(of: axes.map(\.option))
    let plan = try plan(columns, shown: Self.distinct(columns.map(\.name)))
    let table = SweepTable(axes, layout: plan.layout, isZipped: isZipped)
    // What no row can do without is missing from all of them.
    do throws(Failure) {
      _ = try plan.estimate(table.values(at: SweepTable.Position(0, of: table)), in: world)
    } catch {
      if error.usage != nil || rows == 1 && isStrict { throw error }
    }
    let batch = plan.open.isEmpty ? Self.batch.single : Self.batch.shared
    let (isQuiet, isStrict) = (isQuiet, isStrict)
    let note = isQuiet ? nil : noteOfMemory(table, rows: rows, plan, in: world)
    return { world, write in
      var output = SweepOutput(plan: plan, total: rows, isQuiet: isQuiet, isStrict: isStrict)
      output.note = note
      guard output.begin(write) else { return output.end(in: world, write) }
      let workers = rows > Self.fewRows || plan.open.isEmpty && rows > batch ? world.cores : 0
      let pipeline = OrderedPipeline<Range<Int>, SweepProduct>(workers: workers > 1 ? workers : 0) {
        let worker = SweepWorker(plan, in: world)
        return { worker.compute($0, of: table) }
      }
      defer { pipeline.close() }
      for start in stride(from: 0, to: rows, by: batch) {
        let range = start..<Swift.min(start + batch, rows)
        guard pipeline.submit(range, consume: { output.take($0, in: world, write) }) else {
          return output.end(in: world, write)
        }
      }
      _ = pipeline.finish { output.take($0, in: world, write) }
      return output.end(in: world, write)
    }
  }

  /// So many rows over a grid are held against the memory of their cluster, each by an estimate of its own.
  private static var mostLookedAt: Int { 16 }

  /// That a row's cluster cannot hold its job; nil where those that are looked at can. A row that is wrong says so itself.
  private func noteOfMemory(_ table: SweepTable, rows: Int, _ plan: SweepPlan, in world: any World) -> String? {
    let count = Swift.min(rows, Self.mostLookedAt)
    for place in 0..<count {
      let row = count < 2 ? 0 : place * (rows - 1) / (count - 1)
      do {
        let values = table.values(at: SweepTable.Position(row, of: table))
        guard case .stage(let estimate) = try plan.estimate(values, in: world),
          let shortage = try estimate.memoryShortage(in: catalog)
        else { continue }
        return "row \(row + 1): \(shortage.message)" + (rows > 1 ? "; of others the same may be true" : "")
      } catch {
        continue
      }
    }
    return nil
  }

  // MARK: - Rows of a file

  func stream(file: String, fixed: [SweepAxis]) throws(Failure) -> Stream {
    let setup = self
    return { world, write in
      var output: SweepOutput?
      do throws(Failure) {
        try setup.read(file, fixed: fixed, in: world, &output, write)
      } catch {
        world.show(progress: "")
        return error.outcome
      }
      return output?.end(in: world, write) ?? Outcome()
    }
  }

  private func read(
    _ file: String, fixed: [SweepAxis], in world: any World, _ output: inout SweepOutput?,
    _ write: (UnsafeRawBufferPointer) -> Bool
  ) throws(Failure) {
    var reader = SweepReader(file: file == "-" ? "standard input" : file)
    var pipeline: OrderedPipeline<[SweepRecord], SweepProduct>?
    defer { pipeline?.close() }
    var records: [SweepRecord] = []
    var failure: Failure?
    let constants = fixed.map { $0.value(at: 0)?.text == "" ? "true" : $0.value(at: 0)?.text }
    var wantsMore = true
    var current: SweepOutput?
    func flush() {
      guard let pipeline, !records.isEmpty else { return }
      wantsMore = pipeline.submit(records) { current?.take($0, in: world, write) ?? false } && wantsMore
      records.removeAll(keepingCapacity: true)
    }
    func each(_ reader: SweepReader, _ record: SweepRecord?) throws(Failure) {
      guard var record else {
        let plan = try plan(for: reader.header ?? [], fixed: fixed, file: file)
        var new = SweepOutput(plan: plan, total: nil, isQuiet: isQuiet, isStrict: isStrict)
        wantsMore = new.begin(write)
        current = new
        pipeline = OrderedPipeline(workers: world.cores > 1 ? world.cores : 0) {
          let worker = SweepWorker(plan, in: world)
          return { worker.compute($0) }
        }
        return
      }
      record.cells = constants + record.cells
      records.append(record)
      if records.count >= 256 { flush() }
    }
    do throws(FileError) {
      try world.readFile(file) { piece in
        do throws(Failure) { try reader.read(piece) { (one, other) throws(Failure) in try each(one, other) } } catch {
          failure = error
        }
        return failure == nil && wantsMore
      }
    } catch {
      failure = failure ?? Failure(error)
    }
    if failure == nil, wantsMore {
      do throws(Failure) { try reader.finish { (one, other) throws(Failure) in try each(one, other) } } catch {
        failure = error
      }
    }
    // What came before an error in the file is not lost.
    if wantsMore { flush() }
    if wantsMore { _ = pipeline?.finish { current?.take($0, in: world, write) ?? false } }
    output = current
    if let failure { throw failure }
  }

  private func plan(for header: [String], fixed: [SweepAxis], file: String) throws(Failure) -> SweepPlan {
    let options = subject.options
    var names: [String] = []
    for title in header {
      let name = title.hasPrefix("-") ? title : "--" + title
      guard let option = options.first(where: { $0.names.contains(name) }), let first = option.names.first else {
        if let present = options.present(name) {
          throw Failure(
            "\(file): there is no option '\(title)'", hint: "write \(present.dropFirst(2))", status: .badData)
        }
        let known = options.compactMap { $0.names.first.map { String($0.drop { $0 == "-" }) } }
        throw Failure(
          "\(file): there is no option '\(title)'",
          hint: suggestion(for: title, among: known) + "columns are named as the options of 'llmcost \(subject.name)'",
          status: .badData)
      }
      guard !names.contains(first) else {
        throw Failure("\(file): the column '\(title)' is there twice", hint: "keep one of them", status: .badData)
      }
      guard !fixed.contains(where: { $0.option == first }) else {
        throw Failure(
          "\(first) is an option and a column of \(file)", hint: "leave out one of the two", status: .usage)
      }
      names.append(first)
    }
    let columns = columns(of: fixed.map(\.option) + names)
    return try plan(columns, shown: Self.distinct(columns.map(\.name)))
  }
}
