import Testing
import TextFormats

@testable import CostModel

@Suite("Built-in tables")
struct BuiltInTableTests {
  @Test func `nothing is wrong in any row`() {
    #expect(TableCheck.problems(in: TableSet()).map(\.text) == [])
  }

  @Test(arguments: [
    ("accelerators", 40), ("prices", 120), ("regions", 40), ("runs", 100), ("efficiency", 20), ("datacenters", 20),
    ("claims", 60), ("corpus", 30), ("finetune-prices", 20), ("grid-carbon", 250), ("labor", 60),
    ("post-training-runs", 50), ("post-training-throughput", 40), ("token-prices", 70),
  ])
  func `tables are large enough to be of use`(table: String, rows: Int) throws {
    #expect(try TableSet().rows(of: table).count >= rows)
  }

  @Test(arguments: Derivation.names)
  func `a derived table is what its command derives`(table: String) throws {
    let derived = try #require(try Derivation.text(of: table, from: TableCatalog.shared))
    let embedded = String(decoding: TableSet.bytes(of: table), as: UTF8.self)
    #expect(embedded == derived, "run: llmcost tables derive \(table) > Data/\(table).json")
  }

  @Test func `every row stands on a line of its own, its id first`() throws {
    for table in TableSet.names {
      let lines = String(decoding: TableSet.bytes(of: table), as: UTF8.self).split(separator: "\n")
      let ids = lines.filter { $0.hasPrefix("{\"id\": \"") }.count
      #expect(try TableSet().rows(of: table).count == ids, "\(table)")
    }
  }

  @Test func `aliases stand right behind the id, where look-ups read them`() throws {
    for table in TableSet.names {
      let heads = try TableSet().names(of: table).heads
      for (row, head) in zip(try TableSet().rows(of: table), heads) {
        #expect(try head.id == row.id && head.aliases == row.texts("aliases"), "\(table) \(row.id)")
      }
    }
  }

  @Test(arguments: ["h100", "H100-SXM", "hgx-h100"])
  func `accelerators are found by id and alias in any case`(name: String) throws {
    #expect(try TableCatalog.shared.accelerator(name).id == "h100-sxm")
  }

  @Test(arguments: [
    // Vendors' data sheets: dense BF16 FLOP/s.
    ("h100-sxm", 989.4e12), ("a100-80gb-sxm", 312e12), ("b200", 2250e12), ("tpu-v4", 275e12), ("mi300x", 1307.4e12),
    ("h20", 148e12),
  ])
  func `peaks are dense`(id: String, peak: Double) throws {
    #expect(try #require(try TableCatalog.shared.accelerator(id).referencePeak) == peak)
  }

  @Test func `a state without water of its own takes its country's`() throws {
    let virginia = try TableCatalog.shared.region("us-east-1")
    #expect(virginia.id == "us-va")
    #expect(virginia.carbon.value == 244.8)
    #expect(virginia.water.reference.id == "us")
  }

  @Test func `every source that a row names exists`() throws {
    for table in TableSet.names {
      for row in try TableSet().rows(of: table) {
        let reference = try row.reference()
        #expect(!reference.sources.isEmpty || reference.assumption != nil, "\(table) \(row.id)")
      }
    }
  }
}

@Suite("Overlays")
struct OverlayTests {
  private func overlay(_ text: String) throws -> Overlay { try Overlay(file: "mine.json", bytes: Array(text.utf8)) }

  @Test func `a row with a known id replaces the members it names`() throws {
    let overlay = try overlay(
      #"{"table": "accelerators", "rows": [{"id": "h100-sxm", "boardWatts": 650, "asOf": "2026", "assumption": "measured by us"}]}"#
    )
    let accelerator = try TableCatalog(TableSet(overlays: [overlay])).accelerator("h100")
    #expect(accelerator.boardWatts == 650)
    #expect(accelerator.referencePeak == 989.4e12)
    #expect(accelerator.reference.assumption == "measured by us")
  }

  @Test func `a new id is a new row and the last overlay wins`() throws {
    let row = { (rate: Double) in
      #"{"table": "prices", "sources": {"quote": {"title": "Quote"}}, "rows": [{"id": "us-1", "provider": "Ours", "accelerator": "b200", "commitment": "on-demand", "region": "all", "usdPerAcceleratorHour": \#(rate), "asOf": "2026-11", "source": "quote"}]}"#
    }
    let tables = TableSet(overlays: [try overlay(row(3)), try overlay(row(4))])
    let mine = try TableCatalog(tables).prices(accelerator: "b200").filter { $0.provider == "ours" }
    #expect(mine.map(\.rate) == [4])
    #expect(mine.first?.reference.sources == [Source(title: "Quote")])
  }

