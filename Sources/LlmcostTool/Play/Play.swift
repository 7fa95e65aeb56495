import CommandLineKit
import CostModel
import TextFormats

/// What a page needs to be played with: formulas as data, the inputs that move in them, and the command line that they
/// are of. The page's script evaluates them as the program does, by the same draws.
struct Play: Sendable {
  /// The formulas where some options are given that change them.
  struct Variant: Sendable {
    /// The inputs of these options.
    var given: Set<String>
    /// The inputs that move.
    var moving: Set<String>
    var sheet: FormulaSheet
    var steps: [FormulaSheet.Step]
    /// The inputs of the formulas that move, by their places, with the place of what moves each.
    var moved: [Int: Int] = [:]
    /// The uncertain inputs in the order of their draws, where others are drawn with those of the formulas.
    var order: [String]?
  }

  /// The inputs that move, those that move the total cost most first.
  let inputs: [PlayInput]
  let variants: [Variant]
  /// How ranges are found.
  var plan = SamplingPlan(draws: 0)
  /// How many draws there are where something is to stay inside a limit.
  var countingDraws = 0
  /// The command line: options, with their values.
  var words: [(option: String, value: String?)] = []
  /// The word behind `llmcost`.
  var command = ""
  /// What stands behind that without a name.
  var operands: [String] = []
  /// The option that says inputs by their paths; nil where each has an option of its own.
  var setting: String?

  /// The options that a command line has, without those that say how it is printed.
  static func words(
    of arguments: Arguments, _ all: [Option], without others: [Option] = []
  ) -> [(option: String, value: String?)] {
    let printing = Set((OutputOptions.group.options + others).map(\.name)).subtracting([Option.tables.name])
    return arguments.given.compactMap { given in
      guard !printing.contains(given.option), !printing.contains(given.subject),
        let option = all.first(where: { $0.name == given.option })
      else { return nil }
      return (option.name, option.kind == nil ? nil : given.text)
    }
  }

  /// All of it, as the script reads it.
  var json: JSONDocument {
    var records: [InputRecord] = []
    func place(of record: InputRecord) -> Int {
      if let known = records.firstIndex(where: { $0.id == record.id && $0.distribution == record.distribution }) {
        return known
      }
      records.append(record)
      return records.count - 1
    }
    var results: [FormulaSheet.Result] = []
    for variant in variants {
      for result in variant.sheet.results where !results.contains(where: { $0.key == result.key }) {
        results.append(result)
      }
    }
    var steps = PlaySteps()
    var formulas: [JSONDocument] = []
    for variant in variants {
      let places = variant.sheet.inputs.map { Double(place(of: $0)) }
      let moved = variant.moved.sorted { $0.key < $1.key }
      let member = JSONDocument.object([
        ("given", .array(variant.given.sorted().map(JSONDocument.string))),
        ("moving", .array(variant.moving.sorted().map(JSONDocument.string))),
        ("moved", .array(moved.map { .numbers([Double($0.key), Double($0.value)]) })),
        ("order", variant.order.map { .array($0.map(JSONDocument.string)) } ?? .null),
        ("inputs", .numbers(places)), ("steps", .array(variant.steps.map { steps.json($0) })),
        (
          "results",
          .array(
            results.map { result in
              .optional(variant.sheet.results.first { $0.key == result.key }.map { Double($0.step) })
            })
        ),
      ])
      formulas.append(member)
    }
    let ids = (records.map(\.id) + variants.flatMap { $0.order ?? [] }).reduce(into: [String]()) { ids, id in
      if !ids.contains(id) { ids.append(id) }
    }
    return .object([
      ("command", .string(command)), ("operands", .array(operands.map(JSONDocument.string))),
      ("setting", .optional(setting)),
      ("words", .array(words.map { .array([.string($0.option), .optional($0.value)]) })),
      ("draws", .number(Double(plan.draws))), ("countingDraws", .number(Double(countingDraws))),
      ("round", .number(Double(SamplingPlan.round))), ("mostRounds", .number(SamplingPlan.mostRounds)),
      ("errorOfEnds", .number(SamplingPlan.errorOfEnds)), ("seed", .string(String(plan.seed))),
      ("results", .array(results.map(\.json))), ("inputs", .array(records.map(\.json))),
      (
        "pairs",
        .array(
          plan.correlations.links(of: ids).map { link in
            .array([.string(ids[link.one]), .string(ids[link.other]), .number(link.coefficient)])
          })
      ),
      ("controls", .array(inputs.map(control))), ("variants", .array(formulas)),
      ("frontiers", .array(steps.frontiers)),
    ])
  }

