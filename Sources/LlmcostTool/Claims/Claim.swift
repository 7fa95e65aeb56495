import CostModel
import TextFormats

/// A claim of the table with what computing says of it.
struct Claim {
  let row: TableRow
  let id: String
  let statement: String
  let unit: String
  let claimed: ClaimVerdict.Claimed?
  /// The command that computes it, that of the result it is divided by, and the factor that brings it to the unit.
  let command: String?
  let over: String?
  let scale: Double
  let note: String?
  /// What of its inputs leaked or was guessed; nil where all were published.
  let guessed: String?
  /// What it restates, where it is true by definition.
  let definition: String?
  /// The input that nobody published, where one is needed.
  let missing: String?
  /// The published run whose hours it is computed anew for; nil for none.
  let run: String?
  /// What would have to be true, each with the command that computes it.
  let needs: [(what: String, command: String)]

  /// What the commands give; nil where there is none.
  private(set) var computed: Spread?
  /// Computed from the ranges, never said.
  private(set) var verdict = ClaimVerdict.needsInput
  /// Why.
  private(set) var reason = ""

  init(_ row: TableRow) {
    func text(_ column: String) -> String? {
      if case .string(let text) = TableListing.cell(row, column) { text } else { nil }
    }
    func number(_ column: String) -> Double? {
      if case .number(let number) = TableListing.cell(row, column) { number } else { nil }
    }
    self.row = row
    id = row.id
    statement = text("statement") ?? ""
    unit = text("unit") ?? ""
    claimed = ClaimVerdict.Claimed(low: number("low"), typical: number("typical"), high: number("high"))
    command = text("command")
    over = text("over")
    scale = number("scale") ?? 1
    note = text("note")
    run = text("run")
    (guessed, definition, missing) = (text("guessed"), text("definition"), text("missing"))
    var needs: [(what: String, command: String)] = []
    if case .array(let entries) = TableListing.cell(row, "needs") {
      for entry in entries {
        guard case .string(let what)? = entry[path: "what"], case .string(let command)? = entry[path: "command"] else {
          continue
        }
        needs.append((what, command))
      }
    }
    self.needs = needs
  }

  /// What would have to be true, with its range.
  func needed(tables: [String], in world: any World) throws(Failure) -> [(what: String, value: String)] {
    var needed: [(what: String, value: String)] = []
    for (what, command) in needs {
      let spread = try Self.result(of: command, tables: tables, in: world)
      func shown(_ value: Double) -> String { Notation.display(value, as: .items) }
      let range = spread.p10.flatMap { low in spread.p90.map { high in " (\(shown(low)) – \(shown(high)))" } } ?? ""
      needed.append((what, shown(spread.typical) + range))
    }
    return needed
  }

  /// Runs the commands and compares.
  mutating func compute(tables: [String], in world: any World) throws(Failure) {
    guard let command, let claimed, missing == nil else {
      reason = missing ?? (claimed == nil ? "a figure to compare with" : "a command that computes it")
      return
    }
    var spread = try Self.result(of: command, tables: tables, in: world)
    var factor = scale
    if let over {
      let divisor = try Self.result(of: over, tables: tables, in: world).typical
      guard divisor > 0 else {
        throw Failure("claim '\(id)': '\(over)' gives nothing to divide by", status: .badData)
      }
      factor /= divisor
    }
    spread = Spread(
      typical: spread.typical * factor, p10: spread.p10.map { $0 * factor }, p90: spread.p90.map { $0 * factor })
    computed = spread
    verdict = ClaimVerdict(
      claimed: claimed, computed: spread,
      basis: definition != nil ? .itself : guessed != nil ? .guessed : .published)
    reason = [try condition(claimed, spread, tables: tables, in: world), resting].compactMap { $0 }
      .joined(separator: "; ")
  }

  /// Which of its inputs are no facts, so that the verdict is none either.
  private var resting: String? {
    guard let guessed else { return nil }
    return verdict == .holdsIf ? "these are right: \(guessed)" : "rests on \(guessed)"
  }

  /// What the verdict depends on, or why it is what it is.
  private func condition(
    _ claimed: ClaimVerdict.Claimed, _ spread: Spread, tables: [String], in world: any World
  ) throws(Failure) -> String? {
    switch verdict {
    case .holds, .needsInput: return nil
    case .byDefinition: return definition
    case .tooWide:
      guard let low = spread.p10, let high = spread.p90, low > 0 else { return "the computed range begins at nothing" }
      return "the computed range is \(Notation.display(high / low, as: .ratio)) times wide"
    case .doubtful:
      let side = spread.typical > claimed.most ? "above" : "below"
      return ClaimVerdict.miss(claimed: claimed, computed: spread).map {
        "the nearer end of the computed range is \(Notation.display($0.factor, as: .ratio)) times \(side) it"
      } ?? "the computed range is \(side) it"
    case .holdsIf:
      // Guesses are condition enough where the middles meet.
      if guessed != nil, ClaimVerdict(claimed: claimed, computed: spread) == .holds { return nil }
      let isLow = spread.typical < claimed.least
      return try driver(isLow: isLow, tables: tables, in: world) ?? "the result is near its \(isLow ? "p90" : "p10")"
    }
  }

