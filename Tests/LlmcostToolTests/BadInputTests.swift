import LlmcostTool
import Testing

private let base = "llmcost pretrain --params 70B --tokens 15T "

@Suite("Bad input")
struct BadInputTests {
  static let lines: [(String, String)] = [
    ("llmcost pretrain --tokens 15T", "--params is missing"), ("llmcost pretrain --params 7B", "--tokens is missing"),
    ("llmcost pretrain --params 0 --tokens 15T", "parameters of 0 is out of range"),
    ("llmcost pretrain --params -7B --tokens 15T", "parameters of -7B is out of range"),
    ("llmcost pretrain --params nan --tokens 15T", "'nan' is not a count"),
    ("llmcost pretrain --params inf --tokens 15T", "'inf' is not a count"),
    ("llmcost pretrain --params 7B --tokens 1e40", "is out of range"),
    ("llmcost pretrain --params 7B --tokens 1e400", "beyond what a number can hold"),
    ("llmcost pretrain --params 7B --tokens lots", "'lots' is not a count"),
    ("llmcost pretrain --params 7B --params 8B --tokens 1T", "--params is given twice"),
    ("llmcost pretrain -p 7B --params 8B --tokens 1T", "-p and --params say the same thing twice"),
    (base + "--gpu h10000", "unknown accelerator 'h10000'"), (base + "--region atlantis", "unknown region 'atlantis'"),
    (base + "--provider acme", "unknown provider 'acme'"),
    (base + "--gpu h100-pcie --provider aws", "no price for h100-pcie on-demand at aws"),
    (base + "--precision fp8 --gpu a100", "A100 SXM4 80GB does not compute in FP8"),
    (base + "--precision bf16 --gpu v100", "does not compute in BF16"),
    (base + "--precision fp9", "'fp9' is not one of"), (base + "--active-params 71B", "71B active parameters are more"),
    (base + "--mfu 0.5..0.3", "upside down"), (base + "--mfu 1.2", "effective MFU of 1.2 is out of range"),
    (base + "--mfu 400", "effective MFU of 400 is out of range"), (base + "--mfu 0", "out of range"),
    (base + "--price 0", "rental price of $0/h is out of range"), (base + "--price -2", "out of range"),
    (base + "--gpus 0", "out of range"), (base + "--gpus 2.5", "--gpus: 2.5 is not a whole number"),
    (base + "--gpus 64 --days 30", "--gpus and --days are both given"), (base + "--days 0", "out of range"),
    (base + "--epochs 0", "out of range"), (base + "--pue 0.9", "PUE of 0.9 is out of range"),
    (base + "--own --price 2", "owned accelerators are not rented too"),
    (base + "--own --provider aws", "owned accelerators are not rented too"),
    (base + "--electricity 0.08", "no effect on rented accelerators"),
    (base + "--price 2 --provider aws", "a price is given, and a provider"),
    (base + "--research-multiplier 0.5", "out of range"),
    (base + "--context 0", "out of range"), (base + "--then 800B@", "is empty"),
    (base + "--then a@b@c", "is not a phase"),
    (base + "--then x@8k", "'x' is not a count"), (base + "--get costs_usd", "there is no 'costs_usd'"),
    (base + "--columns flop", "--columns goes with json, jsonl, csv"),
    (base + "-f csv --columns flopp", "there is no 'flopp'"), (base + "--format yaml", "'yaml' is not one of"),
    (base + "--format csv -f csv", "--format and -f say the same thing twice"),
    (base + "--samples 1e3", "'1e3' is not a whole number"), (base + "--samples 2000000", "too many"),
    (base + "--samples -1", "not a whole number"), (base + "--explain --format csv", "--explain goes with"),
    (base + "extra", "unexpected argument 'extra'"),
    (base + "--wibble", "unknown option '--wibble'"), (base + "--commitment forever", "is not one of on-demand"),
    (base + "--commitment spot --gpu gh200-144gb", "no price for gh200-144gb spot"),
    ("llmcost backtest --require inside", "is not a bound"), ("llmcost backtest --require best=1", "is not a bound"),
    ("llmcost backtest --where knd=moe", "there is no column 'knd'"),
    ("llmcost backtest --where kind=x", "no run meets"),
    ("llmcost backtest --samples 9999999", "too many"),
    ("llmcost backtest --format csv --columns x", "there is no 'x'"),
    ("llmcost size", "nothing says how large the model may be"),
    ("llmcost size --gpus 64", "--gpus alone does not say"), ("llmcost size --days 30", "--days alone does not say"),
    ("llmcost size --compute 1e22 --budget 5M", "--compute and --budget are both given"),
    ("llmcost size --tokens 1T --loss 2", "--tokens and --loss are both given"),
    ("llmcost size --params 7B --tokens 1T --loss 2", "--params and --tokens are both given"),
    ("llmcost size --budget 5M --days 30 --gpus 64", "--budget is given, and --days with --gpus"),
    ("llmcost size --days 20..40 --gpus 64", "must be single values"),
    ("llmcost size --budget 4M..6M", "is a range, where one value is needed"),
    ("llmcost size --budget 0", "--budget must be above 0"), ("llmcost size --budget -5M", "--budget must be above 0"),
    ("llmcost size --compute nan", "'nan' is not a count"), ("llmcost size --compute 1e400", "beyond what a number"),
    ("llmcost size --compute 1", "is out of range"), ("llmcost size --compute 1e40", "is out of range"),
    ("llmcost size --budget 1e-9", "a budget of $0.000000001 is too small for any model"),
    ("llmcost size --budget 1e30", "is more than any model takes"),
    ("llmcost size --loss 1.8", "no model reaches a loss of 1.8: 1.8172 is never reached"),
    ("llmcost size --loss 2.2 --unique-tokens 10B", "no model reaches a loss of 2.2"),
    ("llmcost size --loss 500", "by besiroglu that is no model"),
    ("llmcost size --loss 2 --law nope", "unknown scaling law 'nope'"),
    ("llmcost size --loss 2 --law-constants E=1,A=2", "B is missing"),
    ("llmcost size --loss 2 --law-constants E=1,A=2,A=3", "A is given twice"),
    ("llmcost size --loss 2 --law-constants 1.7,400", "'1.7' is not one of E="),
    ("llmcost size --loss 2 --law-constants E=1,A=0,B=1,alpha=1,beta=1", "must be above 0"),
    ("llmcost size --params 70B --active-params 7B", "no law in the table says how the loss depends"),
    ("llmcost size --params 70B --unique-tokens 0", "--unique-tokens must be at least 1"),
    ("llmcost size --params 70B --requests 1B", "--requests needs --tokens-per-request"),
    ("llmcost size --params 70B --lifetime 2y", "--lifetime needs --tokens-per-day"),
    ("llmcost size --params 7B --inference-tokens 1T --tokens-per-day 1B --lifetime 1y", "given in two ways"),
    ("llmcost size --params 70B --inference-tokens 0", "the tokens served must be above 0"),
    ("llmcost size --params 70B --inference-tokens 1T --serving-mfu 2", "--serving-mfu must be above 0"),
    ("llmcost size --params 70B --serving-mfu 0.2", "no effect without tokens to serve"),
    ("llmcost size --params 70B --law llama3 --inference-tokens 1T", "llama3 tells no loss"),
    ("llmcost size --params 70B --get dayz", "there is no 'dayz'"),
    ("llmcost size --params 70B --columns loss", "--columns goes with json, jsonl, csv"),
    ("llmcost size --params 70B -f csv --columns los", "there is no 'los'"),
    ("llmcost size --params 70B -f csv --plot", "--plot goes with tables"),
    ("llmcost pretrian", "unknown command 'pretrian'"), ("llmcost --params 7B", "a command comes first"),
    ("llmcost tables pricess", "unknown table 'pricess'"),
    ("llmcost tables accelerators h10000", "unknown row 'h10000'"),
    ("llmcost tables prices --where price=1", "there is no column 'price'"),
    ("llmcost tables prices --where provider", "is not a condition"),
    ("llmcost tables derive prices", "unknown derived table"),
    ("llmcost model", "--config and --model are missing"), ("llmcost model --model x --context 0", "unknown model 'x'"),
    ("llmcost model --model gpt2 --context 0", "out of range"),
    ("llmcost model --model gpt2 --kv-precision fp7", "'fp7' is not one of"),
    ("llmcost model --model gpt2 --columns layers", "--columns goes with json, jsonl, csv"),
    ("llmcost model --model gpt2 --format csv --columns layer", "there is no 'layer'"),
    ("llmcost tables a b c", "unexpected argument 'c'"),
    (base + "--plot", "unknown option '--plot'"), ("llmcost pretrain -p7B -t 1T", "unknown option '-p7B'"),
    ("llmcost help unitz", "nothing is called 'unitz'"),
    ("llmcost help units now", "unexpected argument 'now'"),
    ("llmcost help sensitivity reinforcement", "there is no stage 'reinforcement'"),
    ("llmcost help wibble wobble", "nothing is called 'wibble wobble'"), ("llmcost completions", "which shell?"),
    ("llmcost completions tcsh", "the shell 'tcsh' is not one of bash, zsh, fish"),
    ("llmcost completions bash zsh", "unexpected argument 'zsh'"), ("llmcost man page", "unexpected argument 'page'"),
  ]

