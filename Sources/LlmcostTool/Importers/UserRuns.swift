package import CostModel
import TextFormats

/// A user's own runs, from a file as people have it: CSV, TSV, JSON Lines or JSON, with their own names of columns and
/// numbers as `8B` and `6.4M`.
package struct UserRuns: Sendable {
  /// The runs that could be read.
  package let runs: [PublishedRun]
  /// What is wrong with the rows that could not, each with its row and column.
  package let problems: [String]
  /// What was taken for granted.
  package let notes: [String]

  /// Of a file that begins with so many rows that do not read no more are tried.
  private static let mostFailures = 200

  /// Reads runs from a file; a row that does not read leaves the others as they are.
  ///
  /// Hours are those that the team counted (`acceleratorHours`), or accelerators times days of the calendar
  /// (`acceleratorHoursDerived`, or `accelerators` and `wallDays`), which count the time between attempts too.
  /// `architecture` is dense and `precision` that of 16 bits where a row does not say; `organization` is the file's own.
  ///
  /// - Throws: ``CatalogError`` where no row reads.
  package static func read(_ bytes: [UInt8], file: String, catalog: TableCatalog) throws(CatalogError) -> UserRuns {
    let records = try RunRecord.records(in: bytes, file: file)
    guard !records.isEmpty else {
      throw .malformed(file: file, row: nil, field: nil, problem: "there are no runs in it")
    }
    var runs: [PublishedRun] = []
    var failures: [CatalogError] = []
    var assumed: [String: Int] = [:]
    for record in records where !runs.isEmpty || failures.count < mostFailures {
      do throws(CatalogError) {
        let (run, assumptions) = try record.run(in: catalog)
        runs.append(run)
        for assumption in assumptions { assumed[assumption, default: 0] += 1 }
      } catch { failures.append(error) }
    }
    if runs.isEmpty {
      var errors = CatalogErrors()
      for failure in failures { errors.add(failure) }
      try errors.check(file: file)
    }
    return UserRuns(
      runs: runs, problems: failures.map { ScenarioError.catalog($0).message.description },
      notes: assumed.sorted { $0.key < $1.key }.map {
        "\(file): in \($0.value == 1 ? "1 run" : "\($0.value) runs") \($0.key)"
      })
  }
}

/// One row of a file of runs: its fields by the names of the table `runs`.
struct RunRecord {
  let file: String
  /// Where it stands, for messages.
  let place: String
  var fields: [String: JSONValue] = [:]
  /// What the file calls a field.
  var names: [String: String] = [:]

  /// What people call the fields, without breaks and case; the first name that a file has counts.
  private static let columns: [(field: String, names: [String])] = [
    ("id", ["id", "name", "run", "runid", "runname", "model", "modelname", "system"]),
    ("organization", ["organization", "organisation", "org", "lab", "company"]),
    (
      "activeParameters",
      [
        "activeparameters", "activeparams", "active", "nactive", "paramsactive", "parametersactive",
        "activatedparameters",
      ]
    ),
    (
      "parameters",
      ["parameters", "totalparameters", "totalparams", "params", "nparams", "paramstotal", "modelsize", "size", "n"]
    ),
    (
      "tokens",
      [
        "tokens", "trainingtokens", "traintokens", "ntokens", "totaltokens", "tokenstrained", "d", "datasetsize",
        "trainingdatasetsizetotal", "trainingdatasetsizegradients", "trainingdatasetsizedatapoints",
        "trainingdatasetsize",
      ]
    ),
    (
      "hardware",
      [
        "hardware", "gpu", "gputype", "gpumodel", "accelerator", "acceleratortype", "chip", "device",
        "traininghardware",
      ]
    ),
    (
      "acceleratorHours",
      [
        "acceleratorhours", "gpuhours", "gpuh", "gpuhrs", "chiphours", "devicehours", "computehours", "h100hours",
        "trainingchiphours", "tpuhours", "hoursgpu",
      ]
    ),
    (
      "accelerators",
      ["accelerators", "gpus", "numgpus", "ngpus", "gpucount", "worldsize", "chips", "devices", "hardwarequantity"]
    ),
    ("wallHours", ["wallhours", "hours", "walltimehours", "trainingtimehours", "durationhours", "runtimehours"]),
    ("wallDays", ["walldays", "days", "trainingdays", "durationdays", "trainingtimedays"]),
    ("date", ["date", "publicationdate", "published", "releasedate", "trained", "finished", "month", "year"]),
    ("sequenceLength", ["sequencelength", "seqlength", "seqlen", "contextlength", "context"]),
    ("precision", ["precision", "dtype", "numericalformat", "numberformat"]),
    ("architecture", ["architecture", "arch", "type", "kind"]),
    ("exclude", ["exclude"]),
  ]

