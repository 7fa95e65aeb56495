package import CostModel
import TextFormats

/// Reads a catalog of cloud prices as it arrives: SkyPilot's `vms.csv` of any cloud, or gpuhunt's CSV of a provider.
///
/// Memory holds the prices that are kept and one record.
package struct CatalogImporter: Sendable {
  private enum Format: Sendable {
    case skyPilot(SkyPilotCatalog)
    case gpuhunt(GpuhuntCatalog)
  }

  private let file: String
  private let provider: String?
  private let likelyProvider: String?
  private let unknownProvider: String?
  private let asOf: String
  private var reader = DelimitedReader()
  private var matcher: CachedMatcher
  private var format: Format?
  private var columns = 0
  private var result: PriceImport?
  private var errors = CatalogErrors()
  private let catalog: TableCatalog

  /// An importer for one file.
  ///
  /// - Parameters:
  ///   - file: The file, for messages and sources; its folder or name tells the provider.
  ///   - provider: Whose prices they are; nil for what the path tells.
  ///   - likelyProvider: Whose prices they are where no folder tells.
  ///   - unknownProvider: What to call the provider where nothing tells; nil to refuse such a file.
  ///   - asOf: When the prices were true.
  ///   - catalog: Where the accelerators are looked up.
  /// - Throws: ``CatalogError`` for a row of the tables that does not read.
  package init(
    file: String, provider: String?, likelyProvider: String? = nil, unknownProvider: String? = nil, asOf: String,
    catalog: TableCatalog
  ) throws(CatalogError) {
    self.file = file
    self.provider = provider?.lowercased()
    self.likelyProvider = likelyProvider?.lowercased()
    self.unknownProvider = unknownProvider
    self.asOf = asOf
    self.catalog = catalog
    matcher = CachedMatcher(matcher: try AcceleratorMatcher(catalog))
  }

  /// Reads the next piece of the file.
  package mutating func read(_ chunk: UnsafeBufferPointer<UInt8>) throws(CatalogError) {
    var position = 0
    while try step({ reader throws(DelimitedTextError) in try reader.next(in: chunk, at: &position) }) { try add() }
  }

  /// Ends the file.
  ///
  /// - Throws: ``CatalogError/malformed(file:row:field:problem:)`` also for a file without a price.
  package mutating func finish() throws(CatalogError) -> PriceImport {
    if try step({ reader throws(DelimitedTextError) in try reader.finish() }) { try add() }
    try errors.check(file: file)
    guard var result else {
      throw .malformed(file: file, row: nil, field: nil, problem: "the file is empty: a catalog starts with a header")
    }
    if case .skyPilot(let catalog) = format { catalog.finish(&result) }
    result.dropRepeatedSpots()
    result.plausible = try plausiblePrices(of: Set(result.prices.map(\.accelerator)))
    guard !result.prices.isEmpty else {
      let reasons = PriceImport.Omission.allCases.filter { result.count($0) > 0 }
        .map { "\(PriceImport.counted(result.count($0), "row")) \($0.rawValue)" }
      throw .malformed(
        file: file, row: nil, field: nil,
        problem: "there is no price in it" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: ", ")))
    }
    return result
  }

  /// From half of what the cheapest kind of seller asks to twice what the dearest asks, where that is known.
  private func plausiblePrices(of accelerators: Set<String>) throws(CatalogError) -> [String: ClosedRange<Double>] {
    var ranges: [String: ClosedRange<Double>] = [:]
    for accelerator in accelerators {
      var markets: [MarketPrice] = []
      for tier in ProviderTier.allCases {
        let market = try catalog.marketPrice(accelerator: accelerator, commitment: .onDemand, tier: tier)
        if let market { markets.append(market) }
      }
      guard let least = markets.map(\.rate.low.value).min(), let most = markets.map(\.rate.high.value).max() else {
        continue
      }
      ranges[accelerator] = (least / 2)...(most * 2)
    }
    return ranges
  }

  private mutating func step(
    _ body: (inout DelimitedReader) throws(DelimitedTextError) -> Bool
  ) throws(CatalogError) -> Bool {
    do { return try body(&reader) } catch {
      errors.add(.malformed(file: "\(file):\(error.line)", row: nil, field: nil, problem: error.message))
      try errors.check(file: file)
      return false
    }
  }

  private mutating func add() throws(CatalogError) {
    guard result != nil else { return try start() }
    guard reader.record.count == columns else {
      errors.add(
        .malformed(
          file: "\(file):\(reader.record.line)", row: nil, field: nil,
          problem: "\(reader.record.count) fields where the header has \(columns)"))
      return
    }
    result?.records += 1
    let record = CatalogRecord(file: file, record: reader.record)
    guard var result else { return }
    self.result = nil
    defer { self.result = result }
    do throws(CatalogError) {
      switch format {
      case .gpuhunt(let catalog): try catalog.add(record, to: &result, matcher: &matcher)
      case .skyPilot(var catalog):
        format = nil
        defer { format = .skyPilot(catalog) }
        try catalog.add(record, to: &result, matcher: &matcher)
      case nil: break
      }
    } catch {
      errors.add(error)
    }
  }

  private mutating func start() throws(CatalogError) {
    let names = reader.record.texts
    let header = CatalogHeader(file: file, names: names)
    columns = names.count
    let isSkyPilot = SkyPilotCatalog.columns.contains { names.contains($0) }
    guard isSkyPilot || GpuhuntCatalog.columns.contains(where: { names.contains($0) }) else {
      throw .malformed(
        file: "\(file):1", row: nil, field: nil,
        problem:
          "the header is neither that of a SkyPilot catalog (\(SkyPilotCatalog.columns.joined(separator: ", "))) "
          + "nor that of a gpuhunt catalog (\(GpuhuntCatalog.columns.joined(separator: ", ")))")
    }
    format =
      isSkyPilot
      ? .skyPilot(try SkyPilotCatalog(header, hosts: matcher.matcher.hosts)) : .gpuhunt(try GpuhuntCatalog(header))
    result = PriceImport(
      format: isSkyPilot ? "SkyPilot" : "gpuhunt", provider: try providerName(), file: file, asOf: asOf)
  }

  /// The provider: as given, else the folder of SkyPilot's `aws/vms.csv`, the likely one, or the name of `aws.csv`.
  private func providerName() throws(CatalogError) -> String {
    if let provider { return provider }
    let parts = file.split(separator: "/").map(String.init)
    let folder = parts.count > 1 ? parts[parts.count - 2] : ""
    let name = parts.last.map { $0.hasSuffix(".csv") ? String($0.dropLast(4)) : "" } ?? ""
    let isNamedByFolder = name == "vms" && !folder.isEmpty && folder != "." && folder != ".."
    let isNamed = !name.isEmpty && name != "vms"
    guard let found = isNamedByFolder ? folder : likelyProvider ?? (isNamed ? name : unknownProvider) else {
      throw .malformed(
        file: file, row: nil, field: nil,
        problem: "neither the file nor its path says whose prices these are: give --provider")
    }
    // SkyPilot's name of Oracle's cloud.
    return found.lowercased() == "oci" ? "oracle" : found.lowercased()
  }
}

/// A matcher that remembers its answers: catalogs repeat an instance type for every zone.
struct CachedMatcher: Sendable {
  let matcher: AcceleratorMatcher
  private var names: [String: AcceleratorMatcher.Name] = [:]
  private var last: (clues: AcceleratorMatcher.Clues, match: AcceleratorMatcher.Match)?

  init(matcher: AcceleratorMatcher) { self.matcher = matcher }

  mutating func match(_ clues: AcceleratorMatcher.Clues, knowsMemory: Bool) -> AcceleratorMatcher.Match {
    if let last, last.clues == clues { return last.match }
    let name: AcceleratorMatcher.Name
    if let known = names[clues.name] {
      name = known
    } else {
      name = matcher.name(clues.name)
      names[clues.name] = name
    }
    let match = matcher.match(clues, name, knowsMemory: knowsMemory)
    last = (clues, match)
    return match
  }

  /// Whether an accelerator of a name is priced apart from its machine.
  func isSold(apart name: String) -> Bool {
    let wanted = name.lowercased()
    return matcher.hosts.contains { $0.catalogName == wanted }
  }
}
