import CommandLineKit
import CostModel
import TextFormats

/// An estimate or a program that was saved, to be held against the run: what was asked, and what came out.
struct SavedPlan {
  /// What was asked.
  enum Subject {
    /// A stage, with its options.
    case stage(StageCommand, [String])
    /// A program, with what was expected of its stages.
    case program(RecipeFile, stages: [String: Expected])
  }

  /// What was expected.
  struct Expected {
    let hours: Spread
    let days: Spread?
    let cost: Spread?

    init(hours: Spread, days: Spread?, cost: Spread?) { (self.hours, self.days, self.cost) = (hours, days, cost) }
  }

  let subject: Subject
  let expected: Expected

  /// The results that are held against the run.
  static let keys = ["accelerator_hours", "days", "cost_usd"]
  /// What stands in place of a stage for a program.
  static let program = "program"

  /// The text of a plan of a stage.
  static func text(_ stage: StageCommand, _ arguments: Arguments, _ report: Report, today: String) -> String {
    var words: [JSONDocument] = []
    for (option, text) in stage.given(in: arguments) {
      words.append(.string(option.name))
      if option.kind != nil { words.append(.string(text)) }
    }
    return text(stage.name, [("arguments", .array(words))], document(of: report.result), today: today)
  }

  /// The text of a plan of a program.
  static func text(_ recipe: JSONValue, _ program: Program, _ report: Report, today: String) -> String {
    let stages = program.parts.filter { !$0.isResearch }.map { part -> JSONMember in
      let estimate = part.estimate
      return (
        part.label,
        .object(
          zip(
            keys,
            [
              estimate.run.acceleratorHours.typical.value, estimate.run.wallClock.map { $0.typical.value / 24 },
              estimate.bill.isUnpriced || part.cluster != nil ? nil : estimate.bill.total.typical.value,
            ]
          ).map { ($0, $1.map { .object([("typical", .number($0))]) } ?? .null) })
      )
    }
    return text(
      Self.program, [("recipe", recipe.document), ("stages", .object(stages))], document(of: report.result),
      today: today)
  }

  private static func text(
    _ name: String, _ members: [JSONMember], _ expected: JSONDocument, today: String
  ) -> String {
    JSONDocument.object(
      [
        ("schemaVersion", .number(Document.schemaVersion)), ("plan", .string(name)), ("asOf", .string(today)),
      ] + members + [("expected", expected)]
    ).prettyText()
  }

  private static func document(of result: (String) -> Report.Line?) -> JSONDocument {
    .object(
      keys.map { key in
        let line = result(key)
        let scale = line?.result?.unit.perBaseUnit ?? 1
        return (
          key,
          (line?.value).map { value in
            .object([
              ("typical", .number(value.typical * scale)), ("p10", .optional(value.p10.map { $0 * scale })),
              ("p90", .optional(value.p90.map { $0 * scale })),
            ])
          } ?? .null
        )
      })
  }

  /// Reads a plan.
  ///
  /// - Throws: ``Failure`` for a file that is none.
  init(_ path: String, in world: any World) throws(Failure) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try world.readFile(path) } catch { throw Failure(error) }
    var reader = Reader(path: path)
    let value: JSONValue
    do { value = try JSONReader.read(bytes) } catch {
      throw reader.wrong("\(error.line):\(error.column): \(error.message)")
    }
    guard let name = value["plan"]?.string else { throw reader.wrong("is not a plan") }
    expected = reader.expected(value["expected"], "expected")
    if name == Self.program {
      guard let recipe = value["recipe"], recipe.members != nil else { throw reader.wrong("has no 'recipe'") }
      if let stages = value["stages"], stages.members == nil {
        reader.problems.append(reader.wrong("'stages' is no object"))
      }
      var stages: [String: Expected] = [:]
      for stage in value["stages"]?.members ?? [] {
        stages[stage.name] = reader.expected(stage.value, "stages.\(stage.name)")
      }
      subject = .program(RecipeFile(path, bytes, holding: recipe), stages: stages)
    } else {
      guard let words = value["arguments"]?.array?.map(\.string) else { throw reader.wrong("is not a plan") }
      if words.contains(nil) { reader.problems.append(reader.wrong("'arguments' holds something that is no text")) }
      subject = .stage(
        try StageCommand.named(name, usage: "llmcost track PLAN.json --log FILE"), words.compactMap { $0 })
    }
    guard reader.problems.isEmpty else { throw Failure(reader.problems) }
  }

  /// Reads what was expected, and remembers all that is wrong.
  private struct Reader {
    let path: String
    var problems: [Failure] = []

    func wrong(_ problem: String) -> Failure {
      Failure("\(path): \(problem)", hint: "save a plan by 'llmcost pretrain … --save-plan FILE'", status: .badData)
    }

    mutating func expected(_ value: JSONValue?, _ name: String) -> Expected {
      let hours = spread(value, name, "accelerator_hours")
      if value?["accelerator_hours"] == nil { problems.append(wrong("'\(name)' has no accelerator_hours")) }
      return Expected(
        hours: hours ?? Spread(typical: 0), days: spread(value, name, "days"), cost: spread(value, name, "cost_usd"))
    }

    private mutating func spread(_ value: JSONValue?, _ name: String, _ key: String) -> Spread? {
      guard let expected = value?[key] else { return nil }
      // What had no range, or no cost, was saved as null.
      if case .null = expected.content { return nil }
      guard let typical = expected["typical"]?.number, typical >= 0 else {
        problems.append(wrong("'\(name).\(key).typical' is no number from 0"))
        return nil
      }
      for end in ["p10", "p90"] {
        guard let value = expected[end], value.number == nil else { continue }
        if case .null = value.content { continue }
        problems.append(wrong("'\(name).\(key).\(end)' is no number"))
      }
      return Spread(typical: typical, p10: expected["p10"]?.number, p90: expected["p90"]?.number)
    }
  }
}
