import CostModel

/// A table of a page: a caption, a header, and rows that begin with what they are about.
struct DataTable: Sendable {
  /// A column.
  struct Column: Sendable {
    var name: String
    var isNumeric = false
    /// Whether its numbers may stand on two lines, as those of ranges beside long sources.
    var wraps = false
  }

  var caption: String
  var columns: [Column]
  var rows: [[Markup]]
  /// A line below the table.
  var remarks: [String] = []

  init(_ caption: String, columns: [Column], rows: [[Markup]]) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }

  /// A table of the terminal: its first row is the header, and columns that are empty throughout are left out.
  init(_ caption: String, _ table: TextTable) {
    let header = table.rows.first ?? []
    let body = table.rows.dropFirst()
    let kept = table.alignments.indices.filter { column in
      table.rows.contains { column < $0.count && !$0[column].isEmpty }
    }
    self.caption = caption
    columns = kept.map { column in
      Column(name: column < header.count ? header[column] : "", isNumeric: table.alignments[column] == .right)
    }
    rows = body.map { row in kept.map { .text($0 < row.count ? row[$0] : "") } }
  }

  /// The table, in a frame that scrolls by itself where the page is narrow.
  var markup: Markup {
    let head = columns.map { column in
      Markup.element(column.name.isEmpty ? .td : .th, attributes(column, scope: "col"), [.text(column.name)])
    }
    let body = rows.map { row in
      Markup.element(
        .tr, [],
        zip(columns, row).enumerated().map { place, cell in
          place == 0
            ? .element(.th, [Attribute("scope", "row")], [cell.1])
            : .element(.td, attributes(cell.0, scope: nil), [cell.1])
        })
    }
    let table = Markup.element(
      .table, [],
      [
        .element(.caption, [], [.element(.span, [], [.text(caption)])]),
        .element(.thead, [], [.element(.tr, [], head)]),
        .element(.tbody, [], body),
      ])
    // A region that scrolls takes the focus, so that the keyboard can scroll it.
    return .group(
      [
        .element(
          .div,
          [
            .class("scroll"), Attribute("tabindex", "0"), Attribute("role", "region"), Attribute("aria-label", caption),
          ],
          [table])
      ] + remarks.map { .element(.p, [.class("remark")], [.text($0)]) })
  }

  /// Adds a column of sources, where there are any.
  mutating func add(_ sources: [[Source]]) {
    guard sources.count == rows.count, sources.contains(where: { !$0.isEmpty }) else { return }
    columns.append(Column(name: "source"))
    for index in rows.indices {
      let links = sources[index].map { Markup.link($0.title, to: $0.url) }
      rows[index].append(.element(.span, [.class("wide")], [.joined(links, by: .element(.br, [], []))]))
    }
  }

  private func attributes(_ column: Column, scope: String?) -> [Attribute] {
    (column.wraps ? [.class("number two")] : column.isNumeric ? [.class("number")] : [])
      + (scope == nil || column.name.isEmpty ? [] : [Attribute("scope", scope ?? "")])
  }
}
