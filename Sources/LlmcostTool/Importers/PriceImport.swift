package import CostModel

/// One price of a catalog: what an accelerator-hour costs in an instance type, region and commitment.
package struct ImportedPrice: Sendable, Equatable {
  /// The accelerator's id.
  package var accelerator: String
  /// The instance type.
  package var instance: String
  /// Accelerators in the instance.
  package var accelerators: Double
  /// On-demand, spot or a prepaid block.
  package var commitment: Commitment
  /// The provider's region; `all` where the catalog has none.
  package var region: String
  /// USD per accelerator-hour: the lowest of the region's zones.
  package var rate: Double
  /// What the catalog left open.
  package var assumption: String?
}

/// What came of a catalog: the prices, and what was left out with the reason.
package struct PriceImport: Sendable {
  /// Why rows were left out.
  package enum Omission: String, CaseIterable, Sendable {
    /// The tables do not have the accelerator.
    case unknownAccelerator = "of accelerators that the tables do not have"
    /// The instance holds a part of an accelerator.
    case part = "of instances with a part of an accelerator"
    /// Machine and accelerator are priced apart, and the accelerator's row is missing.
    case withoutAccelerator = "of machines whose accelerator has no price in the zone"
    /// Machine and accelerator are priced apart, and the machine's row is missing.
    case withoutMachine = "of accelerators whose machine has no price in the zone"
    /// No price is given.
    case withoutPrice = "without a price"
    /// No accelerator is in it.
    case cpuOnly = "without an accelerator"
  }

  /// The catalog's format: `SkyPilot` or `gpuhunt`.
  package let format: String
  /// Whose prices they are.
  package let provider: String
  /// The file.
  package let file: String
  /// The month or day that the prices are of.
  package let asOf: String
  /// The prices, in the order of the file.
  package internal(set) var prices: [ImportedPrice] = []
  /// Rows of the file, without its header.
  package internal(set) var records = 0
  /// Rows that a price came from.
  package internal(set) var used = 0
  /// Rows left out, by reason and name.
  package private(set) var omitted: [Omission: [String: Int]] = [:]
  /// What an accelerator's on-demand price can plausibly be, by its id.
  var plausible: [String: ClosedRange<Double>] = [:]
  /// Spot prices that were dropped because they all repeat the on-demand ones.
  private(set) var repeatedSpots = 0
  private var places: [Key: Int] = [:]

  private struct Key: Hashable {
    let accelerator: String
    let instance: String
    let region: String
    let commitment: Commitment
  }

  init(format: String, provider: String, file: String, asOf: String) {
    self.format = format
    self.provider = provider
    self.file = file
    self.asOf = asOf
  }

  /// How many rows were left out for a reason.
  package func count(_ omission: Omission) -> Int { omitted[omission, default: [:]].values.reduce(0, +) }

  mutating func omit(_ omission: Omission, _ name: String, rows: Int = 1) {
    omitted[omission, default: [:]][name, default: 0] += rows
  }

  /// Keeps a price; of two that differ by zone alone, the lower one.
  mutating func keep(_ price: ImportedPrice) {
    let key = Key(
      accelerator: price.accelerator, instance: price.instance, region: price.region, commitment: price.commitment)
    if let place = places[key] {
      if price.rate < prices[place].rate { prices[place] = price }
    } else {
      places[key] = prices.count
      prices.append(price)
    }
  }

  /// Drops the spot prices of a catalog in which every one repeats the on-demand price: it knows none.
  mutating func dropRepeatedSpots() {
    func key(_ price: ImportedPrice) -> String { "\(price.accelerator) \(price.instance) \(price.region)" }
    var onDemand: [String: Double] = [:]
    for price in prices where price.commitment == .onDemand { onDemand[key(price)] = price.rate }
    let spots = prices.filter { $0.commitment == .spot }
    guard spots.count > 1, spots.allSatisfy({ onDemand[key($0)] == $0.rate }) else { return }
    repeatedSpots = spots.count
    prices.removeAll { $0.commitment == .spot }
  }

  /// The prices that are far from what others ask for the accelerator.
  private var implausible: [ImportedPrice] {
    prices.filter { price in
      guard price.commitment == .onDemand, let range = plausible[price.accelerator] else { return false }
      return !range.contains(price.rate)
    }
  }

  /// Where the prices were published.
  package var source: Source {
    let file = file.split(separator: "/").suffix(2).joined(separator: "/")
    return switch format {
    case "SkyPilot":
      Source(
        title: "SkyPilot catalog of \(provider) (\(file))", url: "https://github.com/skypilot-org/skypilot-catalog")
    default: Source(title: "gpuhunt catalog of \(provider) (\(file))", url: "https://github.com/dstackai/gpuhunt")
    }
  }

  /// The prices as rows of the price table.
  package var rows: [Price] {
    let source = source
    return prices.enumerated().map { index, price in
      Price(
        provider: provider, accelerator: price.accelerator, instance: price.instance, commitment: price.commitment,
        region: price.region, rate: price.rate,
        reference: RowReference(
          table: "prices", id: "\(provider) \(price.instance) \(price.region) \(price.commitment.rawValue)",
          asOf: asOf, sources: [source], assumption: price.assumption))
    }
  }

  static func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

  /// What a reader should know: how much was read, what was left out and what was assumed, each in a line.
  package var notes: [String] {
    let accelerators = Set(prices.map(\.accelerator)).count
    var notes = [
      "\(file): \(Self.counted(prices.count, "price")) of \(Self.counted(accelerators, "accelerator")) from \(used) of "
        + "\(Self.counted(records, "row")) of the "
        + "\(format) catalog of \(provider)"
    ]
    for omission in Omission.allCases where count(omission) > 0 {
      var note = "\(file): left out \(Self.counted(count(omission), "row")) \(omission.rawValue)"
      if omission != .cpuOnly && omission != .withoutPrice {
        let names = omitted[omission, default: [:]].sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        note += ": " + names.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
      }
      notes.append(note)
    }
    var assumed: [String: Int] = [:]
    for price in prices { if let assumption = price.assumption { assumed[assumption, default: 0] += 1 } }
    for (assumption, count) in assumed.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      notes.append("\(file): in \(Self.counted(count, "price")) \(assumption)")
    }
    if let dear = prices.filter({ $0.rate > PriceSelection.highestPlausibleRate }).max(by: { $0.rate < $1.rate }) {
      notes.append(
        "\(file): \(Notation.display(dear.rate, as: .per(.dollars, .acceleratorHours))) per accelerator "
          + "(\(dear.instance), \(dear.region)) looks like the price of a node")
    }
    if repeatedSpots > 0 {
      notes.append("\(file): left out \(Self.counted(repeatedSpots, "spot price")): all repeat the on-demand price")
    }
    let odd = implausible
    if let price = odd.min(by: { $0.rate < $1.rate }), let range = plausible[price.accelerator] {
      let rate = { (dollars: Double) in Notation.display(dollars, as: .per(.dollars, .acceleratorHours)) }
      notes.append(
        "\(file): \(Self.counted(odd.count, "price")) implausible: \(rate(price.rate)) for \(price.accelerator) "
          + "(\(price.instance), \(price.region)), where others ask \(rate(range.lowerBound * 2)) to "
          + "\(rate(range.upperBound / 2))")
    }
    return notes
  }
}
