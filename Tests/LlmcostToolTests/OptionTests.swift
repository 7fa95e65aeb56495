import LlmcostTool
import Testing

/// What holds of every option of every command, read off the help that a user sees.
@Suite("Options")
struct OptionTests {
  /// One option of a command as help prints it.
  struct Entry: CustomStringConvertible {
    var command: String
    var name: String
    /// What stands for the value; nothing for a switch.
    var placeholder: String
    var help: String

    var description: String { "llmcost \(command) \(name)" }
  }

  /// The options of a command, each on a line of its own where the window is wide.
  static func options(of command: String) -> [Entry] {
    var heading = ""
    var entries: [Entry] = []
    for line in TestWorld(terminalWidth: 100).run("llmcost \(command) --help").output.split(separator: "\n") {
      if !line.hasPrefix(" ") { heading = String(line) }
      if line.hasPrefix("      "), !entries.isEmpty, heading != "Examples:" {
        entries[entries.count - 1].help += " " + line.drop { $0 == " " }
        continue
      }
      guard line.hasPrefix("  -"), heading != "Examples:", heading != "Output:", heading != "Sweep:" else { continue }
      let words = line.split(separator: " ", maxSplits: 20, omittingEmptySubsequences: true).map(String.init)
      guard let name = words.first(where: { $0.hasPrefix("--") }), name != "--help" else { continue }
      let rest = words.drop { $0 != name }.dropFirst()
      let placeholder = rest.first?.hasPrefix("<") == true ? String(rest.first?.dropFirst().dropLast() ?? "") : ""
      entries.append(
        Entry(
          command: command, name: name, placeholder: placeholder,
          help: rest.dropFirst(placeholder.isEmpty ? 0 : 1).joined(separator: " ")))
    }
    return entries
  }

  static let stages = [
    "corpus", "pretrain", "sft", "reward", "rlhf", "dpo", "grpo", "distill", "synthesize", "annotate",
    "prm", "rejection", "evaluate",
  ]

  /// What a command needs before any other option.
  static let needs = [
    "pretrain": "--params 7B --tokens 1T", "sft": "--params 7B", "reward": "--params 7B", "rlhf": "--params 7B",
    "prm": "--params 7B", "rejection": "--params 7B",
    "evaluate": "--params 7B",
    "dpo": "--params 7B", "grpo": "--params 7B", "distill": "--params 7B --teacher-params 70B",
    "synthesize": "--params 7B", "fit": "--params 7B --gpu h100", "model": "--model llama-3.1-8b",
    "size": "--compute 1e22", "serve": "--params 7B --requests-per-day 1M", "cluster": "--gpus 64",
    "schedule": "--params 7B --tokens 1T --gpus 256",
  ]

  /// The line of a command's needs, without those that an option takes the place of.
  private static func line(_ command: String, besides option: String) -> String {
    var words = (needs[command] ?? "").split(separator: " ").map(String.init)
    if let place = words.firstIndex(of: option) { words.removeSubrange(place...(place + 1)) }
    return ([command] + words).joined(separator: " ")
  }

  // MARK: - Sweeps

  /// Two ends of a grid, by what stands for the number.
  private static let ends = [
    "count": "1..100", "n": "1..3", "share": "0.2..0.4", "usd": "1..3", "time": "10..30", "tokens": "100..300",
    "size": "1..3", "mass": "100..300", "volume": "100..300", "l": "1..3", "g": "100..300", "year": "2023..2025",
  ]

  @Test(arguments: stages)
  func `every option that is a number takes a grid in a sweep`(stage: String) throws {
    // Limits are those of all rows.
    let numbers = Self.options(of: "sweep \(stage)").filter {
      Self.ends[$0.placeholder] != nil && !$0.help.contains("a limit of every row")
    }
    #expect(numbers.count >= 15)
    for option in numbers {
      let ends = try #require(Self.ends[option.placeholder])
      let line = Self.line(stage, besides: option.name)
      let outcome = TestWorld().run("llmcost sweep \(line) \(option.name) \(ends):3 --columns cost_usd")
      let rows = outcome.output.split(separator: "\n").count - 1
      #expect(rows == 3, "\(option): \(outcome.complaint)")
    }
  }

