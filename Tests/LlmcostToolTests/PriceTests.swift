import Foundation
import LlmcostTool
import Testing
import TextFormats

private let base = "llmcost pretrain --params 7B --tokens 1T --mfu 0.4 "

@Suite("Prices by file, month and share")
struct PriceTests {
  private let world = TestWorld(files: SampleFiles.prices)

  private func number(_ options: String, _ path: String = "compute_usd") throws -> Double {
    let outcome = world.run(base + options + " --get \(path)")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    return try #require(Double(outcome.output.dropLast()))
  }

  private func expectRate(_ options: String, _ rate: Double) throws {
    #expect(abs(try number(options) / (rate * number(options, "accelerator_hours")) - 1) < 1e-12, "\(options)")
  }

  @Test(arguments: [
    ("--prices nebius/vms.csv", 2.95), ("--prices nebius/vms.csv --commitment spot", 1.25),
    ("--prices nebius/vms.csv --provider nebius --region us-central1", 2.95), ("--prices vultr.csv", 2.99),
    ("--prices nebius/vms.csv --commitment on-demand:0.2,spot:80%", 0.2 * 2.95 + 0.8 * 1.25),
    // The median of 3 and 4: the row of 2025-06 is over a year older than the newest, but not than our own newest.
    ("--prices ours.json", 3.5), ("--prices ours.json --provider ours", 2.5),
    ("--prices ours.json --provider Theirs", 4),
    ("--prices ours.json --as-of 2025-08", 2), ("--prices ours.json --as-of 2026-06", 2.5),
    ("--prices ours.json --region south", 3), ("--prices ours.json --region north --as-of 2025-06", 2),
  ])
  func `a file's prices are those of its rows`(options: String, rate: Double) throws {
    try expectRate(options, rate)
  }

  @Test func `without a provider the range goes from p10 to p90 of the file's rows`() throws {
    // 2.95 and 2.99: p10 is a tenth of the way. MFU is fixed, so the rent alone varies.
    let both = TestWorld(files: [
      "all.csv": try #require(SampleFiles.prices["vultr.csv"]) + "\na,r,4.99,1,1,1,H100,80,False,\n"
    ]
    )
    let outcome = both.run(base + "--prices all.csv --provider x --explain")
    #expect(outcome.output.contains("rental price: $3.99/h"))
    let json = both.run(base + "--prices all.csv --json")
    let inputs = try #require(try JSONReader.read(Array(json.output.utf8))["scenario"]?["inputs"]?.array)
    let price = try #require(inputs.first { $0["name"]?.string == "rental price" })
    #expect(price["value"]?.number == 3.99)
    #expect(abs(try #require(price["p10"]?.number) - 3.19) < 0.02)
    #expect(abs(try #require(price["p90"]?.number) - 4.79) < 0.02)
    #expect(price["origin"]?["note"]?.string == "median of 2 rows, p10 to p90")
  }

  @Test func `what a file leaves out is said, unless it is told to be quiet`() {
    let outcome = world.run(base + "--prices nebius/vms.csv --region eu-north1")
    #expect(outcome.complaint.contains("note: nebius/vms.csv: 4 prices of 1 accelerator from 2 of 4 rows"))
    #expect(outcome.complaint.contains("left out 1 row of accelerators that the tables do not have: K80 (1)"))
    #expect(world.run(base + "--prices nebius/vms.csv --quiet").complaint.isEmpty)
  }

  @Test func `an imported overlay prices as its catalog does`() throws {
    for name in ["nebius/vms.csv", "vultr.csv"] {
      let overlay = world.run("llmcost tables import \(name) --provider mine --as-of-date 2026-11")
      #expect(overlay.status == .success, "\(overlay.complaint)")
      var files = SampleFiles.prices
      files["overlay.json"] = overlay.output
      let direct = try number("--prices \(name)")
      for options in ["--tables overlay.json --provider mine", "--prices overlay.json"] {
        let outcome = TestWorld(files: files).run(base + options + " --get compute_usd")
        #expect(outcome.output == Summary.text(direct) + "\n", "\(options): \(outcome.complaint)")
      }
    }
  }

