import CostModel
import Foundation
import LlmcostTool
import Testing

/// Catalogs for the tests of importers.
private enum Catalogs {
  static func text(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: folder.appendingPathComponent("Fixtures/\(name)"), encoding: .utf8)
  }

  static func read(
    _ text: String, file: String = "acme/vms.csv", provider: String? = nil, pieces: Int = .max
  ) throws(CatalogError) -> PriceImport {
    var importer = try CatalogImporter(file: file, provider: provider, asOf: "2026-11", catalog: TableCatalog())
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let end = start + min(pieces, bytes.count - start)
      try Array(bytes[start..<end]).withUnsafeBufferPointer { (piece) throws(CatalogError) in try importer.read(piece) }
      start = end
    }
    return try importer.finish()
  }

  static func fixture(_ name: String) throws -> PriceImport { try read(try text(name), file: "catalogs/" + name) }

  static let skyPilotHeader =
    "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone\n"

  /// A SkyPilot catalog of one row.
  static func skyPilot(
    _ instance: String, _ name: String, count: String = "8", info: String = "", price: String = "8", spot: String = ""
  ) throws(CatalogError) -> PriceImport {
    try read(skyPilotHeader + "\(instance),\(name),\(count),96,384,\"\(info)\",\(price),\(spot),r1,r1a\n")
  }

  static let gpuhuntHeader = "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size\n"

  static func gpuhunt(_ row: String) throws(CatalogError) -> PriceImport {
    try read(gpuhuntHeader + row + "\n", file: "acme.csv")
  }

  static let fixtures = ["nebius/vms.csv", "oci/vms.csv", "gcp/vms.csv", "gcp-2025/vms.csv", "gpuhunt.csv"]
}

@Suite("Importers")
struct ImporterTests {
  private func rate(
    _ prices: PriceImport, _ instance: String, _ region: String, _ commitment: Commitment = .onDemand
  ) -> Double? {
    prices.prices.first { $0.instance == instance && $0.region == region && $0.commitment == commitment }?.rate
  }

  private func expect(_ rate: Double?, _ expected: Double) throws {
    #expect(abs(try #require(rate) / expected - 1) < 1e-12)
  }

  @Test func `a price is divided by the accelerators of the instance`() throws {
    let prices = try Catalogs.fixture("nebius/vms.csv")
    #expect(prices.provider == "nebius")
    #expect(prices.format == "SkyPilot")
    // 23.60 and 10.00 for eight, 44.00 for eight, 4.5688 for two.
    try expect(rate(prices, "gpu-h100-sxm_8gpu-128vcpu-1600gb", "eu-north1"), 2.95)
    try expect(rate(prices, "gpu-h100-sxm_8gpu-128vcpu-1600gb", "eu-north1", .spot), 1.25)
    try expect(rate(prices, "gpu-b200-sxm_8gpu-160vcpu-1792gb", "us-central1"), 5.5)
    try expect(rate(prices, "gpu-l40s-d_2gpu-64vcpu-384gb", "eu-north1"), 2.2844)
    #expect(rate(prices, "gpu-b200-sxm_8gpu-160vcpu-1792gb", "us-central1", .spot) == nil)
    #expect(Set(prices.prices.map(\.accelerator)) == ["h100-sxm", "h200-sxm", "l40s", "b200"])
    // Fourteen rows with accelerators, eight of them with a spot price; four of CPUs.
    #expect(prices.prices.count == 22)
    #expect(prices.count(.cpuOnly) == 4)
  }

