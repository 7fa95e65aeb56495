import CostModel
import LlmcostTool
import Testing
import TextFormats

/// The commands of `Data/claims.json`, held against what is claimed.
@Suite("Claims")
struct ClaimTests {
  private static func claims() throws -> [JSONValue] {
    let text = TestWorld().run("llmcost tables claims --format json").output
    return try #require(try JSONReader.read(Array(text.utf8)).array).filter { $0["command"] != nil }
  }

  private func number(_ command: String) throws -> Double {
    let outcome = TestWorld().run(command)
    #expect(outcome.status == .success, "\(command): \(outcome.complaint)")
    return try #require(Double(outcome.output.dropLast()))
  }

  @Test func `a verdict is what the ranges of claim and commands say`() throws {
    let text = TestWorld().run("llmcost claims --format json").output
    let verdicts = try #require(try JSONReader.read(Array(text.utf8)).array)
    let claims = try Self.claims()
    #expect(claims.count >= 40)
    #expect(verdicts.filter { $0["verdict"]?.string != "not computed" }.count == claims.count)
    for claim in claims {
      let id = claim["id"]?.string ?? ""
      let command = try #require(claim["command"]?.string)
      var factor = claim["scale"]?.number ?? 1
      if let over = claim["over"]?.string { factor /= try number(over) }
      let typical = try number(command) * factor
      // What has no range is the same at both ends.
      let ends = [".p10", ".p90"].map { TestWorld().run(command + $0) }.map { Double($0.output.dropLast()) }
      let low = ends[0].map { $0 * factor } ?? typical, high = ends[1].map { $0 * factor } ?? typical
      let verdict = try #require(verdicts.first { $0["id"]?.string == id }?["verdict"]?.string)
      let claimed = ["low", "typical", "high"].compactMap { claim[$0]?.number }
      // One end alone is "more than", or "up to".
      let isOpenAbove = claim["high"] == nil && claim["typical"] == nil
      let isOpenBelow = claim["low"] == nil && claim["typical"] == nil
      let least = isOpenBelow ? -.infinity : try #require(claimed.min()) * 0.95
      let most = isOpenAbove ? .infinity : try #require(claimed.max()) * 1.05
      #expect((verdict == "doubtful") == (low > most || high < least), "\(id): \(low) to \(high) computed")
      let isWide = low > 0 && high / low > 4 && !(least <= low && high <= most)
      #expect((verdict == "cannot be told") == (isWide && low <= most && high >= least), "\(id)")
      if !isWide, least <= typical, typical <= most { #expect(verdict == "holds", "\(id)") }
    }
  }

  @Test(arguments: [
    // 2M pages at $0.01 are $20,000 alone; 184,320 × $4.125; 8 × 56,500 + 15 × 8,000; 4·3/2 pairs.
    ("pdf-10m-pages", "doubtful"), ("llama-2-7b-cost", "holds"), ("crawl-23-sites", "holds"), ("pairs-grow", "holds"),
    // 100,000 to a million examples of some hundred tokens beside 15T tokens.
    ("sft-share", "doubtful"), ("post-training-gain", "not computed"), ("overtraining", "holds"),
    ("gpt-4-tokens", "holds"), ("crawl-video", "holds"),
    ("inference-24-days", "doubtful"),
  ])
  func `verdicts agree with arithmetic on paper`(id: String, verdict: String) {
    #expect(TestWorld().run("llmcost claims \(id) --format csv --columns verdict").output == "verdict\n\(verdict)\n")
  }

  @Test func `ranges decide alone`() throws {
    func verdict(_ low: Double?, _ typical: Double?, _ high: Double?, _ spread: Spread) throws -> ClaimVerdict {
      ClaimVerdict(claimed: try #require(.init(low: low, typical: typical, high: high)), computed: spread)
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
    // What meets nearly anything says nothing, unless all of it lies in the claim.
    let wide = Spread(typical: 10, p10: 2, p90: 50)
    #expect(try verdict(nil, 10, nil, wide) == .cannotBeTold)
    #expect(try verdict(1, nil, nil, wide) == .holds)
    #expect(try verdict(60, nil, nil, wide) == .doubtful)
    #expect(ClaimVerdict.Claimed(low: nil, typical: nil, high: nil) == nil)
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
    #expect(world.run("llmcost claims --columns id").status == .usage)
    #expect(
      world.run("llmcost claims --where topic=data --where verdict=doubtful --format csv --columns id").output
        == "id\npdf-10m-pages\n")
    let broken = #"{"table": "claims", "rows": [{"id": "gpt-3-cost", "command": "llmcost nosuch --x 1 --get flop"}]}"#
    let outcome = TestWorld(files: ["mine.json": broken]).run("llmcost claims gpt-3-cost --tables mine.json")
    #expect(outcome.status == .badData)
    #expect(outcome.complaint.contains("unknown command 'nosuch'"), "\(outcome.complaint)")
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
