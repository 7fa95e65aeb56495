import LlmcostTool
import Testing
import TextFormats

/// One result has the same digits by every door: formats, one bare number, sweeps and comparisons.
@Suite("Digits")
struct DigitTests {
  private static let world = TestWorld()

  /// A record of a command, by column: the first, or that whose column has a value.
  private func record(_ line: String, where column: String? = nil, is value: String = "") throws -> [String: String] {
    let outcome = Self.world.run(line + " --format csv")
    let table = try DelimitedText.read(Array(outcome.output.utf8))
    let records = table.records.map { cells in
      Dictionary(zip(table.header, cells)) { first, _ in first }
    }
    let wanted = column.map { column in records.first { $0[column] == value } } ?? records.first
    return try #require(wanted, "\(line): \(outcome.complaint)")
  }

  private func json(_ line: String) throws -> JSONValue {
    try JSONReader.read(Array(Self.world.run(line + " --json").output.utf8))
  }

  private func get(_ line: String, _ name: String) -> String {
    String(Self.world.run(line + " --get " + name).output.dropLast())
  }

  @Test(arguments: [
    ("pretrain --params 7B --tokens 1T --gpus 256 --mfu 0.3..0.41", "summary"), ("sft --params 7B", "summary"),
    ("cluster --gpus 64", ""), ("serve --params 7B --requests-per-day 1M --training-cost 2M", "summary"),
    ("schedule --params 7B --tokens 1T --gpus 256", "summary"),
  ])
  func `formats and one bare number agree`(line: String, summary: String) throws {
    let line = "llmcost \(line) --samples 256"
    let record = try record(line, where: line.contains("schedule") ? "accelerators" : nil, is: "256")
    let json = try json(line)
    var compared = 0
    for name in record.keys.sorted() {
      guard let cell = record[name], let value = Double(cell) else { continue }
      let end = name.hasSuffix(".p10") ? "p10" : name.hasSuffix(".p90") ? "p90" : "value"
      let found =
        summary.isEmpty
        ? json["results"]?[String(name.prefix { $0 != "." })]?[end]?.number : json[summary]?[name]?.number
      if let found {
        #expect(found == value, "\(name)")
        compared += 1
      }
      // A process for each would take long.
      if compared.isMultiple(of: 6) { #expect(get(line, name) == cell, "\(name)") }
    }
    #expect(compared >= 20)
  }

  @Test(arguments: ["pretrain --params 7B --tokens 1T --gpus 256", "sft --params 7B --gpus 64"])
  func `sweeps and comparisons agree with the estimate`(line: String) throws {
    let record = try record("llmcost " + line)
    let stage = String(line.prefix { $0 != " " })
    let names = ["flop", "accelerator_hours", "days", "mfu", "cost_usd", "energy_kwh", "carbon_kg", "water_l"]
    let ends = names + ["cost_usd.p10", "cost_usd.p90", "carbon_kg.p90"]
    let swept = try DelimitedText.read(
      Array(
        Self.world.run("llmcost sweep \(line) --columns \(ends.joined(separator: ","))").output.utf8))
    let compared = try self.record("llmcost compare \(line)")
    for name in ends {
      let place = try #require(swept.header.firstIndex(of: name))
      #expect(swept.records[0][place] == record[name], "\(name)")
      #expect(compared[name] == record[name], "\(name)")
    }
    let ranked = try json("llmcost sensitivity \(line) --of cost_usd")
    #expect(ranked["result"]?["value"]?.number == Double(record["cost_usd"] ?? ""), "\(stage)")
  }

  @Test func `totals of a program agree`() throws {
    let json = try json("llmcost program domain-7b")
    for name in ["cost_usd", "cost_usd.p10", "cost_usd.p90", "compute_usd"] {
      let value = try #require(json["summary"]?[name]?.number, "\(name)")
      #expect(Double(get("llmcost program domain-7b", name)) == value)
    }
  }
}
