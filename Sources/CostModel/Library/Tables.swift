/// The tables that estimates draw on: accelerators, prices, grids, published runs.
public struct Tables: Sendable {
  package let catalog: TableCatalog

  package init(_ set: TableSet) { catalog = TableCatalog(set) }

  /// The tables of this package.
  public static let builtIn = Tables(TableSet())

  /// These tables under rows of one's own, which replace or add to rows of the same id.
  ///
  /// - Parameters:
  ///   - rows: A table as JSON: `{"table": "market", "rows": [{"id": …}]}`.
  ///   - name: What errors call it.
  /// - Returns: The tables with the rows laid over them.
  /// - Throws: ``CatalogError/malformed(file:row:field:problem:)`` that names row and field.
  public func overlaid(by rows: some Sequence<UInt8>, named name: String = "rows") throws(CatalogError) -> Tables {
    let overlay = try Overlay(file: name, bytes: Array(rows))
    return Tables(TableSet(overlays: catalog.tables.overlays + [overlay]))
  }

  /// These tables under rows of one's own, as text.
  ///
  /// - Throws: ``CatalogError/malformed(file:row:field:problem:)`` that names row and field.
  public func overlaid(by rows: String, named name: String = "rows") throws(CatalogError) -> Tables {
    try overlaid(by: rows.utf8, named: name)
  }
}
