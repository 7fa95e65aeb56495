/// Results as rows that follow from assumptions by arithmetic, so that a spreadsheet computes them again.
package struct Calculation: Sendable {
  /// What a row follows from.
  package enum Basis: Sendable {
    /// Nothing: it is an assumption, known by its id, with its range and where it came from.
    case input(id: String, Spread, Origin)
    /// Arithmetic over other rows, in the notation of spreadsheets.
    case formula([Report.Piece])
    /// A search or a choice, which no formula repeats.
    case search
  }

  /// What of the results a change of an assumption changes.
  package enum Reach: Sendable {
    /// All that it decides.
    case whole
    /// What follows by arithmetic; what a search makes of it stays.
    case part
    /// Nothing: it decides searches alone.
    case none
  }

  /// One row.
  package struct Row: Sendable {
    /// The name for people.
    package let name: String
    /// What it counts.
    package let dimension: Dimension
    /// With every input at its typical value, in base units.
    package let value: Double
    /// What it follows from.
    package let basis: Basis
    /// What a change of it changes, where it is an assumption.
    package var reach = Reach.whole
  }

  /// The rows; each follows from earlier ones, and assumptions of searches alone come last.
  package let rows: [Row]
  /// The rows of the results asked for, by their places.
  package let results: [Int]

  init(of results: [Node]) {
    var walk = CalculationWalk(results)
    self.results = results.map { walk.visit($0) }
    walk.addSearched()
    rows = walk.rows
  }
}

private struct CalculationWalk: FormulaWalk {
  static let signs = FormulaSigns.spreadsheet
  private(set) var rows: [Calculation.Row] = []
  private let tape: Tape
  private let values: [Double]
  /// The rows of nodes, by the places of their values: inputs that are one have one row.
  private var places: [Int: Int] = [:]
  /// What searches depend on.
  private var searched: [Node] = []
  private var isSearched: Set<ObjectIdentifier> = []

  init(_ results: [Node]) {
    tape = Tape(roots: results)
    values = tape.typicalValues()
  }

  func isLine(_ node: Node) -> Bool {
    if case .function = node.operation { return true }
    return node.isLine
  }

  mutating func visit(_ node: Node) -> Int {
    let slot = tape.slot(of: node) ?? 0
    if let place = places[slot] { return place }
    var name = node.label?.name ?? ""
    let basis: Calculation.Basis
    switch node.operation {
    case .input(let record):
      name = record.name
      basis = .input(id: record.id, record.distribution.spread, record.origin)
    case .function(let function):
      if name.isEmpty { name = function.name }
      basis = .search
      for operand in node.operands { search(operand) }
    default: basis = .formula(pieces(of: node))
    }
    places[slot] = rows.count
    rows.append(Calculation.Row(name: name, dimension: node.dimension, value: values[slot], basis: basis))
    return rows.count - 1
  }

  private mutating func search(_ node: Node) {
    guard isSearched.insert(ObjectIdentifier(node)).inserted else { return }
    if case .input = node.operation { searched.append(node) }
    for operand in node.operands { search(operand) }
  }

  /// Marks the assumptions that searches depend on.
  mutating func addSearched() {
    for node in searched {
      let count = rows.count
      let place = visit(node)
      if place == count { rows[place].reach = .none } else if rows[place].reach == .whole { rows[place].reach = .part }
    }
  }
}
