import CostModel
import LlmcostTool
import Testing
import TextFormats

/// The commands of `Data/claims.json`, held against what is claimed.
@Suite("Claims")
struct ClaimTests {
  private static func claims() throws -> [JSONValue] {
    let text = TestWorld().run("llmcost tables claims --format json").output
    return try #require(try JSONReader.read(Array(text.utf8)).array)
  }

  private static let answers = Result {
    let text = TestWorld().run("llmcost claims --format json").output
    return try JSONReader.read(Array(text.utf8)).array ?? []
  }

  @Test func `a verdict is what the ranges of claim and commands say`() throws {
    let answers = try Self.answers.get()
    let claims = try Self.claims()
    #expect(claims.count >= 90 && answers.count == claims.count)
    for (claim, answer) in zip(claims, answers) {
      let id = claim["id"]?.string ?? ""
      let verdict = try #require(answer["verdict"]?.string)
      guard claim["command"] != nil else {
        // What nothing computes says which input it would take.
        #expect(verdict == "needs an unpublished input" && claim["missing"]?.string?.isEmpty == false, "\(id)")
        continue
      }
      let typical = try #require(answer["computed"]?.number, "\(id)")
      let low = answer["computed.p10"]?.number ?? typical, high = answer["computed.p90"]?.number ?? typical
      let claimed = ["low", "typical", "high"].compactMap { claim[$0]?.number }
      // One end alone is "more than", or "up to".
      let isOpenAbove = claim["high"] == nil && claim["typical"] == nil
      let isOpenBelow = claim["low"] == nil && claim["typical"] == nil
      let least = isOpenBelow ? -.infinity : try #require(claimed.min()) * 0.95
      let most = isOpenAbove ? .infinity : try #require(claimed.max()) * 1.05
      #expect((verdict == "doubtful") == (low > most || high < least), "\(id): \(low) to \(high) computed")
      if verdict == "doubtful" { continue }
      #expect((verdict == "too wide to tell") == (low != high && high > 4 * low), "\(id)")
      guard verdict == "holds" || verdict == "by definition" else { continue }
      #expect(least <= typical && typical <= most || low <= claimed.max() ?? 0 && high >= claimed.min() ?? 0, "\(id)")
      // What rests on leaks does not hold, and what restates its inputs does not either.
      #expect(claim["guessed"] == nil, "\(id)")
      #expect((verdict == "by definition") == (claim["definition"] != nil), "\(id)")
    }
  }