  @Test func `Oracle's machines are told by their names, A100s by their memory`() throws {
    let prices = try Catalogs.fixture("oci/vms.csv")
    #expect(prices.provider == "oracle")
    let held = Dictionary(prices.prices.map { ($0.instance, $0.accelerator) }, uniquingKeysWith: { first, _ in first })
    #expect(
      held == [
        "VM.GPU.A10.1": "a10", "BM.GPU.A10.4": "a10", "VM.GPU3.1": "v100-16gb-sxm", "BM.GPU3.8": "v100-16gb-sxm",
        "BM.GPU4.8": "a100-40gb-sxm", "BM.GPU.A100-v2.8": "a100-80gb-sxm", "BM.GPU.L40S.4": "l40s",
        "BM.GPU.H100.8": "h100-sxm", "BM.GPU.H200.8": "h200-sxm",
      ])
    try expect(rate(prices, "BM.GPU4.8", "eu-stockholm-1"), 3.05)
    try expect(rate(prices, "BM.GPU.H100.8", "eu-amsterdam-1"), 10)
    #expect(prices.prices.allSatisfy { $0.assumption == nil })
  }

  @Test func `Google's machines and accelerators are added up, zone by zone`() throws {
    let prices = try Catalogs.fixture("gcp-2025/vms.csv")
    // (5.91582 + 23.47126) / 8 and (2.36604 + 9.3888) / 8; the catalog's own sums elsewhere.
    try expect(rate(prices, "a2-highgpu-8g", "us-central1"), 29.38708 / 8)
    try expect(rate(prices, "a2-highgpu-8g", "us-central1", .spot), 11.75484 / 8)
    try expect(rate(prices, "a2-highgpu-8g", "europe-west4"), 29.98377 / 8)
    try expect(rate(prices, "a2-megagpu-16g", "us-central1"), 55.73951 / 16)
    try expect(rate(prices, "a2-ultragpu-1g", "us-central1"), 5.0277)
    try expect(rate(prices, "a3-highgpu-8g", "us-central1"), 87.83246 / 8)
    try expect(rate(prices, "a3-highgpu-8g", "us-central1", .spot), 35.13274 / 8)
    let held = Dictionary(prices.prices.map { ($0.instance, $0.accelerator) }, uniquingKeysWith: { first, _ in first })
    #expect(held["a2-highgpu-8g"] == "a100-40gb-sxm" && held["a2-megagpu-16g"] == "a100-40gb-sxm")
    #expect(held["a2-ultragpu-1g"] == "a100-80gb-sxm" && held["a3-highgpu-8g"] == "h100-sxm")
    // Two TensorCores on a chip: 3200 of them for 6720 are 1600 chips at 4.20.
    try expect(rate(prices, "tpu-v5p-3200", "us-central1"), 4.2)
    #expect(prices.omitted[.withoutMachine] == ["16 × A100": 1, "8 × H100-MEGA": 1])
    #expect(prices.omitted[.withoutAccelerator] == ["a3-highgpu-1g": 1])
  }

  @Test func `700 stands for no price, not for a price`() throws {
    let prices = try Catalogs.fixture("gcp/vms.csv")
    try expect(rate(prices, "tpu-v6e-16", "us-central1"), 2.7)
    try expect(rate(prices, "tpu-v6e-16", "europe-west4", .spot), 1.782)
    try expect(rate(prices, "tpu-v6e-256", "southamerica-west1"), 2.7)
    #expect(rate(prices, "tpu-v6e-256", "southamerica-west1", .spot) == nil)
    #expect(rate(prices, "tpu-v6e-16", "asia-east1") == nil)
    #expect(prices.count(.withoutPrice) == 1)
  }

  @Test func `gpuhunt's slices of an A100 are no A100s`() throws {
    let prices = try Catalogs.fixture("gpuhunt.csv")
    #expect(prices.format == "gpuhunt" && prices.provider == "gpuhunt")
    try expect(rate(prices, "vcg-a100-12c-120g-80vram", "ewr"), 2.397)
    try expect(rate(prices, "gpu-mi300x8-1536gb", "nyc1"), 1.99)
    try expect(rate(prices, "RTXPRO6000-2x", "india-chennai-01"), 1.89)
    #expect(prices.omitted[.part] == ["A100 4 GB": 1, "A100 40 GB": 1])
    #expect(prices.prices.first { $0.instance == "vcg-a100-12c-120g-80vram" }?.accelerator == "a100-80gb-pcie")
    let plain = try #require(prices.prices.first { $0.instance == "H100-1x" })
    #expect(plain.accelerator == "h100-sxm")
    #expect(plain.assumption == "the catalog says H100 alone: taken as h100-sxm")
  }

  static let machines: [(String, String, String, String)] = [
    ("Standard_NC40ads_H100_v5", "H100", "", "h100-nvl"), ("Standard_ND96isr_H100_v5", "H100", "", "h100-sxm"),
    ("Standard_NC24ads_A100_v4", "A100-80GB", "", "a100-80gb-pcie"),
    ("p4de.24xlarge", "A100-80GB", "", "a100-80gb-sxm"),
    ("p4d.24xlarge", "A100", "", "a100-40gb-sxm"), ("p3dn.24xlarge", "V100-32GB", "", "v100-32gb-sxm"),
    ("gpu_1x_h100_pcie", "H100", "", "h100-pcie"), ("gpu_8x_h100_sxm5", "H100", "", "h100-sxm"),
    ("8x-H100_NVL-32-65536", "H100", "", "h100-nvl"), ("8x-A100_SXM4-32-65536", "A100", "327680", "a100-40gb-sxm"),
    ("8x-A100_SXM4-32-65536", "A100", "655360", "a100-80gb-sxm"), ("x", "A100-80GB-SXM", "", "a100-80gb-sxm"),
    ("8x_H100_SECURE", "H100-NVL", "", "h100-nvl"), ("x", "RTX4090", "", "rtx-4090"),
    ("x", "RTXA6000", "", "rtx-a6000"),
    ("x", "RTX6000-Ada", "", "rtx-6000-ada"), ("x", "RTXPRO6000", "", "rtx-pro-6000"), ("x", "MI300X", "", "mi300x"),
    ("x", "Trainium2", "", "trainium2"), ("x", "Tesla V100", "", "v100-16gb-sxm"), ("x", "GH200", "98304", "gh200"),
    ("x", "NVIDIA H200", "", "h200-sxm"), ("x", "V100", "", "v100-16gb-sxm"), ("x", "A100", "", "a100-40gb-sxm"),
    ("x", "H100NVL", "", "h100-nvl"), ("n3-A100x8", "A100-80GB", "", "a100-80gb-pcie"),
    ("n3-H100-SXM5x8", "H100", "", "h100-sxm"), ("g5.48xlarge", "A10G", "", "a10g"),
  ]

  @Test(arguments: machines)
  func `names, forms and memory tell the accelerator`(
    instance: String, name: String, mebibytes: String, id: String
  ) throws {
    let info = mebibytes.isEmpty ? "" : "{'Gpus': [{'Name': 'x', 'MemoryInfo': {'SizeInMiB': \(mebibytes)}}]}"
    #expect(try Catalogs.skyPilot(instance, name, info: info).prices.map(\.accelerator) == [id])
  }

  @Test func `the form may stand in the details alone, and what stays open is said`() throws {
    let info = "{'Gpus': [{'Name': 'A100 PCIe', 'Manufacturer': 'Nvidia', 'MemoryInfo': {'SizeInMiB': 80}}]}"
    let prices = try Catalogs.skyPilot("1x_A100-80GB_SECURE", "A100-80GB", count: "1.0", info: info)
    #expect(prices.prices.map(\.accelerator) == ["a100-80gb-pcie"])
    #expect(prices.prices.map(\.assumption) == [nil])
    let open = try Catalogs.skyPilot("H100x8", "H100")
    #expect(open.prices.map(\.assumption) == ["the catalog says H100 alone: taken as h100-sxm"])
    #expect(open.notes.contains("acme/vms.csv: in 1 price the catalog says H100 alone: taken as h100-sxm"))
  }

  @Test(arguments: ["K80", "T4g", "Gaudi HL-205", "RTX6000", "H300-NVL", "A100-PCIE-60GB", "RTXA5500", "Radeon MI25"])
  func `an accelerator that the tables lack is listed, not guessed`(name: String) throws {
    let text = Catalogs.skyPilotHeader + "a,\(name),1,4,16,,1,,r,z\na,\(name),1,4,16,,1,,r,y\nb,H200,1,4,16,,1,,r,z\n"
    let prices = try Catalogs.read(text)
    #expect(prices.prices.map(\.accelerator) == ["h200-sxm"])
    #expect(prices.omitted == [.unknownAccelerator: [name: 2]])
    #expect(
      prices.notes.contains(
        "acme/vms.csv: left out 2 rows of accelerators that the tables do not have: \(name) (2)"))
  }

  @Test func `of the zones of a region the lowest price counts`() throws {
    let rows = [("a", 8.0), ("b", 4.0), ("c", 6.0)].map { "p5.48xlarge,H100,8,1,1,,\($0.1),0.00,us,us\($0.0)\n" }
    let prices = try Catalogs.read(Catalogs.skyPilotHeader + rows.joined())
    #expect(prices.prices.map(\.rate) == [0.5])
    #expect(prices.used == 3)
  }

  @Test func `gpuhunt's spot prices and calendar blocks are not on-demand`() throws {
    let rows = """
      instance_name,location,price,gpu_count,gpu_name,gpu_memory,spot,flags
      a3-highgpu-8g,us,88,8,H100,80,False,
      a3-highgpu-8g,us,40,8,H100,80,True,
      a3-highgpu-8g,us,48,8,H100,80,False,gcp-a4 gcp-dws-calendar-mode
      tpu-v5p-8,us,16.8,1,tpu-v5p-8,,False,

      """
    let prices = try Catalogs.read(rows, file: "gcp.csv")
    #expect(prices.prices.map(\.commitment) == [.onDemand, .spot, .capacityBlock, .onDemand])
    #expect(prices.prices.map(\.rate) == [11, 5, 6, 4.2])
    #expect(prices.prices.allSatisfy { $0.assumption == nil })
  }

  @Test(arguments: Catalogs.fixtures)
  func `every row is used or left out with a reason`(name: String) throws {
    let prices = try Catalogs.fixture(name)
    let omitted = PriceImport.Omission.allCases.map { prices.count($0) }.reduce(0, +)
    #expect(prices.records > 10)
    #expect(prices.used + omitted == prices.records)
  }

  @Test(arguments: Catalogs.fixtures)
  func `neither pieces, nor the order of columns and rows, change the prices`(name: String) throws {
    let text = try Catalogs.text(name)
    let whole = try Catalogs.fixture(name)
    for pieces in [1, 13, 100] {
      #expect(try Catalogs.read(text, file: "catalogs/" + name, pieces: pieces).prices == whole.prices)
    }
    func sorted(_ prices: PriceImport) -> [String] { prices.prices.map { "\($0)" }.sorted() }
    var lines = text.split(separator: "\n")
    let rows = lines[0...0] + lines[1...].reversed()
    #expect(sorted(try Catalogs.read(rows.joined(separator: "\n"), file: "catalogs/" + name)) == sorted(whole))
    guard name != "gpuhunt.csv", !text.contains("\"") else { return }
    lines = lines.map {
      $0.split(separator: ",", omittingEmptySubsequences: false).reversed().joined(separator: ",")[...]
    }
    #expect(sorted(try Catalogs.read(lines.joined(separator: "\n"), file: "catalogs/" + name)) == sorted(whole))
  }

  @Test(arguments: Catalogs.fixtures)
  func `an overlay of the prices passes the check and reads back`(name: String) throws {
    let prices = try Catalogs.fixture(name)
    let overlay = try Overlay(file: "overlay.json", bytes: Array(prices.overlay.utf8))
    #expect(TableCheck.problems(in: TableSet(overlays: [overlay]), of: ["prices"]).map(\.text) == [])
    let rows = try overlay.prices(in: TableCatalog())
    #expect(rows.count == prices.prices.count)
    for (row, price) in zip(rows, prices.prices) {
      #expect(abs(row.rate / price.rate - 1) < 1e-5)
      #expect(row.accelerator == price.accelerator && row.region == price.region)
      #expect(row.commitment == price.commitment && row.instance == price.instance)
      #expect(row.reference.asOf == "2026-11")
      #expect(row.reference.sources.first?.title.contains(name) == true)
    }
  }

  private static func sky(_ rows: String) -> String { Catalogs.skyPilotHeader + rows }
  private static func hunt(_ rows: String) -> String { Catalogs.gpuhuntHeader + rows }

  private static let malformed: [(text: String, message: String)] = [
    ("", "acme/vms.csv: the file is empty: a catalog starts with a header"),
    ("a,b\n1,2\n", "acme/vms.csv:1: the header is neither that of a SkyPilot catalog"),
    ("\u{7F}ELF\u{1}\u{0}\n", "acme/vms.csv:1: this is not text: it holds a byte of zero"),
    (
      "InstanceType,AcceleratorName,Price,Region\n",
      "acme/vms.csv:1: field 'AcceleratorCount': the column of a SkyPilot catalog is missing; there is InstanceType"
    ),
    (
      "instance_name,price,gpu_count,gpu_name,spot\n",
      "acme/vms.csv:1: field 'location': the column of a gpuhunt catalog is missing"
    ),
    ("InstanceType,AcceleratorName,AcceleratorCount,Price,Region,Price\n", "field 'Price': the column appears twice"),
    (sky(""), "acme/vms.csv: there is no price in it"),
    (
      sky("a,K80,1,4,16,,1,,r,z\n"),
      "there is no price in it: 1 row of accelerators that the tables"
    ),
    (sky("a,H200,8\n"), "acme/vms.csv:2: 3 fields where the header has 10"),
    (sky("a,H200,8,1,1,,-2,,r,z\n"), "acme/vms.csv:2: field 'Price': -2 is below zero"),
    (sky("a,H200,8,1,1,,$2,,r,z\n"), "acme/vms.csv:2: field 'Price': '$2' is not a number"),
    (sky("a,H200,8,1,1,,nan,,r,z\n"), "'nan' is not a number"),
    (sky("a,H200,8,1,1,,0x10,,r,z\n"), "'0x10' is not a number"),
    (sky("a,H200,8,1,1,,1e999,,r,z\n"), "'1e999' is beyond what a number can hold"),
    (sky("a,H200,eight,1,1,,2,,r,z\n"), "field 'AcceleratorCount': 'eight' is not a number"),
    (sky("a,H200,-8,1,1,,2,,r,z\n"), "field 'AcceleratorCount': -8 is below zero"),
    (sky("\n\na,H200,8,1,1,,2,x,r,z\n"), "acme/vms.csv:4: field 'SpotPrice': 'x' is not a number"),
    (sky("a,H200,8,1,1,\"{,2,,r,z\n"), "acme/vms.csv:2: a quote is left open"),
    (hunt("a,r,1,1,1,1,H200,141,maybe,\n"), "field 'spot': 'maybe' is neither True nor False"),
  ]

  @Test(arguments: malformed)
  func `a malformed catalog is told by line and column`(text: String, message: String) {
    let error = #expect(throws: CatalogError.self) { try Catalogs.read(text) }
    let said = error.map { ScenarioError.catalog($0).message.description } ?? ""
    #expect(said.contains(message), "\(said)")
  }

  @Test(arguments: Catalogs.fixtures)
  func `a damaged catalog is read or refused, and traps nothing`(name: String) throws {
    let bytes = Array(try Catalogs.text(name).utf8)
    var refused = 0
    for round in 0..<25 {
      var damaged = bytes
      for _ in 0..<3 {
        let place = Int.random(in: 0..<damaged.count)
        switch round % 3 {
        case 0: damaged[place] = UInt8.random(in: 0...255)
        case 1: damaged.remove(at: place)
        default: damaged.insert(Array("\",\n-e.9".utf8).randomElement() ?? 0, at: place)
        }
      }
      do throws(CatalogError) {
        var importer = try CatalogImporter(file: "x", provider: "p", asOf: "2026", catalog: TableCatalog())
        try damaged.withUnsafeBufferPointer { (piece) throws(CatalogError) in try importer.read(piece) }
        let prices = try importer.finish().prices
        #expect(prices.allSatisfy { $0.rate > 0 && $0.rate.isFinite && $0.accelerators >= 1 })
      } catch {
        switch error {
        case .malformed, .several: refused += 1
        default: Issue.record("\(error)")
        }
      }
    }
    #expect(refused > 0)
  }

  @Test func `text that is not UTF-8 is refused where it counts`() {
    let error = #expect(throws: CatalogError.self) {
      var importer = try CatalogImporter(file: "x", provider: "p", asOf: "2026", catalog: TableCatalog())
      let bytes = Array(Catalogs.skyPilotHeader.utf8) + [0xFF, 0xFE] + Array(",H200,8,1,1,,2,,r,z\n".utf8)
      try bytes.withUnsafeBufferPointer { (piece) throws(CatalogError) in try importer.read(piece) }
      _ = try importer.finish()
    }
    #expect(
      error.map { ScenarioError.catalog($0).message.description } == "x:2: field 'InstanceType': is not valid UTF-8")
  }

  @Test(arguments: [
    ("aws/vms.csv", nil, "aws"), ("a/b/OCI/vms.csv", nil, "oracle"), ("aws/vms.csv", "Mine", "mine"),
    ("lambda.csv", nil, "lambda"),
  ])
  func `the path or the option says whose prices they are`(file: String, given: String?, provider: String) throws {
    let text = Catalogs.skyPilotHeader + "a,H200,8,1,1,,2,,r,z\n"
    #expect(try Catalogs.read(text, file: file, provider: given).provider == provider)
  }

  @Test(arguments: ["vms.csv", "-", "./vms.csv", "../vms.csv"])
  func `a path that does not say needs the option`(file: String) {
    let text = Catalogs.skyPilotHeader + "a,H200,8,1,1,,2,,r,z\n"
    let error = #expect(throws: CatalogError.self) { try Catalogs.read(text, file: file) }
    #expect(error.map { ScenarioError.catalog($0).message.description.contains("give --provider") } == true)
  }

  @Test func `the price of a node is remarked on`() throws {
    let prices = try Catalogs.skyPilot("p5.48xlarge", "H100", count: "1", price: "98.32")
    #expect(
      prices.notes.contains { $0.contains("$98.3/h per accelerator (p5.48xlarge, r1) looks like the price of a node") })
  }

  @Test func `names that differ by signs alone still make ids that differ`() throws {
    let text =
      Catalogs.skyPilotHeader + "a b,H200,8,1,1,,20,,r,z\n"
      + "a-b,H200,8,1,1,,30,,\"r \"\"x\"\"\",z\na/b,H200,8,1,1,,40,,r,z\n"
    let overlay = try Overlay(file: "o", bytes: Array(try Catalogs.read(text).overlay.utf8))
    #expect(try overlay.prices(in: TableCatalog()).map(\.rate) == [2.5, 3.75, 5])
    #expect(TableCheck.problems(in: TableSet(overlays: [overlay]), of: ["prices"]).isEmpty)
  }
}
