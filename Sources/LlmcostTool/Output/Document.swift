import CostModel
import TextFormats

/// What a command has to say, before a format is chosen: results, tables and charts for people, records and a tree for
/// machines.
struct Document {
  /// For whom sections are.
  enum Audience { case terminal, page }

  /// A result at the head of a page.
  struct Fact {
    var name: String
    var value: Cell
    /// Its range, or a remark on it.
    var range = Cell.empty
    /// The stable name of the result that it is, where it is one.
    var key: String?
    /// Units of another currency for one USD, where it is the same result in that.
    var perDollar: Double?
    /// With what confidence the result stays below it, where it is such an amount.
    var confidence: Double?

    init(_ name: String, _ value: Cell, _ range: Cell = .empty) {
      (self.name, self.value, self.range) = (name, value, range)
    }

    init(_ name: String, _ spread: Spread, _ shown: Shown) {
      self.init(name, .value(spread.typical, shown), .range(spread, shown))
    }
  }

  /// What is said of the whole, such as what it leaves out.
  struct Remark {
    /// The stable name in JSON.
    var key: String
    var name: String
    var text: String
  }

  /// A part under a heading of its own: a chart and the tables behind it.
  struct Section {
    var id: String
    var heading: String
    var chart: Chart?
    /// The chart in characters.
    var drawing: [String] = []
    var tables: [Table]
    /// Whether a page folds it away.
    var isDetail = false
    /// Whether paper has the chart beside the table.
    var isCompact = false

    init(_ id: String, _ heading: String, _ chart: Chart? = nil, _ tables: Table...) {
      (self.id, self.heading, self.chart, self.tables) = (id, heading, chart, tables)
    }

    /// A small chart and table that paper has beside each other.
    static func compact(_ id: String, _ heading: String, _ chart: Chart?, _ table: Table) -> Section {
      var section = Section(id, heading, chart, table)
      section.isCompact = true
      return section
    }
  }

  /// Why a result that has a name has no value.
  struct Absence {
    /// What the names begin with; all of them where it is empty.
    var names: [String] = []
    var reason: String
    var hint: String
    var status = ToolStatus.usage
  }

  /// What JSON has.
  enum Tree {
    /// Members behind the version of the schema and the command.
    case members(() -> [JSONMember])
    /// A value of its own.
    case value(() -> JSONDocument)
    /// The records.
    case records
  }

  /// The word behind `llmcost`.
  var command: String
  /// The headline, and further lines below it.
  var title: [String]
  /// What it is, below the headline; formats of rows alone say it among the notes.
  var about: [Remark] = []
  var facts: [Fact] = []
  /// Whether terminals show the facts too.
  var showsFacts = false
  var sections: (Audience) -> [Section] = { _ in [] }
  /// The sheets of a workbook; nil for those of the tables of a page.
  var sheets: (() -> [Sheet])?
  var records = Records()
  /// Whether its tables have the columns chosen too.
  var hasChosenColumns = false
  /// The record that one bare value is taken from; nil where none is chosen.
  var answer: Int? = 0
  /// Bare values under their names, where they are others than those of a record.
  var values: [JSONMember]?
  /// What people read besides the facts and the tables of its page, with the stable names of the same.
  var otherLabels: [(label: String, name: String)] = []
  var absences: [Absence] = []
  var tree = Tree.records
  /// Every formula and source, where they are asked for, and the formats that show them.
  var explanation: ((Style) -> [String])?
  var explainingFormats = ["table", "json", "html"]
  /// Whether the explanation stands below the tables, and not in their place.
  var keepsTables = false
  /// What to know of it.
  var notes: [String] = []
  /// Whether its page has the notes among the details.
  var foldsNotes = false
  /// Gates that it does not pass.
  var failures: [String] = []
  /// The answer in a sentence, at the head of its page.
  var sentence: String?
  /// What its page can be played with; nil where nothing moves without the program.
  var play: Play?

  init(_ command: String, title: String) {
    self.command = command
    self.title = title.split(separator: "\n").map(String.init)
  }

  /// The version of the schema of JSON; it rises when a member changes its meaning.
  static let schemaVersion = 1.0

  /// What is said of the whole, as a table.
  var remarks: Table { Table("", ["", ""], about.map { [.text($0.name), .text($0.text)] }) }

  /// The whole of it as JSON.
  var json: JSONDocument {
    switch tree {
    case .records: return records.json()
    case .value(let value): return value()
    case .members(let members):
      return .object(
        [("schemaVersion", .number(Self.schemaVersion)), ("command", .string(command))]
          + (about.isEmpty ? [] : [("about", .object(about.map { ($0.key, .string($0.text)) }))]) + members()
          + [("notes", .array(notes.map(JSONDocument.string)))])
    }
  }

  /// What people read, with the stable names of the same.
  private var labels: [(label: String, name: String)] {
    otherLabels
      + facts.filter { $0.confidence == nil }.compactMap { fact in fact.key.map { (fact.name, $0) } }
      + sections(.page).flatMap(\.tables).flatMap(\.rows).compactMap { row in
        guard case .text(let label)? = row.cells.first else { return nil }
        for case .code(let name) in row.cells { return (label, name) }
        return nil
      }
  }

  /// One bare value: a column of the records, or a path into the JSON; nil where there is no record.
  func value(at path: String) throws(Failure) -> JSONDocument? {
    if let value = values?.first(where: { $0.0 == path }) { return value.1 }
    guard values == nil, records.columns.contains(path) else {
      let json = json
      for prefix in ["", "summary.", "bill."] { if let value = json[path: prefix + path] { return value } }
      throw (values.map { Records([$0]) } ?? records).unknown(path, option: "--get", labels: labels)
    }
    let absence = absences.first { $0.names.isEmpty || $0.names.contains { path.hasPrefix($0) } }
    if let answer {
      let cells = records.cells([path])
      guard cells.indices.contains(answer) else { return nil }
      let value = cells[answer][0]
      guard case .null = value, let absence else { return value }
      throw Failure(absence, of: path)
    }
    guard let absence else { return nil }
    throw Failure(absence, of: path)
  }
}

extension Failure {
  fileprivate init(_ absence: Document.Absence, of name: String) {
    let reason = absence.reason.split(separator: "*", omittingEmptySubsequences: false).joined(separator: name)
    self.init("--get: \(reason)", hint: absence.hint, status: absence.status)
  }
}
