import CostModel
import LlmcostTool
import Testing
import TextFormats

private let base = "llmcost pretrain --params 70B --tokens 15T "

@Suite("Ownership, footprint and clusters on the command line")
struct OwnershipTests {
  private func run(_ line: String) throws -> String {
    let outcome = TestWorld().run(line)
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    return outcome.output
  }

  @Test(arguments: [
    (base + "--resale 0.1", "--resale has no effect on rented accelerators"),
    (base + "--purchase-price 30000", "--purchase-price has no effect on rented accelerators"),
    (base + "--utilization 0.5", "--utilization has no effect on rented accelerators"),
    (base + "--against 2", "--against has no effect on rented accelerators"),
    (base + "--method rent --staff 100", "--staff has no effect on rented accelerators"),
    (base + "--own --utilization 1.2", "utilization over the lifetime of 1.2 is out of range"),
    (base + "--own --utilization 0", "out of range"),
    (base + "--own --resale -0.1", "resale value, as a share of the price of -0.1 is out of range"),
    (base + "--own --resale 1", "out of range"), (base + "--own --cost-of-capital 9", "out of range"),
    (base + "--own --purchase-price 0", "out of range"), (base + "--own --network-share 1", "out of range"),
    (base + "--own --server-factor 0.5", "out of range"), (base + "--own --hardware-life 1d", "out of range"),
    (base + "--own --facility-price -1", "out of range"), (base + "--own --pue 0.9", "PUE of 0.9 is out of range"),
    (base + "--own --hardware-age 1y", "has no effect on straight-line depreciation"),
    (base + "--own --depreciation price-performance --resale 0.1", "neither a fixed life nor a resale value"),
    (base + "--own --hosting none --colocation-price 200", "exclude each other"),
    (base + "--own --colocation-price 200 --facility-price 11M", "exclude each other"),
    (base + "--own --hosting garage", "'garage' is not one of facility, colocation, none"),
    (base + "--own --depreciation linear", "is not one of straight-line, price-performance"),
    (base + "--own --method rent", "--own and --method both say"),
    (base + "--own --gpu gh200-144gb", "no purchase price"),
    (base + "--method lease", "'lease' is not one of rent, amortized, acquisition"),
    (base + "--method rent --commitment on-demand:0.5,spot:0.5", "compare one rent, not a mix"),
    (base + "--carbon market", "needs the share of the electricity that is under contract"),
    (base + "--contracted 0.5", "no effect on location-based carbon"),
    (base + "--carbon market --contracted 1.5", "out of range"),
    (base + "--carbon none", "'none' is not one of location, market"),
    (base + "--grid atlantis", "unknown grid 'atlantis'"), (base + "--grid-year 1999", "no carbon intensity of"),
    (base + "--grid-year 2023 --carbon-intensity 100", "given in more than one way"),
    (base + "--idle -1", "out of range"), (base + "--wue -1", "out of range"),
    (base + "--power-draw 1.2", "average draw over rated power of 1.2 is out of range"),
    (base + "--power-draw 0", "out of range"), (base + "--embodied-server heavy", "'heavy' is not a quantity"),
    (base + "--embodied-water 5kg", "'5kg' is not a quantity"), (base + "--embodied-water -1", "out of range"),
    (base + "--egress-price 90", "a price of egress is given, and no data"), (base + "--egress -1TB", "out of range"),
    (base + "--host-cpu-price 0.03", "a price of host processors is given, and no number"),
    (base + "--corpus-storage tape", "'tape' is not one of hot, warm, cold, file, volume"),
    (base + "--get homes", "there is no 'homes'"), (base + "--get break_even_hours", "there is no 'break_even_hours'"),
    ("llmcost cluster", "--gpus is missing"), ("llmcost cluster --gpus 0", "out of range"),
    ("llmcost cluster --gpus 8 --months 0", "out of range"), ("llmcost cluster --gpus 8 --own", "unknown option"),
    ("llmcost cluster --gpus 8 --get capex", "there is no 'capex'"),
    ("llmcost cluster --gpus 8 -f csv --explain", "--explain goes with table"),
    ("llmcost cluster --gpus 8 -f csv --columns power", "there is no 'power'"),
  ])
  func `what makes no sense is refused with a hint`(line: String, message: String) {
    let outcome = TestWorld().run(line)
    #expect(outcome.status == .usage, "\(line)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("\nhint: "), "\(outcome.complaint)")
  }

