import TextFormats

/// Typical settings of stages, from the runs that were published.
extension Derivation {
  /// A setting that published runs tell: the median of organizations, each with the median of its runs.
  private struct Usual {
    /// The row of the table of methods.
    let id: String
    /// What the runs were made with.
    let command: String
    /// The value of a run.
    let value: @Sendable (TableRow) throws(CatalogError) -> Double?

    init(_ id: String, of command: String, _ value: @escaping @Sendable (TableRow) throws(CatalogError) -> Double?) {
      (self.id, self.command, self.value) = (id, command, value)
    }

    init(_ id: String, of command: String, _ column: String) {
      self.init(id, of: command) { (row) throws(CatalogError) in try row.number(column) }
    }
  }

  /// Settings with fewer organizations behind them stay a judgment.
  private static let fewestOrganizations = 4

  private static let usual = [
    Usual("sft.examples", of: "sft", "items"), Usual("sft.tokens-per-example", of: "sft", "tokensPerItem"),
    Usual("sft.epochs", of: "sft", "epochs"), Usual("dpo.comparisons", of: "dpo", "items"),
    Usual("dpo.epochs", of: "dpo", "epochs"), Usual("reward.comparisons", of: "reward", "items"),
    Usual("reward.epochs", of: "reward", "epochs"), Usual("rlhf.prompts", of: "rlhf", "items"),
    Usual("rlhf.input-tokens", of: "rlhf", "promptTokens"),
    Usual("rlhf.output-tokens", of: "rlhf", "meanResponseTokens"),
    Usual("rlhf.samples-per-step", of: "rlhf", "samplesPerStep"), Usual("grpo.prompts", of: "grpo", "items"),
    Usual("grpo.steps", of: "grpo", "steps"), Usual("grpo.group-size", of: "grpo", "groupSize"),
    Usual("grpo.input-tokens", of: "grpo", "promptTokens"),
    Usual("grpo.output-tokens", of: "grpo", "meanResponseTokens"),
    Usual("grpo.samples-per-step", of: "grpo", "samplesPerStep"),
    Usual("grpo.prompts-per-step", of: "grpo") { (row) throws(CatalogError) in
      guard let samples = try row.number("samplesPerStep"), let group = try row.number("groupSize") else { return nil }
      return samples / group
    },
    Usual("distill.epochs", of: "distill", "epochs"), Usual("synthesize.items", of: "synthesize", "items"),
  ]

  /// The table of methods with the rows that published runs tell written anew; the others stay as they are.
  static func methods(from catalog: TableCatalog) throws(CatalogError) -> String {
    let runs = try catalog.tables.rows(of: "post-training-runs")
    var rows: [String: String] = [:]
    for row in try catalog.tables.rows(of: "methods") {
      guard let usual = usual.first(where: { $0.id == row.id }) else { continue }
      if let derived = try derived(row, usual, from: runs) { rows[row.id] = derived.spacedText() }
    }
    let text = String(decoding: TableSet.bytes(of: "methods"), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      guard line.hasPrefix("{\"id\": \"") else { return String(line) }
      let id = line.dropFirst(8).prefix { $0 != "\"" }
      return rows[String(id)].map { $0 + (line.hasSuffix(",") ? "," : "") } ?? String(line)
    }
    return lines.joined(separator: "\n")
  }

  private static func derived(
    _ row: TableRow, _ usual: Usual, from runs: [TableRow]
  ) throws(CatalogError) -> JSONDocument? {
    var values: [String: [Double]] = [:]
    var newest = ""
    for run in runs where try run.text("command") == usual.command {
      guard let value = try usual.value(run) else { continue }
      values[try run.requiredText("organization"), default: []].append(value)
      newest = max(newest, try run.reference().asOf)
    }
    guard values.count >= fewestOrganizations else { return nil }
    let medians = values.values.map { Quantiles.quantile(0.5, of: $0) }
    func rounded(_ share: Double) -> Double {
      let value = Quantiles.quantile(share, of: medians)
      return Double(Notation.digits(value, 2)) ?? value
    }
    // Who estimates knows the job: one value stands for it, and what others did is told, not drawn.
    let typical = JSONDocument.number(rounded(0.5))
    let ends = [0.1, 0.9].map { Notation.display(rounded($0), as: .ratio) }.joined(separator: " to ")
    let count = values.values.reduce(0) { $0 + $1.count }
    let replaced: Set<String> = ["low", "typical", "high", "asOf", "source", "assumption", "note"]
    var members: [(String, JSONDocument)] = []
    for member in row.value.members ?? [] where !replaced.contains(member.name) {
      if member.name == "unit" { members += [("low", typical), ("typical", typical), ("high", typical)] }
      members.append((member.name, JSONDocument(member.value)))
    }
    return .object(
      members + [
        ("asOf", .string(newest)), ("source", .string("post-training-table")),
        ("note", .string("median of \(values.count) organizations, \(count) runs; p10 to p90 are \(ends)")),
      ])
  }
}
