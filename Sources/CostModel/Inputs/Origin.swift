/// Where a value was published.
package struct Source: Sendable, Equatable {
  /// What the reader will find there.
  package var title: String
  /// The address, where there is one.
  package var url: String?

  /// A source by title and address.
  package init(title: String, url: String? = nil) {
    self.title = title
    self.url = url
  }
}

/// Where a value came from.
package enum Origin: Sendable {
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
package struct RowReference: Sendable {
  /// The table's name, as `prices`.
  package var table: String
  /// The row's id within the table.
  package var id: String
  /// When the row was true: a year, a month or a day.
  package var asOf: String
  /// Where the row was published; empty for a judgement. Looked up when asked for.
  package var sources: [Source] { lookUpSources() }
  private let lookUpSources: @Sendable () -> [Source]
  /// Whose judgement the row is, where it is one.
  package var assumption: String?
  /// What else to know of it.
  package var note: String?

  /// A reference to one row.
  package init(
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

/// References are the same where they are to the same row, as it was at the same time.
extension RowReference: Hashable {
  package static func == (left: RowReference, right: RowReference) -> Bool {
    (left.table, left.id, left.asOf) == (right.table, right.id, right.asOf)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(table)
    hasher.combine(id)
  }
}

/// An input whose unit is known at run time only: what formulas keep and reports show.
package struct InputRecord: Sendable {
  /// The name that options, reports and sensitivity know it by.
  package let id: String
  /// The name for people.
  package let name: String
  /// What it counts.
  package let dimension: Dimension
  /// Where it came from.
  package let origin: Origin
  /// How it is spread.
  package let distribution: Distribution
}
