import Foundation
import Testing

@testable import LlmcostTool

@Suite("Comparison")
struct CompareTests {
  private func estimates(_ command: String) throws -> [(name: String, summary: [String: Double])] {
    let outcome = TestWorld().run(command)
    #expect(outcome.status == .success, "\(outcome.complaint)")
    let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let members = try #require(value?["estimates"] as? [[String: Any]])
    return try members.map { member in
      let summary = try #require(member["summary"] as? [String: Any])
      return (try #require(member["name"] as? String), summary.compactMapValues { $0 as? Double })
    }
  }

  @Test(arguments: ["sft", "reward", "rlhf", "dpo", "grpo"])
  func `a stage costs in a comparison what it costs alone`(stage: String) throws {
    let compared = try estimates("llmcost compare pretrain \(stage) --params 8B --tokens 1T --gpu b200 --json")
    #expect(compared.map(\.name) == ["pretrain", stage])
    for name in ["cost_usd", "cost_usd.p90", "accelerator_hours", "carbon_kg"] {
      let alone = TestWorld().run("llmcost \(stage) --params 8B --gpu b200 --get \(name)").output
      let value = try #require(Double(alone.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(abs((try #require(compared[1].summary[name])) / value - 1) < 1e-12, "\(name)")
    }
  }

  @Test func `a setting of one stage overrides the shared option for it alone`() throws {
    let compared = try estimates("llmcost compare sft dpo --params 8B --gpu h100 dpo.gpu=b200 --json --samples 0")
    let alone = try estimates("llmcost compare sft dpo --params 8B --gpu h100 --json --samples 0")
    #expect(compared[0].summary == alone[0].summary)
    #expect(compared[1].summary["accelerator_hours"] != alone[1].summary["accelerator_hours"])
  }

  @Test func `an option may count in some columns alone`() throws {
    let variants = try estimates(
      "llmcost compare sft --params 8B --lora-rank 16 --vary tuning=full,lora --json --samples 0")
    let alone = try estimates("llmcost compare sft --params 8B --lora-rank 16 --tuning lora --json --samples 0")
    #expect(variants[1].summary == alone[0].summary)
    #expect(try estimates("llmcost compare rlhf dpo --params 8B --reward-model existing --labels ai --json").count == 2)
  }

  @Test func `varied values stand in the order given`() throws {
    let compared = try estimates(
      "llmcost compare pretrain --params 8B --tokens 1T --vary tokens=4T,1T,2T --json --samples 0")
    let flop = compared.compactMap { $0.summary["flop"] }
    #expect(compared.map(\.name) == ["4T", "1T", "2T"])
    #expect(zip(flop, [4.0, 1, 2]).allSatisfy { abs($0 / $1 / flop[1] - 1) < 1e-12 })
  }
}
