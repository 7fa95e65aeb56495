package import CostModel
import TextFormats

extension PriceImport {
  /// The prices as an overlay file of the table `prices`.
  package var overlay: String {
    var ids: Set<String> = []
    ids.reserveCapacity(prices.count)
    let key = "\(format.lowercased())-\(provider)"
    let head = "\"provider\": \(Self.quoted(provider)), \"accelerator\": "
    let tail = "\"asOf\": \(Self.quoted(asOf)), \"source\": \(Self.quoted(Self.identifier(key)))"
    var text = """
      {
      "table": "prices",
      "sources": {
      \(Self.quoted(Self.identifier(key))): {"title": \(Self.quoted(source.title)), "url": \(Self.quoted(source.url ?? ""))}
      },
      "rows": [

      """
    text.reserveCapacity(prices.count * 384)
    for (index, price) in prices.enumerated() {
      var id = Self.identifier(
        [provider, price.accelerator, price.instance, price.commitment.rawValue, price.region, asOf]
          .joined(separator: "-"))
      var copies = 1
      let name = id
      while !ids.insert(id).inserted {
        copies += 1
        id = "\(name)-\(copies)"
      }
      text += index == 0 ? "" : ",\n"
      text += "{\"id\": \"\(id)\", \(head)\"\(price.accelerator)\", \"instance\": \(Self.quoted(price.instance)), "
      text += "\"acceleratorsPerInstance\": \(JSONDocument.numberText(price.accelerators)), "
      text += "\"commitment\": \"\(price.commitment.rawValue)\", "
      text += "\"usdPerAcceleratorHour\": \(Self.rounded(price.rate)), "
      text += "\"region\": \(Self.quoted(price.region)), \(tail)"
      if let assumption = price.assumption { text += ", \"assumption\": \(Self.quoted(assumption))" }
      text += "}"
    }
    return text + "\n]\n}\n"
  }

  /// Six significant digits: a catalog's own, without the traces of the division.
  private static func rounded(_ rate: Double) -> String {
    JSONDocument.numberText(Double(Notation.digits(rate, 6)) ?? rate)
  }

  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
    return isPlain ? "\"" + text + "\"" : JSONDocument.string(text).text()
  }

  /// Letters of lower case, digits, dots and dashes: what is typed without thinking.
  private static func identifier(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.lowercased().utf8 {
      let isPlain =
        (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
        || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
        || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
      if isPlain { bytes.append(byte) } else if bytes.last != UInt8(ascii: "-") { bytes.append(UInt8(ascii: "-")) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Overlay {
  /// The rows of an overlay of the table `prices`, for use without the table.
  ///
  /// - Throws: ``CatalogError`` for another table, a row that does not read, and an unknown accelerator.
  package func prices(in catalog: TableCatalog) throws(CatalogError) -> [Price] {
    guard table == "prices" else {
      throw .malformed(file: file, row: nil, field: "table", problem: "rows of prices are expected, not of \(table)")
    }
    var prices: [Price] = []
    var known: [String: String] = [:]
    var errors = CatalogErrors()
    for row in rows {
      guard var price = errors.gather({ () throws(CatalogError) in try Price(row) }) else { continue }
      if known[price.accelerator] == nil {
        do { known[price.accelerator] = try catalog.accelerator(price.accelerator).id } catch {
          guard case .unknown = error else { throw error }
          errors.add(row.failure("accelerator", "'\(price.accelerator)' is not in accelerators"))
        }
      }
      price.accelerator = known[price.accelerator] ?? price.accelerator
      prices.append(price)
    }
    try errors.check(file: file)
    guard !prices.isEmpty else { throw .malformed(file: file, row: nil, field: "rows", problem: "there are no rows") }
    return prices
  }
}
