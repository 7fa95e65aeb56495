/// Files that commands read in more than one suite.
enum SampleFiles {
  static let all = other.merging(prices) { first, _ in first }

  /// Rows of SkyPilot's Nebius and gpuhunt's Vultr catalogs, and rows of one's own.
  static let prices = [
    "nebius/vms.csv": """
    InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,GpuInfo,SpotPrice
    cpu-d3_4vcpu-16gb,,0,4,16,0.0992,eu-north1,,
    gpu-h100-sxm_1gpu-16vcpu-200gb,H100,1,16,200,2.95,eu-north1,"{'Gpus': [{'Name': 'H100', 'Count': 1}]}",1.25
    gpu-h100-sxm_8gpu-128vcpu-1600gb,H100,8,128,1600,23.60,us-central1,"{'Gpus': [{'Name': 'H100', 'Count': 8}]}",10.00
    gpu-k80_1gpu,K80,1,4,16,0.30,eu-north1,,
    """,
    "vultr.csv": """
    instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size
    vbm-112c-2048gb-8-h100-gpu,sea,23.92,224,2048.0,8,H100,80,False,960
    """,
    "ours.json": """
    {"table": "prices", "sources": {"quote": {"title": "Quotes"}}, "rows": [
    {"id": "a", "provider": "Ours", "accelerator": "h100", "commitment": "on-demand", "region": "north",
     "usdPerAcceleratorHour": 2, "asOf": "2025-06", "source": "quote"},
    {"id": "b", "provider": "ours", "accelerator": "h100-sxm", "commitment": "on-demand", "region": "south",
     "usdPerAcceleratorHour": 3, "asOf": "2026-06", "source": "quote"},
    {"id": "c", "provider": "theirs", "accelerator": "h100-sxm", "commitment": "on-demand", "region": "all",
     "usdPerAcceleratorHour": 4, "asOf": "2026-10", "source": "quote"},
    {"id": "d", "provider": "theirs", "accelerator": "h100-sxm", "commitment": "spot", "region": "all",
     "usdPerAcceleratorHour": 1, "asOf": "2026-10", "source": "quote"}]}
    """,
    "regions.json": #"{"table": "regions", "rows": []}"#,
    "bad.json": #"{"table": "prices", "rows": [{"id": "x", "provider": "p", "accelerator": "h1000", "#
      + #""commitment": "spot", "region": "all", "usdPerAcceleratorHour": 1, "asOf": "2026", "assumption": "a"}]}"#,
    "future.json": #"{"table": "prices", "rows": [{"id": "x", "provider": "p", "accelerator": "h100-sxm", "#
      + #""commitment": "spot", "region": "all", "usdPerAcceleratorHour": 1, "asOf": "2062-11", "assumption": "a"}]}"#,
    "ragged/vms.csv": "InstanceType,AcceleratorName,AcceleratorCount,Price,Region\na,H100,8\n",
    "broken.json": "{",
    "empty.csv": "",
  ]

  private static let other = [
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
       "sft": {"examples": 20000, "labels": "expert", "after": "pretrain"}},
     "research": "1.5..3", "evaluation": "2%",
     "people": [{"role": "engineer-us", "count": 4, "months": 6}],
     "overhead": "10%"}
    """,
    "budget.json": """
    {// A budget with comments, and a comma too many.
     "name": "a 32B for our domain", "description": "Continued pre-training and fine-tuning in a year",
     "not-included": ["office"], "start": "2027-01", "fiscal-year": 4, "months": 6,
     "shared": {"params": "32B"},
     "clusters": {"main": {"gpu": "h100", "gpus": 64, "price": 2.35, "term": "6mo"}},
     "stages": {
       "continued": {"stage": "pretrain", "tokens": "50B"},
       "trials": {"stage": "sft", "examples": "20k", "times": 8, "experiment": true, "after": []},
       "sft": {"examples": 2000, "labels": "expert", "annotators": 12, "after": "continued", "decision-time": "1w"}},
     "people": [{"role": "engineer-us", "count": "3..4", "from": 2, "hiring": "20k"},
       {"name": "product manager", "usd": "180k", "count": 1, "from": "2027-03", "to": "2027-05"}],
     "lines": [{"name": "licenses", "usd": "180k", "month": 2, "category": "data"},
       {"name": "tools", "usd-per-month": "4k..6k"}],
     "overhead": "15%", "contingency": "10%",
     "serving": {"requests-per-day": "100k", "growth": "15%", "lifetime": "2mo", "from": 5},
     "scenarios": {"low": {"people.product manager": null, "clusters.main.gpus": 32},
       "high": {"people.engineer-us.count": 6, "contingency": "20%"}},}
    """,
    "bad/several.json": """
    {"shared": {"params": "7B", "gpuz": "h100"},
     "stages": {"sft": {"exampels": 10, "epochs": "many"}, "x": {"stage": "nothing"}},
     "people": [{"role": "boss", "count": 1}], "overheads": 3}
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

extension TestWorld {
  /// A machine with the sample files.
  static let sample = TestWorld(files: SampleFiles.all)
}
