import LlmcostTool
import Testing
import TextFormats

@Suite("Prices by kind of seller")
struct PriceTierTests {
  private let world = TestWorld()

  private func number(_ command: String) throws -> Double {
    let outcome = world.run(command)
    #expect(outcome.status == .success, "\(command): \(outcome.complaint)")
    return try #require(Double(outcome.output.dropLast()))
  }

  @Test func `small runs are priced on demand, large ones by contract, and tiers choose`() throws {
    let small = "llmcost pretrain --params 1B --tokens 1T --get cost_usd"
    #expect(try number(small) == number(small + " --commitment on-demand"))
    #expect(try number(small + " --tier hyperscaler") > 2 * number(small))
    #expect(try number(small + " --tier marketplace") < number(small))
    let large = "llmcost pretrain --params 70B --tokens 15T --get cost_usd"
    #expect(abs(try number(large) / number(large + " --commitment reserved-1y") - 1) < 1e-9)
    #expect(try number(large) < 0.8 * number(large + " --commitment on-demand"))
    #expect(world.run(large).complaint.contains("one-year contract"))
  }

  @Test(arguments: [("Amazon", "aws"), ("Lambda Labs", "lambda"), ("google cloud", "gcp")])
  func `providers are taken by their usual names`(name: String, id: String) throws {
    let command = "llmcost pretrain --params 7B --tokens 1T --get cost_usd --provider "
    #expect(try number(command + "'\(name)'") == number(command + id))
  }

  @Test func `an unknown provider is told as unknown`() {
    let outcome = world.run("llmcost pretrain --params 7B --tokens 1T --provider nosuch")
    #expect(outcome.status == .usage && outcome.complaint.contains("unknown provider 'nosuch'"))
  }

  @Test func `every accelerator has hours, priced or not`() throws {
    let ids = world.run("llmcost tables accelerators --format csv --columns id").output.split(separator: "\n")
      .dropFirst()
    #expect(ids.count > 80)
    for id in ids {
      #expect(try number("llmcost pretrain --params 7B --tokens 1T --gpu \(id) --get accelerator_hours -q") > 0)
    }
  }

  @Test func `without a price money alone is missing`() throws {
    let command = "llmcost pretrain --params 7B --tokens 1T --gpu gb300"
    let outcome = world.run(command)
    #expect(outcome.status == .success && outcome.complaint.contains("no price of gb300 is known"))
    #expect(!outcome.output.contains("total cost") && outcome.output.contains("accelerator-hours"))
    #expect(try number(command + " --get energy_kwh -q") > 0)
    #expect(world.run(command + " --get cost_usd").status == .failed)
    #expect(try number(command + " --price 8 --get cost_usd -q") > 0)
    #expect(world.run("llmcost sweep --params 7B,8B --tokens 1T --gpu gb300").status != .success)
  }

  @Test(arguments: [
    ("ondemand", "on-demand"), ("preemptible", "spot"), ("1-year", "reserved-1y"), ("dws", "capacity-block"),
    ("savings-plan", "reserved"),
  ])
  func `commitments have the names that clouds give them`(name: String, id: String) throws {
    let command = "llmcost pretrain --params 7B --tokens 1T --get cost_usd -q --commitment "
    #expect(try number(command + name) == number(command + id))
  }

  @Test func `a catalog is merged into rows, and older prices stay`() throws {
    func catalog(_ price: String) -> String {
      "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone\n"
        + "a,H200,8,1,1,,\(price),,r,z\nb,H200,1,1,1,,4,,r,z\n"
    }
    let update = "llmcost tables update lambda/vms.csv --output mine.json --as-of-date "
    let first = TestWorld(files: ["lambda/vms.csv": catalog("32")]).run(update + "2026-09")
    #expect(first.outputPath == "mine.json" && first.complaint.contains("2 added"))
    let second = TestWorld(files: ["lambda/vms.csv": catalog("40"), "mine.json": first.output]).run(update + "2026-10")
    #expect(second.complaint.contains("0 added, 1 changed, 1 unchanged"))
    let rows = try #require(try JSONReader.read(Array(second.output.utf8))["rows"]?.array)
    #expect(rows.compactMap { $0["usdPerAcceleratorHour"]?.number }.sorted() == [4, 4, 4, 5])
    let again = TestWorld(files: ["lambda/vms.csv": catalog("40"), "mine.json": second.output]).run(update + "2026-10")
    #expect(again.output == second.output)
  }

  @Test func `an unknown type is no number unless one insists`() {
    let config =
      #"{"model_type": "nosuch", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100}"#
    let world = TestWorld(files: ["c.json": config])
    #expect(world.run("llmcost model --config c.json --get parameters").status == .badData)
    #expect(world.run("llmcost model --config c.json --get parameters --assume-common-form").status == .success)
    #expect(world.run("llmcost model --config c.json").status == .success)
  }
}
