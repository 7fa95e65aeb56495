extension TableCatalog {
  /// Accelerators that are on the market and compute in BF16, with the size of their memory.
  ///
  /// - Throws: ``CatalogError``.
  package func currentAccelerators() throws(CatalogError) -> [Accelerator] {
    var found: [Accelerator] = []
    for row in try tables.rows(of: "accelerators") where try row.text("availability") != "announced" {
      let accelerator = try Accelerator(row)
      if accelerator.memoryBytes != nil, accelerator.peaks["bf16"] != nil { found.append(accelerator) }
    }
    return found
  }
}
