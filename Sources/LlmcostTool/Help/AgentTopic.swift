import CommandLineKit

extension HelpTopic {
  /// What a program needs to know that writes command lines: on one screen.
  static var agents: [TextBlock] {
    [
      .paragraph(
        """
        One command line is one answer: nothing is asked back or kept, and no network is used. Write values as people \
        do: 7B, 2T, 30d, $2M, 8k, 45%, or ranges as 0.3..0.45.
        """),
      .entry("COMMAND -h", "the dozen options that matter; --help has all"),
      .entry("help WORD", "what has a word: commands, options, topics, rows"),
      .entry("--get A,B", "bare numbers, one a line, as cost_usd,days.p90"),
      .entry("--format jsonl", "flat objects; --json has every formula and source"),
      .entry("schema COMMAND", "the JSON Schema of what it prints"),
      .entry("mcp", "the commands as tools over standard input and output"),
      .paragraph(
        """
        With either kind of JSON, standard error has one object a line: {"note"}, or {"error", "input", "hint", \
        "status"}. Follow the hint. Status 0 is done, 1 a gate such as --require-confidence failed, 64 and above a wrong line \
        or file.
        """),
    ] + tasks.map(TextBlock.example)
  }

  /// What a client of the server is told.
  static let instructions =
    "Each tool is a command; its arguments are the command's options without dashes, with values as people write them: "
    + "7B, 2T, 30d, 45%, 0.3..0.45. Results are rows of numbers under names that say the unit (cost_usd, days), with "
    + "their ranges beside them (cost_usd.p10, cost_usd.p90). The tool help finds commands, options, topics and table "
    + "rows by a word. Errors carry a hint: follow it."

  /// Tasks as agents are given them.
  private static let tasks = [
    CommandExample(
      "llmcost plan -p 7B -t 2T --days 30 --json", "the cheapest accelerator, seller and cluster for a run in 30 days"),
    CommandExample("llmcost fit -m llama-3.1-8b --task sft -g h100 -n 8 --json", "whether a job fits; status 1 if not"),
    CommandExample("llmcost grpo -p 32B --prompts 20k --format jsonl", "what a stage after pre-training costs"),
    CommandExample(
      "llmcost pretrain -p 70B -t 15T --budget 15M --get p_in_budget,cost_usd.p90", "how sure to stay inside a budget"),
    CommandExample(
      "llmcost diagnose -p 8B -t 1T -n 64 --step-time 9.2s --global-batch 4Mtok", "whether a speed is normal"),
  ]
}
