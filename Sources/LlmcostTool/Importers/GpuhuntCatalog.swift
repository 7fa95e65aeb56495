import CostModel
import TextFormats

/// The catalog of gpuhunt: one price on a row, on-demand or spot, for a whole instance.
struct GpuhuntCatalog: Sendable {
  private let instance, location, price, count, name, spot: CatalogColumn
  private let memory, flags: CatalogColumn?

  /// Columns that tell the format.
  static let columns = ["instance_name", "location", "price", "gpu_count", "gpu_name", "spot"]

  init(_ header: CatalogHeader) throws(CatalogError) {
    instance = try header.column("instance_name", of: "gpuhunt")
    location = try header.column("location", of: "gpuhunt")
    price = try header.column("price", of: "gpuhunt")
    count = try header.column("gpu_count", of: "gpuhunt")
    name = try header.column("gpu_name", of: "gpuhunt")
    spot = try header.column("spot", of: "gpuhunt")
    memory = try header.optional("gpu_memory")
    flags = try header.optional("flags")
  }

  func add(
    _ record: CatalogRecord, to result: inout PriceImport, matcher: inout CachedMatcher
  ) throws(CatalogError) {
    let total = try record.price(price)
    guard let count = try record.number(count), count > 0, !record.isEmpty(name) else {
      return result.omit(.cpuOnly, "")
    }
    let name = try record.text(name)
    let instance = try record.text(instance)
    let memory = try memory.flatMap { column throws(CatalogError) in try record.number(column) }
    let isSpot = try isSpot(record)
    let match: AcceleratorMatcher.Match
    var accelerators = count
    if count == 1, let slice = matcher.matcher.slice(name) {
      match = .known(slice.accelerator, assumption: nil)
      accelerators = slice.count
    } else {
      match = matcher.match(
        AcceleratorMatcher.Clues(name: name, instance: instance, gigabytes: memory, count: count), knowsMemory: true)
    }
    guard case .known(let accelerator, let assumption) = match, accelerators >= 1 else {
      let label = memory.map { "\(name) \(JSONDocument.numberText($0)) GB" } ?? name
      return match == .unknown ? result.omit(.unknownAccelerator, name) : result.omit(.part, label)
    }
    guard let total else { return result.omit(.withoutPrice, name) }
    // Google's calendar mode sells a block of days ahead.
    let isBlock = try flags.map { column throws(CatalogError) in
      try record.text(column).split(separator: " ").contains("gcp-dws-calendar-mode")
    }
    let region = try record.text(location)
    result.used += 1
    result.keep(
      ImportedPrice(
        accelerator: accelerator, instance: instance, accelerators: accelerators,
        commitment: isSpot ? .spot : isBlock == true ? .capacityBlock : .onDemand,
        region: region.isEmpty ? "all" : region, rate: total / accelerators, assumption: assumption))
  }

  private func isSpot(_ record: CatalogRecord) throws(CatalogError) -> Bool {
    let text = try record.text(spot)
    switch text.lowercased() {
    case "true": return true
    case "false", "": return false
    default: throw record.failure(spot.name, "'\(text)' is neither True nor False")
    }
  }
}
