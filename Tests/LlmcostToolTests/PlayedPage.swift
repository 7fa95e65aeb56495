import Foundation
import Testing
import TextFormats

/// The formulas that a page carries, evaluated as its script does at typical values.
struct PlayedPage {
  struct Control {
    var id: String
    var option: String
    var scale: Double
    var low: Double
    var high: Double
    var isWhole: Bool
    var changes: Bool

    init(_ control: JSONValue) throws {
      func number(_ name: String) throws -> Double { try #require(control[name]?.number) }
      id = try #require(control["id"]?.string)
      option = try #require(control["option"]?.string)
      (scale, low, high) = (try number("scale"), try number("low"), try number("high"))
      isWhole = control["whole"]?.boolean ?? false
      changes = control["changes"]?.boolean ?? false
    }

    /// A value so far between the ends.
    func value(at share: Double) -> Double {
      let value = low > 0 ? low * pow(high / low, share) : low + (high - low) * share
      let short = share == 0 ? low : share == 1 ? high : Double(String(format: "%.3g", value)) ?? value
      return isWhole ? short.rounded() : short
    }
  }

  let controls: [Control]
  /// The option that says controls by their paths; nil where each has an option of its own.
  let setting: String?
  private let data: JSONValue

  init(_ page: String) throws {
    let start = try #require(page.range(of: "id=\"play-data\">")?.upperBound)
    let end = try #require(page.range(of: "</script>", range: start..<page.endIndex)?.lowerBound)
    data = try JSONReader.read(Array(page[start..<end].utf8))
    controls = try #require(data["controls"]?.array).map(Control.init)
    setting = data["setting"]?.string
  }

  /// The results with some inputs set, in base units, and the inputs that count for something.
  func evaluated(_ settings: [String: Double]) throws -> (results: [(key: String, value: Double)], moving: Set<String>)
  {
    let changing = Set(controls.filter { $0.changes && settings[$0.id] != nil }.map(\.id))
    let variants = try #require(data["variants"]?.array)
    let variant = try #require(variants.first { strings($0["given"]) == changing })
    var inputs = try numbers(variant["inputs"]).map { place in
      try #require(data["inputs"]?.array?[Int(place)]["typical"]?.number)
    }
    for pair in try #require(variant["moved"]?.array).map(numbers) {
      if let value = settings[controls[Int(pair[1])].id] { inputs[Int(pair[0])] = value }
    }
    var values: [Double] = []
    for step in try #require(variant["steps"]?.array) { values.append(try value(of: step, values, inputs)) }
    let keys = try #require(data["results"]?.array).compactMap { $0["key"]?.string }
    let places = try #require(variant["results"]?.array)
    let results = zip(keys, places).compactMap { key, place in place.number.map { (key, values[Int($0)]) } }
    return (results, strings(variant["moving"]))
  }

  private func strings(_ value: JSONValue?) -> Set<String> { Set(value?.array?.compactMap(\.string) ?? []) }

