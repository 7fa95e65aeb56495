import Testing

@testable import LlmcostTool

@Suite struct TrainingLogTests {
  private static func read(_ text: String, sequence: Double? = nil) -> TrainingLogSummary {
    let reader = TrainingLogReader(sequence: sequence)
    // In pieces of a length that divides nothing.
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let end = min(start + 37, bytes.count)
      bytes[start..<end].withUnsafeBufferPointer { reader.take($0) }
      start = end
    }
    return reader.finish()
  }

  private static func lines(_ count: Int, _ line: (Int) -> String) -> String {
    (1...count).map(line).joined(separator: "\n") + "\n"
  }

  private static func near(_ value: Double?, _ expected: Double, _ share: Double = 0.01) -> Bool {
    value.map { abs($0 / expected - 1) < share } ?? false
  }

  @Test func `Each kind of log tells its speed`() {
    let megatron = Self.read(
      "  seq_length ............ 2048\n"
        + Self.lines(60) {
          " [2026-08-28 16:\($0 < 10 ? "0" : "")\($0 % 60):00] iteration \($0)/ 128 | consumed samples: \($0 * 8) | "
            + "elapsed time per iteration (ms): 60000.0 | throughput per GPU (TFLOP/s/GPU): 412.3 | global batch size: 8 |"
        })
    #expect(megatron.formats == ["Megatron-LM"] && Self.near(megatron.tokensPerSecond, 8 * 2048 / 60.0))
    #expect(Self.near(megatron.teraflops, 412.3) && megatron.totalSteps == 128)
    let titan = Self.read(
      Self.lines(30) {
        "[titan] 2025-01-01 12:00:00,123 - INFO - \u{1B}[31mstep: \($0)  \u{1B}[32mloss: 8.0  \u{1B}[34mtps: 7,762  "
          + "\u{1B}[36mtflops: 449.70  \u{1B}[35mmfu: 45.47%\u{1B}[39m"
      })
    #expect(
      titan.formats == ["torchtitan"] && Self.near(titan.tokensPerSecondOfOne, 7762) && Self.near(titan.mfu, 0.4547))
    let nanotron = Self.read(
      Self.lines(30) {
        "12/25/2024 10:00:00 [INFO]: iteration: \($0) / 15000 | consumed_tokens: \($0).05M | "
          + "elapsed_time_per_iteration_ms: 3.7K | tokens_per_sec: 284K | tokens_per_sec_per_gpu: 35.5K |"
      })
    #expect(nanotron.accelerators == 8 && Self.near(nanotron.stepSeconds, 3.7) && nanotron.totalSteps == 15000)
    let composer = Self.read(
      Self.lines(30) {
        "[batch=\($0)/4800]:\n\t Train time/token: \($0 * 1_048_576)\n\t Train throughput/tokens_per_sec: 209715.2"
      })
    #expect(composer.formats == ["Composer"] && composer.records == 30 && Self.near(composer.tokensPerSecond, 209715.2))
    let verl = Self.read(
      Self.lines(30) {
        "step:\($0) - response_length/mean:512.5 - timing_s/step:120.5 - perf/time_per_step:120.5 - perf/throughput:3333.3"
      })
    #expect(verl.formats == ["verl"] && Self.near(verl.stepSeconds, 120.5) && Self.near(verl.answerTokens, 512.5))
    let nano = Self.read(
      Self.lines(30) { "step 000\($0)/21400 (0.05%) | loss: 9.0 | dt: 1234.56ms | tok/sec: 424,242 | mfu: 45.2 |" })
    #expect(Self.near(nano.tokensPerSecond, 424_242) && Self.near(nano.mfu, 0.452) && nano.totalSteps == 21400)
    let llm = Self.read(Self.lines(30) { "step \($0)/18865 | loss 3.2 | 1234.56 ms | 45.2% bf16 MFU | 424242 tok/s" })
    #expect(Self.near(llm.stepSeconds, 1.23456) && Self.near(llm.tokensPerSecond, 424_242))
  }

  @Test func `Trainers tell steps by bars, dictionaries and their state`() {
    let bars = Self.read(
      Self.lines(50) {
        "\r 5%|##    | \($0 * 10)/1000 [\($0 * 30 / 60):\($0 * 30 % 60 < 10 ? "0" : "")\($0 * 30 % 60)<1:00:00, 3.00s/it]\n"
          + "{'loss': 1.2, 'num_tokens': \($0 * 655_360).0, 'epoch': 0.1}"
      })
    #expect(Self.near(bars.tokensPerSecond, 655_360 / 30.0) && bars.totalSteps == 1000)
    let state = Self.read(
      "{\n\"max_steps\": 1000,\n\"log_history\": [\n"
        + Self.lines(50) { "{\n\"epoch\": 0.1,\n\"num_input_tokens_seen\": \($0 * 655_360),\n\"step\": \($0 * 10)\n}," }
        + "{\n\"step\": 500,\n\"train_runtime\": 1500.0\n}\n]\n}\n")
    #expect(Self.near(state.tokensPerSecond, 50 * 655_360 / 1500.0) && state.steps == 500)
  }

  @Test func `Columns have any of the usual names`() {
    for head in ["step,tokens,time", "iter;total_tokens;elapsed_s", "Global_Step\tTokens_Seen\tWall_Time"] {
      let separator = head.contains(";") ? ";" : head.contains("\t") ? "\t" : ","
      let log = Self.read(
        head + "\n" + Self.lines(200) { "\($0)\(separator)\($0 * 4_194_304)\(separator)\(Double($0) * 9.2)" })
      #expect(Self.near(log.tokensPerSecond, 4_194_304 / 9.2), "\(head)")
    }
    let json = Self.read(
      Self.lines(200) {
        "{\"_step\": \($0), \"_timestamp\": \(1.77e9 + Double($0) * 9.2), \"train/tokens\": \($0 * 4_194_304)}"
      })
    #expect(Self.near(json.tokensPerSecond, 4_194_304 / 9.2))
  }

  @Test func `A table tells the same however its cells are parted and its numbers written`() throws {
    func table(_ separator: String, _ number: (Double, Int) -> String, head: String = "step,tokens,time") -> String {
      let rows = (1...200).map { step in
        [number(Double(step), 0), number(Double(step) * 4_194_304, 0), number(Double(step) * 9.207, 3)]
      }
      return ([head.split(separator: ",").map(String.init)] + rows).map { $0.joined(separator: separator) }
        .joined(separator: "\r\n") + "\r\n"
    }
    func written(_ value: Double, _ decimals: Int, group: String, mark: String) -> String {
      let scale = decimals == 3 ? 1000.0 : 1
      let whole = Int((value * scale).rounded())
      var digits = Array(String(whole / Int(scale)))
      if !group.isEmpty {
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(contentsOf: group, at: place) }
      }
      let rest = String(whole % Int(scale))
      return String(digits)
        + (decimals == 0 ? "" : mark + String(repeating: "0", count: 3 - rest.count) + rest)
    }
    let plain = Self.read(table(",") { written($0, $1, group: "", mark: ".") })
    #expect(Self.near(plain.tokensPerSecond, 4_194_304 / 9.207))
    for separator in [",", ";", "\t"] {
      for (group, mark) in [("", "."), ("", ","), (",", "."), (".", ",")] {
        for isQuoted in [true, false] where isQuoted || separator != "," || mark == "." && group.isEmpty {
          let quote = isQuoted ? "\"" : ""
          let text = table(separator) { quote + written($0, $1, group: group, mark: mark) + quote }
          // A tab says nothing of decimals: three of them behind a comma are thousands, until a number says otherwise.
          if mark == ",", group.isEmpty, separator != ";" { continue }
          let log = Self.read("\u{FEFF}" + text)
          #expect(
            log.tokens == plain.tokens && log.wallHours == plain.wallHours && log.badValues + log.unreadable == 0,
            "\(separator) \(group) \(mark) \(quote): \(log.wallHours) h, \(log.tokens ?? 0)")
        }
      }
    }
    let german = Self.read(
      "Step;Loss, train;Tokens;Timestamp\n"
        + Self.lines(90) { "\($0);2,5;\($0 * 1000);31.01.2026 10:\(10 + $0 / 60):\(10 + $0 % 60 / 2)" })
    #expect(german.records == 90 && german.tokens == 90_000 && german.clockWentBack <= 1)
  }

  @Test func `A log that lacks something is refused with what would supply it`() throws {
    var world = TestWorld()
    let plan = "llmcost pretrain --params 124M --tokens 10B --gpus 8 --save-plan plan.json --get cost_usd"
    world.files["plan.json"] = try #require(world.run(plan).files.first).text
    world.files["batch.json"] = try #require(world.run(plan + " --global-batch 1Mtok").files.first).text
    world.files["loss.csv"] = "epoch;loss;lr\n1;2,5;0,1\n"
    world.files["untimed.csv"] = "step,loss,tokens\n1,2.5,100\n2,2.4,200\n"
    world.files["untold.csv"] = "loss,time\n2.5,100\n2.4,200\n"
    world.files["steps.csv"] = "step,time\n" + Self.lines(100) { "\($0 * 10),\($0 * 30)" }
    world.files["sized.csv"] = "step,time,batch_tokens\n" + Self.lines(100) { "\($0 * 10),\($0 * 30),1048576" }
    world.files["total.csv"] = "step,time,total_steps\n" + Self.lines(100) { "\($0 * 10),\($0 * 30),4000" }
    func complaint(_ line: String) -> String {
      let outcome = world.run("llmcost \(line)")
      #expect(outcome.status != .success, "\(line)")
      return outcome.complaint
    }
    for door in ["track plan.json", "diagnose -p 124M -t 10B -n 8", "pretrain -p 124M -t 10B -n 8"] {
      let untimed = complaint("\(door) --log untimed.csv")
      #expect(
        untimed.contains("no column of time: its columns are step, loss, tokens") && untimed.contains("timestamp"))
      let untold = complaint("\(door) --log untold.csv")
      #expect(untold.contains("no column of steps or tokens: its columns are loss, time") && untold.contains("samples"))
      #expect(complaint("\(door) --log loss.csv").contains("tells no step"))
      #expect(complaint("\(door) --log steps.csv").contains("--global-batch"), "\(door)")
    }
    // What is named is the cure.
    for line in [
      "track batch.json --log steps.csv", "track plan.json --log sized.csv", "track plan.json --log total.csv",
      "diagnose -p 124M -t 10B -n 8 --log steps.csv --global-batch 1Mtok",
      "diagnose -p 124M -t 10B -n 8 --log sized.csv",
    ] {
      let outcome = world.run("llmcost \(line)")
      #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    }
    let done = try #require(Double(world.run("llmcost track batch.json --log steps.csv --get done").output.dropLast()))
    #expect(abs(done - 0.1) < 1e-9)
  }

  @Test func `Restarts, clocks that go back and lines that do not read stop nothing`() {
    var text = "step,tokens,time\n" + Self.lines(100) { "\($0),\($0 * 1000),\($0 * 40)" }
    text += "101,nan,4040\n102,-5,inf\n,,\nabc\n50,50000,10\n"
    text += (51...120).map { "\($0),\($0 * 1000),\(10 + ($0 - 50) * 40)" }.joined(separator: "\n") + "\n121,12"
    let log = Self.read(text)
    #expect(log.restarts == 1 && log.repeatedSteps >= 50 && log.steps == 120)
    #expect(log.unreadable + log.badValues >= 4)
    #expect(Self.near(log.tokensPerSecond, 25, 0.02) && (log.goodput ?? 1) < 0.8)
    for odd in [
      "", "\n\n", "no log at all", "{", "}\n{\n", "step,tokens,time", String(repeating: "9", count: 3_000_000),
    ] {
      #expect(Self.read(odd).records == 0)
    }
  }

  /// A public log of Megatron-LM on one accelerator in April 2025: the clock at each tenth iteration, with evaluation each
  /// 50 and saving each 100. Seconds after 23:41:12.
  private static let clocks = [
    0, 8, 16, 25, 34, 45, 54, 62, 71, 79, 95, 103, 111, 120, 133, 143, 151, 160, 173, 182, 194, 203, 213, 222, 230, 241,
  ]
  /// KellerJordan/modded-nanogpt, records/010425_SoftCap: milliseconds of training at a step of 1,390.
  private static let modded = [
    (1091, 157_603), (1125, 162_818), (1200, 174_495), (1250, 182_271), (1300, 190_104), (1390, 204_266),
  ]

  /// The days of a run of so many steps by what is known of it so far: typical, p10 and p90, in seconds.
  private static func forecast(_ steps: Int, _ points: [(step: Int, time: Double)]) throws -> [Double] {
    var world = TestWorld()
    let saved = world.run(
      "llmcost pretrain --params 124M --tokens \(steps * 16384) --gpus 1 --save-plan plan.json --get cost_usd")
    world.files["plan.json"] = try #require(saved.files.first).text
    world.files["log.csv"] =
      "step,tokens,time\n" + points.map { "\($0.step),\($0.step * 16384),\($0.time)\n" }.joined()
    let track = world.run("llmcost track plan.json --log log.csv --get days,days.p10,days.p90")
    return track.output.split(separator: "\n").compactMap { Double($0) }.map { $0 * 86400 }
  }

  @Test func `Public logs are forecast from a tenth of them on`() throws {
    let points = Self.clocks.enumerated().map { (step: ($0 + 1) * 10, time: Double($1)) }
    // The first ten steps, before the log, went at its pace.
    let end = 241.0 * 260 / 250
    var (close, inside) = (0, 0)
    for count in 4..<points.count {
      let days = try Self.forecast(260, Array(points.prefix(count)))
      try #require(days.count == 3)
      if abs(days[0] / end - 1) < 0.1 { close += 1 }
      if (days[1]...days[2]).contains(end) { inside += 1 }
    }
    let checks = Double(points.count - 4)
    #expect(Double(close) / checks >= 0.9 && Double(inside) / checks >= 0.75)
    for count in 3..<Self.modded.count {
      let known = [(step: 1, time: 0.1)] + Self.modded.prefix(count).map { (step: $0.0, time: Double($0.1) / 1000) }
      #expect(abs(try #require(try Self.forecast(1390, known).first) / 204.266 - 1) < 0.1)
    }
  }

  @Test func `A plan is saved, tracked, and sounds an alert`() throws {
    var world = TestWorld()
    let saved = world.run("llmcost pretrain --params 7B --tokens 1T --gpus 64 --save-plan plan.json --get cost_usd")
    let plan = try #require(saved.files.first)
    #expect(plan.path == "plan.json" && saved.status == .success)
    world.files["plan.json"] = plan.text
    world.files["train.csv"] =
      "step,tokens,time\n" + Self.lines(500) { "\($0 * 100),\($0 * 419_430_400),\($0 * 420)" }
    let track = world.run("llmcost track plan.json --log train.csv --json")
    #expect(track.status == .success && track.output.contains("\"p_in_budget\""))
    let done = world.run("llmcost track plan.json --log train.csv --get done,accelerator_hours,spent_hours")
    let values = done.output.split(separator: "\n").compactMap { Double($0) }
    #expect(values.count == 3 && abs(values[0] - 0.2097152) < 1e-6 && values[2] < values[1])
    #expect(world.run("llmcost track plan.json --log train.csv --budget 1k --alert 0.5").status == .failed)
    #expect(world.run("llmcost track plan.json --log train.csv --budget 10M --alert 0.5").status == .success)
    #expect(world.run("llmcost track train.csv --log train.csv").status == .badData)
    #expect(world.run("llmcost track plan.json --log plan.json").status == .badData)
    let estimate = world.run(
      "llmcost pretrain --params 7B --tokens 1T --gpus 64 --log train.csv --get accelerator_hours")
    #expect(estimate.status == .success && estimate.complaint.contains("tokens/s"))
    #expect(world.run("llmcost diagnose --params 7B --tokens 1T --gpus 64 --log train.csv").status == .success)
    #expect(world.run("llmcost diagnose --params 7B --tokens 1T --gpus 64").status == .usage)
  }

  @Test(arguments: [
    ("diagnose --params 8B --tokens 1T --gpus 64 --log log.csv", "x,y,z", "no time; 3 values or lines"),
    ("diagnose --params 8B --tokens 1T --gpus 64 --log log.csv", "x", "no time; 1 value or line could not be read"),
    (
      "diagnose --params 8B --tokens 1T --gpus 64 --log log.csv", "9.1,x,9.3", "note: 1 value or line could not be read"
    ),
  ])
  func `what cannot be read is told where the log is refused for it, and where it is not`(
    command: String, seconds: String, told: String
  ) {
    let rows = seconds.split(separator: ",").enumerated().map { "\($0 + 1),\(($0 + 1) * 4_000_000),\($1)" }
    let world = TestWorld(files: ["log.csv": (["step,tokens,step_seconds"] + rows).joined(separator: "\n") + "\n"])
    let complaint = world.run("llmcost " + command).complaint
    #expect(complaint.contains(told), "\(complaint)")
  }
}
