import CostModel

/// A file of prices: a catalog of the clouds, or rows of the price table.
enum PriceFile {
  /// A catalog as SkyPilot and gpuhunt publish it.
  case catalog(PriceImport)
  /// Rows of the table `prices`, as an overlay has them.
  case rows([Price])

  /// Whether a date is in a month to come; the months of a bare year are not told apart.
  static func liesAhead(_ date: String, of today: String) -> Bool {
    guard let month = CalendarMonth(date), let now = CalendarMonth(today) else { return false }
    return month > now && !today.hasPrefix(date)
  }

  /// Reads a file of either kind; a catalog piece by piece.
  ///
  /// - Parameters:
  ///   - path: The file; `-` is standard input.
  ///   - provider: Whose prices a catalog has; nil for what its path tells.
  ///   - likelyProvider: Whose prices a catalog has where its folder does not tell.
  ///   - unknownProvider: What to call the provider of a catalog where nothing tells; nil to refuse it.
  ///   - asOf: When the prices of a catalog were true; nil for this month.
  ///   - catalog: Where accelerators are looked up.
  ///   - world: Where the file is.
  /// - Returns: What the file holds.
  /// - Throws: ``Failure`` for a file that is missing or malformed.
  static func read(
    _ path: String, provider: String? = nil, likelyProvider: String? = nil, unknownProvider: String? = nil,
    asOf: String?, catalog: TableCatalog,
    in world: any World
  ) throws(Failure) -> PriceFile {
    var importer: CatalogImporter
    do {
      importer = try CatalogImporter(
        file: path, provider: provider, likelyProvider: likelyProvider, unknownProvider: unknownProvider,
        asOf: asOf ?? String(world.today.prefix(7)),
        catalog: catalog)
    } catch { throw Failure(error) }
    var json: [UInt8]?
    var isFirst = true
    var failure: CatalogError?
    do throws(FileError) {
      try world.readFile(path) { piece in
        if isFirst, let start = piece.first(where: { ![0x20, 0x0A, 0x0D, 0x09, 0xEF, 0xBB, 0xBF].contains($0) }) {
          isFirst = false
          if start == UInt8(ascii: "{") || start == UInt8(ascii: "[") { json = [] }
        }
        if json != nil {
          json?.append(contentsOf: piece)
          return true
        }
        do throws(CatalogError) { try importer.read(piece) } catch {
          failure = error
          return false
        }
        return true
      }
    } catch {
      throw Failure(error)
    }
    do throws(CatalogError) {
      if let failure { throw failure }
      if let json {
        let rows = try Overlay(file: path, bytes: json).prices(in: catalog)
        if let row = rows.first(where: { Self.liesAhead($0.reference.asOf, of: world.today) }) {
          throw .malformed(
            file: path, row: row.reference.id, field: "asOf",
            problem: "'\(row.reference.asOf)' lies ahead: today is \(world.today)")
        }
        return .rows(rows)
      }
      return .catalog(try importer.finish())
    } catch {
      throw Failure(
        error,
        hint:
          "expected is a SkyPilot vms.csv, a gpuhunt CSV or rows of the price table, unpacked: llmcost tables --help")
    }
  }
}
