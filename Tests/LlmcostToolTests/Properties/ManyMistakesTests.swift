import LlmcostTool
import Testing

/// What is wrong with a file is told all at once, each with its place.
@Suite("Many mistakes")
struct ManyMistakesTests {
  private static let price = #""provider": "aws", "commitment": "on-demand", "asOf": "2026-11", "assumption": "x""#

  private static let prices = #"""
    {"table": "prices", "rows": [
    {"id": "one", "accelerator": "h100-sxm", "usdPerAcceleratorHour": -1, \#(price)},
    {"id": "two", "accelerator": "h100-sxm", "usdPerAcceleratorHour": 5000, \#(price)}]}
    """#

  private static let rows = #"""
    {"table": "prices", "rows": [
    {"id": "one", "accelerator": "h100-sxm", "usdPerAcceleratorHour": -1, \#(price)},
    {"id": "two", "accelerator": "h100-sxm", "usdPerAcceleratorHour": "x", \#(price)},
    {"id": "three", "accelerator": "nothing", "usdPerAcceleratorHour": 3, \#(price)}]}
    """#

  private static let steps = """
    id,accelerator,precision,seq,n,gbs,step_s,model
    first,nothing,bf16,4096,8,8,3,llama-3.1-8b
    second,h100-sxm,bf16,4096,8,8,-3,llama-3.1-8b
    """

  private static let runs = """
    id,activeParameters,tokens,hardware,acceleratorHours,date
    first,nan,1e12,h100-sxm,50000,2025-06
    second,7e9,1e12,h100000-sxm,50000,2025-06
    """

  /// A command, the file that it reads, and the words by which each of its mistakes is told.
  static let cases: [(line: String, file: String, text: String, places: [String])] = [
    ("pretrain --params 7B --tokens 1T --tables F", "t.json", prices, ["row 'one'", "row 'two'"]),
    ("pretrain --params 7B --tokens 1T --prices F", "t.json", prices, ["row 'one'", "row 'two'"]),
    ("tables check --tables F", "t.json", rows, ["row 'one'", "row 'two'", "row 'three'"]),
    (
      "tables import F --provider x", "vms.csv",
      "InstanceType,AcceleratorName,AcceleratorCount,Price,Region\ny,H100,8,abc,us\nz,H100,nan,12,us\nz,H100\n",
      ["vms.csv:2", "vms.csv:3", "vms.csv:4"]
    ),
    (
      "tables import F --provider x", "offers.csv",
      "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size\n"
        + "a,us,x,1,1,8,H100,80,False,\nb,us,3,1,1,nan,H100,80,False,\n", ["offers.csv:2", "offers.csv:3"]
    ),
    ("backtest --runs F", "r.csv", runs, ["r.csv:2", "r.csv:3"]),
    ("backtest --stage step --runs F", "s.csv", steps, ["row 'first'", "row 'second'"]),
    (
      "claims --claims F", "c.json",
      #"{"table": "claims", "rows": [{"id": "one", "statement": "s"}, {"id": "two", "topic": "gossip"}]}"#,
      ["row 'one'", "row 'two'"]
    ),
    (
      "model --config F", "config.json",
      #"{"model_type": "llama", "hidden_size": "x", "num_hidden_layers": -2, "vocab_size": 1.5}"#,
      ["hidden_size", "num_hidden_layers", "vocab_size"]
    ),
    (
      "track F --log train.log", "plan.json",
      #"{"plan": "pretrain", "arguments": [1], "expected": {"accelerator_hours": {"typical": "x"}, "days": {}}}"#,
      ["'arguments'", "expected.accelerator_hours.typical", "expected.days.typical"]
    ),
    (
      "program F", "recipe.json",
      #"{"stages": {"sft": {"params": "x", "gpu": "nothing"}}, "people": [{"role": "nobody", "count": -1}]}"#,
      ["stages.sft.params", "people"]
    ),
  ]

  @Test(arguments: cases.indices)
  func `all mistakes of a file are told at once`(index: Int) {
    let (line, file, text, places) = Self.cases[index]
    let world = TestWorld(files: [file: text, "train.log": "step,tokens,time\n1,1000,1\n2,2000,2\n"])
    let outcome = world.run("llmcost " + line.replacing("F", with: file))
    #expect(outcome.status == .badData, "\(line): \(outcome.complaint)")
    #expect(outcome.output.isEmpty)
    let messages = outcome.complaint.split(separator: "\n").filter {
      !$0.hasPrefix("hint: ") && !$0.hasPrefix("note: ")
    }
    for place in places {
      #expect(messages.contains { $0.contains(file) && $0.contains(place) }, "\(line): \(place): \(outcome.complaint)")
    }
    #expect(messages.count >= places.count, "\(line): \(outcome.complaint)")
  }

  @Test func `for programs each mistake is an object of its own`() throws {
    let world = TestWorld(files: ["t.json": Self.prices])
    let lines = world.run("llmcost pretrain --params 7B --tokens 1T --tables t.json --json").complaint.split(
      separator: "\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix(#"{"error":"#) }, "\(lines)")
  }

  @Test func `thousands of mistakes are counted, not listed`() {
    let rows = (1...5000).map { "{\"id\": \"x\($0)\", \"usdPerAcceleratorHour\": -1}" }.joined(separator: ",")
    let world = TestWorld(files: ["t.json": #"{"table": "prices", "rows": [\#(rows)]}"#])
    let complaint = world.run("llmcost pretrain --params 7B --tokens 1T --tables t.json").complaint
    #expect(complaint.contains("t.json: 4980 more like these") && complaint.utf8.count < 5000, "\(complaint)")
  }
}