  // MARK: - Defaults

  /// The value that help names as the default; nil where it says it in words, or not at all.
  private static func standard(_ entry: Entry) -> String? {
    guard let mark = entry.help.firstRange(of: "(default ") else { return nil }
    let text = entry.help[mark.upperBound...].prefix { !",);".contains($0) }.replacing(" months", with: "mo")
    return text.contains(" ") || text.contains("’") ? nil : String(text)
  }

  /// What makes an option count, where the complaint about it does not say so.
  private static let settings = [
    "--goodput": "--steady-mfu 0.4", "--lora-targets": "--tuning lora", "--serving-mfu": "--inference-tokens 1T",
    "fit --weight-precision": "--task serve", "fit --lora-rank": "--task lora", "fit --in-flight": "--task serve",
    "fit --reference": "--task dpo", "--scored-tokens": "--scored-tokens 1B", "--own to": "--own",
    "--egress": "--egress 20TB",
    "--host-cpus": "--host-cpus 16", "--colocation-price": "--hosting colocation",
    "--facility-price": "--hosting facility",
  ]

  /// A law stands beside others unless it is named; a schedule finds the goodput itself and takes none.
  private static let others = ["size --law"]

  @Test(arguments: stages + ["fit", "model", "size", "serve", "cluster", "schedule"])
  func `what help names as the default is what is taken`(command: String) throws {
    let entries = Self.options(of: command).filter { entry in
      !["--samples", "--seed"].contains(entry.name) && !Self.others.contains("\(command) \(entry.name)")
    }
    var compared = 0
    for entry in entries {
      guard let value = Self.standard(entry) else { continue }
      let line = "llmcost \(Self.line(command, besides: entry.name))"
      // Records of estimates have the options that are given.
      let columns =
        Self.stages.contains(command) ? " --columns flop,accelerator_hours,cost_usd,energy_kwh,carbon_kg,water_l" : ""
      let tail = " --format csv" + columns + (["fit", "model"].contains(command) ? "" : " --samples 0")
      var setting =
        (Self.settings["\(command) \(entry.name)"] ?? Self.settings[entry.name]).map { " " + $0 } ?? ""
      var given = TestWorld().run(line + setting + " \(entry.name) \(value)" + tail)
      // Some count with another option alone, which the hint names.
      for _ in 0..<3 where given.status != .success {
        guard let advice = given.complaint.firstMatch(of: /add (--[a-z-]+(?: [a-z0-9-]+)?)/)?.1 else { break }
        setting += " " + (Self.settings[String(advice)] ?? String(advice))
        given = TestWorld().run(line + setting + " \(entry.name) \(value)" + tail)
      }
      #expect(given.status == .success, "\(entry): \(given.complaint)")
      #expect(given.output == TestWorld().run(line + setting + tail).output, "\(entry) \(value)")
      compared += 1
    }
    #expect(compared >= 1)
  }

  // MARK: - One vocabulary