  @Test func `sensitivity takes the file too`() {
    let outcome = world.run("llmcost sensitivity --params 7B --tokens 1T --prices nebius/vms.csv --format csv")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    #expect(!outcome.output.contains("price,rental price"), "one price leaves nothing to vary")
  }

  @Test func `prices of a month are those of the rows current then`() throws {
    // Of 2023 up to June: Latitude alone; 5.00 is of a managed service, and 8 of an index.
    try expectRate("--as-of 2023-06", 4.03)
    // Neoclouds of the six months before: 1.5, 1.89, 2.55 and 2.9.
    let hours = try number("--gpu a100", "accelerator_hours")
    #expect(abs(try number("--gpu a100 --as-of 2023-06") / hours - 2.22) < 1e-9)
    let outcome = world.run(base + "--gpu a100 --as-of 2023-06")
    #expect(outcome.output.contains("prices of 2023-06"))
    #expect(
      outcome.complaint.hasPrefix("note: on-demand prices current in 2023-06: 4 rows, of 2023-02-02 to 2023-06-22\n"))
    #expect(try number("--as-of 2025-06 --provider aws --region us-east-1") > 0)
  }

  @Test func `prices of this month are the market's`() throws {
    for (accelerator, commitment) in [("h100-sxm", "on-demand"), ("a100", "spot"), ("b200", "on-demand")] {
      let options = "--gpu \(accelerator) --commitment \(commitment) "
      // The market table is rounded to three digits.
      for path in ["compute_usd", "compute_usd.p90"] {
        #expect(abs(try number(options + "--as-of 2026-11", path) / number(options, path) - 1) < 0.005)
      }
    }
  }

  @Test func `a blend costs its parts by their shares, and each part keeps its source`() throws {
    let parts = [("on-demand", 0.3), ("reserved-1y", 0.5), ("reserved-3y", 0.2)]
    let blend = parts.map { "\($0.0):\($0.1)" }.joined(separator: ",")
    let expected = try parts.reduce(0) { $0 + $1.1 * (try number("--commitment \($1.0)")) }
    #expect(abs(try number("--commitment \(blend)") / expected - 1) < 1e-12)
    let text = world.run(base + "--explain --commitment \(blend)").output
    for part in parts { #expect(text.contains("table market, row h100-sxm-\(part.0)")) }
    #expect(try number("--commitment spot:1") == number("--commitment spot"))
  }

  @Test func `another currency stands beside the dollars`() throws {
    let dollars = try number("", "cost_usd")
    for (path, of) in [("cost_eur", "cost_usd"), ("storage_eur.p90", "storage_usd.p90")] {
      #expect(abs(try number("--currency eur --fx 0.92", path) / number("", of) / 0.92 - 1) < 1e-12)
    }
    #expect(try number("--currency JPY --fx 150", "cost_usd") == dollars)
    #expect(try number("--currency JPY --fx 150", "fx") == 150)
    let json = world.run(base + "--currency EUR --fx 0.5 --json").output
    let value = try JSONReader.read(Array(json.utf8))
    #expect(value["currency"]?.string == "EUR" && value["fx"]?.number == 0.5)
    let lines = try #require(value["bill"]?["lines"]?.array)
    let total = try #require(value["bill"]?["total"])
    for line in lines + [total] {
      for (name, of) in [("value", "usd"), ("p10", "p10"), ("p90", "p90")] {
        let converted = try #require(line["converted"]?[name]?.number)
        #expect(abs(converted / (try #require(line[of]?.number)) - 0.5) < 1e-12)
      }
    }
    let sum = lines.compactMap { $0["converted"]?["value"]?.number }.reduce(0, +)
    #expect(abs(sum - (try #require(total["converted"]?["value"]?.number))) < 0.01)
    let header = world.run(base + "--currency EUR --fx 0.5 -f csv").output.split(separator: "\n")[0]
    #expect(header.hasSuffix("water_off_site_l.p90,cost_eur,cost_eur.p10,cost_eur.p90,fx"))
    #expect(!world.run(base + "-f csv").output.contains("eur"))
    #expect(!world.run(base + "--json").output.contains("converted"))
  }

  @Test(arguments: [
    ("--currency EUR", "--currency needs --fx"), ("--fx 0.92", "--fx needs --currency"),
    ("--currency euro --fx 1", "'euro' is not a currency code"), ("--currency E1R --fx 1", "is not a currency code"),
    ("--currency usd --fx 1", "money is in USD already"),
    ("--currency EUR --fx 0", "exchange rate of 0 is out of range"),
    ("--currency EUR --fx -1", "out of range"), ("--currency EUR --fx x", "'x' is not an exchange rate"),
    ("--currency EUR --fx 0.9 --explain", "--explain is in USD alone"), ("--get cost_eur", "there is no 'cost_eur'"),
    ("--commitment on-demand:0.3,spot:0.6", "the shares sum to 0.9"),
    ("--commitment on-demand:0.5,on-demand:0.5", "on-demand is given twice"),
    ("--commitment on-demand,spot", "'on-demand' is not a commitment and its share"),
    ("--commitment on-demand:2,spot:-1", "the share of on-demand is 2"), ("--commitment spot:x", "'x' is not"),
    ("--commitment never:1", "'never' is not one of"), ("--commitment spot:1:1", "is not a commitment and its share"),
    ("--as-of soon", "'soon' is not a date"), ("--as-of 2017-01", "on-demand was current in 2017-01"),
    ("--as-of 2031-01", "on-demand was current in 2031-01"), ("--as-of 2023-06 --price 2", "a price is given, and"),
    ("--as-of 2023-06 --own", "owned accelerators are not rented too"),
    ("--as-of 2023-06 --provider nobody", "unknown provider 'nobody'"),
    ("--prices nebius/vms.csv --price 2", "a price is given, and a provider, commitment, date or file"),
    ("--prices nebius/vms.csv --own", "owned accelerators are not rented too"),
    ("--prices nebius/vms.csv --provider aws", "no price for h100-sxm on-demand at aws"),
    ("--prices nebius/vms.csv --gpu b200", "no price for b200 on-demand"),
    ("--prices nebius/vms.csv --region atlantis", "unknown region 'atlantis'"),
    ("--prices nebius/vms.csv --as-of 2031-01", "2031-01 lies ahead"),
  ])
  func `a wrong use is refused with status 64 and a hint`(options: String, message: String) {
    let outcome = world.run(base + options)
    #expect(outcome.status == .usage)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("\nhint: "), "\(outcome.complaint)")
  }

  @Test(arguments: [
    ("nowhere.csv", ToolStatus.missingInput, "cannot read nowhere.csv"),
    ("empty.csv", .badData, "empty.csv: the file is empty"), ("ragged/vms.csv", .badData, "ragged/vms.csv:2: 3 fields"),
    ("broken.json", .badData, "broken.json:1:2: the text ends too early"),
    ("regions.json", .badData, "regions.json: field 'table': rows of prices are expected, not of regions"),
    ("future.json", .badData, "future.json: row 'x': field 'asOf': '2062-11' lies ahead: today is 2026-11-21"),
    ("bad.json", .badData, "bad.json: row 'x': field 'accelerator': 'h1000' is not in accelerators"),
  ])
  func `a bad file of prices ends with its status, and names the place`(
    file: String, status: ToolStatus, message: String
  ) {
    let outcome = world.run(base + "--prices \(file)")
    #expect(outcome.status == status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
  }

  @Test(arguments: [
    ("tables import", "'tables import' needs a file"), ("tables import ours.json", "ours.json is JSON already"),
    ("tables prices --provider aws", "--provider and --as-of-date go with 'tables import'"),
    ("tables import vultr.csv --as-of-date 2027-01", "2027-01 lies ahead"),
    ("tables import vultr.csv --as-of-date never", "'never' is not a date"),
  ])
  func `a wrong import is refused with status 64 and a hint`(line: String, message: String) {
    let outcome = world.run("llmcost " + line)
    #expect(outcome.status == .usage)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("\nhint: "))
  }

  @Test func `the check of the tables finds prices of a day to come`() {
    let outcome = world.run("llmcost tables check --tables future.json")
    #expect(outcome.status == .failed)
    #expect(
      outcome.complaint == "llmcost: future.json: row 'x': field 'asOf': '2062-11' lies ahead: today is 2026-11-21\n")
    #expect(world.run("llmcost tables check --tables ours.json").status == .failed, "h100 is an alias, not an id")
  }

  @Test func `the price of a node is remarked on`() {
    let outcome = world.run(base + "--price 98.32")
    #expect(
      outcome.complaint.contains(
        "note: $98.3/h for one h100-sxm looks like the price of a node: over its 8 accelerators it is $12.3/h"))
    #expect(world.run(base + "--own --against 98").complaint.contains("$98.0/h for one h100-sxm looks like the price"))
    // A node of eight A100 at list price, and what one of them costs.
    let node = world.run(base + "--gpu a100 --price 33")
    #expect(node.complaint.contains("over its 8 accelerators it is $4.13/h"), "\(node.complaint)")
    for usual in ["--price 12", "--gpu a100 --price 4.1", "--gpu v100-16gb-sxm --price 3.06", "--own --against 12"] {
      #expect(!world.run(base + usual).complaint.contains("looks like"), "\(usual)")
    }
  }

  @Test func `a purchase price of another order is remarked on`() {
    let node = world.run(base + "--own --purchase-price 300k")
    #expect(node.complaint.contains("$300,000 for one h100-sxm looks like the price of a node"))
    #expect(world.run(base + "--own --purchase-price 3.2").complaint.contains("$3.20 to buy one h100-sxm is little"))
    let usual = world.run(base + "--own --purchase-price 22k --samples 0").complaint
    #expect(!usual.contains("looks like") && !usual.contains("is little"), "\(usual)")
  }

  @Test(arguments: [
    ("--own --purchase-price", "30000", "30k"), ("--own --purchase-price", "30000", "$0.03M"),
    ("--own --staff", "1500", "1.5k"), ("--own --facility-price", "11300000", "11.3M"),
    ("--own --colocation-price", "200", "0.2kUSD"), ("--price", "2", "0.002k"), ("--price", "2", "2USD/h"),
    ("--egress 20TB --egress-price", "90", "0.09k"), ("--egress 20TB --egress-price", "90", "0.09/GB"),
    ("--own --electricity", "0.08", "80/MWh"),
  ])
  func `money is written alike in every option`(option: String, plain: String, short: String) throws {
    #expect(try number("\(option) \(short)", "cost_usd") == number("\(option) \(plain)", "cost_usd"))
  }

  @Test func `the program streams a catalog from standard input`() throws {
    let header = "InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region"
    let script = """
      { echo '\(header)'; for i in $(seq 20000); do echo "i$i,H100,8,23.60,10,r$((i % 7))"; done; } |
      llmcost pretrain --params 7B --tokens 1T --prices - --mfu 0.4 --get compute_usd
      """
    #expect(abs(try #require(Double(try Shell.run(script).dropLast())) / (try number("--price 2.95")) - 1) < 1e-12)
  }
}

/// A number as the program prints it.
private enum Summary {
  static func text(_ value: Double) -> String { JSONDocument.numberText(value) }
}
