import CostModel
import Testing

@Suite("Required fields")
struct RowSchemaTests {
  private func problems(_ table: String, _ row: String) -> [String] {
    let overlay: Overlay
    do {
      overlay = try Overlay(file: "mine.json", bytes: Array(#"{"table": "\#(table)", "rows": [\#(row)]}"#.utf8))
    } catch {
      return [ScenarioError.catalog(error).message.description]
    }
    return TableCheck.problems(in: TableSet(overlays: [overlay]), of: [table]).map(\.text)
  }

  /// A row that is in order, for each table; the tests below break one field at a time.
  private static let rows = [
    "claims": #"{"id": "x", "topic": "data", "statement": "s", "unit": "USD", "asOf": "2026", "assumption": "a"}"#,
    "corpus":
      #"{"id": "x", "kind": "crawl", "name": "n", "typical": 1, "unit": "usd", "asOf": "2026", "assumption": "a"}"#,
    "finetune-prices":
      #"{"id": "x", "provider": "p", "model": "m", "method": "sft", "tuning": "lora", "typical": 1, "unit": "usd-per-million-tokens", "asOf": "2026", "assumption": "a"}"#,
    "grid-carbon":
      #"{"id": "x", "kind": "country", "name": "n", "gramsPerKwh": 0, "asOf": "2026", "assumption": "a"}"#,
    "labor":
      #"{"id": "x", "kind": "hourly", "name": "n", "typical": 1, "unit": "usd-per-hour", "asOf": "2026", "assumption": "a"}"#,
    "post-training-runs":
      #"{"id": "x", "model": "m", "organization": "o", "method": "sft", "command": "sft", "parameters": 1, "acceleratorHours": 1, "confidence": "low", "asOf": "2026", "assumption": "a"}"#,
    "post-training-throughput":
      #"{"id": "x", "kind": "rl", "confidence": "low", "tokensPerSecond": 1, "asOf": "2026", "assumption": "a"}"#,
    "token-prices":
      #"{"id": "x", "provider": "p", "model": "m", "usdPerMillionInput": 0, "usdPerMillionOutput": 1, "asOf": "2026", "assumption": "a"}"#,
  ]

  @Test(arguments: rows.keys.sorted())
  func `a row that has what it needs is in order`(table: String) throws {
    #expect(problems(table, try #require(Self.rows[table])) == [])
  }

  @Test(arguments: [
    ("claims", #""statement": "s", "#, "", "field 'statement': is missing"),
    ("claims", #""topic": "data""#, #""topic": "gossip""#, "field 'topic': 'gossip' is not one of pre-training, data"),
    ("claims", #""unit""#, #""low": 2, "high": 1, "unit""#, "field 'high': low, typical and high must rise"),
    ("claims", #""unit""#, #""command": "rm x", "unit""#, "field 'command': 'rm x' does not start with 'llmcost '"),
    ("corpus", #""typical": 1, "#, #""low": 1, "#, "field 'typical': is missing"),
    ("corpus", #""unit": "usd""#, #""unit": "euro""#, "field 'unit': 'euro' is not one of usd"),
    ("finetune-prices", #""typical": 1, "#, "", "field 'typical': is missing, and so are low and high"),
    ("finetune-prices", #""model": "m", "#, "", "field 'model': is missing, and so are maximumParameters"),
    (
      "finetune-prices", #""tuning""#, #""minimumParameters": 2, "maximumParameters": 1, "tuning""#,
      "field 'minimumParameters': 2.0 is above maximumParameters, 1.0"
    ),
    ("grid-carbon", #""gramsPerKwh": 0"#, #""gramsPerKwh": -1"#, "field 'gramsPerKwh': -1 is not between 0 and 3000"),
    ("grid-carbon", #""name""#, #""region": "atlantis", "name""#, "atlantis"),
    ("labor", #""typical": 1"#, #""typical": -1"#, "field 'typical': -1 is not between 0 and"),
    ("labor", #""unit""#, #""payer": "nobody", "unit""#, "field 'payer': 'nobody' is not one of worker"),
    ("labor", #""name": "n""#, #""name": """#, "field 'name': is empty"),
    ("post-training-runs", #""acceleratorHours": 1, "#, "", "field 'acceleratorHours': is missing, and so are"),
    ("post-training-runs", #""acceleratorHours": 1"#, #""acceleratorHours": 0"#, "0 is not between 0.001 and"),
    ("post-training-runs", #""command": "sft""#, #""command": "sfft""#, "field 'command': 'sfft' is not one of "),
    ("post-training-runs", #""confidence""#, #""hardware": "h1000", "confidence""#, "h1000"),
    ("post-training-throughput", #""tokensPerSecond": 1, "#, "", "field 'tokensPerSecond': is missing"),
    ("token-prices", #""usdPerMillionOutput": 1, "#, "", "field 'usdPerMillionOutput': is missing"),
    (
      "token-prices", #""usdPerMillionOutput""#, #""usdPerMillionCachedInput": 3, "usdPerMillionOutput""#,
      "field 'usdPerMillionCachedInput': 3.0 is above usdPerMillionInput, 0.0"
    ),
  ])
  func `a row that lacks a field or breaks it is named`(
    table: String, from: String, into: String, message: String
  ) throws {
    let row = try #require(Self.rows[table])
    let parts = row.split(separator: from, maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    let found = problems(table, parts[0] + into + parts[1])
    #expect(found.count == 1)
    #expect(found.first?.contains(message) == true, "\(found)")
  }
}
