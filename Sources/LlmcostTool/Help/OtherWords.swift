import CommandLineKit

/// Words that people try, from other programs and from the field, and what this one calls the same.
enum OtherWords {
  /// Options, with their values where a switch stands for one; the first that the command has is meant.
  static let options: [String: [String]] = [
    "--accelerator": ["--gpu"], "--hardware": ["--gpu"], "--device": ["--gpu"], "--chip": ["--gpu"],
    "--accelerators": ["--gpus"], "--num-gpus": ["--gpus"], "--ngpus": ["--gpus"], "--gpu-count": ["--gpus"],
    "--cluster": ["--gpus"], "--nodes": ["--gpus"], "--world-size": ["--gpus"],
    "--size": ["--params"], "--model-size": ["--params"], "--parameters": ["--params"],
    "--moe": ["--active-params"], "--active": ["--active-params"],
    "--data": ["--tokens", "--examples", "--prompts"], "--dataset": ["--tokens", "--examples", "--prompts"],
    "--dataset-size": ["--tokens", "--examples", "--comparisons", "--prompts"],
    "--tokens": ["--examples", "--requests-per-day"],
    "--efficiency": ["--mfu"], "--utilisation": ["--mfu"], "--hfu": ["--mfu"],
    "--throughput": ["--tokens-per-second"], "--tokens-per-second-per-accelerator": ["--throughput"],
    "--tokens-per-second": ["--throughput"], "--cached-share": ["--cached-input"], "--cached": ["--cached-input"],
    "--epochs": ["--prompts", "--comparisons"], "--passes": ["--epochs", "--prompts"], "--flop": ["--compute"],
    "--flops": ["--compute"],
    "--cost": ["--budget"], "--max-price": ["--budget"], "--max-risk": ["--require-confidence"],
    "--risk": ["--require-confidence"],
    "--hourly": ["--price"], "--gpu-price": ["--price"], "--rate": ["--price"], "--price-per-hour": ["--price"],
    "--rent": ["--price"], "--time": ["--days"], "--duration": ["--days"], "--hours": ["--days"],
    "--weeks": ["--days"], "--months": ["--days"], "--deadline": ["--days"],
    "--spot": ["--commitment spot"], "--on-demand": ["--commitment on-demand"], "--preemptible": ["--commitment spot"],
    "--reserved": ["--commitment reserved-1y"], "--cloud": ["--provider"], "--vendor": ["--provider"],
    "--country": ["--region"], "--location": ["--region"], "--zone": ["--region"],
    "--buy": ["--own"], "--owned": ["--own"], "--on-prem": ["--own"],
    "--fp8": ["--precision fp8"], "--bf16": ["--precision bf16"], "--fp16": ["--precision fp16"],
    "--fp4": ["--precision fp4"], "--dtype": ["--precision", "--weight-precision"],
    "--quantization": ["--weight-precision", "--tuning"], "--quant": ["--weight-precision"],
    "--seq-len": ["--context", "--tokens-per-example", "--tokens-per-answer"],
    "--sequence-length": ["--context", "--tokens-per-example", "--tokens-per-answer"],
    "--seq": ["--context", "--tokens-per-example", "--tokens-per-answer"], "--ctx": ["--context"],
    "--context-length": ["--context"], "--max-length": ["--context", "--tokens-per-example", "--tokens-per-answer"],
    "--batch-size": ["--global-batch", "--concurrency"], "--gbs": ["--global-batch"], "--mbs": ["--micro-batch"],
    "--tp": ["--tensor-parallel"], "--pp": ["--pipeline-parallel"], "--cp": ["--context-parallel"],
    "--ep": ["--expert-parallel"], "--dp": ["--layout"], "--fsdp": ["--sharding fsdp"], "--ddp": ["--sharding ddp"],
    "--deepspeed": ["--zero"], "--csv": ["--format csv"], "--html": ["--format html"],
    "--markdown": ["--format markdown"],
    "--yaml": ["--format json"], "--verbose": ["--explain"], "--debug": ["--explain"], "--details": ["--explain"],
    "--silent": ["--quiet"], "--lora": ["--tuning lora", "--task lora"], "--qlora": ["--tuning qlora", "--task qlora"],
    "--peft": ["--tuning", "--task"], "--tuning": ["--task lora, or --task qlora"],
    "--rank": ["--lora-rank"], "--r": ["--lora-rank"], "--rows": ["--examples"],
    "--samples-count": ["--examples"], "--pairs": ["--comparisons"], "--preferences": ["--comparisons"],
    "--examples": ["--comparisons", "--prompts", "--items"], "--rollouts": ["--group-size"],
    "--num-generations": ["--group-size"], "--n": ["--group-size", "--gpus"], "--k": ["--group-size"],
    "--response-length": ["--output-tokens"], "--completion-tokens": ["--output-tokens"],
    "--max-tokens": ["--output-tokens"], "--max-new-tokens": ["--output-tokens"], "--prompt-length": ["--input-tokens"],
    "--async": ["--rollout asynchronous"], "--reward": ["--reward-params", "--reward-model"],
    "--algorithm": ["--method"], "--algo": ["--method"], "--teacher-model": ["--teacher-params"],
    "--qps": ["--requests-per-day"], "--rps": ["--requests-per-day"], "--requests": ["--requests-per-day"],
    "--users": ["--requests-per-day", "--concurrency"], "--mtbf": ["--failure-rate"],
    "--chinchilla": ["--law rule-20"], "--gpu-type": ["--gpu"], "--carbon-free": ["--carbon market"],
  ]