  private static let numbers: [String: Dimension] = [
    "activeParameters": .parameters, "parameters": .parameters, "tokens": .tokens, "acceleratorHours": .items,
    "accelerators": .items, "wallHours": .items, "wallDays": .items,
    "sequenceLength": .sequenceLength,
  ]

  /// The rows of a file.
  static func records(in bytes: [UInt8], file: String) throws(CatalogError) -> [RunRecord] {
    let first = bytes.first { ![0x20, 0x0A, 0x0D, 0x09, 0xEF, 0xBB, 0xBF].contains($0) }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return try objects(bytes, file) }
    let table: (header: [String], records: [[String]])
    do { table = try DelimitedText.readTable(bytes) } catch {
      throw .malformed(file: file, row: "record \(error.record)", field: nil, problem: error.message)
    }
    let columns = try self.columns(of: table.header, file)
    return table.records.enumerated().map { index, values in
      var record = RunRecord(file: file, place: "\(index + 2)")
      for (field, column) in columns where column < values.count && !values[column].isEmpty {
        record.fields[field] = JSONValue(content: .string(values[column]), offset: 0)
        record.names[field] = table.header[column]
      }
      return record
    }
  }

  /// The columns of a header by field.
  private static func columns(of header: [String], _ file: String) throws(CatalogError) -> [String: Int] {
    let plain = header.map { $0.lowercased().filter { $0.isLetter || $0.isNumber } }
    var columns: [String: Int] = [:]
    for (field, names) in self.columns {
      for name in names where columns[field] == nil { columns[field] = plain.firstIndex(of: name) }
    }
    let needed = [
      (["activeParameters", "parameters"], "parameters"), (["tokens"], "tokens"), (["hardware"], "hardware"),
      (["acceleratorHours", "accelerators"], "acceleratorHours"),
    ]
    for (fields, name) in needed where fields.allSatisfy({ columns[$0] == nil }) {
      throw .malformed(
        file: file, row: nil, field: name, problem: "the column is missing; there is \(header.joined(separator: ", "))")
    }
    return columns
  }

  /// JSON: one object, a list of them, or one on each line.
  private static func objects(_ bytes: [UInt8], _ file: String) throws(CatalogError) -> [RunRecord] {
    let values: [JSONValue]
    do {
      let value = try JSONReader.read(bytes)
      values = value.array ?? value["rows"]?.array ?? [value]
    } catch {
      guard let lines = try lines(bytes, file) else {
        throw .malformed(file: "\(file):\(error.line):\(error.column)", row: nil, field: nil, problem: error.message)
      }
      values = lines
    }
    return try values.enumerated().map { (index, value) throws(CatalogError) in
      guard let members = value.members else {
        throw .malformed(file: file, row: nil, field: nil, problem: "a row is an object, not \(value.kind)")
      }
      var record = RunRecord(file: file, place: "row \(index + 1)")
      let plain = members.map { $0.name.lowercased().filter { $0.isLetter || $0.isNumber } }
      for (field, names) in columns {
        guard let place = names.lazy.compactMap({ plain.firstIndex(of: $0) }).first else { continue }
        if case .null = members[place].value.content { continue }
        record.fields[field] = members[place].value
        record.names[field] = members[place].name
      }
      return record
    }
  }

  /// The values of JSON Lines; nil for a text whose first line is no value by itself.
  private static func lines(_ bytes: [UInt8], _ file: String) throws(CatalogError) -> [JSONValue]? {
    var values: [JSONValue] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      guard line.contains(where: { ![0x20, 0x0D, 0x09].contains($0) }) else { continue }
      do { values.append(try JSONReader.read(Array(line))) } catch {
        guard !values.isEmpty else { return nil }
        throw .malformed(file: "\(file):\(index + 1):\(error.column)", row: nil, field: nil, problem: error.message)
      }
    }
    return values
  }

  // MARK: - One run

  private func failure(_ field: String, _ problem: String) -> CatalogError {
    .malformed(file: "\(file):\(place)", row: fields["id"]?.string, field: names[field] ?? field, problem: problem)
  }

  private func text(_ field: String) throws(CatalogError) -> String? {
    guard let value = fields[field] else { return nil }
    if let text = value.string { return text }
    if let number = value.number { return JSONDocument.numberText(number) }
    throw failure(field, "expected a string, got \(value.kind)")
  }

  /// A number above zero, with a suffix or without.
  private func number(_ field: String) throws(CatalogError) -> Double? {
    guard let value = fields[field], let dimension = Self.numbers[field] else { return nil }
    let number: Double
    if let known = value.number {
      number = known
    } else if let text = value.string {
      if let plain = Double(text) {
        number = plain
      } else {
        do { number = try Notation.parse(text, as: dimension) } catch { throw failure(field, error.reason) }
      }
    } else {
      throw failure(field, "expected a number, got \(value.kind)")
    }
    guard number > 0 else { throw failure(field, "must be above 0, not \(JSONDocument.numberText(number))") }
    guard number.isFinite, number <= 1e18 else {
      throw failure(field, "\(JSONDocument.numberText(number)) is more than any run has")
    }
    return number
  }

  /// The run, and what was assumed of it.
  func run(in catalog: TableCatalog) throws(CatalogError) -> (run: PublishedRun, assumptions: [String]) {
    var assumptions: [String] = []
    let total = try number("parameters")
    guard let active = try number("activeParameters") ?? total else { throw failure("activeParameters", "is missing") }
    guard let tokens = try number("tokens") else { throw failure("tokens", "is missing") }
    guard let hardware = try text("hardware") else { throw failure("hardware", "is missing") }
    let accelerator: Accelerator
    do throws(CatalogError) { accelerator = try catalog.accelerator(hardware) } catch {
      throw failure("hardware", ScenarioError.catalog(error).message.description)
    }
    var hours = try number("acceleratorHours")
    let isCalendar = hours == nil
    if hours == nil, let count = try number("accelerators") {
      let wall = try number("wallHours")
      let days = try number("wallDays")
      hours = (wall ?? days.map { $0 * 24 }).map { $0 * count }
      if hours != nil { assumptions.append("the hours are accelerators times wall time") }
    }
    guard let hours else {
      throw failure("acceleratorHours", "is missing, and so are accelerators and wallDays in its place")
    }
    if fields["activeParameters"] == nil { assumptions.append("all parameters are taken to be active") }
    let architecture = try architecture(active: active, total: total)
    var run = PublishedRun(
      id: try text("id") ?? "run \(place)", organization: try text("organization") ?? "(\(file))",
      date: try date(), activeParameters: active, tokens: tokens, architecture: architecture,
      precision: try precision(on: accelerator), accelerator: accelerator, acceleratorHours: hours,
      isCalendar: isCalendar,
      exclusion: try text("exclude"))
    run.accelerators = try number("accelerators")
    run.sequence = try number("sequenceLength")
    run.tuned = try catalog.tunedEfficiency(accelerator: accelerator.id, architecture)
    run.relativeThroughput = try catalog.relativeThroughput(run)
    return (run, assumptions)
  }

  private func date() throws(CatalogError) -> String {
    guard let text = try text("date") else { throw failure("date", "is missing") }
    let date = text.split(separator: "T").first.map(String.init) ?? text
    guard let month = CalendarMonth(date), (1990...2100).contains(month.index / 12) else {
      throw failure("date", "'\(text)' is not a date: write 2026-11")
    }
    return date
  }

  private func architecture(active: Double, total: Double?) throws(CatalogError) -> ArchitectureClass {
    guard let text = try text("architecture") else {
      return total.map { $0 > active * 1.2 } ?? false ? .mixtureOfExperts : .dense
    }
    return ArchitectureClass(rawValue: text.lowercased())
      ?? (text.lowercased().contains("expert") ? .mixtureOfExperts : .dense)
  }

  /// The format: the accelerator's 16 bits where the row does not say.
  private func precision(on accelerator: Accelerator) throws(CatalogError) -> Precision {
    guard let text = try text("precision") else { return accelerator.referencePrecision }
    guard let precision = Precision(named: text) else {
      throw failure("precision", "is not one of \(Precision.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard accelerator.peaks[precision.rawValue] != nil else {
      throw failure("precision", "\(accelerator.name) does not compute in \(precision.name)")
    }
    return precision
  }
}