  @Test(arguments: [
    ("fit --params 7B --tensor 2", "--tensor", "--tensor-parallel"),
    ("fit --params 7B --pipeline 2", "--pipeline", "--pipeline-parallel"),
    ("fit --params 7B --expert 2", "--expert", "--expert-parallel"),
    ("serve --params 7B --weights fp8", "--weights", "--weight-precision"),
    ("grpo --params 7B --prompt-tokens 100", "--prompt-tokens", "--input-tokens"),
    ("rlhf --params 7B --response-tokens 100", "--response-tokens", "--output-tokens"),
    ("grpo --params 7B --max-response 100k", "--max-response", "--max-output-tokens"),
    ("compare grpo dpo --params 7B --response-tokens 100", "--response-tokens", "--output-tokens"),
    ("sweep grpo --params 7B --response-tokens 100,200", "--response-tokens", "--output-tokens"),
    ("compare grpo --params 7B grpo.response-tokens=100", "grpo.response-tokens", "grpo.output-tokens"),
    ("compare grpo --params 7B --vary response-tokens=1k,2k", "'response-tokens'", "'output-tokens'"),
    ("program old.json", "'response-tokens'", "'output-tokens'"),
    ("program shared.json", "'response-tokens'", "'output-tokens'"),
    ("sweep grpo --from old.csv", "'response-tokens'", "'output-tokens'"),
  ])
  func `another name answers with the one that there is`(line: String, former: String, present: String) {
    let world = TestWorld(files: [
      "old.json": #"{"stages": {"grpo": {"params": "7B", "response-tokens": "1k"}}}"#,
      "shared.json": #"{"shared": {"response-tokens": "1k"}, "stages": {"grpo": {"params": "7B"}}}"#,
      "old.csv": "params,response-tokens\n7B,1k\n",
    ])
    let outcome = world.run("llmcost " + line)
    let word = former.split(separator: ".").last.map(String.init) ?? former
    #expect(outcome.complaint.contains(word.filter { $0 != "'" }), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("hint: write \(present.filter { $0 != "'" })"), "\(outcome.complaint)")
    // Nobody who begins has known an earlier version.
    #expect(!outcome.complaint.contains("is now"), "\(outcome.complaint)")
    #expect(outcome.status != .success)
  }

  @Test(arguments: [
    "pretrain --params 7B --tokens 1T --gpus 64", "grpo --params 8B --gpus 64", "program lora-70b",
    "pretrain --params 7B --tokens 1T --own --gpus 64",
  ])
  func `what a table calls a result leads to its name`(line: String) {
    let table = TestWorld().run("llmcost \(line) --width 0 -q").output
    let total = table.split(separator: "\n").compactMap { row -> String? in
      guard row.hasPrefix("  "), row.contains("$") || row.contains(" days "), !row.contains(":") else { return nil }
      let label = row.dropFirst(2).split(separator: "  ").first.map(String.init) ?? ""
      return label == "total cost" || label == "wall-clock time" || label == "energy" ? label : nil
    }
    #expect(total.contains("total cost"))
    for label in Set(total) {
      let name = label.replacing(" ", with: "_").replacing("-", with: "_")
      let outcome = TestWorld().run("llmcost \(line) -q --get \(name)")
      let right = ["total cost": "cost_usd", "wall-clock time": "days", "energy": "energy_kwh"][label] ?? ""
      #expect(outcome.complaint.contains("did you mean '\(right)'?"), "\(outcome.complaint)")
    }
  }

  @Test(arguments: ["8xH100", "H100x8", "8×h100"])
  func `accelerators may be told with their number`(text: String) {
    let job = "llmcost pretrain --params 7B --tokens 1T --samples 0 -q --get accelerators,compute_usd"
    #expect(TestWorld().run("\(job) -g \(text)").output == TestWorld().run("\(job) -g h100 -n 8").output)
    // No accelerator is called so.
    for name in TestWorld().run("llmcost tables accelerators --format csv --columns id,aliases").output.split(
      whereSeparator: { ",\n\" ".contains($0) })
    { #expect(name.wholeMatch(of: /\d+x\D.*|.*\dx\d+/) == nil, "\(name)") }
  }

  @Test func `options that say the same have one name in all commands`() {
    let commands = Self.stages + ["fit", "model", "size", "serve", "cluster", "schedule"]
    let names = Set(commands.flatMap { Self.options(of: $0).map(\.name) })
    for (one, others) in [
      ("--weight-precision", ["--weights"]), ("--tensor-parallel", ["--tensor"]),
      ("--pipeline-parallel", ["--pipeline"]), ("--context-parallel", []), ("--expert-parallel", ["--expert"]),
      ("--input-tokens", ["--prompt-tokens"]), ("--output-tokens", ["--response-tokens", "--answer-tokens"]),
    ] as [(String, [String])] {
      #expect(names.contains(one))
      #expect(names.isDisjoint(with: others))
    }
  }
}
