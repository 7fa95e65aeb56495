import CostModel

/// Tables of one's own: one accelerator, one region, and the few factors that the stage asks for.
struct OwnTables: Catalog {
  private func row(_ table: String, _ id: String) -> RowReference {
    RowReference(table: table, id: id, asOf: "2026-11", sources: [], assumption: "numbers of the example")
  }

  private let factors: [String: (typical: Double, low: Double, high: Double)] = [
    "reference-context": (4096, 4096, 4096), "width-to-depth-ratio": (100, 80, 130),
    "decode-memory-share": (0.9, 0.85, 0.95), "decode-bandwidth-efficiency": (0.6, 0.4, 0.8),
    "decode-compute-efficiency": (0.5, 0.3, 0.7), "scoring-mfu": (0.4, 0.3, 0.5),
    "power-draw": (0.75, 0.65, 0.85), "pue-default": (1.2, 1.1, 1.4), "wue-default": (0.4, 0.1, 1),
    "bytes-per-token": (4, 3.5, 5), "checkpoint-bytes-per-parameter": (14, 12, 16),
    "checkpoints-kept": (10, 3, 50), "checkpoints-kept-fine-tune": (2, 1, 4), "storage-months": (6, 2, 18),
    "storage-months-fine-tune": (2, 1, 6),
    "storage-usd-per-gb-month": (0.05, 0.02, 0.07),
  ]

  func accelerator(_ name: String) throws(CatalogError) -> Accelerator {
    guard name.lowercased() == "h100-sxm" else {
      throw .unknown(kind: "accelerator", name: name, table: "accelerators", known: ["h100-sxm"])
    }
    return Accelerator(
      id: "h100-sxm", name: "H100 SXM5 80GB", vendor: "NVIDIA", generation: "hopper", peaks: ["bf16": 989.4e12],
      memoryBytes: 80e9, bandwidthBytesPerSecond: 3.35e12, nodeWatts: 10_200, acceleratorsPerNode: 8,
      reference: row("accelerators", "h100-sxm"))
  }

  func region(_ name: String) throws(CatalogError) -> Region {
    func value(_ value: Double) -> Sourced { Sourced(value: value, reference: row("regions", name)) }
    return Region(id: name, name: name, electricity: value(0.08), carbon: value(380), water: value(3))
  }

  func factor(_ id: String) throws(CatalogError) -> Factor {
    guard let found = factors[id] else {
      throw .unknown(kind: "factor", name: id, table: "factors", known: factors.keys.sorted())
    }
    return Factor(
      name: id, value: Ranged(found.typical, low: found.low, high: found.high), unit: nil,
      reference: row("factors", id))
  }

  func efficiency(firstOf ids: [String]) throws(CatalogError) -> Efficiency? {
    Efficiency(mfu: Ranged(0.35, low: 0.25, high: 0.45), runs: 1, reference: row("efficiency", ids[0]))
  }

  func stageEfficiency(_ kind: StageEfficiency.Kind) throws(CatalogError) -> StageEfficiency {
    StageEfficiency(
      reference: 0.3, perDecade: 1, spread: 1.4, overhead: nil, row: row("stage-efficiency", kind.rawValue))
  }

  func marketPrice(
    accelerator: String, commitment: Commitment, tier: ProviderTier?
  ) throws(CatalogError) -> MarketPrice? {
    MarketPrice(rate: Ranged(3, low: 2, high: 5), reference: row("market", accelerator))
  }

  // The stage asks for nothing of these.
  func factor(_ id: String, in table: String) throws(CatalogError) -> Factor? { nil }
  func ids(in table: String) throws(CatalogError) -> [String] { [] }
  func tokenPrice(_ id: String) throws(CatalogError) -> TokenPriceRow {
    throw .unknown(kind: "model", name: id, table: "token-prices", known: [])
  }
  func prices(accelerator: String) throws(CatalogError) -> [Price] { [] }
  func prices() throws(CatalogError) -> [Price] { [] }
}
