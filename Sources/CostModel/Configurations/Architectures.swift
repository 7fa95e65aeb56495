extension TableCatalog {
  /// The architecture of that id or alias, from the table of presets.
  ///
  /// - Throws: ``CatalogError``; a broken row is told with the path of the field.
  package func architecture(_ name: String) throws(CatalogError) -> (name: String, model: ModelConfiguration) {
    let row = try row(name, in: "architectures", kind: "model")
    return (row.id, try ModelConfiguration(row, tables: tables))
  }

  /// The same for estimates: with its origin, and what was taken for granted.
  ///
  /// - Throws: ``CatalogError``.
  package func knownModel(_ name: String) throws(CatalogError) -> (model: KnownModel, warnings: [String]) {
    try remembered(.architecture, name) { () throws(CatalogError) in
      let row = try row(name, in: "architectures", kind: "model")
      let configuration = try ModelConfiguration(row, tables: tables)
      let known = KnownModel(
        name: row.id, architecture: configuration.architecture, origin: .table(try row.reference()))
      return (known, configuration.warnings)
    }
  }
}

extension ModelConfiguration {
  init(_ row: TableRow, tables: TableSet) throws(CatalogError) {
    guard let config = row.member("config") else { throw row.failure("config", "is missing") }
    do {
      self = try Self.read(config, path: "", tables: tables)
    } catch {
      if case .field(let path, let problem) = error { throw row.failure("config." + path, problem) }
      throw row.failure("config", error.message)
    }
  }
}
