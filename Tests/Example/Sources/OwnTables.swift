import CostModel

/// Tables of one's own: one accelerator, one region, and the few factors that the stage asks for.
struct OwnTables: Catalog {
  private func row(_ table: String, _ id: String) -> RowReference {
    RowReference(table: table, id: id, asOf: "2026-11", sources: [], assumption: "numbers of the example")
  }

  private let factors: [String: (typical: Double, low: Double, high: Double)] = [
    "reference-context": (4096, 4096, 4096), "width-to-depth-ratio": (100, 80, 130),
    "decode-memory-share": (0.9, 0.85, 0.95), "rollout-engine-share": (0.4, 0.2, 0.9),
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

  func publishedEfficiency() throws(CatalogError) -> PublishedEfficiency {
    var constants = [Double](repeating: 0, count: EfficiencyRegression.Term.allCases.count)
    constants[0] = -1.05
    guard let newest = CalendarMonth("2026-11") else { throw .unknown(kind: "", name: "", table: "", known: []) }
    return PublishedEfficiency(
      EfficiencyRegression(constants: constants, spread: 1.4, unseenSpread: 1.6),
      tunedToReal: TunedToReal(constants: [0.5, 0, 0], blendedSpread: 1.4, tunedSpread: 1.6), limit: 0.7,
      newest: newest, greatestAge: 30, kinds: ["hopper-dense": (row("efficiency", "hopper-dense"), 3)])
  }

  func stageEfficiency(_ kind: StageEfficiency.Kind) throws(CatalogError) -> StageEfficiency {
    StageEfficiency(
      kind, reference: 0.3, perDecade: 1, spread: 1.4, overhead: nil,
      from: .table(row("stage-efficiency", kind.rawValue)))
  }

  func marketPrice(
    accelerator: String, commitment: Commitment, tier: ProviderTier?
  ) throws(CatalogError) -> MarketPrice? {
    MarketPrice(rate: Ranged(3, low: 2, high: 5), reference: row("market", accelerator))
  }

  /// The constants of the time of serving: shares of bandwidth and peak, seconds of a layer, and no spread.
  func factor(_ id: String, in table: String) throws(CatalogError) -> Factor? {
    if table == "factors" { return factors[id] == nil ? nil : try factor(id) }
    guard table == "serving-constants" else { return nil }
    let known: [String: Double] = [
      "bandwidth-share": 0.7, "peak-share": 0.7, "four-bit-share": 0.6, "layer-seconds": 3e-5,
      "mixture-layer-seconds": 4e-5, "round-seconds": 5e-6, "link-share": 0.4, "admission-steps": 10,
      "queue-share": 0.1,
    ]
    return Factor(name: id, value: Ranged(known[id] ?? 1), unit: nil, reference: row(table, id))
  }

  // The stage asks for nothing of these.
  func ids(in table: String) throws(CatalogError) -> [String] { [] }
  func tokenPrice(_ id: String) throws(CatalogError) -> TokenPriceRow {
    throw .unknown(kind: "model", name: id, table: "token-prices", known: [])
  }
  func prices(accelerator: String) throws(CatalogError) -> [Price] { [] }
  func prices() throws(CatalogError) -> [Price] { [] }
}