  @Test(arguments: [
    ("[", "mine.json:1:2: the text ends too early"),
    ("[]", "mine.json: a table is an object with 'table' and 'rows', not an array"),
    (#"{"rows": []}"#, "mine.json: field 'table': says which table the rows belong to, and is missing"),
    (#"{"table": "pricess", "rows": []}"#, "field 'table': 'pricess' is not one of accelerators"),
    (#"{"table": "prices"}"#, "field 'rows': an array of rows is expected"),
    (#"{"table": "prices", "rows": [7]}"#, "mine.json: a row is an object, not a number"),
    (#"{"table": "prices", "rows": [{"provider": "x"}]}"#, "mine.json: field 'id': every row needs an id"),
    (
      #"{"table": "prices", "rows": [{"id": "x", "asOf": "2026", "assumption": "a"}]}"#,
      "row 'x': field 'provider': is missing"
    ),
    (
      #"{"table": "accelerators", "rows": [{"id": "h100-sxm", "boardWatts": "much"}]}"#,
      "row 'h100-sxm': field 'boardWatts': expected a number, got a string"
    ),
    (
      #"{"table": "accelerators", "rows": [{"id": "h100-sxm", "boardWats": 650}]}"#,
      "row 'h100-sxm': field 'boardWats': is not a column of accelerators"
    ),
    (
      #"{"table": "factors", "rows": [{"id": "power-draw", "low": 0.9}]}"#,
      "row 'power-draw': field 'typical': low, typical and high must rise"
    ),
    (
      #"{"table": "factors", "rows": [{"id": "mine", "name": "m", "typical": 1, "asOf": "2026"}]}"#,
      "row 'mine': field 'source': every row names a source"
    ),
    (
      #"{"table": "factors", "rows": [{"id": "mine", "name": "m", "typical": 1, "asOf": "soon", "assumption": "a"}]}"#,
      "row 'mine': field 'asOf': 'soon' is not a date"
    ),
    (
      #"{"table": "factors", "rows": [{"id": "mine", "name": "m", "typical": 1, "asOf": "2026", "source": "nowhere"}]}"#,
      "row 'mine': field 'source': 'nowhere' is not in the file's sources"
    ),
    (#"{"table": "factors", "rows": [{"id": "a"}, {"id": "a"}]}"#, "row 'a': field 'id': appears twice"),
    (
      #"{"table": "accelerators", "rows": [{"id": "h100-sxm", "memoryBytes": 80000000000}]}"#,
      "row 'h100-sxm': field 'memoryBytes': 80000000000 is no whole number of half GiB"
    ),
    (
      #"{"table": "accelerators", "rows": [{"id": "b200", "aliases": ["h 100"]}]}"#,
      "row 'b200': field 'aliases': 'h 100' reads like a name of 'h100-sxm'"
    ),
    (
      #"{"table": "market", "rows": [{"id": "h100-sxm-on-demand-neocloud", "providers": ["lambda"], "note": "ours"}]}"#,
      "field 'note': rests on 1 seller, and does not say so"
    ),
    (
      #"{"table": "prices", "rows": [{"id": "x-1", "provider": "x", "accelerator": "h100-sxm", "commitment": "on-demand", "region": "all", "usdPerAcceleratorHour": 55, "asOf": "2026-11", "assumption": "a"}]}"#,
      "row 'x-1': field 'usdPerAcceleratorHour': 55.0 is implausible for h100-sxm"
    ),
    (
      #"{"table": "prices", "rows": [{"id": "x-1", "provider": "x", "accelerator": "h100-sxm", "commitment": "on-demand", "region": "all", "usdPerAcceleratorHour": 3, "asOf": "2026-11", "assumption": "a"}, {"id": "x-2", "provider": "x", "accelerator": "h100-sxm", "commitment": "spot", "region": "all", "usdPerAcceleratorHour": 3, "asOf": "2026-11", "assumption": "a"}]}"#,
      "row 'x-2': field 'usdPerAcceleratorHour': spot is no cheaper than on demand"
    ),
    (
      #"{"table": "prices", "rows": [{"id": "x-1", "provider": "x", "accelerator": "h100-sxm", "commitment": "on-demand", "region": "all", "usdPerAcceleratorHour": 3, "asOf": "2026-11", "assumption": "a"}, {"id": "x-2", "provider": "x", "accelerator": "h100-sxm", "commitment": "on-demand", "region": "all", "usdPerAcceleratorHour": 3, "asOf": "2026-11", "assumption": "a"}]}"#,
      "row 'x-2': field 'id': another row has the same offer of the same day"
    ),
  ])
  func `a broken overlay is told by file, row and field`(text: String, problem: String) throws {
    do {
      let tables = TableSet(overlays: [try overlay(text)])
      let problems = TableCheck.problems(in: tables, of: tables.overlays.map(\.table)).map(\.text)
      #expect(problems.contains { $0.contains(problem) }, "\(problems)")
    } catch {
      let message = ScenarioError.catalog(try #require(error as? CatalogError)).message.description
      #expect(message.contains(problem), "\(message)")
    }
  }
}

@Suite("Derivations")
struct DerivationTests {
  private func accelerator() throws -> Accelerator { try TableCatalog.shared.accelerator("h100") }

  private func run(_ id: String, organization: String, mfu: Double, exclusion: String? = nil) throws -> PublishedRun {
    PublishedRun(
      id: id, organization: organization, date: "2025", activeParameters: 70e9, tokens: 1e12, architecture: .dense,
      precision: .bf16, accelerator: try accelerator(), acceleratorHours: 6 * 70e21 / (989.4e12 * 3600 * mfu),
      exclusion: exclusion)
  }

  private func derive(_ runs: [PublishedRun]) -> EfficiencyDerivation? { EfficiencyDerivation(runs) { _, _ in 1 } }

  @Test func `runs that all reached the same MFU give that MFU, with little spread`() throws {
    let runs = try [("a", "x"), ("b", "y"), ("c", "z")].map { try run($0.0, organization: $0.1, mfu: 0.3) }
    let regression = try #require(derive(runs)).regression
    #expect(regression.spread < 1.3)
    for run in runs { #expect(abs(try #require(run.features.map(regression.mfu)) / 0.3 - 1) < 0.05) }
  }

  @Test func `a range holds the runs it comes from and widens with their scatter`() throws {
    func range(_ low: Double, _ high: Double) throws -> (low: Double, high: Double) {
      let runs = [try run("a", organization: "x", mfu: low), try run("b", organization: "y", mfu: high)]
      let regression = try #require(derive(runs)).regression
      let typical = regression.mfu(try #require(runs[0].features))
      return (typical / regression.spread, typical * regression.spread)
    }
    let (narrow, wide) = (try range(0.28, 0.32), try range(0.15, 0.6))
    #expect(narrow.low < 0.28 && narrow.high > 0.32)
    #expect(wide.low < narrow.low && wide.high > narrow.high)
  }

  @Test func `one run gone wrong among many bends the fit little`() throws {
    let runs = try "abcdefghijkl".map { try run(String($0), organization: String($0), mfu: 0.3) }
    let wrong = try run("wrong", organization: "wrong", mfu: 0.01)
    let mfu = try #require(derive(runs + [wrong])).regression.mfu(try #require(wrong.features))
    #expect(mfu > 0.26, "\(mfu)")
  }

  @Test func `excluded runs count for nothing`() throws {
    let runs = [try run("a", organization: "x", mfu: 0.3), try run("b", organization: "y", mfu: 0.3)]
    let with = derive(runs + [try run("c", organization: "z", mfu: 0.01, exclusion: "distilled")])
    #expect(with?.regression == derive(runs)?.regression)
  }

  @Test func `one organization alone gives no fit, for its spread is unknown`() throws {
    #expect(derive([try run("a", organization: "x", mfu: 0.3), try run("b", organization: "x", mfu: 0.4)]) == nil)
  }

  @Test func `the fit on the table agrees with NumPy's solution of the same equations`() throws {
    // Rounds of numpy.linalg.solve(X.T @ W @ X + diag(0, 1, …, 1), X.T @ W @ y) with W = min(1, 0.3 / |residual|), over
    // the 76 runs that are not excluded.
    let speedups = try TableCatalog.shared.precisionSpeedups()
    let derivation = try #require(
      EfficiencyDerivation(try TableCatalog.shared.publishedRuns(), speedup: speedups.typical))
    let expected: [Double] = [-1.0371, -0.3650, -0.2971, 0.5412, 0.0826, -0.4286, -0.0711, 0]
    for (constant, value) in zip(derivation.regression.constants, expected) { #expect(abs(constant - value) < 0.002) }
    #expect(derivation.runs.count == 76)
    let table = try TableCatalog.shared.publishedEfficiency()
    for (one, other) in zip(derivation.regression.constants, table.regression.constants) {
      #expect(abs(one - other) < 0.001, "'llmcost tables derive efficiency' gives other constants than the table has")
    }
  }

  @Test(arguments: [("2026", 24317), ("2026-01", 24312), ("2026-11-21", 24322)])
  func `dates are read to the month`(text: String, months: Int) throws {
    #expect(try #require(CalendarMonth(text)).index == months)
  }

  @Test(arguments: ["", "26", "2026-13", "2026-00", "2026-1", "November", "2026-11-40", "2026-11-21-1"])
  func `what is no date is refused`(text: String) {
    #expect(CalendarMonth(text) == nil)
  }
}
