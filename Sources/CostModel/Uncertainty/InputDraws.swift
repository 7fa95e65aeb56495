/// The values of uncertain inputs, a stretch of draws at a time.
struct InputDraws {
  /// So many draws are made together.
  static let longestStretch = EvenSequence.mostStrata

  /// The inputs, by the place of their deviate: inputs of one id share their draws.
  private let ids: [String]
  private let distributions: [(place: Int, spread: Distribution)]
  private let sequences: [EvenSequence]
  private let mixes: [Int: Correlations.Mix]
  private let plan: SamplingPlan
  /// An input whose deviate is the same in all draws.
  private let known: (place: Int, deviate: Double)?
  /// An input that is drawn anew, and how.
  private let redrawn: (place: Int, sequence: EvenSequence)?
  /// Where draws are that were made before; nil where none may be taken.
  private let memory: DrawMemory?
  private var product = 0.0
  private var square = 0.0

  /// - Parameters:
  ///   - ids: The uncertain inputs, each once.
  ///   - spreads: The id and spread of each row of values.
  ///   - plan: How many draws, from which start.
  ///   - known: An input whose deviate is known.
  ///   - anew: An input that is drawn anew, or none, with the others as they are beside one.
  init(
    of ids: [String], _ spreads: [(id: String, spread: Distribution)], plan: SamplingPlan, knowing known: KnownInput?,
    anew: Redraw?
  ) {
    let places = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
    self.ids = ids
    distributions = spreads.map { (places[$0.id] ?? 0, $0.spread) }
    let names = anew == nil ? ids : ids + [Redraw.name]
    sequences = ids.indices.map { EvenSequence(of: $0, in: names, plan: plan) }
    self.known = known.flatMap { known in places[known.id].map { ($0, known.deviate) } }
    let mixes = plan.correlations.mixes(of: ids, ledBy: self.known?.place)
    self.mixes = Dictionary(uniqueKeysWithValues: mixes.map { ($0.place, $0) })
    redrawn = anew?.id.flatMap { places[$0] }.map { ($0, EvenSequence(of: ids.count, in: names, plan: plan)) }
    self.plan = plan
    memory = self.known == nil && plan.draws <= Self.longestStretch ? plan.memory : nil
  }

  /// The correlation of the deviates of an input that is drawn anew with those that it had, so far.
  var likeness: Double { square > 0 ? Swift.max(-0.5, Swift.min(0.5, product / square)) : 0 }

  /// The values of all inputs from one draw on, a row of `count` for each.
  mutating func rows(from start: Int, _ count: Int) -> [[Double]] {
    var independent: [Int: [Double]] = [:]
    func deviates(_ place: Int) -> [Double] {
      if let made = independent[place] { return made }
      let row = plain(place, from: start, count)
      independent[place] = row
      return row
    }
    func values(_ place: Int, _ spread: Distribution) -> [Double] {
      let parts = mixes[place]?.parts ?? [(place: place, weight: 1)]
      func mixed() -> [Double] { Self.mixed(parts.map { (deviates($0.place), $0.weight) }, count) }
      if let redrawn, redrawn.place == place {
        let (old, new) = (mixed(), redrawn.sequence.deviates(from: start, count))
        for draw in 0..<count {
          product += new[draw] * old[draw]
          square += new[draw] * new[draw]
        }
        return new.map(spread.value)
      }
      guard let memory else { return mixed().map(spread.value) }
      return memory.row(question(parts, spread)) { mixed().map(spread.value) }
    }
    return distributions.map { values($0.place, $0.spread) }
  }

  /// The deviates of an input by itself.
  private func plain(_ place: Int, from start: Int, _ count: Int) -> [Double] {
    if let known, known.place == place { return [Double](repeating: known.deviate, count: count) }
    guard let memory else { return sequences[place].deviates(from: start, count) }
    return memory.row(question([(place, 1)], nil)) { sequences[place].deviates(from: start, count) }
  }

  private func question(_ parts: [(place: Int, weight: Double)], _ spread: Distribution?) -> DrawMemory.Question {
    DrawMemory.Question(
      parts: parts.map { DrawMemory.Part(id: ids[$0.place], weight: $0.weight) }, distribution: spread,
      draws: plan.draws, seed: plan.seed)
  }

  /// Correlates independent deviates.
  private static func mixed(_ parts: [(row: [Double], weight: Double)], _ count: Int) -> [Double] {
    if parts.count == 1, parts[0].weight == 1 { return parts[0].row }
    var sums = [Double](repeating: 0, count: count)
    for part in parts { for draw in 0..<count { sums[draw] += part.weight * part.row[draw] } }
    return sums
  }
}

/// An uncertain input that is known: its id, and how far it lies from its typical value.
struct KnownInput {
  var id: String
  /// The standard normal deviate.
  var deviate: Double
}

/// An input that is drawn anew, or none, with the others as they are beside one.
struct Redraw {
  var id: String?
  /// What its new draws are called: they are those of no input.
  static let name = "drawn anew"
}
