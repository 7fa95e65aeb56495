import Foundation
import LlmcostTool
import Testing

/// The program's text, held against files that a reviewer can read.
///
/// To record them anew on purpose: `LLMCOST_RECORD=1 swift test --filter GoldenTests`. Recording fails, so that it never
/// passes unnoticed.
@Suite("Golden output")
struct GoldenTests {
  static let folder = Package.root.appendingPathComponent("Tests/LlmcostToolTests/Golden")

  static let names: [String] =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.filter { $0.hasSuffix(".console") }.sorted()
    ?? []

  @Test func `there are golden files`() {
    #expect(Self.names.count >= 5)
  }

  @Test(arguments: names)
  func `commands print what they printed before`(name: String) throws {
    let url = Self.folder.appendingPathComponent(name)
    let transcript = Transcript(try String(contentsOf: url, encoding: .utf8))
    let entries = transcript.entries.map { entry -> Transcript.Entry in
      let outcome = Self.world.run(entry.command)
      var output = outcome.output + outcome.complaint
      if outcome.status != .success { output += "[exit status \(outcome.status.rawValue)]\n" }
      while output.hasSuffix("\n\n") { output.removeLast() }
      return Transcript.Entry(command: entry.command, output: output)
    }
    if ProcessInfo.processInfo.environment["LLMCOST_RECORD"] != nil {
      try Transcript.text(entries).write(to: url, atomically: true, encoding: .utf8)
      Issue.record("recorded \(name)")
      return
    }
    for (now, before) in zip(entries, transcript.entries) { #expect(now.output == before.output, "\(now.command)") }
  }

  static let world = TestWorld(files: files.merging(PriceTests.files) { first, _ in first })

  private static let files = [
    "mine/prices.json": """
    {"table": "prices", "sources": {"quote": {"title": "Quote of a provider"}}, "rows": [
    {"id": "ours-h100", "provider": "ours", "accelerator": "h100-sxm", "commitment": "reserved-1y", "region": "all",
     "usdPerAcceleratorHour": 1.85, "asOf": "2026-11", "source": "quote"}]}
    """,
    "runs.csv": """
    id,activeParameters,tokens,hardware,acceleratorHours,date,precision,architecture
    "ours, first",7000000000,1000000000000,h100,70000,2025-06,bf16,dense
    ours-moe,3e9,2e12,h100,45000,2025-09,fp8,moe
    """,
    "steps.csv": """
    id,model,accelerator,precision,seq,n,gbs,mbs,tp,pp,vp,ep,shard,recompute,step_s,full
    ours-8b,llama-3.1-8b,h100-sxm,bf16,8192,8,128,1,1,1,,,fsdp,full,18.2,1
    ours-tiny,config.json,a100,bf16,2048,8,256,8,,,,,zero1,none,0.9,0
    """,
    "config.json": """
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 576, "intermediate_size": 1536,
     "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3, "vocab_size": 49152,
     "tie_word_embeddings": true}
    """,
    "new.json": """
    {"model_type": "brand_new", "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 2,
     "num_attention_heads": 4, "vocab_size": 1000}
    """,
    "broken.json": """
    {"model_type": "llava", "text_config": {"model_type": "llama", "num_hidden_layers": "32"}}
    """,
    "text.json": "a model", "t5.json": #"{"model_type": "t5"}"#,
    "short.csv": "id,tokens\nx,1\n",
    "startup.json": """
    {"name": "a 7B for us",
     "shared": {"params": "7B", "gpu": "h100", "gpus": 64},
     "stages": {
       "pretrain": {"tokens": "300B"},
       "ablations": {"stage": "pretrain", "params": "1B", "tokens": "20B", "times": 12, "experiment": true, "after": []},
       "failed": {"stage": "pretrain", "tokens": "300B", "times": 0.3, "experiment": true},
       "sft": {"examples": 20000, "annotation": "expert", "after": "pretrain"}},
     "research": "1.5..3", "evaluation": "2%",
     "people": [{"role": "engineer-us", "count": 4, "months": 6}],
     "overhead": "10%"}
    """,
    "bad/unknown-key.json": #"{"stages": {"sft": {"params": "7B"}}, "peeple": []}"#,
    "bad/unknown-stage.json": #"{"stages": {"train": {"params": "7B"}}}"#,
    "bad/unknown-option.json": "{\"stages\": {\n  \"sft\": {\"params\": \"7B\",\n    \"exampels\": 10}}}",
    "bad/not-json.json": "{\"stages\": \n {]}",
    "bad/role.json":
      #"{"stages": {"sft": {"params": "7B"}}, "people": [{"role": "comparison", "count": 1, "months": 2}]}"#,
    "bad/after.json": #"{"stages": {"sft": {"params": "7B", "after": "pretrain"}}}"#,
    "bad/research.json": #"{"stages": {"sft": {"params": "7B"}}, "research": "cudoo"}"#,
    "bad/stages.json": #"{"stages": []}"#,
    "bad/shared.json": #"{"shared": {"parms": "7B"}, "stages": {"sft": {"params": "7B"}}}"#,
    "mine/broken/prices.json": """
    {"table": "prices", "rows": [{"id": "x", "provider": 7}]}
    """,
    "mine/factors.json": """
    {"table": "factors", "rows": [{"id": "power-draw", "typical": 0.7, "low": 0.6, "high": 0.8,
     "asOf": "2026-11", "assumption": "measured on our cluster"}]}
    """,
  ]
}
