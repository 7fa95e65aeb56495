import Testing

@testable import LlmcostTool

/// Lines as trainers print them, cut from public logs.
@Suite struct TrainerLineTests {
  private static func read(_ text: String) -> TrainingLogSummary {
    let reader = TrainingLogReader(sequence: nil)
    // In pieces of a length that divides nothing.
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: 4099) {
      bytes[start..<min(start + 4099, bytes.count)].withUnsafeBufferPointer { reader.take($0) }
    }
    return reader.finish()
  }

  @Test func `A state of the trainer in one line is read, however long`() {
    func state(_ count: Int) -> String {
      let history = (1...count).map {
        "{\"epoch\":0.1,\"grad_norm\":1.05,\"loss\":0.1677,\"num_input_tokens_seen\":\($0 * 655_360),\"step\":\($0 * 10)},"
          + "{\"eval_loss\":0.3,\"eval_steps_per_second\":1.4,\"step\":\($0 * 10)}"
      }
      return "{\"best_metric\":null,\"epoch\":3.0,\"global_step\":\(count * 10),\"is_world_process_zero\":true,"
        + "\"log_history\":[\(history.joined(separator: ","))"
        + ",{\"step\":\(count * 10),\"train_runtime\":\(count * 30).0}],\"logging_steps\":10,\"max_steps\":200000,"
        + "\"num_input_tokens_seen\":\(count * 655_360)}"
    }
    for count in [3, 20_000] {
      let log = Self.read(state(count))
      #expect(log.steps == Double(count * 10) && log.totalSteps == 200_000 && log.restarts == 0)
      #expect(log.unreadable == 0 && log.badValues == 0)
      #expect(abs((log.tokensPerSecond ?? 0) / (655_360 / 30.0) - 1) < 0.01)
    }
    // The same over many lines.
    let pretty = Self.read(
      "{\n  \"epoch\": 3.0,\n  \"global_step\": 400,\n  \"log_history\": [\n    {\n      \"num_tokens\": 1000,\n"
        + "      \"step\": 25\n    },\n    {\n      \"num_tokens\": 2000,\n      \"step\": 50\n    }\n  ],\n"
        + "  \"max_steps\": 400\n}\n")
    #expect(pretty.restarts == 0 && pretty.steps == 50 && pretty.tokens == 2000 && pretty.totalSteps == 400)
  }

  @Test func `LLaMA-Factory and ms-swift tell how long they have run`() {
    let factory = Self.read(
      """
      {"current_steps": 10, "total_steps": 375, "loss": 122.1, "lr": 2.3e-05, "elapsed_time": "0:02:55", "remaining_time": "1:46:54", "throughput": "0.00", "total_tokens": 0}
      {"current_steps": 20, "total_steps": 375, "loss": 0.0, "lr": 5e-05, "elapsed_time": "0:05:43", "remaining_time": "1:41:30", "throughput": "0.00", "total_tokens": 0}
      {"current_steps": 20, "total_steps": 375, "eval_loss": 0.9, "elapsed_time": "0:05:43", "remaining_time": "1:41:30"}
      """)
    #expect(factory.formats == ["LLaMA-Factory or ms-swift"] && factory.totalSteps == 375 && factory.badValues == 0)
    #expect(factory.firstStep == 0 && abs(factory.wallHours * 3600 - 343) < 0.01 && factory.tokens == nil)
    let swift = Self.read(
      """
      {"loss": 0.043, "global_step/max_steps": "1/1120", "elapsed_time": "6s", "remaining_time": "47m 29s", "memory(GiB)": 22.46}
      {"epoch": 20.0, "global_step/max_steps": "1120/1120", "percentage": "100.00%", "elapsed_time": "21h 35m 49s", "remaining_time": "0s"}
      """)
    #expect(swift.totalSteps == 1120 && abs(swift.wallHours * 3600 - 77_749) < 0.01)
    for (text, seconds) in [
      ("1 day, 2:06:44", 94_004.0), ("4 days, 7:19:52", 371_992), ("12:30", 750), ("1d 2h 3m 4s", 93_784), ("59s", 59),
    ] {
      let log = Self.read("{\"current_steps\": 10, \"total_steps\": 20, \"elapsed_time\": \"\(text)\"}\n")
      #expect(abs(log.wallHours * 3600 - seconds) < 0.01, "\(text)")
    }
  }

  @Test func `Bars of training count, those of loading do not, and numbers in quotes do`() {
    let log = Self.read(
      "Map: 100%|##########| 9673/9673 [00:02<00:00, 4000 examples/s]\n"
        + "Loading weights:   0%|          | 0/310 [00:00<?, ?it/s]\rLoading weights: 100%|###| 310/310 [00:00<00:00, 3it/s]\n"
        + "  0%|          | 0/613 [00:00<?, ?it/s]\r  0%|          | 1/613 [03:12<32:40:54, 192.25s/it]\r"
        + "  0%|          | 2/613 [03:15<13:43:44, 80.89s/it]\r  3%|3  | 20/613 [04:02<28:09,  2.85s/it]"
        + "{'loss': '2.602', 'grad_norm': '0.2167', 'num_tokens': '4.996e+04'}\nstep=20 | loss=2.469 | lr=2.0e-05\n"
        + "     3%|3 | 20/613 [04:02<28:09,  2.85s/it]  3%|3   | 21/613 [04:05<27:40,  2.81s/it]"
        + "  7%|    | 40/613 [04:49<21:49,  2.28s/it]\n")
    #expect(log.totalSteps == 613 && log.steps == 40 && log.restarts == 0 && log.tokens == 49_960)
    // The first step compiles.
    #expect((185...190).contains((log.pauses.first ?? 0) * 3600) && log.firstStep == 0)
  }

  @Test func `Steps of verl and MaxText are those of all that they do`() {
    let verl = Self.read(
      """
      (TaskRunner pid=1) step:60 - training/global_step:60 - response_length/mean:4352.70 - response_length/max:10240.0 - timing_s/step:7725.57 - timing_s/testing:770.55 - timing_s/save_checkpoint:51.07 - perf/total_num_tokens:38357151 - perf/time_per_step:np.float64(7725.57) - perf/throughput:620.62
      Training Progress:   2%|#   | 60/3499 [21:41:02<7621:31:21, 7978.33s/it]
      (TaskRunner pid=1) step:61 - training/global_step:61 - response_length/mean:4352.7 - perf/time_per_step:7725.57 - perf/throughput:620.62
      Training Progress:   2%|#   | 61/3499 [23:49:48<7621:31:21, 7978.33s/it]
      """)
    #expect(verl.formats == ["verl"] && verl.totalSteps == 3499 && verl.records == 2)
    // A checkpoint held the first steps: 60 of them do not fit into the time before.
    #expect(verl.firstStep == 60 && abs((verl.stepSeconds ?? 0) / 7725.57 - 1) < 0.01)
    let tpu = Self.read(
      (9...40).map {
        "completed step: \($0), seconds: 5.789, TFLOP/s/device: 216.055, Tokens/s/device: 5660.303, total_weights: 393216, loss: 12.4\n"
      }.joined())
    #expect(tpu.formats == ["MaxText"] && abs((tpu.stepSeconds ?? 0) / 5.789 - 1) < 0.01)
    #expect(abs((tpu.tokensPerSecondOfOne ?? 0) / 5660.3 - 1) < 0.01)
    #expect(abs(tpu.wallHours * 3600 / (32 * 5.789) - 1) < 0.01)
  }

  @Test func `A process that begins anew counts its time anew`() {
    let log = Self.read(
      [(10, "0:02:00"), (20, "0:04:00"), (30, "0:06:00"), (40, "0:02:30"), (50, "0:04:30")].map {
        "{\"current_steps\": \($0.0), \"total_steps\": 100, \"elapsed_time\": \"\($0.1)\"}\n"
      }.joined())
    #expect(log.restarts == 1 && log.clockWentBack == 0 && abs(log.wallHours * 3600 - 630) < 0.01)
  }

  @Test func `A log of reinforcement learning tells how long answers are`() {
    var world = TestWorld()
    world.files["verl.log"] = (1...40).map {
      "step:\($0) - response_length/mean:900.0 - response_length/max:6000.0 - perf/time_per_step:120.0\n"
    }.joined()
    let run = "llmcost grpo --params 7B --gpus 8 --steps 200 --get accelerator_hours"
    func hours(_ more: String) -> Double? {
      let text = world.run("\(run) \(more)").output
      return Double(text.trimmingPrefix(while: \.isWhitespace).prefix { !$0.isNewline })
    }
    let told = hours("--log verl.log --output-tokens 900 --max-output-tokens 6000")
    let read = hours("--log verl.log")
    #expect(told != nil && read.map { abs($0 / (told ?? 1) - 1) < 0.01 } ?? false)
    #expect(hours("--log verl.log --output-tokens 3000") != told)
    // What nobody waits for has no longest.
    for choice in ["--rollout asynchronous", "--partial-rollouts", "--p99-output-tokens 3000", "--tail 1.5"] {
      let outcome = world.run("\(run) --log verl.log \(choice)")
      #expect(outcome.status == .success, "\(choice): \(outcome.complaint)")
      #expect(!outcome.complaint.contains("max-output-tokens"), "\(choice)")
    }
  }

  @Test func `A fine-tune is as far as its steps, whatever its trainer counts as tokens`() throws {
    var world = TestWorld()
    let saved = world.run("llmcost sft --params 7B --gpus 8 --examples 10000 --save-plan plan.json --get cost_usd")
    world.files["plan.json"] = try #require(saved.files.first).text
    world.files["trl.log"] =
      (1...20).map {
        " 10%|#   | \($0 * 10)/1000 [\($0):00<1:00:00, 6.0s/it]\n{'loss': '1.2', 'num_tokens': '\($0 * 999)'}\n"
      }.joined()
    let track = world.run("llmcost track plan.json --log trl.log --get done,days")
    let values = track.output.split(separator: "\n").compactMap { Double($0) }
    #expect(values.count == 2 && values.first == 0.2)
    #expect(values.last.map { abs($0 * 1440 / 100 - 1) < 0.05 } ?? false, "a hundred minutes in all")
  }
}
