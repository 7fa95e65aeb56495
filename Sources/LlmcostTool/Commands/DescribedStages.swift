import CommandLineKit
import CostModel

extension SupervisedFineTuning: DescribedStage {
  static let summary = "Estimate supervised fine-tuning: all weights, LoRA or QLoRA, and the examples."
  static let headline = "Supervised fine-tuning"
  static let discussion = """
    Fine-tunes run at a fraction of the efficiency of pre-training; the default comes from published ones and rises with \
    the size of the job. Examples are billed at the price of people who write them; --annotation none for data in hand.
    """
  static let examples = [
    CommandExample("llmcost sft --params 70B --examples 2000 --annotation expert", "expert examples for a 70B"),
    CommandExample(
      "llmcost sft --params 70B --tuning lora --examples 50k --tokens-per-example 400 --annotation none",
      "an adapter on data in hand"),
    CommandExample(
      "llmcost sft --params 8B --examples 939k --tokens-per-example 690 --epochs 2 --gpus 32 --get days",
      "days of a run like Tulu 3 8B's"),
  ]
}

extension RewardModeling: DescribedStage {
  static let summary = "Estimate training a reward model on comparisons, labels included."
  static let headline = "Reward model"
  static let discussion = "--params is the size of the reward model. Labels by people are the larger part of the bill."
  static let examples = [
    CommandExample("llmcost reward --params 8B --comparisons 100k", "100,000 comparisons by people"),
    CommandExample("llmcost reward --params 8B --comparisons 100k --labels ai", "the same, labeled by a model"),
    CommandExample("llmcost reward --params 70B --labels none --get compute_usd", "compute alone"),
  ]
}

extension PreferenceOptimization: DescribedStage {
  static let summary = "Estimate DPO and its relatives (ipo, kto, simpo, orpo, cpo), labels included."
  static let headline = "Preference optimization"
  static let discussion = """
    The policy takes 6·N for each token of both answers. DPO and IPO read a reference too, once where its \
    log-probabilities are cached; SimPO, ORPO and CPO have none; ORPO takes the place of sft.
    """
  static let examples = [
    CommandExample("llmcost dpo --params 70B --comparisons 300k", "300,000 comparisons by people"),
    CommandExample("llmcost dpo --params 8B --method simpo --labels ai", "without reference, labels by a model"),
    CommandExample("llmcost dpo --params 8B --comparisons 271k --tokens-per-answer 600 --labels none", "data in hand"),
  ]
}

extension ProximalPolicyOptimization: DescribedStage {
  static let summary = "Estimate RLHF with PPO: rollouts, scoring, updates, reward model and comparisons."
  static let headline = "RLHF with PPO"
  static let discussion = """
    Answers are decoded at the speed of the memory, scored by reference, reward model and critic, and trained on. The \
    number of answers in flight decides the bill more than any efficiency: give --gpus with --samples-per-step, or \
    --in-flight.
    """
  static let examples = [
    CommandExample("llmcost rlhf --params 70B", "typical settings, reward model and human labels included"),
    CommandExample(
      "llmcost rlhf --params 13B --reward-params 350M --reward-model existing --prompts 132k --response-tokens 256 --tail 1 --overhead 1",
      "the steps alone, for a reward model in hand"),
    CommandExample("llmcost rlhf --params 8B --labels ai --format csv", "feedback by a model, for a spreadsheet"),
  ]
}

extension GroupPolicyOptimization: DescribedStage {
  static let summary = "Estimate RL with verifiable rewards (grpo, dapo, rloo, reinforce++, gspo), verifier included."
  static let headline = "RL with verifiable rewards"
  static let discussion = """
    Each prompt gets a group of answers; a rule, a sandbox, a judge or an environment checks them. Length and number of \
    answers decide the bill: give --response-tokens and --group-size. Whole runs take longer than their steps; \
    --overhead 1 counts the steps alone.
    """
  static let examples = [
    CommandExample("llmcost grpo --params 8B --prompts 100k --response-tokens 2k", "100,000 prompts"),
    CommandExample(
      "llmcost grpo --params 671B --active-params 37B --gpu h800 --gpus 512 --steps 10400 --prompts-per-step 32 --response-tokens 7k --samples-per-step 8192",
      "a run like DeepSeek-R1-Zero"),
    CommandExample(
      "llmcost grpo --params 32B --method dapo --verifier sandbox --sandbox-time 10s", "code in a sandbox"),
  ]
}

extension Distillation: DescribedStage {
  static let summary = "Estimate distillation from a teacher: its texts, its distributions, or on-policy."
  static let headline = "Distillation"
  static let discussion =
    "--params is the student. The teacher runs on the same accelerators, or is billed by the token (--teacher ID)."
  static let examples = [
    CommandExample("llmcost distill --params 8B --teacher-params 70B --prompts 800k", "on texts of a 70B teacher"),
    CommandExample(
      "llmcost distill --params 8B --teacher deepseek-reasoner --prompts 100k", "texts bought by the token"),
    CommandExample("llmcost distill --params 8B --teacher-params 32B --method on-policy", "on the student's own texts"),
  ]
}

extension Synthesis: DescribedStage {
  static let summary = "Estimate generating training data with a model, own or bought by the token."
  static let headline = "Synthetic data"
  /// Nothing is trained or kept.
  static let unused: Set = [
    "--mfu", "--steady-mfu", "--benchmark-mfu", "--goodput", "--checkpoints", "--storage-time", "--corpus-storage",
    "--checkpoint-storage",
  ]
  static let discussion = "--params is the model that writes. What is thrown away is paid for too: --keep-rate."
  static let examples = [
    CommandExample(
      "llmcost synthesize --params 671B --active-params 37B --gpu h800 --items 800k --response-tokens 6k",
      "reasoning traces from a large model"),
    CommandExample("llmcost synthesize --params 8B --generator gpt-4o-mini --items 100k", "bought by the token"),
    CommandExample("llmcost synthesize --params 70B --items 100k --keep-rate 0.25", "rejection sampling"),
  ]
}

extension Annotation: DescribedStage {
  static let summary = "Estimate human annotation or AI feedback: demonstrations, comparisons, rankings, ratings."
  static let headline = "Annotation"
  static let hasModel = false
  static let discussion = """
    Of n answers there are n·(n − 1)/2 pairs to compare; a ranking is worth n·log₂ n comparisons, a rating n. People are \
    paid by the hour (table labor) or by the item (--label-price).
    """
  static let examples = [
    CommandExample("llmcost annotate --task pairwise --items 30k --answers 4", "all pairs of four answers"),
    CommandExample(
      "llmcost annotate --items 1000 --annotator annotator-abaka --speed 1 --review-share 0 --margin 1.4 --rule-design-hours 0",
      "1,000 olympiad problems"),
    CommandExample("llmcost annotate --by ai --task critique --items 100k", "critique and revision by a model"),
  ]
}

extension CorpusBuilding: DescribedStage {
  static let summary = "Estimate a corpus: crawling, conversion, cleaning, filtering, licenses, storage."
  static let headline = "Corpus"
  static let hasModel = false
  static let discussion =
    "Sites and domains cost the same however much text they give; the rest grows with the volume, so a token gets cheaper."
  static let examples = [
    CommandExample("llmcost corpus --tokens 1T", "a trillion tokens with typical sources"),
    CommandExample("llmcost corpus --tokens 10B --large-sites 8 --vertical-sites 15 --pages 0", "23 sites crawled"),
    CommandExample("llmcost corpus --tokens 100B --pages 10M --own-share 0.8 --explain", "with scanned documents"),
  ]
}
