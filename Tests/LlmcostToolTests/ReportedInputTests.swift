import LlmcostTool
import Testing
import TextFormats

/// Inputs that people reported or that were tried on other programs, and what is right for each.
@Suite("Reported inputs")
struct ReportedInputTests {
  private static let llama =
    #""model_type": "llama", "hidden_size": 8192, "intermediate_size": 28672, "num_hidden_layers": 80, "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 128256"#

  private static let files = [
    "fp8.json": #"{\#(llama), "quantization_config": {"quant_method": "fp8", "activation_scheme": "dynamic"}}"#,
    "plain.json": "{\(llama)}",
    "odd.json":
      #"{"model_type": "llama", "hidden_size": 4097, "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32, "vocab_size": 32000}"#,
    "bird.json":
      #"{"model_type": "big_bird", "architectures": ["BigBirdModel"], "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12, "vocab_size": 50358}"#,
    "adapter.json": #"{"peft_type": "LORA", "base_model_name_or_path": "meta-llama/Llama-3.1-8B-Instruct", "r": 16}"#,
    "runs.csv":
      "id,params,tokens,gpu,gpu_hours,date\nold,1.5B,300B,Huawei Ascend 910,1.2M,2021-04\nnew,8B,1.2T,H100,6.4M,2025-01\n",
    "bad.csv":
      "id,params,tokens,gpu,gpu_hours,date,precision\nold,1B,300B,Ascend 910,1M,2021-04,bf16\nnew,8B,1T,H100,200k,2025-01,bf16\n",
    "runs.tsv": "params\ttokens\tgpu\tgpu_hours\tdate\n8B\t1T\tH100\t200k\t2025-01\n",
    "runs.jsonl": #"{"params": "8B", "tokens": "1T", "gpu": "H100", "gpu_hours": 200000, "date": "2025-01"}"#,
    "megatron.log": "[2025] iteration 10/100 | throughput per GPU (TFLOP/s/GPU): 412.3 |\n",
  ]
  private let world = TestWorld(files: files)

  private func number(_ line: String) throws -> Double {
    let outcome = world.run("llmcost \(line)")
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    return try #require(Double(outcome.output.dropLast()), "\(line): \(outcome.output)")
  }

  @Test func `weights are as the configuration says they are stored`() throws {
    let eight = "fit --config fp8.json --task serve --gpu h200 --gpus 1 --get weight_bytes"
    // 70.55 billion parameters, of which the two tables of 128,256 words have 16 bits.
    #expect(abs(try number(eight) / (70.55e9 + 2 * 128_256 * 8192) - 1) < 1e-3)
    #expect(world.run("llmcost \(eight) --weight-precision bf16").status == .failed)
    #expect(world.run("llmcost fit --config plain.json --task serve --gpu h200 --gpus 1").status == .failed)
  }

  @Test func `the files of gpt-oss-120b have 65.2 GB`() throws {
    let bytes = try number("fit --model gpt-oss-120b --task serve --gpu h100 --gpus 1 --get weight_bytes")
    #expect(abs(bytes / 65_248_815_744 - 1) < 2e-3)
  }

  @Test(arguments: [
    ("model --config odd.json", "hidden_size 4097 is no multiple of 32 heads"),
    ("model --config bird.json --get parameters", "--assume-common-form"),
    ("model --config adapter.json", "meta-llama/Llama-3.1-8B-Instruct"),
    ("backtest --runs megatron.log", "megatron.log"),
    ("backtest --runs bad.csv", "row 'old': field 'precision': Ascend 910 (2019) does not compute in BF16"),
    ("pretrain --params 7B --tokens 1T --commitment reserved-1mo", "no seller in the tables rents by 'reserved-1mo'"),
    ("model --model 'gemma 4'", "gemma-4-26b-a4b"),
  ])
  func `what cannot be read says why`(line: String, part: String) {
    let outcome = world.run("llmcost \(line)")
    #expect(outcome.complaint.contains(part), "\(outcome.complaint)")
    #expect(!outcome.complaint.contains("did you mean 'reserved-1y'"))
  }

  @Test(arguments: ["runs.csv", "runs.tsv", "runs.jsonl", "bad.csv"])
  func `runs are read in every format, with units, and on accelerators without BF16`(file: String) {
    let outcome = world.run("llmcost backtest --runs \(file)")
    #expect(outcome.output.contains("all"), "\(outcome.complaint)")
  }

  @Test func `long prompts cost what the provider asks for them, and need no model of one's own`() throws {
    func bill(_ tokens: String) throws -> Double {
      try number(
        "synthesize --generator gemini-2.5-pro --items 1000 --input-tokens \(tokens) --output-tokens 1000 --keep-rate 1 --get api_usd"
      )
    }
    // $1.25 and $10 a million tokens to 200,000 tokens of a prompt, $2.50 and $15 beyond.
    #expect(abs(try bill("200000") - 260) < 1e-6)
    #expect(abs(try bill("300000") - 765) < 1e-6)
  }

  @Test func `an API that serve compares with asks for long prompts and cached ones what it lists`() throws {
    func request(_ options: String) throws -> Double {
      let outcome = world.run(
        "llmcost serve --params 70B --gpu b200 --tensor-parallel 8 --compare-api gemini-2.5-pro --output-tokens 1000 "
          + options + " --samples 0 --format json")
      let value = try JSONReader.read(Array(outcome.output.utf8))
      return try #require(value["api"]?.array?.first?["usd_per_request"]?.number)
    }
    #expect(abs(try request("--input-tokens 100000") - 0.135) < 1e-9)
    #expect(abs(try request("--input-tokens 300000") - 0.765) < 1e-9)
    // Nine tenths less for what is kept.
    #expect(abs(try request("--input-tokens 100000 --cached-input 0.5") - 0.07875) < 1e-9)
  }
}
