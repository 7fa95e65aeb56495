import CommandLineKit

/// How a whole program is written down: `llmcost help recipes`.
enum RecipeHelp {
  static let blocks: [TextBlock] =
    [
      .paragraph(
        """
        A recipe is a JSON object, in which comments and trailing commas are read. Values of options are texts or numbers \
        as on the command line, true for a switch; every number may be a range, as "4..6"; every name that is not known is \
        an error, with its line. 'llmcost program --init' prints a whole budget with comments.
        """),
      .verbatim(
        """
        {"name": "a 7B for us", "start": "2027-01", "months": 12,
         "shared": {"params": "7B"},
         "clusters": {"main": {"gpu": "h100", "gpus": 64, "term": "1y"}},
         "stages": {
           "pretrain": {"tokens": "300B"},
           "ablations": {"stage": "pretrain", "params": "1B", "tokens": "20B",
                         "times": 12, "experiment": true, "after": []},
           "sft": {"like": "tulu3-8b-sft", "examples": 20000,
                   "labels": "expert", "annotators": 12, "after": "pretrain"}},
         "research": "1.5..3", "evaluation": "2%",
         "people": [{"role": "engineer-us", "count": 4, "from": 3, "to": 8}],
         "lines": [{"name": "tools", "usd-per-month": "5k"}],
         "overhead": "10%", "contingency": "10%",
         "serving": {"requests-per-day": "1M", "growth": "5%", "lifetime": "1y"},
         "scenarios": {"low": {"people.engineer-us.count": 3}}}
        """),
    ] + program + stages + budget + [
      .example(CommandExample("llmcost program --init -o budget.json", "a recipe to start from")),
      .example(CommandExample("llmcost tables recipes", "bundled recipes; --print prints one")),
      .example(CommandExample("llmcost program domain-7b --set stages.sft.examples=5000", "with a value changed")),
    ]

  private static let program: [TextBlock] = [
    .entry("start", "the first month, as 2027-01; fiscal-year is the month that fiscal years begin with, as 4"),
    .entry("months", "how many months the budget has at least"),
    .entry("shared", "options for every stage that knows them"),
    .entry(
      "clusters",
      "accelerators that stages share, with options of stages: paid once by whole terms (term), bought (own) or leased "
        + "(\"lease\": \"3y\"), from a month, to one or for some months; without these by the hour. What nothing uses "
        + "is shown once. Where 'shared' has gpus, and term or own, that is a cluster too"),
  ]

  private static let stages: [TextBlock] = [
    .entry("stages", "labels in the order of time; a label is its command, or 'stage' names it"),
    .entry(
      "cluster", "in a stage or serving: what it runs on (stages: the first), or none for accelerators of its own"),
    .entry("like", "in a stage: the published run whose settings count where none are given, as with --like"),
    .entry("times", "how often a stage runs; 0.3 for a run that failed after a third"),
    .entry("experiment", "whether it counts as research, on the data of the stages: people are not paid for it again"),
    .entry("after", "the labels that it waits for (default: the one before); [] starts at once, or when there is room"),
    .entry("from", "in a stage: its first month at the earliest"),
    .entry("length", "how long it takes, where its estimate does not tell, as 2mo"),
    .entry(
      "annotators",
      "people who write and compare at once, in a stage or for all of them: the timeline has their weeks"),
    .entry("evaluation-time", "how long a result is looked at, and decision-time until it is decided upon, as 1w"),
  ]

  private static let budget: [TextBlock] = [
    .entry("research", "all compute over that of the stages: a number, a range, lean, cudo, olmo-3 or openai-2024"),
    .entry("evaluation", "compute of evaluations over that of the stages"),
    .entry(
      "people",
      "salaries of 'llmcost tables labor' by role, or 'name' and 'usd' a year, with count; from, to or months by number "
        + "or date; hiring in USD each"),
    .entry(
      "lines",
      "what nothing is estimated of: usd once, in a month, or usd-per-month, with a category: compute, data, labels, "
        + "people, serving, overhead or contingency"),
    .entry("overhead", "everything else over the sum of the lines; contingency is over the sum with it"),
    .entry(
      "serving",
      "options of 'llmcost serve', once all stages are done or from a month; growth is that of the demand in a month, or "
        + "requests-per-day lists it"),
    .entry("scenarios", "named changes of paths, as --set makes them; the recipe itself is the plan"),
    .entry("currency", "shown beside USD, with fx for the units of a USD"),
    .entry("description", "with assumptions and not-included it is printed with every result"),
  ]
}
