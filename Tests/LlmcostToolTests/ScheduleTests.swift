import LlmcostTool
import Testing

@Suite("llmcost schedule")
struct ScheduleTests {
  private func get(
    _ options: String, _ name: String, command: String = "schedule", sampling: String = " --samples 0"
  ) throws -> Double {
    let outcome = TestWorld().run("llmcost \(command) \(options)\(sampling) --get \(name)")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    return try #require(Double(outcome.output.dropLast()))
  }

  private let llama = "--params 405B --tokens 15.6T --context 8k --critical-batch 16M "
  private let base = "--params 70B --tokens 15T "

  @Test func `Llama 3 405B is interrupted 419 times in 54 days, and trains over 90 % of the time`() throws {
    let meanTime = try get(llama + "--gpus 16384", "mtbf_hours")
    #expect(abs(54 * 24 / meanTime - 419) < 1)
    #expect((0.9...0.97).contains(try get(llama + "--gpus 16384", "goodput")))
  }

  @Test func `the interval is Young's, and no other does better`() throws {
    // 24 hours between interruptions and pauses of a minute: √(2 · 60 s · 86,400 s) = 3,220 s.
    let options = base + "--gpus 1024 --failure-rate \(8766.0 / 1024 / 24) --checkpoint-pause 60s --restart-time 1s "
    #expect(abs(try get(options, "checkpoint_interval_hours") * 3600 - 3219.94) < 0.01)
    let best = try get(options, "goodput")
    // First order: 1 − δ/τ − τ/2M.
    #expect(abs(best - (1 - 60 / 3220.0 - 3220 / 2 / 86_400.0)) < 2e-3)
    for seconds in [1600, 2500, 4100, 6500] {
      #expect(try get(options + "--checkpoint-interval \(seconds)s", "goodput") < best)
    }
  }

  @Test func `an effective MFU is counted once: its own cluster takes the hours of pretrain`() throws {
    let hours = try get(base + "--gpus 1300", "accelerator_hours", command: "pretrain")
    // The usual cluster for the size is no whole number.
    #expect(abs(try get(base + "--gpus 1300", "accelerator_hours") / hours - 1) < 1e-3)
    #expect(abs(try get(base + "--gpus 4096 --reference-gpus 4096", "accelerator_hours") / hours - 1) < 1e-3)
    #expect(try get(base + "--gpus 16384", "accelerator_hours") > hours)
    // Elsewhere both count the same steps and interruptions.
    for count in [512, 8192, 65536] {
      let options = base + "--gpus \(count)"
      let there = try get(options, "accelerator_hours", command: "pretrain")
      #expect(abs(try get(options, "accelerator_hours") / there - 1) < 1e-3)
    }
    // A steady state lacks the goodput that an effective MFU has.
    let steady = try get(base + "--gpus 1300 --steady-mfu 0.4", "mfu")
    #expect(abs(steady - 0.4 * (try get(base + "--gpus 1300", "goodput"))) < 1e-9)
  }

  @Test func `strong scaling loses what was measured at 175B`() throws {
    // 0.47 of the peak on 96 H100s, 0.42 on 4,608; the model of steps is to be within a tenth, a given loss exact.
    let run = "--params 175B --tokens 1T "
    let lost = try get(run + "--gpus 4608", "scaling") / (try get(run + "--gpus 96", "scaling"))
    #expect(abs(lost / (0.42 / 0.47) - 1) < 0.1)
    let loss = run + "--scaling-loss 0.021 "
    let given = try get(loss + "--gpus 4608", "scaling") / (try get(loss + "--gpus 96", "scaling"))
    #expect(abs(given / (0.42 / 0.47) - 1) < 0.01)
  }

  @Test(arguments: [30, 60, 90, 200])
  func `the cluster for a deadline ends in time, and one node less does not`(days: Int) throws {
    let count = try get(base + "--days \(days)", "accelerators")
    #expect(try get(base + "--days \(days)", "days") <= Double(days))
    #expect(try get(base + "--gpus \(Int(count) - 8)", "days") > Double(days))
  }

  @Test func `larger clusters end sooner and cost more`() throws {
    var last = (days: Double.infinity, cost: 0.0, goodput: 1.0)
    for count in [512, 2048, 8192, 32768] {
      let options = base + "--gpus \(count)"
      let now = (
        days: try get(options, "days"), cost: try get(options, "cost_usd"), goodput: try get(options, "goodput")
      )
      #expect(now.days < last.days && now.cost > last.cost && now.goodput < last.goodput)
      #expect(abs(now.days * 24 * Double(count) / (try get(options, "accelerator_hours")) - 1) < 1e-9)
      last = now
    }
  }

