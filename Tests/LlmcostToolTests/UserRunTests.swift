import CostModel
import LlmcostTool
import Testing

@Suite("Files of a user's runs")
struct UserRunFileTests {
  private func read(_ text: String) throws -> UserRuns {
    try UserRuns.read(Array(text.utf8), file: "runs", catalog: TableCatalog())
  }

  @Test(arguments: [
    "id,activeParameters,tokens,hardware,acceleratorHours,date\na,8e9,1.2e12,h100-sxm,95000,2026-03\n",
    "id\tactiveParameters\ttokens\thardware\tacceleratorHours\tdate\na\t8e9\t1.2e12\th100\t95000\t2026-03\n",
    "name,params,tokens,gpu,gpu_hours,date\na,8B,1.2T,NVIDIA H100 80GB HBM3,95k,2026-03-05\n",
    "Model,Parameters,Training dataset size (gradients),Training hardware,Training chip-hours,Publication date\n"
      + "a,8e9,1.2e12,NVIDIA H100 SXM5 80GB,95000,2026-03-05\n",
    "run,total_params,active_params,tokens,gpu,num_gpus,days,date\na,8B,8B,1.2T,H100 SXM5,100,39.58333333333333,2026-03\n",
    #"{"id":"a","activeParameters":8e9,"tokens":"1.2T","hardware":"h100-sxm","acceleratorHours":95000,"date":"2026-03"}"#,
    #"{"id":"a","params":"8B","tokens":1.2e12,"gpu":"H100","gpu_hours":"95k","date":"2026-03"}"# + "\n",
    #"[{"id":"a","params":"8B","tokens":1.2e12,"gpu":"H100","gpu_hours":"95k","date":"2026-03"}]"#,
  ])
  func `one run is the same in every format and under every usual name`(text: String) throws {
    let run = try #require(try read(text).runs.first)
    #expect(run.id == "a" && run.activeParameters == 8e9 && run.tokens == 1.2e12)
    #expect(run.accelerator.id == "h100-sxm")
    #expect(abs((run.acceleratorHours ?? 0) - 95_000) < 1e-6)
    #expect(run.architecture == .dense && run.precision == .bf16)
  }

  @Test func `lines of JSON are as many runs`() throws {
    let line = #"{"id":"a","params":"8B","tokens":1.2e12,"gpu":"H100","gpu_hours":"95k","date":"2026-03"}"#
    #expect(try read(line + "\n" + line + "\n").runs.count == 2)
  }

  @Test func `a wrong row is named with its column, and the others are read`() throws {
    let runs = try read(
      "id,params,tokens,gpu,gpu_hours,date\na,8B,1T,h100,95k,2026-03\nb,8B,1T,abacus,95k,2026-03\nc,8B,soon,h100,1,2026\n"
    )
    #expect(runs.runs.map(\.id) == ["a"])
    #expect(runs.problems.count == 2)
    #expect(runs.problems[0].contains("runs:3: row 'b': field 'gpu'"))
    #expect(runs.problems[1].contains("runs:4: row 'c': field 'tokens'"))
  }

  @Test(arguments: ["nan", "inf", "1e300", "-1", "0", "1e309"])
  func `no number that is none gets through`(number: String) {
    for column in 0..<3 {
      var values = ["8e9", "1e12", "1000"]
      values[column] = number
      let row = "a,\(values[0]),\(values[1]),h100,\(values[2]),2026-03"
      #expect(throws: CatalogError.self) { try read("id,params,tokens,gpu,gpu_hours,date\n\(row)\n") }
    }
  }

  @Test(arguments: ["6500-01", "9999-12", "soon", "0001"])
  func `no date that no run has gets through`(date: String) {
    #expect(throws: CatalogError.self) {
      try read("id,params,tokens,gpu,gpu_hours,date\na,8B,1T,h100,95k,\(date)\n")
    }
  }

  @Test func `mixtures are told by two counts of parameters`() throws {
    let run = try #require(
      try read("id,params,active_params,tokens,gpu,gpu_hours,date\na,671B,37B,14.8T,h800,2.788M,2024-12\n").runs.first)
    #expect(run.architecture == .mixtureOfExperts && run.activeParameters == 37e9)
  }

  @Test(arguments: [
    ("id,tokens\nx,1\n", "field 'parameters': the column is missing"), ("", "there is no header"),
    ("id,activeParameters,tokens,hardware,acceleratorHours,date\nx,1,2,h100,4\n", "5 fields where the header has 6"),
    ("id,activeParameters,tokens,hardware,acceleratorHours,date\n\"x,1,2,h100,4,2025\n", "a quote is left open"),
    ("id,activeParameters,tokens,hardware,acceleratorHours,date\nx,much,2,h100,4,2025\n", "'much' is not"),
    ("id,activeParameters,tokens,hardware,acceleratorHours,date\nx,1,2,h1000,4,2025\n", "unknown accelerator 'h1000'"),
    ("id,activeParameters,tokens,hardware,acceleratorHours,date\nx,1,2,h100,4,soon\n", "'soon' is not a date"),
    ("id,activeParameters,tokens,hardware,acceleratorHours,date\nx,1,2,h100,0,2025\n", "must be above 0"),
    ("id,activeParameters,tokens,hardware,accelerators,date\nx,1,2,h100,4,2025\n", "so are accelerators and wallDays"),
    ("[{\"id\": \"x\"}]", "field 'activeParameters': is missing"), ("[1]", "a row is an object"),
    ("{", "ends too early"),
  ])
  func `a bad file of runs is told by row and field`(text: String, problem: String) throws {
    do {
      _ = try UserRuns.read(Array(text.utf8), file: "runs.csv", catalog: TableCatalog())
      Issue.record("it was read")
    } catch {
      let message = ScenarioError.catalog(error).message.description
      #expect(message.contains(problem), "\(message)")
    }
  }

  @Test func `quotes, line ends and byte order marks of CSV are understood`() throws {
    let text =
      "\u{FEFF}id,activeParameters,tokens,hardware,acceleratorHours,date\r\n\"a, \"\"b\"\"\",7e9,1e12,H100,70000,2025-06"
    let run = try #require(UserRuns.read(Array(text.utf8), file: "f", catalog: TableCatalog()).runs.first)
    #expect(run.id == "a, \"b\"")
    #expect(run.accelerator.id == "h100-sxm")
  }

  @Test func `accelerators times days count the time between attempts, so that more is expected of them`() throws {
    func run(_ header: String, _ values: String) throws -> PublishedRun {
      let text = "id,activeParameters,tokens,hardware,date,\(header)\nx,7e9,1e12,h100,2025-06,\(values)"
      return try #require(try UserRuns.read(Array(text.utf8), file: "f", catalog: TableCatalog()).runs.first)
    }
    let counted = try run("acceleratorHours", "120000")
    let calendar = try run("accelerators,wallDays", "500,10")
    #expect(counted.acceleratorHours == 120_000 && calendar.acceleratorHours == 120_000)
    #expect(!counted.isCalendar && calendar.isCalendar)
    let regression = try TableCatalog().publishedEfficiency().regression
    let ratio = regression.mfu(try #require(counted.features)) / regression.mfu(try #require(calendar.features))
    #expect((1.02...1.3).contains(ratio), "\(ratio)")
  }
}