  @Test(arguments: [
    "", "--own", "--own --hosting colocation --research-multiplier 2.5 --idle 0.3", "--method amortized",
    "--method acquisition --gpus 2048 --egress 20TB --egress-price 90", "--method rent --host-cpus 16 --embodied",
    "--own --depreciation price-performance --hardware-age 2y --corpus-storage cold --region fr",
    "--gpus 2048 --term 1mo --research-multiplier 1.3", "--commitment on-demand:0.3,reserved-1y:0.7 --start 2027-06",
  ])
  func `lines sum to the total to the cent, and every format shows the same`(options: String) throws {
    let line = base + options + " --samples 256"
    let value = try JSONReader.read(Array(try run(line + " --json").utf8))
    let lines = try #require(value["bill"]?["lines"]?.array)
    let amounts = lines.compactMap { $0["usd"]?.number }
    #expect(amounts.count == lines.count)
    let total = try #require(value["bill"]?["total"]?["usd"]?.number)
    #expect(abs(amounts.reduce(0, +) - total) < 0.01)
    let csv = try DelimitedText.read(Array(try run(line + " -f csv").utf8))
    let record = Dictionary(
      zip(csv.header, csv.records[0].map { Double($0) }), uniquingKeysWith: { first, _ in first })
    let sum = ChargeCategory.allCases.compactMap { record[$0.key] ?? nil }.reduce(0, +)
    #expect(abs(sum - total) < 0.01)
    // What is exact says the same number in all formats, what is for people the same text.
    let tsv = try run(line + " -f tsv").split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    let object = try JSONReader.read(Array(try run(line + " -f jsonl").utf8))
    #expect(tsv[0] == csv.header && tsv[1] == csv.records[0])
    // What is given stands as it was written.
    for (name, number) in record where object[name]?.string == nil {
      #expect(object[name]?.number == number, "\(name)")
    }
    let table = try run(line + " --width 0").split(separator: "\n")
    let markdown = try run(line + " -f markdown").split(separator: "\n")
    let page = try run(line + " -f html").split(separator: "\n")
    for (bill, usd) in zip(lines, amounts) {
      let name = try #require(bill["name"]?.string), category = try #require(bill["category"]?.string)
      let shown = Notation.display(usd, as: .dollars)
      #expect(record[category + "_usd"] == usd)
      #expect(table.contains { $0.hasPrefix("  " + name + "  ") && $0.contains("  " + shown + "  ") }, "\(name)")
      #expect(markdown.contains { $0.hasPrefix("| \(name) | \(shown) |") }, "\(name)")
      let cells = "<tr><th scope=\"row\">\(name)</th><td class=\"number\">\(shown)</td>"
      #expect(page.contains { $0.hasPrefix(cells) }, "\(name)")
      #expect(try run(line + " --get \(category)_usd") == JSONDocument.numberText(usd) + "\n")
    }
    #expect(record["cost_usd"] == total)
    #expect(table.contains { $0.hasPrefix("  total cost ") && $0.contains(Notation.display(total, as: .dollars)) })
  }

  @Test func `what is asked for has a stable name in every format`() throws {
    let line = base + "--own --embodied --idle 0.5 --equivalents"
    let names = [
      "owned_price_usd", "rent_price_usd", "break_even_utilization", "break_even_hours", "energy_idle_kwh",
      "carbon_embodied_kg", "carbon_all_kg", "water_on_site_l", "water_off_site_l", "water_embodied_l", "water_all_l",
      "homes", "cars", "residents_eu",
      "pools",
    ]
    let header = try run(line + " -f csv").split(separator: "\n")[0].split(separator: ",").map(String.init)
    for name in names {
      #expect(header.contains(name), "\(name)")
      #expect(try #require(Double(try run(line + " --get \(name)").dropLast())) > 0, "\(name)")
    }
  }

  @Test func `Mistral Large 2's life-cycle figure says what it covers`() throws {
    for figure in ["carbon", "water"] {
      let unit = figure == "carbon" ? "carbon_kg" : "water_l"
      let backtest = try run("llmcost backtest --of \(unit)").split(separator: "\n")
      #expect(backtest.contains { $0.contains("mistral-large-2") && $0.contains("life cycle: training, 18 months") })
      let text = try run("llmcost tables disclosures mistral-large-2-\(figure)")
      #expect(text.contains("life cycle: training, 18 months of use and the making of the hardware"))
    }
  }

  @Test func `what a cluster takes at the start stands alone, and in another currency`() throws {
    let line = "llmcost cluster --gpus 20000 "
    for name in ["chips_usd", "capex_usd", "site_power_mw.p90"] {
      #expect(try run(line + "--capex --get \(name)") == run(line + "--get \(name)"))
    }
    let table = try run(line + "--capex")
    #expect(table.contains("to be paid at the start") && !table.contains("staff and upkeep"))
    let euros = line + "--currency EUR --fx 0.5 "
    for name in ["capex", "cost", "owned_price"] {
      let dollars = try #require(Double(try run(line + "--get \(name)_usd.p90").dropLast()))
      let converted = try #require(Double(try run(euros + "--get \(name)_eur.p90").dropLast()))
      #expect(abs(converted * 2 / dollars - 1) < 1e-12)
    }
    let value = try JSONReader.read(Array(try run(euros + "--json").utf8))
    let capex = try #require(value["results"]?["capex_usd"])
    #expect(value["currency"]?.string == "EUR" && value["fx"]?.number == 0.5)
    let converted = try #require(capex["converted"]?["p10"]?.number)
    #expect(abs(converted * 2 / (try #require(capex["p10"]?.number)) - 1) < 1e-12)
    #expect(try run(euros + "-f csv").hasPrefix(run(line + "-f csv").split(separator: "\n")[0] + ",chips_eur"))
    // The middle of a range of accelerators is a whole one.
    #expect(try run("llmcost cluster --gpus 1000..1200 --get accelerators") == "1095\n")
  }

  @Test func `a cluster has the same figures in every format`() throws {
    let line = "llmcost cluster --gpus 4096 --gpu b200"
    let value = try JSONReader.read(Array(try run(line + " --json").utf8))
    for name in ["capex_usd", "site_power_mw", "cost_usd", "carbon_kg"] {
      let number = try #require(value["results"]?[name]?["value"]?.number)
      #expect(try run(line + " --get \(name)") == "\(JSONDocument.numberText(number))\n")
      #expect(try run(line + " -f csv --columns \(name)") == "\(name)\n\(JSONDocument.numberText(number))\n")
    }
    #expect(try run(line + " --explain").contains("source: JLL"))
  }
}
