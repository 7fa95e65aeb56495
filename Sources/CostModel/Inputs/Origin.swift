/// Where a value was published.
public struct Source: Sendable, Equatable {
  /// What the reader will find there.
  public var title: String
  /// The address, where there is one.
  public var url: String?

  /// A source by title and address.
  public init(title: String, url: String? = nil) {
    self.title = title
    self.url = url
  }
}

/// Where a value came from.
public enum Origin: Sendable {
  /// The user said so, by this option or key.
  case given(String)
  /// A file of the user's says so.
  case file(String)
  /// A row of a table.
  case table(RowReference)
  /// A judgement of ours, in words.
  case assumed(String)
}

/// A row of a table, with all that a reader needs to check it.
public struct RowReference: Sendable {
  /// The table's name, as `prices`.
  public var table: String
  /// The row's id within the table.
  public var id: String
  /// When the row was true: a year, a month or a day.
  public var asOf: String
  /// Where the row was published; empty for a judgement. Looked up when asked for.
  public var sources: [Source] { lookUpSources() }
  private let lookUpSources: @Sendable () -> [Source]
  /// Whose judgement the row is, where it is one.
  public var assumption: String?
  /// What else to know of it.
  public var note: String?

  /// A reference to one row.
  public init(
    table: String, id: String, asOf: String, sources: @escaping @autoclosure @Sendable () -> [Source],
    assumption: String? = nil, note: String? = nil
  ) {
    self.table = table
    self.id = id
    self.asOf = asOf
    lookUpSources = sources
    self.assumption = assumption
    self.note = note
  }
}

/// An input whose unit is known at run time only: what formulas keep and reports show.
public struct InputRecord: Sendable {
  /// The name that options, reports and sensitivity know it by.
  public let id: String
  /// The name for people.
  public let name: String
  /// What it counts.
  public let dimension: Dimension
  /// Where it came from.
  public let origin: Origin
  /// How it is spread.
  public let distribution: Distribution
}