  private func control(_ input: PlayInput) -> JSONDocument {
    .object([
      ("id", .string(input.id)), ("name", .string(input.name)), ("option", .string(input.option)),
      ("group", .string(input.group)), ("unit", .string(input.unit)), ("scale", .number(input.scale)),
      ("whole", .boolean(input.isWhole)), ("binary", .boolean(input.isBinary)), ("low", .number(input.low)),
      ("high", .number(input.high)),
      ("start", .number(input.start)), ("changes", .boolean(input.changesFormulas)),
    ])
  }
}

extension FormulaSheet.Result {
  fileprivate var json: JSONDocument {
    .object([
      ("key", .string(key.key)), ("name", .string(name)), ("kind", .string(dimension.displayName)),
      ("section", .string(key.section)),
    ])
  }
}

extension InputRecord {
  fileprivate var json: JSONDocument {
    let spread = distribution
    return .object(
      [("id", .string(id)), ("name", .string(name)), ("typical", .number(spread.typical))]
        + (spread.isCertain
          ? []
          : [("low", .number(spread.low)), ("high", .number(spread.high))]
            + (spread.limits.upperBound < .greatestFiniteMagnitude ? [("most", .number(spread.limits.upperBound))] : [])
            + [("least", .number(spread.limits.lowerBound))]))
  }
}

/// Steps as data; frontiers that several of them read are there once.
private struct PlaySteps {
  private(set) var frontiers: [JSONDocument] = []
  private var places: [String: Int] = [:]

  mutating func json(_ step: FormulaSheet.Step) -> JSONDocument {
    switch step {
    case .constant(let value): return .number(value)
    case .input(let place): return .array([.string("in"), .number(Double(place))])
    case .operation(let operation, let left, let right, let exponent):
      let second: [JSONDocument] =
        switch operation {
        case .power: [.number(exponent)]
        case .exponential, .roundUp: []
        default: [.number(Double(right))]
        }
      return .array([.string(operation.rawValue), .number(Double(left))] + second)
    case .function(let table, let operands, let isChoice):
      return .array([.string(table.name), .numbers(operands.map(Double.init)), json(table), .boolean(isChoice)])
    }
  }

  private mutating func json(_ table: FunctionTable) -> JSONDocument {
    switch table {
    case .curve(let stretches, let power):
      .object([
        ("stretches", .array(stretches.map { .numbers([$0.low, $0.high, $0.end, $0.slope]) })),
        ("power", .number(power)),
      ])
    case .tuned(let hours): .object([("hours", json(hours))])
    case .usual(let hours, let accelerators):
      .object([("hours", json(hours)), ("accelerators", .numbers(accelerators))])
    case .choice(let choice):
      .object([
        ("time", .number(choice.hours)), ("timeOnPart", .number(choice.hoursOnPart)),
        ("part", .number(choice.part)), ("node", .number(choice.node)), ("fewest", .number(choice.fewest)),
        ("avoidsShortage", .boolean(choice.avoidsShortage)), ("hours", choice.table.map { json($0) } ?? .null),
        ("start", .number(choice.start)), ("largest", .number(choice.largest)), ("tie", .number(choice.tie)),
      ])
    }
  }

  /// Of each place its weight, the hours of what no cluster holds, and for each power of two its frontier.
  private mutating func json(_ hours: HoursTable) -> JSONDocument {
    var entries: [JSONDocument] = []
    for place in hours.places {
      let frontiers = place.frontiers.map { Double(self.place(of: $0)) }
      entries.append(.array([.number(place.weight), .number(place.nominal), .numbers(frontiers)]))
    }
    return .object([("sequence", .number(hours.sequence)), ("places", .array(entries))])
  }

  private mutating func place(of lines: [StepFrontier.Line]) -> Int {
    let frontier = JSONDocument.array(lines.map { .numbers([$0.slope, $0.offset, $0.least]) })
    let text = frontier.text()
    if let known = places[text] { return known }
    places[text] = frontiers.count
    frontiers.append(frontier)
    return frontiers.count - 1
  }
}

extension FunctionTable {
  /// What the script calls it.
  fileprivate var name: String {
    switch self {
    case .curve: "curve"
    case .tuned: "tuned"
    case .usual: "usual"
    case .choice: "choice"
    }
  }
}

extension JSONDocument {
  fileprivate static func numbers(_ values: [Double]) -> JSONDocument { .array(values.map(JSONDocument.number)) }
}

extension Dimension {
  /// What tells the page's script how people read a number.
  fileprivate var displayName: String {
    switch self {
    case .ratio: "ratio"
    case .operations: "operations"
    case .parameters, .tokens, .checkpoints, .items, .acceleratorHours: "count"
    case .gigabyteMonths: "gigabyteMonths"
    case .accelerators: "accelerators"
    case .hours: "hours"
    case .kilowattHours: "energy"
    case .dollars: "dollars"
    case .gramsCO2e: "mass"
    case .liters: "liters"
    case .bytes: "bytes"
    default: ""
    }
  }
}