  @Test func `estimates of one run say what each takes as given, in the same words`() {
    func line(_ command: String) -> String {
      let outcome = TestWorld().run("llmcost \(command) --width 0 -q")
      #expect(outcome.status == .success, "\(outcome.complaint)")
      let found = outcome.output.split(separator: "\n").first { $0.contains("taken as given") }
      return found.map(String.init) ?? ""
    }
    let claim = line("claims gpt-3-energy")
    #expect(claim.contains("parameters, tokens, accelerator, "), "\(claim)")
    #expect(line("claims grok-4-energy").contains("what is published of grok-4; "))
    let known = "parameters, tokens, hardware, the size of its cluster and its context where they are known"
    #expect(line("backtest --where id=gpt3-175b").contains("taken as given: \(known), precision, kind and date; "))
    #expect(line("backtest --of energy_kwh --where id=gpt3-175b-energy").contains("whose power, PUE, grid and price"))
    #expect(line("backtest --stage post-training --where id=tulu3-8b-sft").contains("its published settings"))
    // The fit that has seen a run is held against what it would be without, which knows less of it too.
    #expect(TestWorld().run("llmcost claims gpt-3-energy --width 0").output.contains("from \(known)"))
    #expect(
      TestWorld().run("llmcost backtest --help").output.split(separator: "\n").joined(separator: " ").contains(known))
    // Of many runs none is asked after.
    #expect(line("backtest --where kind=moe") == "")
  }

  @Test func `no claim holds by a range of more than four times, and every guess is named`() throws {
    for answer in try Self.answers.get() {
      let id = answer["id"]?.string ?? ""
      let verdict = answer["verdict"]?.string
      if ["holds", "holds if", "by definition"].contains(verdict), let low = answer["computed.p10"]?.number,
        let high = answer["computed.p90"]?.number
      {
        #expect(high <= 4 * low || low == high, "\(id): \(low) to \(high)")
      }
      if let guessed = answer["guessed"]?.string {
        #expect(answer["reason"]?.string?.contains(guessed) == true, "\(id)")
      }
      if verdict != "holds" { #expect(answer["reason"]?.string?.isEmpty == false, "\(id)") }
    }
  }

  @Test func `every claim links who published it first, or says that nobody is known to have`() throws {
    var linked = 0
    for answer in try Self.answers.get() {
      let primary = answer["primary"]?.string ?? ""
      #expect(primary.hasPrefix("https://") || primary == "no primary source is known", "\(answer["id"]?.string ?? "")")
      if primary.hasPrefix("https://") { linked += 1 }
    }
    #expect(linked >= 50)
  }

  @Test(arguments: [
    // 2M pages at $0.01 are $20,000 alone; 184,320 × $4.125; 8 × 56,500 + 15 × 8,000; 4·3/2 pairs.
    ("pdf-10m-pages", "doubtful"), ("llama-2-7b-cost", "holds"), ("crawl-23-sites", "by definition"),
    ("pairs-grow", "by definition"),
    // 100,000 to a million examples of some hundred tokens beside 15T tokens.
    ("sft-share", "doubtful"), ("post-training-gain", "needs an unpublished input"), ("overtraining", "holds"),
    ("gpt-4-tokens", "holds if"), ("crawl-video", "by definition"), ("gpt-4-flop", "holds if"),
    // 246M hours at about $2.
    ("grok-4-cost", "holds if"),
  ])
  func `verdicts agree with arithmetic on paper`(id: String, verdict: String) {
    #expect(TestWorld().run("llmcost claims \(id) --format csv --columns verdict").output == "verdict\n\(verdict)\n")
  }

  @Test func `the list prints the sentence that is claimed, its id and what its verdict depends on`() throws {
    let list = TestWorld().run("llmcost claims --width 0").output
    for claim in try Self.claims() {
      #expect(list.contains(try #require(claim["statement"]?.string)), "\(claim["id"]?.string ?? "")")
      #expect(list.contains(try #require(claim["id"]?.string)))
    }
    let narrow = TestWorld().run("llmcost claims --width 80 --where id=gpt-4-flop").output
    #expect(narrow.contains("GPT-4 took 2.1e25 FLOP") && narrow.contains("leaked"), "\(narrow)")
  }

  @Test func `ranges and what they rest on decide alone`() throws {
    func verdict(
      _ low: Double?, _ typical: Double?, _ high: Double?, _ spread: Spread, _ basis: ClaimVerdict.Basis = .published
    ) throws -> ClaimVerdict {
      ClaimVerdict(
        claimed: try #require(.init(low: low, typical: typical, high: high)), computed: spread, basis: basis)
    }
    let spread = Spread(typical: 10, p10: 5, p90: 20)
    #expect(try verdict(nil, 10, nil, spread) == .holds)
    #expect(try verdict(nil, 19, nil, spread) == .holds)
    #expect(try verdict(nil, 20.9, nil, spread) == .holds)
    #expect(try verdict(nil, 22, nil, spread) == .doubtful)
    #expect(try verdict(15, nil, 30, spread) == .holdsIf)
    #expect(try verdict(9, nil, 11, spread) == .holds)
    #expect(try verdict(100, nil, nil, spread) == .doubtful)
    #expect(try verdict(8, nil, nil, spread) == .holds)
    #expect(try verdict(nil, nil, 4, spread) == .doubtful)
    #expect(try verdict(nil, 0, nil, Spread(typical: 0)) == .holds)
    #expect(try verdict(nil, 10, nil, spread, .guessed) == .holdsIf)
    #expect(try verdict(nil, 10, nil, spread, .itself) == .byDefinition)
    #expect(try verdict(nil, 22, nil, spread, .itself) == .doubtful)
    // What meets nearly anything says nothing, even where all of it lies in the claim.
    let wide = Spread(typical: 10, p10: 2, p90: 50)
    for basis in [ClaimVerdict.Basis.published, .guessed, .itself] {
      #expect(try verdict(nil, 10, nil, wide, basis) == .tooWide)
      #expect(try verdict(1, nil, nil, wide, basis) == .tooWide)
    }
    #expect(try verdict(60, nil, nil, wide) == .doubtful)
    #expect(ClaimVerdict.Claimed(low: nil, typical: nil, high: nil) == nil)
  }

  @Test(arguments: [
    ("deepseek-v3", ["deepseek-v3-cost"]), ("DeepSeek-V3 cost $5.6M", ["deepseek-v3-cost"]),
    ("cars", ["pretraining-cars"]), ("car", ["pretraining-cars"]),
    ("llama-3.1-405b", ["llama-3.1-405b-hours", "llama-3.1-405b-carbon"]),
    ("llama3.1-405b", ["llama-3.1-405b-hours", "llama-3.1-405b-carbon"]), ("GPT-3-COST", ["gpt-3-cost"]),
    ("gpt-4.5", ["gpt-4.5-cost"]), ("bloom carbon", ["bloom-carbon"]), ("llama 2 7b hours", ["llama-2-7b-hours"]),
    ("gpt-3-cost phase-rlhf", ["gpt-3-cost", "phase-rlhf"]),
  ])
  func `claims are found by what one types`(words: String, ids: [String]) {
    let outcome = TestWorld().run("llmcost claims \(words) --format csv --columns id")
    #expect(outcome.output == "id\n" + ids.map { $0 + "\n" }.joined(), "\(outcome.output)\(outcome.complaint)")
  }

  @Test func `the words of a statement find it`() throws {
    // With the figures that it has: a sentence from elsewhere has others.
    for (place, claim) in try Self.claims().enumerated() where place.isMultiple(of: 7) {
      let (id, statement) = (try #require(claim["id"]?.string), try #require(claim["statement"]?.string))
      let words = statement.filter { $0 != "'" }
      let found = TestWorld().run("llmcost claims '\(words)' --format csv --columns id").output
      #expect(found.split(separator: "\n").contains(Substring(id)), "\(id): \(found)")
    }
  }

  @Test func `several are a list, a topic is its claims, and what has most of the words is said to be no more`() {
    let world = TestWorld()
    #expect(world.run("llmcost claims gpt-4").output.contains("4 claims") == false)
    #expect(world.run("llmcost claims gpt-4 --format csv --columns id").output.contains("gpt-4-flop\n"))
    #expect(!world.run("llmcost claims gpt-4 --format csv --columns id").output.contains("gpt-4.5-cost"))
    #expect(
      world.run("llmcost claims footprint --format csv --columns id").output
        == world.run("llmcost claims --where topic=footprint --format csv --columns id").output)
    #expect(world.run("llmcost claims DeepSeek-V3 cost '$5.6M'").complaint.contains("has the most of them"))
    #expect(world.run("llmcost claims cars").output.contains("verdict"))
  }

  @Test func `a claim of a run that the fit has seen says so, with what the fit gives without it`() throws {
    let text = TestWorld().run("llmcost claims llama-3.1-405b-hours --width 0").output
    let ratio = TestWorld().run("llmcost backtest --where id=llama3.1-405b --format csv --columns ratio -q").output
    let value = Double(ratio.split(separator: "\n").last ?? "")
    let shown = Notation.display(try #require(value), as: .ratio)
    #expect(text.contains("has seen this run: without the runs of Meta it gives"), "\(text)")
    #expect(text.contains("\(shown) times the actual, from parameters, tokens, hardware"), "\(text)")
    #expect(!TestWorld().run("llmcost claims 6nd").output.contains("has seen"))
  }

  @Test func `every claim that names a run in its id knows it as one that is computed anew`() throws {
    // Hours that are given or estimated by others are no prediction of the fit.
    func squeezed(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "." } }
    let runs = try TableSet().rows(of: "runs").map { squeezed($0.id) }
    for claim in try Self.claims() {
      let (id, command) = (try #require(claim["id"]?.string), claim["command"]?.string ?? "")
      let isPredicted =
        command.hasPrefix("llmcost pretrain --params") && !command.contains("--mfu")
        && !command.contains("--get flop") && claim["guessed"]?.string == nil
      guard isPredicted, runs.contains(where: { squeezed(id).hasPrefix($0) }) else { continue }
      #expect(claim["run"]?.string != nil, "\(id)")
    }
  }

  @Test func `gates, conditions and mistakes`() {
    let world = TestWorld()
    #expect(world.run("llmcost claims pdf-10m-pages --require possible").status == .failed)
    #expect(world.run("llmcost claims phase-rlhf --require possible").status == .success)
    #expect(world.run("llmcost claims phase-rlhf --require holds").status == .failed)
    #expect(world.run("llmcost claims llama-2-7b-cost --require holds").status == .success)
    #expect(world.run("llmcost claims --explain").status == .usage)
    #expect(world.run("llmcost claims gpt-3-cots").complaint.contains("did you mean 'gpt-3-cost'?"))
    #expect(world.run("llmcost claims --where gossip=1").status == .usage)
    #expect(world.run("llmcost claims gpt-3-cost --columns id").status == .usage)
    #expect(
      world.run("llmcost claims --where topic=data --where verdict=doubtful --format csv --columns id").output
        .contains("pdf-10m-pages\n"))
    let broken = #"{"table": "claims", "rows": [{"id": "gpt-3-cost", "command": "llmcost nosuch --x 1 --get flop"}]}"#
    let outcome = TestWorld(files: ["mine.json": broken]).run("llmcost claims gpt-3-cost --tables mine.json")
    #expect(outcome.status == .badData)
    #expect(outcome.complaint.contains("unknown command 'nosuch'"), "\(outcome.complaint)")
  }

  static let own = """
    {"rows": [
      {"id": "ours", "topic": "pre-training", "statement": "our run cost $2M", "unit": "USD", "typical": 2000000,
       "command": "llmcost pretrain --accelerator-hours 1M --price 2 --get compute_usd", "asOf": "2026-11",
       "assumption": "the books"},
      {"id": "theirs", "topic": "pre-training", "statement": "theirs cost $2", "unit": "USD", "typical": 2,
       "command": "llmcost pretrain --accelerator-hours 1M --price 2 --get compute_usd", "guessed": "1M hours, a rumor",
       "asOf": "2026-11", "assumption": "gossip"}]}
    """

  @Test func `a first publication that no source has is told`() {
    let text = Self.own.replacing(#""the books""#, with: #""the books", "primary": "nowhere""#)
    let outcome = TestWorld(files: ["mine.json": text]).run("llmcost claims --claims mine.json")
    #expect(outcome.status == .badData && outcome.complaint.contains("there is no source 'nowhere'"))
  }

  @Test func `claims of one's own are computed, alone`() {
    let world = TestWorld(files: ["mine.json": Self.own])
    #expect(
      world.run("llmcost claims --claims mine.json --format csv --columns id,verdict").output
        == "id,verdict\nours,holds\ntheirs,doubtful\n")
    #expect(world.run("llmcost claims theirs --claims mine.json").output.contains("1M hours, a rumor"))
    #expect(world.run("llmcost claims gpt-3-cost --claims mine.json --format csv").status == .success)
  }

  @Test(arguments: [
    ("", "ends too early"), ("[]", "an object"), ("{}", "'rows'"),
    (#"{"table": "prices", "rows": []}"#, "'claims'"),
    (#"{"rows": [{"id": "x"}]}"#, "statement"),
    (
      #"{"rows": [{"id": "x", "statement": "s", "topic": "news", "unit": "USD", "asOf": "2026", "assumption": "a"}]}"#,
      "topic"
    ),
    (
      #"{"rows": [{"id": "x", "statement": "s", "topic": "data", "unit": "USD", "asOf": "2026", "assumption": "a", "#
        + #""typical": 1, "command": "rm -rf /"}]}"#, "does not start with 'llmcost '"
    ),
    (
      #"{"rows": [{"id": "x", "statement": "s", "topic": "data", "unit": "USD", "asOf": "2026", "assumption": "a", "#
        + #""typical": 1, "command": "llmcost pretrain"}]}"#, "--get"
    ),
    (#"{"rows": []}"#, "no claim"),
  ])
  func `a broken file of claims is refused by row and field`(text: String, complaint: String) {
    let outcome = TestWorld(files: ["mine.json": text]).run("llmcost claims --claims mine.json")
    #expect(outcome.status != .success && outcome.output.isEmpty)
    #expect(outcome.complaint.contains(complaint), "\(outcome.complaint)")
  }

  @Test func `a file of claims that is not there is told`() {
    let outcome = TestWorld().run("llmcost claims --claims nowhere.json")
    #expect(outcome.status != .success && outcome.complaint.contains("nowhere.json"), "\(outcome.complaint)")
  }

  @Test(arguments: [
    // The unit of a claim is that of the path that its command asks for.
    ("compute_usd", "USD"), ("flop", "FLOP"), ("days", "days"), ("energy_kwh", "kWh"), ("carbon_kg", "kg"),
    ("accelerator_hours", "accelerator-hours"),
  ])
  func `claim and command agree in the unit`(path: String, unit: String) throws {
    let claims = try Self.claims().filter { $0["command"]?.string?.hasSuffix(" --get \(path)") == true }
    #expect(!claims.isEmpty)
    for claim in claims where claim["over"] == nil && claim["scale"] == nil { #expect(claim["unit"]?.string == unit) }
  }
}