  @Test(arguments: [
    ("llmcost fit --params 8B --tuning lora", "write --task lora"),
    ("llmcost sweep -q grpo --params 8B --prompts 1k,2k", "the stage comes first: llmcost sweep grpo"),
    ("llmcost sweep --tier hyperscaler sft --params 8B", "the stage comes first: llmcost sweep sft"),
    ("llmcost sensitivity -q dpo --params 8B", "the stage comes first: llmcost sensitivity dpo"),
  ])
  func `what is meant is told`(line: String, hint: String) {
    let outcome = TestWorld().run(line)
    #expect(outcome.status == .usage && outcome.complaint.contains("\nhint: " + hint), "\(outcome.complaint)")
  }

  @Test func `a stage as the value of an unknown option is not in the wrong place`() {
    let outcome = TestWorld().run("llmcost sweep --params 8B --task serve")
    #expect(outcome.status == .usage && !outcome.complaint.contains("comes first"), "\(outcome.complaint)")
  }

  @Test(arguments: lines)
  func `a wrong command line is refused with status 64 and a hint`(line: String, message: String) {
    let outcome = TestWorld().run(line)
    #expect(outcome.status == .usage)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.hasPrefix("llmcost: "))
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("\nhint: "), "\(outcome.complaint)")
  }

  @Test(arguments: [
    ("--tables nowhere", ToolStatus.missingInput, "cannot read nowhere: No such file or directory"),
    ("--tables broken.json", .badData, "broken.json:1:1: a value is expected here"),
    ("--tables typo.json", .badData, "typo.json: row 'h100-sxm': field 'nodeWatts': expected a number, got a string"),
  ])
  func `a missing or malformed overlay is told by file, row and field`(
    options: String, status: ToolStatus, message: String
  ) {
    let world = TestWorld(files: [
      "broken.json": "prices",
      "typo.json": #"{"table": "accelerators", "rows": [{"id": "h100-sxm", "nodeWatts": "10 kW"}]}"#,
    ])
    let outcome = world.run(base + options)
    #expect(outcome.status == status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
  }

  @Test func `rows that nothing matches are said to be none`() {
    let outcome = TestWorld().run("llmcost tables efficiency --where id~h100-sxm")
    #expect(outcome.complaint.contains("rows has what --where asks for"))
  }

  @Test(arguments: [
    ("--budget $1M --require-confidence 0.5", ToolStatus.failed, "staying inside --budget $1M"),
    ("--budget $1B --require-confidence 0.5", .success, ""),
    ("--gpus 2048 --max-days 10 --require-confidence 0.5", .failed, "staying inside --max-days 10 days"),
    ("--gpus 2048 --max-days 1000 --require-confidence 0.5", .success, ""),
  ])
  func `gates fail after the estimate is printed`(options: String, status: ToolStatus, message: String) {
    let outcome = TestWorld().run(base + options)
    #expect(outcome.status == status)
    #expect(outcome.output.contains("total cost"))
    #expect(message.isEmpty ? !outcome.complaint.contains("llmcost:") : outcome.complaint.contains(message))
  }
}
