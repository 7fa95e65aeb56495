import CostModel
import TextFormats

/// The catalog of SkyPilot, `vms.csv` of any cloud: an on-demand and a spot price on a row, for a whole instance.
///
/// Google's prices machines and accelerators on separate rows, which are added by zone; its TPU rows name a slice.
struct SkyPilotCatalog: Sendable {
  private let instance, name, count, price, region: CatalogColumn
  private let spot, zone, info, upstream: CatalogColumn?

  /// Columns that tell the format.
  static let columns = ["InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "Region"]
  /// What Google's part of the catalog writes where there is no price.
  private static let noPrice = 700.0

  /// What an hour costs; nil where it is not sold so.
  private struct Rates: Sendable {
    var onDemand: Double?
    var spot: Double?
    var isEmpty: Bool { onDemand == nil && spot == nil }

    static func + (left: Self, right: Self) -> Self {
      func sum(_ left: Double?, _ right: Double?) -> Double? { left.flatMap { left in right.map { left + $0 } } }
      return Rates(onDemand: sum(left.onDemand, right.onDemand), spot: sum(left.spot, right.spot))
    }
  }

  /// The prices of a machine or of accelerators in one zone.
  private struct Offer: Sendable {
    var name: String
    var region: String
    var prices: Rates
    /// The record it is from.
    var number: Int
  }

  private struct Key: Hashable {
    let name: String
    let count: Double
    let zone: String
  }

  private var hosts: [InstanceFamily]
  private var machines: [Key: [Offer]] = [:]
  private var accelerators: [(key: Key, offer: Offer)] = []
  private var lastMachine: (name: [UInt8], kinds: [(name: String, count: Double)]) = ([], [])

  init(_ header: CatalogHeader, hosts: [InstanceFamily]) throws(CatalogError) {
    instance = try header.column("InstanceType", of: "SkyPilot")
    name = try header.column("AcceleratorName", of: "SkyPilot")
    count = try header.column("AcceleratorCount", of: "SkyPilot")
    price = try header.column("Price", of: "SkyPilot")
    region = try header.column("Region", of: "SkyPilot")
    spot = try header.optional("SpotPrice")
    zone = try header.optional("AvailabilityZone")
    info = try header.optional("GpuInfo")
    upstream = try header.optional("UpstreamCloudId")
    self.hosts = hosts
  }

  mutating func add(
    _ record: CatalogRecord, to result: inout PriceImport, matcher: inout CachedMatcher
  ) throws(CatalogError) {
    var prices = Rates()
    let isApart = record.isEmpty(instance)
    let none = isApart ? Self.noPrice : nil
    if let onDemand = try record.price(price), onDemand != none { prices.onDemand = onDemand }
    if let spot = try record.price(spot), spot != none { prices.spot = spot }
    let number = try record.number(count)
    guard !record.isEmpty(name) else {
      // A machine at zero is one whose accelerators' row holds the whole price; a blank is no price.
      if try record.number(price) == 0 { prices.onDemand = 0 }
      if let spot, try record.number(spot) == 0 { prices.spot = 0 }
      return try addMachine(record, prices, to: &result)
    }
    let name = try record.text(name)
    guard let number, number > 0 else { return result.omit(.cpuOnly, "") }
    if isApart {
      if number == 1, let slice = matcher.matcher.slice(name) {
        return try keep(
          prices, record, instance: name, accelerator: slice.accelerator, count: slice.count, nil, in: &result)
      }
      guard matcher.isSold(apart: name) else { return result.omit(.unknownAccelerator, name) }
      guard !prices.isEmpty else { return result.omit(.withoutPrice, name) }
      let key = Key(name: name.lowercased(), count: number, zone: try place(record))
      accelerators.append(
        (key, Offer(name: name, region: try record.text(region), prices: prices, number: result.records)))
      return
    }
    let type = try record.text(instance)
    let details = try info.map { column throws(CatalogError) in GpuInfo(try record.text(column)) }
    // The catalog's A100 is the one of 40 GB, unless the memory says otherwise.
    var memory = details?.gigabytes
    if name == "A100", (memory ?? 0) == 0 { memory = 40 }
    // A broker's catalog names the instance of the cloud behind it, which tells the form.
    let behind = try upstream.map { column throws(CatalogError) in try record.text(column) } ?? ""
    let match = matcher.match(
      AcceleratorMatcher.Clues(
        name: name, instance: behind.isEmpty ? type : behind, details: (details?.names ?? "") + " " + behind,
        gigabytes: memory, count: number),
      knowsMemory: false)
    guard case .known(let accelerator, var assumption) = match else {
      guard number == 1, let slice = matcher.matcher.slice(name) else {
        return result.omit(.unknownAccelerator, name)
      }
      return try keep(
        prices, record, instance: type, accelerator: slice.accelerator, count: slice.count, nil, in: &result)
    }
    guard number >= 1 else { return result.omit(.part, name) }
    var count = number
    if let known = matcher.matcher.count(in: type), known >= 1, known != number {
      assumption =
        "the catalog says \(JSONDocument.numberText(number)) accelerators of an instance that has "
        + JSONDocument.numberText(known)
      count = known
    }
    try keep(prices, record, instance: type, accelerator: accelerator, count: count, assumption, in: &result)
  }

  private func keep(
    _ prices: Rates, _ record: CatalogRecord, instance: String, accelerator: String, count: Double,
    _ assumption: String?, in result: inout PriceImport
  ) throws(CatalogError) {
    guard !prices.isEmpty else { return result.omit(.withoutPrice, accelerator) }
    guard count >= 1 else { return result.omit(.part, instance) }
    let region = try record.text(region)
    result.used += 1
    Self.keep(
      prices,
      ImportedPrice(
        accelerator: accelerator, instance: instance, accelerators: count, commitment: .onDemand,
        region: region.isEmpty ? "all" : region, rate: 0, assumption: assumption), in: &result)
  }

  private static func keep(
    _ prices: Rates, _ price: ImportedPrice, in result: inout PriceImport
  ) {
    for (commitment, total) in [(Commitment.onDemand, prices.onDemand), (.spot, prices.spot)] {
      guard let total else { continue }
      var price = price
      price.commitment = commitment
      price.rate = total / price.accelerators
      result.keep(price)
    }
  }

  /// The zone of a record, or its region.
  private func place(_ record: CatalogRecord) throws(CatalogError) -> String {
    if let zone, !record.isEmpty(zone) { return try record.text(zone) }
    return try record.text(region)
  }

  /// A machine without accelerators of its own: kept where accelerators that are priced apart go with it.
  private mutating func addMachine(
    _ record: CatalogRecord, _ prices: Rates, to result: inout PriceImport
  ) throws(CatalogError) {
    let field = record.record[instance.place]
    if !field.elementsEqual(lastMachine.name) {
      let type = Array(try record.text(instance).lowercased().utf8)
      let kinds = hosts.compactMap { host in
        host.catalogName.flatMap { name in host.count(in: type).map { (name, $0) } }
      }
      lastMachine = (Array(field), kinds)
    }
    guard !lastMachine.kinds.isEmpty else { return result.omit(.cpuOnly, "") }
    let offer = Offer(
      name: try record.text(instance), region: try record.text(region), prices: prices, number: result.records)
    let zone = try place(record)
    for kind in lastMachine.kinds {
      machines[Key(name: kind.name, count: kind.count, zone: zone), default: []].append(offer)
    }
  }

  /// Adds up machines and accelerators that are priced apart.
  func finish(_ result: inout PriceImport) {
    var used: Set<Int> = []
    for (key, accelerator) in accelerators {
      guard let offers = machines[key], let host = hosts.first(where: { $0.catalogName == key.name }) else {
        result.omit(.withoutMachine, "\(JSONDocument.numberText(key.count)) × \(accelerator.name)")
        continue
      }
      var isPriced = false
      for machine in offers {
        let total = accelerator.prices + machine.prices
        guard !total.isEmpty else { continue }
        isPriced = true
        used.insert(machine.number)
        Self.keep(
          total,
          ImportedPrice(
            accelerator: host.accelerator, instance: machine.name, accelerators: key.count, commitment: .onDemand,
            region: accelerator.region, rate: 0, assumption: host.assumption), in: &result)
      }
      if isPriced { result.used += 1 } else { result.omit(.withoutPrice, accelerator.name) }
    }
    result.used += used.count
    for machine in machines.values.joined() where used.insert(machine.number).inserted {
      let type = Array(machine.name.lowercased().utf8)
      let isFree = hosts.contains { $0.assumption != nil && $0.holds(type) }
      result.omit(isFree ? .cpuOnly : .withoutAccelerator, isFree ? "" : machine.name)
    }
  }
}
