/// The values of uncertain inputs, a round of draws at a time.
struct InputDraws {
  /// The inputs, by the place of their deviate: inputs of one id share their draws.
  private let ids: [String]
  private let distributions: [(place: Int, spread: Distribution)]
  private let mixes: [Int: Correlations.Mix]
  private let plan: SamplingPlan
  /// An input whose deviate is the same in all draws.
  private let known: (place: Int, deviate: Double)?
  /// The place of an input that is drawn anew.
  private let redrawn: Int?
  /// Where draws are that were made before; nil where none may be taken.
  private let memory: DrawMemory?
  /// Rows of the first round: deviates by the place of their input, and values.
  private var plain: [Int: [Double]] = [:]
  private var values: [Int: [Double]] = [:]
  private var product = 0.0
  private var square = 0.0

  /// - Parameters:
  ///   - ids: The uncertain inputs, each once.
  ///   - spreads: The id and spread of each row of values.
  ///   - plan: How many draws, from which start.
  ///   - known: An input whose deviate is known.
  ///   - anew: The id of an input that is drawn anew.
  init(
    of ids: [String], _ spreads: [(id: String, spread: Distribution)], plan: SamplingPlan, knowing known: KnownInput?,
    anew: String?
  ) {
    let places = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
    self.ids = ids
    distributions = spreads.map { (places[$0.id] ?? 0, $0.spread) }
    self.known = known.flatMap { known in places[known.id].map { ($0, known.deviate) } }
    let mixes = plan.correlations.mixes(of: ids, ledBy: self.known?.place)
    self.mixes = Dictionary(uniqueKeysWithValues: mixes.map { ($0.place, $0) })
    redrawn = anew.flatMap { places[$0] }
    self.plan = plan
    memory = self.known == nil ? plan.memory : nil
  }

  /// Whether the deviate of an input is made of others too.
  func isMixed(_ id: String) -> Bool { ids.firstIndex(of: id).map { mixes[$0] != nil } ?? false }

  /// The correlation of the deviates of an input that is drawn anew with those that it had, so far.
  var likeness: Double { square > 0 ? Swift.max(-0.5, Swift.min(0.5, product / square)) : 0 }

  /// What the new draws of an input are called: they are those of no input.
  private static let newName = "drawn anew"

  /// The values of inputs in a round of `count` draws, a row for each; none for those that no one needs.
  mutating func rows(round: Int, _ count: Int, where isNeeded: [Bool]) -> [Row?] {
    distributions.indices.map { row in
      guard isNeeded[row] else { return nil }
      let (place, spread) = distributions[row]
      let parts = mixes[place]?.parts ?? [(place: place, weight: 1)]
      if redrawn == place { return Row(drawnAnew(insteadOf: mixed(parts, round, count), round).map(spread.value)) }
      // Those of several parts, which begin each at a place of its own, are others in each round.
      guard round == 0 || parts.count == 1 else { return Row(mixed(parts, round, count).map(spread.value)) }
      return turned(firstValues(row, parts, spread), ids[place], round)
    }
  }

  /// Values in a circle, of which a round begins with one.
  struct Row {
    fileprivate let values: [Double]
    fileprivate let start: Int

    fileprivate init(_ values: [Double], from start: Int = 0) { (self.values, self.start) = (values, start) }

    /// Copies the values from an offset on.
    func copy(from offset: Int, into place: UnsafeMutableBufferPointer<Double>) {
      let first = (start + offset) % values.count
      let upper = Swift.min(place.count, values.count - first)
      _ = place[..<upper].update(fromContentsOf: values[first..<(first + upper)])
      _ = place[upper...].update(fromContentsOf: values[..<(place.count - upper)])
    }

    fileprivate func prefix(_ count: Int) -> [Double] {
      guard start > 0 || count < values.count else { return values }
      return Array((values[start...] + values[..<start]).prefix(count))
    }
  }

  /// How many draws the first round has.
  private var firstCount: Int { Swift.min(plan.draws, SamplingPlan.round) }

  /// The values of a row in the first round.
  private mutating func firstValues(
    _ row: Int, _ parts: [(place: Int, weight: Double)], _ spread: Distribution
  ) -> [Double] {
    if let made = values[row] { return made }
    let made = Self.remembered(question(parts, spread), memory) {
      mixed(parts, 0, firstCount).map(spread.value)
    }
    values[row] = made
    return made
  }

  /// The deviates of an input by itself.
  private mutating func deviates(_ place: Int, _ round: Int, _ count: Int) -> [Double] {
    if let known, known.place == place { return [Double](repeating: known.deviate, count: count) }
    if let made = plain[place] { return turned(made, ids[place], round).prefix(count) }
    let made = Self.remembered(question([(place, 1)], nil), memory) {
      EvenSequence(of: ids[place], seed: plan.seed).deviates(firstCount)
    }
    plain[place] = made
    return turned(made, ids[place], round).prefix(count)
  }

  /// New deviates of an input, and how like they are to those that it had.
  private mutating func drawnAnew(insteadOf old: [Double], _ round: Int) -> [Double] {
    let first = EvenSequence(of: Self.newName, seed: plan.seed).deviates(firstCount)
    let new = turned(first, Self.newName, round).prefix(old.count)
    for (one, other) in zip(new, old) {
      product += one * other
      square += one * one
    }
    return new
  }

  /// A row of the first round as a later one has it.
  private func turned(_ first: [Double], _ id: String, _ round: Int) -> Row {
    guard round > 0 else { return Row(first) }
    let start = EvenSequence(of: id, seed: plan.seed).beginning(ofRound: round)
    return Row(first, from: Int(start * Double(first.count)))
  }

  /// A row as it was made before, or else as it is made now.
  private static func remembered(
    _ question: DrawMemory.Question, _ memory: DrawMemory?, _ make: () -> [Double]
  ) -> [Double] {
    if let known = memory?.row(question) { return known }
    let made = make()
    memory?.keep(made, for: question)
    return made
  }

  private func question(_ parts: [(place: Int, weight: Double)], _ spread: Distribution?) -> DrawMemory.Question {
    DrawMemory.Question(
      parts: parts.map { DrawMemory.Part(id: ids[$0.place], weight: $0.weight) }, distribution: spread,
      draws: firstCount, seed: plan.seed)
  }

  /// Correlates independent deviates.
  private mutating func mixed(_ parts: [(place: Int, weight: Double)], _ round: Int, _ count: Int) -> [Double] {
    if parts.count == 1, parts[0].weight == 1 { return deviates(parts[0].place, round, count) }
    var sums = [Double](repeating: 0, count: count)
    for part in parts {
      let row = deviates(part.place, round, count)
      for draw in 0..<count { sums[draw] += part.weight * row[draw] }
    }
    return sums
  }
}

/// An uncertain input that is known: its id, and how far it lies from its typical value.
struct KnownInput {
  var id: String
  /// The standard normal deviate.
  var deviate: Double
}
