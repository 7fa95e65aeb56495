/// One choice that a stage offers.
public struct Choice: Sendable {
  /// The stable name, as `labels`.
  public let id: String
  /// What there is, the default first; empty where a row id of a table alone will do.
  public let values: [String]
  /// The table whose rows will do too.
  public let table: String?
  /// What is taken unless told otherwise.
  public let standard: String
  /// The choice in half a line, for help.
  public let help: Message

  /// A choice between values; the first is the default.
  public init(_ id: String, _ values: [String], help: Message) {
    self.id = id
    self.values = values
    table = nil
    standard = values.first ?? ""
    self.help = help
  }

  /// A choice between values, the first of which is the default, or else any row of a table.
  public init(_ id: String, _ values: [String], orRowOf table: String, help: Message) {
    self.id = id
    self.values = values
    self.table = table
    standard = values.first ?? ""
    self.help = help
  }

  /// Whether what is chosen must be one of the values.
  package var isClosed: Bool { table == nil }

  /// A choice of a row of a table.
  public init(_ id: String, rowOf table: String, standard: String, help: Message) {
    self.id = id
    values = []
    self.table = table
    self.standard = standard
    self.help = help
  }
}
