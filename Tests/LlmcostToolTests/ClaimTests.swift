import CostTables
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

  @Test func `a claim's command gives a range that meets what is claimed`() throws {
    let claims = try Self.claims()
    #expect(claims.count >= 10)
    for claim in claims {
      let command = try #require(claim["command"]?.string)
      let claimed = ["low", "typical", "high"].compactMap { claim[$0]?.number }
      let low = try number(command + ".p10"), high = try number(command + ".p90")
      let id = claim["id"]?.string ?? ""
      // Five in a hundred: 2.1e25 FLOP is 2.18e25 in exact counts.
      #expect(try #require(claimed.min()) <= high * 1.05, "\(id): up to \(high) computed")
      #expect(try #require(claimed.max()) >= low * 0.95, "\(id): from \(low) computed")
    }
  }

  @Test(arguments: [
    // The unit of a claim is that of the path that its command asks for.
    ("compute_usd", "USD"), ("flop", "FLOP"), ("days", "days"), ("energy_kwh", "kWh"), ("carbon_kg", "kg"),
    ("accelerator_hours", "accelerator-hours"),
  ])
  func `claim and command agree in the unit`(path: String, unit: String) throws {
    let claims = try Self.claims().filter { $0["command"]?.string?.hasSuffix(" --get \(path)") == true }
    #expect(!claims.isEmpty)
    for claim in claims { #expect(claim["unit"]?.string == unit) }
  }
}
