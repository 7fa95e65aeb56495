import CommandLineKit

/// Command lines that the help of the stages shows.
enum StageExamples {
  /// The examples of a stage, by its name.
  static let all: [String: [CommandExample]] = [
    "pretrain": [
      CommandExample("llmcost pretrain --params 70B --tokens 15T", "a Llama-3-70B-sized run on H100s at market prices"),
      CommandExample(
        "llmcost pretrain --params 671B --active-params 37B --tokens 14.8T --gpu h800 --precision fp8 --gpus 2048",
        "a mixture of experts in FP8 on 2,048 H800s"),
      CommandExample(
        "llmcost pretrain --params 8B --tokens 2T --days 14 --own --region us-tx --get cost_usd",
        "one number for a script: two weeks on an owned cluster in Texas"),
    ],
    "sft": [
      CommandExample(
        "llmcost sft --params 70B --examples 2000 --labels expert", "examples written by experts for a 70B"),
      CommandExample(
        "llmcost sft --params 70B --tuning lora --examples 50k --tokens-per-example 400",
        "an adapter on data in hand"),
      CommandExample(
        "llmcost sft --like tulu3-8b-sft --gpus 64 --get days",
        "days of a run like Tulu 3 8B's, on 64 accelerators"),
    ],
    "reward": [
      CommandExample("llmcost reward --params 8B --comparisons 100k --labels human", "100,000 comparisons by people"),
      CommandExample("llmcost reward --params 8B --comparisons 100k --labels ai", "the same, labeled by a model"),
      CommandExample("llmcost reward --params 70B --get compute_usd", "compute alone"),
    ],
    "dpo": [
      CommandExample("llmcost dpo --params 70B --comparisons 300k --labels human", "300,000 comparisons by people"),
      CommandExample("llmcost dpo --params 8B --method simpo --labels ai", "without reference, labels by a model"),
      CommandExample(
        "llmcost dpo --params 8B --comparisons 271k --tokens-per-answer 600", "data in hand"),
    ],
    "rlhf": [
      CommandExample(
        "llmcost rlhf --params 70B --labels human", "typical settings, reward model and human labels included"),
      CommandExample(
        "llmcost rlhf --params 13B --reward-params 350M --reward-model existing --prompts 132k --output-tokens 256 --tail 1 --overhead 1",
        "the steps alone, for a reward model in hand"),
      CommandExample("llmcost rlhf --params 8B --labels ai --format csv", "feedback by a model, for a spreadsheet"),
    ],
    "grpo": [
      CommandExample("llmcost grpo --params 8B --prompts 100k --output-tokens 2k", "100,000 prompts"),
      CommandExample(
        "llmcost grpo --like deepseek-r1-zero --output-tokens 10k", "a run like DeepSeek-R1-Zero with longer answers"),
      CommandExample(
        "llmcost grpo --params 32B --method dapo --verifier sandbox --sandbox-time 10s", "code in a sandbox"),
    ],
    "distill": [
      CommandExample("llmcost distill --params 8B --teacher-params 70B --prompts 800k", "on texts of a 70B teacher"),
      CommandExample(
        "llmcost distill --params 8B --teacher deepseek-reasoner --prompts 100k", "texts bought by the token"),
      CommandExample(
        "llmcost distill --params 8B --teacher-params 32B --method on-policy", "on the student's own texts"),
    ],
    "synthesize": [
      CommandExample(
        "llmcost synthesize --params 671B --active-params 37B --gpu h800 --items 800k --output-tokens 6k",
        "reasoning traces from a large model"),
      CommandExample("llmcost synthesize --params 8B --generator gpt-4o-mini --items 100k", "bought by the token"),
      CommandExample("llmcost synthesize --params 70B --items 100k --keep-rate 0.25", "rejection sampling"),
    ],
    "annotate": [
      CommandExample("llmcost annotate --task pairwise --items 30k --answers 4", "all pairs of four answers"),
      CommandExample(
        "llmcost annotate --items 1000 --annotator annotator-abaka --speed 1 --review-share 0 --margin 1.4 --rule-design-hours 0",
        "1,000 olympiad problems"),
      CommandExample("llmcost annotate --by ai --task critique --items 100k", "critique and revision by a model"),
    ],
    "corpus": [
      CommandExample("llmcost corpus --tokens 1T", "a trillion tokens with typical sources"),
      CommandExample("llmcost corpus --tokens 10B --large-sites 8 --vertical-sites 15 --pages 0", "23 sites crawled"),
      CommandExample("llmcost corpus --tokens 100B --pages 10M --own-share 0.8 --explain", "with scanned documents"),
    ],
  ]
}