  /// Commands, with options where the word says more.
  static let commands = [
    "train": "pretrain", "training": "pretrain", "estimate": "pretrain", "cost": "pretrain", "pretraining": "pretrain",
    "finetune": "sft", "fine-tune": "sft", "finetuning": "sft", "instruct": "sft", "lora": "sft --tuning lora",
    "qlora": "sft --tuning qlora", "ppo": "rlhf", "rl": "grpo", "rlvr": "grpo", "dapo": "grpo --method dapo",
    "kto": "dpo --method kto", "orpo": "dpo --method orpo", "simpo": "dpo --method simpo", "rlaif": "rlhf",
    "inference": "serve", "serving": "serve", "deploy": "serve", "memory": "fit", "vram": "fit", "oom": "fit",
    "prices": "tables prices", "price": "tables prices", "gpus": "tables accelerators", "gpu": "tables accelerators",
    "accelerators": "tables accelerators", "models": "tables architectures", "recipes": "tables recipes",
    "regions": "tables regions", "compare-gpus": "compare pretrain --vary gpu=h100,b200", "version": "--version",
    "chinchilla": "size", "scaling": "size", "label": "annotate", "labels": "annotate", "data": "corpus",
    "budget": "program", "recipe": "program", "explain": "pretrain --explain", "grid": "sweep", "eval": "evaluate",
  ]

  /// Results and columns of tables.
  static let results: [String: [String]] = [
    "hours": ["accelerator_hours"], "gpu_hours": ["accelerator_hours"], "gpu-hours": ["accelerator_hours"],
    "price": ["cost_usd", "usdPerAcceleratorHour"], "total": ["cost_usd"], "usd": ["cost_usd"], "co2": ["carbon_kg"],
    "co2e": ["carbon_kg"],
    "emissions": ["carbon_kg"], "power": ["energy_kwh"], "kwh": ["energy_kwh"], "time": ["days", "seconds"],
    "duration": ["days"],
    "flops": ["flop"], "compute": ["flop"], "gpus": ["accelerators"], "gpu": ["accelerator"], "chip": ["accelerator"],
    "utilization": ["mfu"],
  ]

  /// What an option that a command lacks is called in it; nil where nothing is known.
  static func option(for name: String, in known: some Sequence<Option>) -> String? {
    let names = Set(known.flatMap(\.names))
    return options[name]?.first { words in names.contains(String(words.prefix { $0 != " " })) }
  }
}
