/// The constants of the time of serving, of engines as they are measured.
struct ServingConstants<Number: FormulaNumber>: Sendable {
  /// Share of the memory bandwidth that reading weights and caches reaches.
  var bandwidth: Number
  /// Share of the peak of its number format that computing reaches.
  var peak: Number
  /// What is left of that share where the peak is one of four bits: activations are brought to four bits first.
  var fourBits: Number
  /// Seconds of a layer in a decoding step that no batch removes: launches, scheduling, small kernels.
  var layer: Number
  /// The same, on top, of a layer with routed experts.
  var mixtureLayer: Number
  /// Seconds of a collective operation's round, however little it moves.
  var round: Number
  /// Share of the bandwidth of links and network that collective operations reach.
  var link: Number
  /// Decoding steps that a request waits before its prompt is read.
  var admission: Number
  /// Share of the other requests' prompts that a first token waits for.
  var queue: Number

  /// The row of each constant in the table of serving constants, with its name for people.
  static var rows: [(id: String, name: String)] {
    [
      ("bandwidth-share", "share of the memory bandwidth that serving reaches"),
      ("peak-share", "share of the peak that serving reaches"),
      ("four-bit-share", "what four bits keep of the share of the peak"),
      ("layer-seconds", "seconds of a layer that no batch removes"),
      ("mixture-layer-seconds", "seconds more of a layer with experts"),
      ("round-seconds", "seconds of a collective operation's round"),
      ("link-share", "share of the links' bandwidth that collective operations reach"),
      ("admission-steps", "decoding steps that a request waits"),
      ("queue-share", "share of the other prompts that a first token waits for"),
    ]
  }

  /// The constants in the order of ``rows``.
  init(_ values: [Number]) {
    precondition(values.count == 9, "one value for each row")
    (bandwidth, peak, fourBits) = (values[0], values[1], values[2])
    (layer, mixtureLayer, round, link) = (values[3], values[4], values[5], values[6])
    (admission, queue) = (values[7], values[8])
  }
}

/// What an accelerator and its connections do in a second.
struct AcceleratorRates<Number: FormulaNumber>: Sendable {
  /// Bytes of memory read.
  var bandwidth: Number
  /// FLOP in 16 bits.
  var sixteenBits: Number
  /// FLOP in a format that weights are stored in.
  var peaks: [StoredPrecision: Number]
  /// Whether there is a peak of four bits.
  var isFourBit: Bool
  /// Bytes over the links inside a node, one way.
  var link: Double
  /// Bytes over the network, one way.
  var network: Double
  /// Accelerators that the links join.
  var node: Int
}

extension AcceleratorRates {
  /// Whether weights of a format are multiplied at a peak of four bits.
  func hasFourBits(_ format: StoredPrecision) -> Bool { isFourBit && (format == .fp4 || format == .mxfp4) }

  /// The rates of an accelerator for a copy of a model.
  ///
  /// - Throws: ``ScenarioError/missing(field:accelerator:)`` for a rate that is needed and not known.
  init(
    _ accelerator: Accelerator, bandwidth: Number, formats: [StoredPrecision], size: Int,
    peak: (_ name: String, _ value: Double) -> Number
  ) throws(ScenarioError) {
    func known(_ format: StoredPrecision) throws(ScenarioError) -> Number {
      guard let (name, value) = format.peak(on: accelerator) else {
        throw .missing(field: "16-bit peak", accelerator: accelerator.name)
      }
      return peak(name, value)
    }
    self.bandwidth = bandwidth
    sixteenBits = try known(.bf16)
    peaks = [:]
    isFourBit = accelerator.peaks["fp4"] != nil
    for format in formats where peaks[format] == nil { peaks[format] = try known(format) }
    node = Swift.max(1, accelerator.acceleratorsPerNode ?? 8)
    guard size == 1 || accelerator.interconnectBytesPerSecond != nil else {
      throw .missing(field: "interconnect bandwidth", accelerator: accelerator.name)
    }
    guard size <= node || accelerator.networkBytesPerSecond != nil else {
      throw .missing(field: "network bandwidth", accelerator: accelerator.name)
    }
    link = (accelerator.interconnectBytesPerSecond ?? 0) / 2
    network = accelerator.networkBytesPerSecond ?? 0
  }
}
