/// One kind of accelerator, as its vendor describes it. All peaks are dense: sparsity counts for nothing here.
package struct Accelerator: Sendable, Hashable {
  /// What users type, as `h100-sxm`.
  package var id: String
  /// Other spellings of the id.
  package var aliases: [String] = []
  /// The name on the box.
  package var name: String
  /// Who makes it.
  package var vendor: String
  /// The family that efficiency is grouped by, as `hopper`.
  package var generation: String
  /// When it came out: a year, a month or a day.
  package var released: String?
  /// Dense peaks by number format, in FLOP/s, under the tables' names (`bf16`, `fp8`, `int8`…).
  package var peaks: [String: Double]
  /// Memory on the package, in bytes.
  package var memoryBytes: Double?
  /// Memory bandwidth, in bytes/s.
  package var bandwidthBytesPerSecond: Double?
  /// Bandwidth of its links inside a node, both ways together, in bytes/s.
  package var interconnectBytesPerSecond: Double?
  /// Bandwidth of its network beyond the node, one way, in bytes/s.
  package var networkBytesPerSecond: Double?
  /// Rated power of the board or module, in watts.
  package var boardWatts: Double?
  /// Rated power of a whole node, in watts.
  package var nodeWatts: Double?
  /// How many of them one node holds.
  package var acceleratorsPerNode: Int?
  /// What one costs to buy.
  package var purchase: PurchasePrice?
  /// The row it came from.
  package var reference: RowReference

  /// The 16-bit format that MFU is measured against: BF16, or FP16 on accelerators without it.
  package var referencePrecision: Precision { peaks["bf16"] == nil ? .fp16 : .bf16 }

  /// The dense 16-bit peak that MFU is measured against, in FLOP/s.
  package var referencePeak: Double? { peaks[referencePrecision.rawValue] }

  /// The formats this accelerator multiplies matrices in.
  package var precisions: [Precision] { Precision.allCases.filter { peaks[$0.rawValue] != nil } }
}

/// What one accelerator costs to buy.
package struct PurchasePrice: Sendable, Hashable {
  /// What a price covers.
  package enum Scope: String, Sendable {
    /// The bare card or module.
    case accelerator
    /// A complete server or rack, divided by its accelerators.
    case serverShare = "server-share"
    /// An equivalent for an accelerator that was never sold.
    case estimate
  }

  /// USD for one accelerator.
  package var dollars: Ranged<Per<Dollars, Accelerators>>
  /// What it covers.
  package var scope: Scope
  /// The row it came from.
  package var reference: RowReference
}
