import CommandLineKit
import CostModel
import TextFormats

/// An estimate that was saved, to be held against the run: what was asked, and what came out.
struct SavedPlan {
  /// The stage.
  let stage: StageCommand
  /// The options of the stage.
  let arguments: [String]
  /// What was expected of hours, days and cost.
  let hours: Spread
  let days: Spread?
  let cost: Spread?

  /// The results that are held against the run.
  static let keys = ["accelerator_hours", "days", "cost_usd"]

  /// The text of a plan.
  static func text(_ stage: StageCommand, _ arguments: Arguments, _ report: Report, today: String) -> String {
    var words: [JSONDocument] = []
    for (option, text) in stage.given(in: arguments) {
      words.append(.string(option.name))
      if option.kind != nil { words.append(.string(text)) }
    }
    let expected = keys.map { key -> JSONMember in
      let value = report.result(key)?.value
      let scale = report.result(key)?.result?.unit.perBaseUnit ?? 1
      return (
        key,
        value.map { value in
          .object([
            ("typical", .number(value.typical * scale)), ("p10", .optional(value.p10.map { $0 * scale })),
            ("p90", .optional(value.p90.map { $0 * scale })),
          ])
        } ?? .null
      )
    }
    return JSONDocument.object([
      ("schemaVersion", .number(Document.schemaVersion)), ("plan", .string(stage.name)), ("asOf", .string(today)),
      ("arguments", .array(words)), ("expected", .object(expected)),
    ]).prettyText()
  }

  /// Reads a plan.
  ///
  /// - Throws: ``Failure`` for a file that is none.
  init(_ path: String, in world: any World) throws(Failure) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try world.readFile(path) } catch { throw Failure(error) }
    func wrong(_ problem: String) -> Failure {
      Failure("\(path): \(problem)", hint: "save a plan by 'llmcost pretrain … --save-plan FILE'", status: .badData)
    }
    let value: JSONValue
    do { value = try JSONReader.read(bytes) } catch { throw wrong("\(error.line):\(error.column): \(error.message)") }
    guard let name = value["plan"]?.string, let words = value["arguments"]?.array?.map(\.string) else {
      throw wrong("is not a plan")
    }
    var problems: [Failure] = []
    if words.contains(nil) { problems.append(wrong("'arguments' holds something that is no text")) }
    arguments = words.compactMap { $0 }
    func spread(_ key: String) -> Spread? {
      guard let expected = value["expected"]?[key] else { return nil }
      // What had no range, or no cost, was saved as null.
      if case .null = expected.content { return nil }
      guard let typical = expected["typical"]?.number, typical >= 0 else {
        problems.append(wrong("'expected.\(key).typical' is no number from 0"))
        return nil
      }
      for end in ["p10", "p90"] {
        guard let value = expected[end], value.number == nil else { continue }
        if case .null = value.content { continue }
        problems.append(wrong("'expected.\(key).\(end)' is no number"))
      }
      return Spread(typical: typical, p10: expected["p10"]?.number, p90: expected["p90"]?.number)
    }
    hours = spread("accelerator_hours") ?? Spread(typical: 0)
    if value["expected"]?["accelerator_hours"] == nil {
      problems.append(wrong("'expected' has no accelerator_hours"))
    }
    (days, cost) = (spread("days"), spread("cost_usd"))
    guard problems.isEmpty else { throw Failure(problems) }
    stage = try StageCommand.named(name, usage: "llmcost track PLAN.json --log FILE")
  }
}
