package import CostModel
import TextFormats

/// A user's own runs: JSON rows like those of `runs.json`, or CSV with the same columns.
package enum UserRuns {
  private static let required = ["id", "activeParameters", "tokens", "hardware", "date"]
  /// Columns that tell the hours: as counted, as accelerators times days, or by the two factors of that.
  private static let hours = [["acceleratorHours"], ["acceleratorHoursDerived"], ["accelerators", "wallDays"]]

  /// Reads runs from a file.
  ///
  /// Hours are those that the team counted (`acceleratorHours`), or accelerators times days of the calendar
  /// (`acceleratorHoursDerived`, or `accelerators` and `wallDays`), which count the time between attempts too.
  /// `architecture` is dense and `precision` bf16 where a row does not say; `organization` is the file's own.
  ///
  /// - Throws: ``CatalogError/malformed(file:row:field:problem:)`` that names a missing column or a bad field.
  package static func read(_ bytes: [UInt8], file: String, catalog: TableCatalog) throws(CatalogError) -> [PublishedRun]
  {
    var runs: [PublishedRun] = []
    let first = bytes.first { ![0x20, 0x0A, 0x0D, 0x09, 0xEF, 0xBB, 0xBF].contains($0) }
    let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    for value in isJSON ? try json(bytes, file) : try commaSeparated(bytes, file) {
      guard var members = value.members else {
        throw .malformed(file: file, row: nil, field: nil, problem: "a row is an object, not \(value.kind)")
      }
      func add(_ name: String, _ text: String) {
        if value[name] == nil {
          members.append(JSONValue.Member(name: name, value: JSONValue(content: .string(text), offset: 0)))
        }
      }
      add("organization", "(\(file))")
      add("architecture", "dense")
      add("precision", "bf16")
      if value["acceleratorHours"] == nil, value["acceleratorHoursDerived"] == nil,
        let accelerators = value["accelerators"]?.number, let days = value["wallDays"]?.number
      {
        let content = JSONValue.Content.number(accelerators * days * 24)
        members.append(
          JSONValue.Member(name: "acceleratorHoursDerived", value: JSONValue(content: content, offset: 0)))
      }
      let row = try TableRow(
        JSONValue(content: .object(members), offset: value.offset), table: "runs", file: file,
        sources: SourceList(table: "runs"))
      for name in required where row.member(name) == nil { throw row.failure(name, "is missing") }
      guard row.member("acceleratorHours") != nil || row.member("acceleratorHoursDerived") != nil else {
        throw row.failure("acceleratorHours", "is missing, and so are accelerators and wallDays in its place")
      }
      guard let run = try catalog.publishedRun(row)
      else {
        throw row.failure("precision", "is not one of \(Precision.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      guard CalendarMonth(run.date) != nil else {
        throw row.failure("date", "'\(run.date)' is not a date: write 2026-11")
      }
      let amounts = [
        ("activeParameters", run.activeParameters), ("tokens", run.tokens),
        ("acceleratorHours", run.acceleratorHours ?? 0),
      ]
      for (field, amount) in amounts where amount <= 0 {
        throw row.failure(field, "must be above 0, not \(JSONDocument.numberText(amount))")
      }
      runs.append(run)
    }
    guard !runs.isEmpty else { throw .malformed(file: file, row: nil, field: nil, problem: "there are no runs in it") }
    return runs
  }

  private static func json(_ bytes: [UInt8], _ file: String) throws(CatalogError) -> [JSONValue] {
    do {
      let value = try JSONReader.read(bytes)
      return value.array ?? value["rows"]?.array ?? [value]
    } catch {
      throw .malformed(file: "\(file):\(error.line):\(error.column)", row: nil, field: nil, problem: error.message)
    }
  }

  private static func commaSeparated(_ bytes: [UInt8], _ file: String) throws(CatalogError) -> [JSONValue] {
    let table: (header: [String], records: [[String]])
    do { table = try DelimitedText.read(bytes) } catch {
      throw .malformed(file: file, row: "record \(error.record)", field: nil, problem: error.message)
    }
    for name in required where !table.header.contains(name) {
      throw .malformed(
        file: file, row: nil, field: name,
        problem: "the column is missing; there is \(table.header.joined(separator: ", "))")
    }
    guard hours.contains(where: { $0.allSatisfy(table.header.contains) }) else {
      throw .malformed(
        file: file, row: nil, field: "acceleratorHours",
        problem: "the column is missing, and so are accelerators and wallDays in its place; there is "
          + table.header.joined(separator: ", "))
    }
    return table.records.map { record in
      let members = zip(table.header, record).filter { !$0.1.isEmpty }.map { name, text in
        let isText = ["id", "organization", "date", "hardware", "precision", "architecture", "model"].contains(name)
        let content: JSONValue.Content = isText ? .string(text) : Double(text).map { .number($0) } ?? .string(text)
        return JSONValue.Member(name: name, value: JSONValue(content: content, offset: 0))
      }
      return JSONValue(content: .object(members), offset: 0)
    }
  }
}