  @Test func `spot nodes that are never preempted cost their price`() throws {
    let spot = try get(base + "--gpus 1024 --spot-price 1.5 --preemption-rate 0", "spot_cost_usd")
    #expect(abs(try get(base + "--gpus 1024 --price 1.5", "cost_usd") / spot - 1) < 1e-9)
    let kept = try get(base + "--gpus 1024 --spot-price 1.5", "spot_cost_usd")
    #expect(kept > spot)
    #expect(try get(base + "--gpus 1024 --spot-price 1.5 --preemption-rate 0.05", "spot_cost_usd") > kept)
  }

  @Test func `a cluster too small for the training state says so`() {
    // 70e9 parameters at 16 bytes are 1.1 TB: more than 8 H100s have, less than 32.
    func fits(_ count: Int) -> String {
      TestWorld().run("llmcost schedule \(base) --gpus \(count) --samples 0 --get within_memory").output
    }
    #expect(fits(8) == "false\n")
    #expect(fits(32) == "true\n")
  }

  @Test func `a thousand H100s take a megawatt and a half`() throws {
    // DGX H100: 10.2 kW for eight; PUE 1.2.
    #expect(abs(try get(base + "--gpus 1024", "power_mw") - 1024 / 8 * 10.2e-3 * 1.2) < 1e-9)
    #expect(try get(base + "--gpus 1024", "average_power_mw") < 1024 / 8 * 10.2e-3 * 1.2)
  }

  @Test(arguments: [
    ("--params 70B", "--tokens is missing"), ("--params 70B --tokens 15T --days 0.1", "no cluster ends within"),
    ("--params 70B --tokens 15T --goodput 0.9", "unknown option '--goodput'"),
    ("--params 70B --tokens 15T --failure-rate -1", "is out of range"),
    ("--params 70B --tokens 15T --checkpoint-pause 0s", "is out of range"),
    ("--params 70B --tokens 15T --scaling-loss 2", "is out of range"),
    ("--params 70B --tokens 15T --critical-batch 0", "largest batch that still trains well of 0 is out of range"),
    ("--params 70B --tokens 15T --reference-gpus 0", "is out of range"),
    ("--params 70B --tokens 15T --spot-price 0", "is out of range"),
    ("--params 70B --tokens 15T --get cost_usd", "no cluster is chosen"),
    ("--params 70B --tokens 15T --gpus 512 --own --get spot_days", "add --spot-price"),
    ("--params 70B --tokens 15T --gpus 512 --get dais", "did you mean 'days'?"),
    ("--params 70B --tokens 15T --plot -f csv", "--plot goes with tables"),
    ("--params 70B --tokens 15T --columns days", "--columns goes with json, jsonl, csv"),
    ("--params 70B --tokens 15T --days 60..90", "a range is given"),
    ("--params 70B --tokens 15T --gpus 64 --days 30", "--gpus and --days are both given"),
  ])
  func `bad input ends in one clear message`(options: String, message: String) {
    let outcome = TestWorld().run("llmcost schedule \(options)")
    #expect(outcome.status == .usage)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: ["7B", "70B", "405B"], ["h100-sxm", "a100-40gb-sxm", "b200", "rtx-4090", "tpu-v5e"])
  func `fit, schedule and estimates name one count of accelerators`(size: String, accelerator: String) throws {
    let job = "--params \(size) --gpu \(accelerator)"
    let fit = try get(job + " --task pretrain", "accelerators", command: "fit", sampling: "")
    let outcome = TestWorld().run("llmcost schedule \(job) --tokens 1T --price 1 --samples 0 --format json")
    #expect(outcome.output.contains("\"fewest_accelerators\": \(Int(fit)),"), "\(fit)")
    let few = TestWorld().run("llmcost pretrain \(job) --tokens 1T --price 1 --gpus \(Int(fit)) --get days")
    #expect(!few.complaint.contains("cannot hold"))
    guard fit > 1 else { return }
    let half = TestWorld().run("llmcost pretrain \(job) --tokens 1T --price 1 --gpus \(Int(fit / 2)) --get days")
    #expect(half.complaint.contains("cannot hold"), "\(half.complaint)")
  }
}