  private func numbers(_ value: JSONValue?) throws -> [Double] { try #require(value?.array).compactMap(\.number) }

  private func value(of step: JSONValue, _ values: [Double], _ inputs: [Double]) throws -> Double {
    if let constant = step.number { return constant }
    let parts = try #require(step.array)
    let name = try #require(parts[0].string)
    func operand(_ place: Int) -> Double { values[Int(parts[place].number ?? 0)] }
    switch name {
    case "in": return inputs[Int(parts[1].number ?? 0)]
    case "+": return operand(1) + operand(2)
    case "-": return operand(1) - operand(2)
    case "*": return operand(1) * operand(2)
    case "/": return operand(1) / operand(2)
    case "max": return max(operand(1), operand(2))
    case "min": return min(operand(1), operand(2))
    case "exp": return exp(operand(1))
    case "ceil": return operand(1).rounded(.up)
    case "^": return pow(operand(1), parts[2].number ?? .nan)
    default: return try function(name, parts[2], try numbers(parts[1]).map { values[Int($0)] })
    }
  }

  private func function(_ name: String, _ table: JSONValue, _ arguments: [Double]) throws -> Double {
    switch name {
    case "curve":
      let stretches = try #require(table["stretches"]?.array).map(numbers)
      let product = stretches.reduce(1) { $0 * pow(min(max(arguments[0], $1[0]), $1[1]) / $1[2], $1[3]) }
      return pow(product, try #require(table["power"]?.number))
    case "tuned": return try mean(table) { try hours(table, $1, on: arguments[2], batch: arguments[3]) }
    case "usual":
      let accelerators = try numbers(table["accelerators"])
      return try mean(table) { try hours(table, $1, on: accelerators[$0], batch: arguments[2]) }
    case "choice": return try choice(table, hours: arguments[0], batch: arguments[3])
    default:
      Issue.record("there is no function '\(name)'")
      return .nan
    }
  }

  // MARK: - Steps of training

  private func mean(_ table: JSONValue, _ hours: (Int, JSONValue) throws -> Double) throws -> Double {
    var sum = 0.0
    for (index, place) in try #require(table["hours"]?["places"]?.array).enumerated() {
      sum += (place.array?[0].number ?? .nan) * log(try hours(index, place))
    }
    return exp(sum)
  }

  private func frontier(_ place: JSONValue, _ power: Int) throws -> [[Double]] {
    let frontiers = try numbers(place.array?[2])
    try #require(frontiers.indices.contains(power), "the table ends at 2^\(frontiers.count - 1) accelerators")
    return try #require(data["frontiers"]?.array)[Int(frontiers[power])].array?.map(numbers) ?? []
  }

  private func hours(_ table: JSONValue, _ place: JSONValue, power: Int, batch: Double) throws -> Double {
    let sequence = try #require(table["hours"]?["sequence"]?.number)
    let sequences = max(1, batch / sequence)
    let seconds = try frontier(place, power).map { $0[0] * max(sequences, $0[2]) + $0[1] }.min() ?? .infinity
    return seconds * pow(2, Double(power)) / (sequences * sequence * 3600)
  }

  private func hours(_ table: JSONValue, _ place: JSONValue, on count: Double, batch: Double) throws -> Double {
    let power = log(max(1, count)) / log(2)
    let low = (power + 1e-9).rounded(.down)
    let share = max(0, power - low)
    let parts: [(Double, Double)] = share < 1e-9 ? [(low, 1)] : [(low, 1 - share), (low + 1, share)]
    var sum = 0.0
    for (exponent, weight) in parts {
      sum += weight * log(try hours(table, place, power: Int(exponent), batch: batch))
    }
    if sum.isFinite { return exp(sum) }
    let powers = try numbers(place.array?[2]).count
    for larger in Int(power.rounded(.up))..<powers where try !frontier(place, larger).isEmpty {
      return try hours(table, place, power: larger, batch: batch)
    }
    return try #require(place.array?[1].number)
  }

  private func choice(_ table: JSONValue, hours: Double, batch: Double) throws -> Double {
    func number(_ name: String) -> Double { table[name]?.number ?? .nan }
    let node = number("node")
    var part = number("part")
    while part < node, hours > number("timeOnPart") * part { part *= 2 }
    if hours > 0, part < node { return part }
    func whole(_ count: Double) -> Double { (count / node).rounded(.up) * node }
    var count = max(node, whole(max(hours / number("time"), number("fewest"))))
    guard let place = table["hours"]?["places"]?.array?.first else { return count }
    count = max(count, whole(number("start")))
    func each(_ size: Double) throws -> Double { try self.hours(table, place, on: size, batch: batch) }
    let avoidsShortage = table["avoidsShortage"]?.boolean ?? false
    while avoidsShortage, count < number("largest"),
      try each(count) > number("tie") * each(2 * count)
    {
      count *= 2
    }
    var power = Int(log2(number("start")).rounded())
    let sequences = batch / (table["hours"]?["sequence"]?.number ?? .nan)
    func fewest(_ power: Int) throws -> Double { try frontier(place, power).map { $0[2] }.min() ?? .infinity }
    while pow(2, Double(power)) < count, try fewest(power + 1) <= sequences { power += 1 }
    return max(node, min(count, whole(pow(2, Double(power)))))
  }
}
