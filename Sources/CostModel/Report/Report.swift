/// An evaluated estimate as a tree: each line a value with its range, its formula and the lines it is made of.
package struct Report: Sendable {
  /// A piece of a formula as it is read out.
  package enum Piece: Sendable, Equatable {
    /// An operator, a bracket or a number of the formula itself.
    case text(String)
    /// Another line, by its place in `Report.lines`.
    case line(Int)
  }

  /// Where a line's value comes from.
  package enum Basis: Sendable {
    /// An input.
    case input(Origin)
    /// A formula over other lines.
    case formula([Piece])
  }

  /// One line.
  package struct Line: Sendable {
    /// The result that it is, under its stable name; nil for a step on the way.
    package var result: ResultKey?
    /// The stable name, where it has one.
    package var key: String? { result?.key }
    /// The name for people.
    package var name: String
    /// What it counts.
    package var dimension: Dimension
    /// The value and its range.
    package var value: Spread
    /// Input or formula.
    package var basis: Basis
    /// What it means.
    package var note: String?
    /// Where its formula was published.
    package var sources: [Source]
    /// Whether a function finds it that is no arithmetic.
    package var isSearched = false
    /// Whether it is an input.
    var isInput: Bool {
      if case .input = basis { true } else { false }
    }

    /// The lines its formula uses, by their place in `Report.lines`, each once.
    package var parts: [Int]
  }

  /// Which lines get a range; typical values all have.
  package enum Ranges: Sendable {
    /// Every line.
    case everyLine
    /// The results alone, which takes half the time.
    case results
    /// The results and the inputs.
    case shownLines
    /// The results of some stable names.
    case only(Set<String>)
  }

  /// All lines; parts come before what they are part of.
  package var lines: [Line]
  /// The results asked for, by their place in ``lines``.
  package var results: [Int]

  /// The result of a stable name.
  package func result(_ key: String) -> Line? {
    results.first { lines[$0].key == key }.map { lines[$0] }
  }
}

/// Collects results and evaluates them together, so that shared inputs share their draws.
struct ReportBuilder {
  private var roots: [(node: Node, key: ResultKey?)] = []

  mutating func add(_ node: Node, as key: ResultKey?) { roots.append((node, key)) }

  /// Adds a result under the name of its label, if it has one.
  mutating func add<Measure: Unit>(_ result: Expression<Measure>) {
    add(result.node, as: result.node.label?.key.map { ResultKey($0) })
  }

  /// Adds a result under its declared name.
  mutating func add<Measure: Unit>(_ result: Expression<Measure>, as name: some ResultName) {
    add(result.node, as: name.result)
  }

  var nodes: [Node] { roots.map(\.node) }

  /// The results that have a stable name.
  var keyedNodes: [(node: Node, key: ResultKey)] { roots.compactMap { root in root.key.map { (root.node, $0) } } }

  func root(_ key: String) -> Node? { roots.first { $0.key?.key == key }?.node }

  func report(_ plan: SamplingPlan, rangesOf ranges: Report.Ranges = .everyLine) -> Report {
    let tape = Tape(roots: nodes)
    var walk = ReportWalk()
    let results = roots.map { walk.visit($0.node) }
    let slots = walk.nodes.map { tape.slot(of: $0) ?? 0 }
    var lines = walk.lines
    for (place, root) in zip(results, roots) { lines[place].result = root.key }
    for (index, typical) in tape.spreads(of: slots, plan: SamplingPlan(draws: 0)).enumerated() {
      lines[index].value = typical
    }
    let shown = Set(results)
    let sampled =
      switch ranges {
      case .results: results
      case .only(let keys): results.filter { lines[$0].key.map(keys.contains) ?? false }
      case .everyLine: Array(lines.indices)
      case .shownLines: lines.indices.filter { shown.contains($0) || lines[$0].isInput }
      }
    for (index, spread) in zip(sampled, tape.spreads(of: sampled.map { slots[$0] }, plan: plan)) {
      lines[index].value = spread
    }
    return Report(lines: lines, results: results)
  }
}

/// Turns nodes into lines, folding unnamed steps into the formula of the line above them.
private struct ReportWalk: FormulaWalk {
  static let signs = FormulaSigns.prose
  private(set) var lines: [Report.Line] = []
  private(set) var nodes: [Node] = []
  private var places: [ObjectIdentifier: Int] = [:]
  private var inputPlaces: [String: [(place: Int, distribution: Distribution)]] = [:]

  init() {
    lines.reserveCapacity(64)
    nodes.reserveCapacity(64)
    places.reserveCapacity(64)
    inputPlaces.reserveCapacity(32)
  }

  mutating func visit(_ node: Node) -> Int {
    if let place = places[ObjectIdentifier(node)] { return place }
    var basis = Report.Basis.formula([])
    var parts: [Int] = []
    var name = node.label?.name ?? ""
    if case .input(let record) = node.operation {
      if node.label == nil,
        let known = inputPlaces[record.id]?.first(where: { $0.distribution == record.distribution })
      {
        return known.place
      }
      basis = .input(record.origin)
      if node.label == nil { name = record.name }
    } else {
      let pieces = pieces(of: node)
      basis = .formula(pieces)
      for case .line(let part) in pieces where !parts.contains(part) { parts.append(part) }
    }
    let place = lines.count
    lines.append(
      Report.Line(
        result: nil, name: name, dimension: node.dimension, value: Spread(typical: 0), basis: basis,
        note: node.label?.note, sources: node.label?.sources ?? [], parts: parts))
    if case .function = node.operation { lines[place].isSearched = true }
    nodes.append(node)
    places[ObjectIdentifier(node)] = place
    if node.label == nil, case .input(let record) = node.operation {
      inputPlaces[record.id, default: []].append((place, record.distribution))
    }
    return place
  }
}

extension Report {
  /// The report of a single result: its value, its range and how it comes about.
  package init<Measure: Unit>(of result: Expression<Measure>, plan: SamplingPlan) {
    var builder = ReportBuilder()
    builder.add(result)
    self = builder.report(plan)
  }
}
