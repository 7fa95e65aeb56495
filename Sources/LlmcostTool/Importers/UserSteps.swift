package import CostModel
import TextFormats

/// A user's own training steps: CSV or JSON with the columns of published collections of steps.
package enum UserSteps {
  private static let required = ["id", "accelerator", "precision", "seq", "n", "gbs", "step_s"]

  /// Reads steps from a file.
  ///
  /// `model`, or `arch`, is an id of the tables or a config.json beside the file. Degrees (`tp`, `pp`, `vp`, `cp`, `ep`,
  /// `etp`), micro-batch (`mbs`), `shard` and `recompute` are 1, or nothing, where a row does not say; two virtual stages
  /// where a pipeline does not. A row with `full` 0 or `superseded` 1 is set apart.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - file: Its name, for messages.
  ///   - catalog: Models, accelerators and stacks.
  ///   - configuration: Reads a config.json by its name; nil where there is none.
  /// - Returns: The steps, in the order of the file.
  /// - Throws: ``CatalogError/malformed(file:row:field:problem:)`` that names a missing column or a bad field.
  package static func read(
    _ bytes: [UInt8], file: String, catalog: TableCatalog, configuration: @escaping (String) -> [UInt8]?
  ) throws(CatalogError) -> [PublishedStep] {
    var reader = StepReader(catalog: catalog, isCalibrated: true)
    reader.otherModel = { (name) throws(CatalogError) in
      guard name.hasSuffix(".json"), let bytes = configuration(name) else { return nil }
      do throws(ConfigurationError) {
        return try ModelConfiguration.read(bytes, tables: catalog.tables).architecture
      } catch {
        throw .malformed(file: name, row: nil, field: nil, problem: error.message)
      }
    }
    var steps: [PublishedStep] = []
    var errors = CatalogErrors()
    for record in try records(bytes, file) {
      do throws(CatalogError) {
        let row = try TableRow(
          JSONValue(content: .object(try members(record, file: file)), offset: 0), table: "steps", file: file,
          sources: SourceList(table: "steps"))
        steps.append(try reader.step(row))
      } catch {
        errors.add(placed(error, id: record["id"], file))
      }
    }
    try errors.check(file: file)
    guard !steps.isEmpty else {
      throw .malformed(file: file, row: nil, field: nil, problem: "there are no steps in it")
    }
    return steps
  }

  /// What is wrong with a row, with its place where the error has none.
  private static func placed(_ error: CatalogError, id: String?, _ file: String) -> CatalogError {
    if case .malformed = error { return error }
    return .malformed(
      file: file, row: id, field: nil, problem: ScenarioError.catalog(error).message.description)
  }

  private static func records(_ bytes: [UInt8], _ file: String) throws(CatalogError) -> [[String: String]] {
    let first = bytes.first { ![0x20, 0x0A, 0x0D, 0x09, 0xEF, 0xBB, 0xBF].contains($0) }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      let value: JSONValue
      do { value = try JSONReader.read(bytes) } catch {
        throw .malformed(file: "\(file):\(error.line):\(error.column)", row: nil, field: nil, problem: error.message)
      }
      return (value.array ?? value["rows"]?.array ?? [value]).map { row in
        var record: [String: String] = [:]
        for member in row.members ?? [] {
          record[member.name] = member.value.string ?? member.value.number.map { JSONDocument.numberText($0) }
        }
        return record
      }
    }
    let table: (header: [String], records: [[String]])
    do { table = try DelimitedText.read(bytes) } catch {
      throw .malformed(file: file, row: "record \(error.record)", field: nil, problem: error.message)
    }
    for name in required where !table.header.contains(name) {
      throw .malformed(
        file: file, row: nil, field: name,
        problem: "the column is missing; there is \(table.header.joined(separator: ", "))")
    }
    return table.records.map { fields in
      var record: [String: String] = [:]
      for (name, text) in zip(table.header, fields) where !text.isEmpty { record[name] = text }
      return record
    }
  }

  /// A record as a row of the table `steps`.
  private static func members(
    _ record: [String: String], file: String
  ) throws(CatalogError) -> [JSONValue.Member] {
    let id = record["id"]
    func failure(_ field: String, _ problem: String) -> CatalogError {
      .malformed(file: file, row: id, field: field, problem: problem)
    }
    for name in required where record[name] == nil { throw failure(name, "is missing") }
    guard let model = record["model"] ?? record["arch"] else {
      throw failure("model", "is missing: an id of 'llmcost tables architectures', or a config.json beside the file")
    }
    var members: [JSONValue.Member] = []
    func add(_ name: String, _ content: JSONValue.Content) {
      members.append(JSONValue.Member(name: name, value: JSONValue(content: content, offset: 0)))
    }
    func number(_ field: String, as name: String) throws(CatalogError) {
      guard let text = record[field] else { return }
      guard let value = Double(text) else { throw failure(field, "'\(text)' is not a number") }
      add(name, .number(value))
    }
    add("id", .string(id ?? ""))
    add("organization", .string(record["org"] ?? record["organization"] ?? "(\(file))"))
    add("series", .string(record["source"] ?? "(\(file))"))
    add("model", .string(model))
    for name in ["accelerator", "precision", "task", "stack"] {
      if let text = record[name] { add(name, .string(text)) }
    }
    // What says no stack is Megatron's.
    if record["stack"] == nil { add("stack", .string("megatron")) }
    for (field, name) in [
      ("layers", "layers"), ("seq", "sequence"), ("gbs", "batch"), ("n", "accelerators"), ("step_s", "seconds"),
      ("scale_out_GBs", "scaleOutGigabytesPerSecond"), ("matmul_share", "matmulShare"),
    ] { try number(field, as: name) }
    add("layout", .string(try layout(record, failure)))
    add("asOf", .string(record["date"] ?? "2026"))
    let note = record["note"] ?? ""
    let source = record["source"] ?? ""
    if (record["graph"] ?? "").contains("full_iteration") || record["fused"] == "1" {
      add("fusesExperts", .boolean(true))
    }
    if note.contains("vanilla") || source.hasPrefix("Narayanan") || source.hasPrefix("Korth")
      || record["tp_overlap"] == "0"
    {
      add("overlapsTensor", .boolean(false))
    }
    if record["unfused"] == "1" || (record["modules"] ?? "").contains("unfused") { add("writesScores", .boolean(true)) }
    let isTuned = record["task"] == "sft" || record["task"] == "lora"
    if note.contains("packed") || record["packed"] == "1" || (source.hasPrefix("Megatron-Bridge") && isTuned) {
      add("documents", .number(512))
    }
    if record["superseded"] == "1" {
      add("exclude", .string("a later release of the stack repeats the job"))
    } else if record["full"] == "0" {
      add("exclude", .string("part of the layout is not published"))
    }
    return members
  }

  private static func layout(
    _ record: [String: String], _ failure: (String, String) -> CatalogError
  ) throws(CatalogError) -> String {
    var parts: [String] = []
    func degree(_ name: String) throws(CatalogError) -> Int {
      guard let text = record[name] else { return 1 }
      guard let value = Double(text), let whole = Int(exactly: value), whole >= 1 else {
        throw failure(name, "'\(text)' is no whole number from 1")
      }
      return whole
    }
    for name in ["tp", "pp", "cp", "ep", "etp"] {
      let value = try degree(name)
      if value > 1 { parts.append(name + String(value)) }
    }
    let stages = try degree("pp")
    let chunks = record["vp"] == nil && stages > 1 ? 2 : try degree("vp")
    if chunks > 1, stages > 1 { parts.append("vp\(chunks)") }
    parts.append("mbs" + (record["mbs"] ?? "1"))
    let sharding = record["shard"] ?? "zero1"
    parts.append(sharding == "fsdp-zero2" ? "zero2" : sharding)
    let recompute = recompute(record["recompute"] ?? "none", record["modules"] ?? "")
    if recompute != "none" { parts.append("recompute=" + recompute) }
    return parts.joined(separator: ",")
  }

  /// Recomputation in the words of ``Recompute``.
  private static func recompute(_ text: String, _ modules: String) -> String {
    switch text {
    case "sel": return "selective"
    case "attn": return "attention"
    case "modules":
      let words = modules.split(separator: " ").map(String.init)
      var names = ["mla_up_proj", "layernorm", "moe_act", "core_attn"].filter { modules.contains($0) }
      if modules.contains("not printed") { names.append("mla_up_proj") }
      names += ["mlp", "moe"].filter { words.contains($0) }
      return names.isEmpty ? "none" : names.joined(separator: "+")
    default: return text.hasPrefix("part:") ? String(text.dropFirst(5)) : text
    }
  }
}
