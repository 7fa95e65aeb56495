import LlmcostTool
import Testing

/// Nothing that is accepted is ignored: every option moves a result somewhere, or is refused with the reason.
@Suite("Effect of options")
struct OptionEffectTests {
  private static let world = TestWorld()

  /// What makes an option count that needs another.
  private static let company = [
    "--goodput": "--steady-mfu 0.4", "--egress-price": "--egress 20TB", "--host-cpu-price": "--host-cpus 16",
    "--colocation-price": "--own --hosting colocation", "--lora-targets": "--tuning lora",
    "--lora-rank": "--tuning lora",
    "--measured-for": "--step-time 4s --global-batch 4Mtok", "--hardware-age": "--own --depreciation price-performance",
    "--grid-year": "--region us-tx", "--facility-price": "--own --hosting own", "--active-params": "--params 70B",
    "--measured-flop": "--measured-mfu 0.4", "--measured-gpu": "--tokens-per-second 20k",
    "--measured-gpus": "--tokens-per-second 20k --gpus 64", "--rollout-gpus": "--gpus 64 --rollout one-step-off",
    "--fx": "--currency EUR", "--virtual-stages": "--gpus 256 --pipeline-parallel 4",
    "--judge": "--verifier judge", "--judge-tokens": "--verifier judge", "--context-parallel": "--gpus 256",
    "--expert-parallel": "--model qwen3-30b-a3b --gpus 64", "--price": "", "--contracted": "--carbon market",
    "--expert-tensor-parallel": "--model qwen3-30b-a3b --gpus 64",
  ]

  /// Options that a line of results cannot show, each with the reason.
  private static let silent: [String: String] = [
    "--carbon": "location is the default, and market counts with --contracted"
  ]

  /// All results of a line, or why it has none.
  private func results(_ line: String) -> (output: String, complaint: String, isFine: Bool) {
    let outcome = Self.world.run("llmcost \(line) --samples 0 --json --quiet")
    // The inputs echo what is given; what follows them are results.
    let text = outcome.output
    let start = text.firstRange(of: "\"summary\"")?.lowerBound ?? text.startIndex
    return (String(text[start...]), outcome.complaint, outcome.status == .success)
  }

  /// A command line in which an option counts, found as a user finds it: by what the program advises.
  private func moves(_ option: OptionTests.Entry, to value: String, of stage: String, with more: String) -> Bool? {
    var base = StageLines.needs(stage) + more
    if let other = Self.company[option.name], !other.isEmpty { base = Self.adding(other, to: base) }
    base = Self.removing(option.name, from: base)
    let setting = option.name + (value.isEmpty ? "" : " " + value)
    for _ in 0..<4 {
      let with = results(base + " " + setting)
      if with.isFine {
        let without = results(base)
        return !without.isFine || without.output != with.output
      }
      guard with.complaint.contains("\"hint\":") else { return nil }
      guard let advice = with.complaint.firstMatch(of: /add (--[a-z-]+(?: [a-zA-Z0-9_.-]+)?)/)?.1,
        !base.contains(advice)
      else { return true }
      base = Self.adding(String(advice), to: base)
    }
    return true
  }

  private static func adding(_ words: String, to base: String) -> String {
    let name = String(words.prefix { $0 != " " })
    return removing(name, from: name == "--model" ? removing("--params", from: base) : base) + " " + words
  }

  private static func removing(_ option: String, from base: String) -> String {
    var words = base.split(separator: " ").map(String.init)
    guard let place = words.firstIndex(of: option) else { return base }
    let hasValue = place + 1 < words.count && !words[place + 1].hasPrefix("--")
    words.removeSubrange(place...(hasValue ? place + 1 : place))
    return words.joined(separator: " ")
  }

  @Test(arguments: OptionTests.stages)
  func `every option of a stage moves a result or is refused with a hint`(stage: String) {
    var tried = 0
    // What stages share is tried in the first that has it.
    let earlier = Set(OptionTests.stages.prefix { $0 != stage }.flatMap { OptionTests.options(of: $0).map(\.name) })
    for option in StageLines.options(of: stage) where Self.silent[option.name] == nil && !earlier.contains(option.name)
    {
      let values = StageLines.values(of: option)
      guard !values.isEmpty else { continue }
      tried += 1
      var isMoved = false
      // What a small cluster does not feel, a large one may.
      let bases = stage == "corpus" || stage == "annotate" ? [""] : ["", " --gpus 256"]
      for (value, more) in values.flatMap({ value in bases.map { (value, $0) } }) {
        switch moves(option, to: value, of: stage, with: more) {
        case true?:
          isMoved = true
        case false?: continue
        case nil: Issue.record("\(option) \(value) is refused without a hint")
        }
        if isMoved { break }
      }
      #expect(isMoved, "\(option) is taken, and moves nothing")
    }
    #expect(tried > 0 || stage == "reward" || stage == "rejection")
  }
}