  /// The input that would have to be unusual: the one that explains most of the spread, at the end toward the claim.
  private func driver(isLow: Bool, tables: [String], in world: any World) throws(Failure) -> String? {
    guard let command, let (words, path) = Self.split(command), let stage = words.first else { return nil }
    let arguments =
      ["sensitivity", stage] + words.dropFirst() + ["--of", path, "--top", "1", "--json", "-q"]
      + tables.flatMap { ["--tables", $0] }
    let outcome = Tool.run(arguments, in: world)
    guard outcome.status == .success, let value = try? JSONReader.read(Array(outcome.output.utf8)),
      let driver = value["drivers"]?.array?.first, let name = driver["name"]?.string,
      let atLow = driver["atLow"]?.number, let atHigh = driver["atHigh"]?.number
    else { return nil }
    let end = (atHigh > atLow) == isLow ? "p90" : "p10"
    guard let typical = driver["input"]?.number, let wanted = driver[end]?.number else { return nil }
    let isShare = driver["unit"]?.string == "1"
    func shown(_ value: Double) -> String { Notation.display(value, as: isShare ? .ratio : .items) }
    let unit = isShare ? "" : driver["unit"]?.string.map { " \($0)" } ?? ""
    return "\(name) is nearer \(shown(wanted)) than the typical \(shown(typical))\(unit)"
  }

  /// The words of a command behind `llmcost`, and the path that its `--get` names.
  static func split(_ command: String) -> (words: [String], path: String)? {
    var words: [String] = []
    for (index, part) in command.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 { words.append(String(part)) } else { words += part.split(separator: " ").map(String.init) }
    }
    guard words.first == "llmcost", words.count > 3, let path = words.last, words[words.count - 2] == "--get" else {
      return nil
    }
    return (Array(words[1..<(words.count - 2)]), path)
  }

  /// - Throws: ``CatalogError`` for a command of a claim that does not ask for one result.
  static func checkCommands(of row: TableRow) throws(CatalogError) {
    for field in ["command", "over"] {
      guard let command = try row.text(field), split(command) == nil else { continue }
      throw row.failure(field, "'\(command)' does not end with --get and a result")
    }
  }

  private static func result(of command: String, tables: [String], in world: any World) throws(Failure) -> Spread {
    guard let (words, path) = split(command) else {
      throw Failure(
        "the command '\(command)' does not end with --get and a result", hint: "correct the row of the table claims",
        status: .badData)
    }
    let more = tables.flatMap { ["--tables", $0] }
    let columns = [path, path + ".p10", path + ".p90"]
    let outcome = Tool.run(
      words + ["--columns", columns.joined(separator: ","), "--format", "jsonl", "-q"] + more, in: world)
    if outcome.status == .usage {
      // A number that is no column has no range.
      let bare = Tool.run(words + ["--get", path, "-q"] + more, in: world)
      if bare.status == .success, let typical = Double(bare.output.dropLast()) { return Spread(typical: typical) }
    }
    // Commands that compare print a line for each; the first is the answer.
    let line = outcome.output.utf8.prefix { $0 != UInt8(ascii: "\n") }
    let value: JSONValue?
    do { value = try JSONReader.read(Array(line)) } catch { value = nil }
    guard outcome.status == .success, let typical = value?[path]?.number else {
      throw Failure(
        "'\(command)' fails: \(outcome.complaint.split(separator: "\n").first ?? "it gives no number")",
        hint: "correct the row of the table claims", status: .badData)
    }
    return Spread(typical: typical, p10: value?[path + ".p10"]?.number, p90: value?[path + ".p90"]?.number)
  }

  // MARK: - In words

  /// What stands where nobody is known to have published a claim first.
  static let noPrimary = "no primary source is known"

  /// Where it was published first; nil where that is not known.
  var primary: Source? {
    guard case .string(let key) = TableListing.cell(row, "primary") else { return nil }
    // A key that is none is told by 'llmcost tables check'.
    return try? row.sources.source(key)
  }

  /// The verdict with its condition or reason.
  var judgment: String {
    guard !reason.isEmpty else { return verdict.rawValue }
    return verdict.rawValue + (verdict == .holdsIf ? " " : ": ") + reason
  }

  /// The claim in words, with what its verdict depends on.
  var sentence: String {
    let joint = [.holdsIf: "if ", .needsInput: "needs "][verdict] ?? ""
    return "\(statement) (\(id))" + (reason.isEmpty ? "" : " – \(joint)\(reason)")
  }

  /// The claimed figures with their unit.
  var claimedText: String {
    guard let claimed else { return "" }
    switch (claimed.low, claimed.typical, claimed.high) {
    case (let low?, _, let high?): return "\(show(low)) – \(show(high))"
    case (let low?, nil, nil): return "over \(show(low))"
    case (nil, nil, let high?): return "under \(show(high))"
    case (_, let typical?, _): return show(typical)
    default: return ""
    }
  }

  /// The typical result.
  var typicalText: String { computed.map { show($0.typical) } ?? "" }

  /// The computed range, where there is one.
  var rangeText: String {
    guard let computed, let low = computed.p10, let high = computed.p90, low != high else { return "" }
    return "\(show(low)) – \(show(high))"
  }

  func show(_ value: Double) -> String {
    switch unit {
    case "USD": Notation.display(value, as: .dollars)
    case "FLOP": Notation.display(value, as: .operations)
    case "kWh": Notation.display(value, as: .kilowattHours)
    case "kg": Notation.display(value * 1000, as: .gramsCO2e)
    case "L": Notation.display(value, as: .liters)
    case "days": Notation.display(value * 24, as: .hours)
    case "parameters": Notation.display(value, as: .parameters)
    case "tokens": Notation.display(value, as: .tokens)
    case "accelerator-hours": Notation.display(value, as: .acceleratorHours) + " h"
    case "ratio", "share": Notation.display(value, as: .ratio)
    default: Notation.display(value, as: .items) + " \(unit)"
    }
  }
}
