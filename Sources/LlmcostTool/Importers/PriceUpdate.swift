package import CostModel
import TextFormats

/// A file of price rows with newer prices merged in: the same offer of the same day is replaced, an older one stays as
/// history under its date.
package struct PriceUpdate: Sendable {
  /// One offer whose price changed.
  package struct Change: Sendable, Equatable {
    /// Provider, instance, region and commitment.
    package let offer: String
    /// USD per accelerator-hour before and now.
    package let before, now: Double
  }

  /// Offers that the file did not have.
  package private(set) var added = 0
  /// Offers with another price than the newest known.
  package private(set) var changes: [Change] = []
  /// Offers with the price that was known.
  package private(set) var unchanged = 0
  /// Offers of the providers that are not in the newer prices; they stay.
  package private(set) var missing = 0

  private var head: [JSONValue.Member]
  private var sources: [JSONValue.Member]
  private var rows: [TableRow]

  /// A file of the table `prices`, or none yet.
  ///
  /// - Throws: ``CatalogError`` for a file that is no such table.
  package init(bytes: [UInt8]?, file: String) throws(CatalogError) {
    head = [JSONValue.Member(name: "table", value: JSONValue(content: .string("prices"), offset: 0))]
    (sources, rows) = ([], [])
    guard let bytes else { return }
    let overlay = try Overlay(file: file, bytes: bytes)
    guard overlay.table == "prices" else {
      throw .malformed(
        file: file, row: nil, field: "table", problem: "rows of prices are expected, not of \(overlay.table)")
    }
    rows = overlay.rows
    do {
      let members = try JSONReader.read(bytes).members ?? []
      head = members.filter { !["sources", "rows"].contains($0.name) }
      sources = members.first { $0.name == "sources" }?.value.members ?? []
    } catch {
      throw .malformed(file: "\(file):\(error.line):\(error.column)", row: nil, field: nil, problem: error.message)
    }
  }

  /// Merges the prices of a catalog in.
  package mutating func merge(_ prices: PriceImport) throws(CatalogError) {
    let newer = try Overlay(file: prices.file, bytes: Array(prices.overlay.utf8))
    for (key, source) in newer.rows.first?.sources.own ?? [:] where !sources.contains(where: { $0.name == key }) {
      var members = [JSONValue.Member(name: "title", value: JSONValue(content: .string(source.title), offset: 0))]
      if let url = source.url {
        members.append(JSONValue.Member(name: "url", value: JSONValue(content: .string(url), offset: 0)))
      }
      sources.append(JSONValue.Member(name: key, value: JSONValue(content: .object(members), offset: 0)))
    }
    var places: [String: [Int]] = [:]
    var ids: Set<String> = []
    for (place, row) in rows.enumerated() {
      places[try Self.offer(row), default: []].append(place)
      ids.insert(row.id)
    }
    var seen: Set<String> = []
    for row in newer.rows {
      let offer = try Self.offer(row)
      seen.insert(offer)
      let known = places[offer] ?? []
      let date = try Self.date(row)
      var (newest, same): (Int?, Int?) = (nil, nil)
      for place in known {
        let day = try Self.date(rows[place])
        if day == date { same = place }
        if try newest.map({ place throws(CatalogError) in try Self.date(rows[place]) < day }) ?? true { newest = place }
      }
      try note(row, offer, newest.map { rows[$0] })
      if let same {
        rows[same] = row
      } else if !ids.insert(row.id).inserted {
        throw row.failure("id", "belongs to another offer of the file already")
      } else {
        places[offer, default: []].append(rows.count)
        rows.append(row)
      }
    }
    missing += places.keys.filter { $0.hasPrefix(prices.provider + " ") && !seen.contains($0) }.count
  }

  private mutating func note(_ row: TableRow, _ offer: String, _ known: TableRow?) throws(CatalogError) {
    guard let known else {
      added += 1
      return
    }
    let (before, now) = (try known.required("usdPerAcceleratorHour"), try row.required("usdPerAcceleratorHour"))
    if (now / before - 1).magnitude < 0.001 {
      unchanged += 1
    } else {
      changes.append(Change(offer: offer, before: before, now: now))
    }
  }

  private static func offer(_ row: TableRow) throws(CatalogError) -> String {
    let parts = [
      try row.requiredText("provider"), try row.requiredText("accelerator"), try row.text("instance") ?? "",
      try row.requiredText("region"), try row.requiredText("commitment"),
    ]
    return parts.joined(separator: " ").lowercased()
  }

  private static func date(_ row: TableRow) throws(CatalogError) -> String { try row.requiredText("asOf") }

  /// The file, one row on a line.
  package var text: String {
    func lines(_ members: [JSONValue.Member]) -> String {
      members.map { "\(JSONDocument.string($0.name).text()): \(JSONDocument($0.value).spacedText())" }
        .joined(separator: ",\n")
    }
    let rows = rows.map { JSONDocument($0.value).spacedText() }.joined(separator: ",\n")
    return "{\n\(lines(head)),\n\"sources\": {\n\(lines(sources))\n},\n\"rows\": [\n\(rows)\n]\n}\n"
  }

  /// What changed, in lines: counts, and the steps of more than a half either way.
  package var summary: [String] {
    var lines = [
      "\(added) added, \(changes.count) changed, \(unchanged) unchanged, \(missing) no longer listed; "
        + "older prices stay under their dates"
    ]
    for change in changes where change.now / change.before > 1.5 || change.before / change.now > 1.5 {
      lines.append(
        "\(change.offer): \(JSONDocument.numberText(change.before)) before, \(JSONDocument.numberText(change.now)) now")
    }
    return lines
  }
}
