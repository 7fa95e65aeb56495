/// A table for people: a header, and rows that begin with what they are about.
struct Table: Sendable {
  /// A column: words, numbers, or ranges of numbers.
  struct Column: Sendable, ExpressibleByStringLiteral {
    enum Kind { case words, number, range }
    var name: String
    var kind = Kind.words
    /// Whether it is the answer: in a narrow terminal the others go before it.
    var isNeeded = false

    init(_ name: String, _ kind: Kind = .words) { (self.name, self.kind) = (name, kind) }
    init(stringLiteral name: String) { self.name = name }

    static func number(_ name: String) -> Column { Column(name, .number) }
    static let range = Column("p10 – p90", .range)

    /// The column as one that stays where others give way.
    var needed: Column {
      var column = self
      column.isNeeded = true
      return column
    }
  }

  struct Row: Sendable {
    var cells: [Cell]
    /// Whether it stands out.
    var isStrong = false
    /// The heading of the group of rows that it begins, which may be empty; nil within a group.
    var group: String?
  }

  var caption: String
  var columns: [Column]
  var rows: [Row] = []
  /// Whether columns that find no room go on below, each row with what it is about, rather than being left out.
  var goesOnBelow = false
  /// Lines below the table.
  var remarks: [String] = []

  init(_ caption: String, _ columns: [Column], _ rows: [[Cell]] = []) {
    self.caption = caption
    self.columns = columns
    for row in rows { add(row) }
  }

  mutating func add(_ cells: [Cell], isStrong: Bool = false, group: String? = nil) {
    let missing = columns.count - cells.count
    rows.append(Row(cells: cells + Array(repeating: .empty, count: max(0, missing)), isStrong: isStrong, group: group))
  }

  mutating func add(_ cells: Cell...) { add(cells) }

  /// The places of columns that say anything, drawings included or not.
  func filled(withDrawings: Bool) -> [Int] {
    columns.indices.filter { column in
      column == 0
        || rows.contains { !$0.cells[column].isEmpty && (withDrawings || !$0.cells[column].isDrawing) }
    }
  }
}
