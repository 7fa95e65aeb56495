import CommandLineKit
import CostModel

/// A subject that concerns more than one command: `llmcost help units`. Each is a section of the manual too.
struct HelpTopic: Sendable {
  /// The word behind `llmcost help`.
  let name: String
  /// What it tells, in half a line.
  let summary: String
  /// The text; made when asked for.
  let blocks: @Sendable () -> [TextBlock]
  /// How wide it is set at most.
  let width: Int

  init(
    _ name: String, _ summary: String, width: Int = .max, _ blocks: @escaping @Sendable () -> [TextBlock]
  ) {
    self.name = name
    self.width = width
    self.summary = summary
    self.blocks = blocks
  }

  /// All topics, in the order of the help.
  static let all: [HelpTopic] = [
    HelpTopic("units", "How numbers are written, and what they are counted in.") { units },
    HelpTopic("ranges", "How uncertain values are given, and what p10 – p90 means.") { ranges },
    HelpTopic("tables", "The tables behind the estimates, and rows of your own.") { tables },
    HelpTopic("recipes", "How a whole program is written down.") { recipes },
    HelpTopic("agents", "How a program that writes command lines drives this one.", width: 80) { agents },
    HelpTopic("accuracy", "How far the estimates are off on published runs.") { accuracy },
    HelpTopic("exit-status", "The numbers that the program ends with.") { exitStatus },
    HelpTopic("environment", "The variables that the program reads.") { environment },
  ]

  private static let units: [TextBlock] = [
    .paragraph(
      """
      Numbers have a point for decimals and may have underscores between digits, and an exponent; commas are refused. \
      Units follow the number; k, M, B and T count in either case.
      """),
    .entry("30B-A3B", "the parameters of a mixture of experts: all, and those that work on a token"),
    .entry("70B", "a count: k, M, B (or G) and T are a thousand, a million, a billion (10^9) and a trillion (10^12)"),
    .entry("405_000_000_000", "the same as 405B"),
    .entry("1.5e12", "the same as 1.5T"),
    .entry("8k", "a context of 8,192 tokens: there, k is 1,024 and M is 1,048,576"),
    .entry("40%", "a share; 0.4 is the same, and so is 40 where nothing above 1 makes sense"),
    .entry("54d", "a time: s, min, h, d, w, mo (30.4375 days) or y (365.25 days); a bare number counts days"),
    .entry("$2.5M", "money, in US dollars; the sign may be left out, and 30k is 30,000 wherever money stands"),
    .entry("2.10", "a price, in USD per accelerator-hour; for --electricity, USD per kWh, or 80/MWh"),
    .entry("380", "carbon intensity, in grams of CO2e per kWh"),
    .paragraph(
      """
      Tables print three significant digits and the unit that keeps a number short; bytes are decimal: GB is a \
      billion. --get and the formats for machines print full numbers in the unit that the name says: cost_usd, days, \
      energy_kwh, carbon_kg, water_l.
      An accelerator-hour is one accelerator for one hour, as it is billed. FLOP are floating-point operations: a \
      multiplication and an addition are two.
      """),
  ]

  private static var recipes: [TextBlock] { RecipeHelp.blocks }

  private static let ranges: [TextBlock] = [
    .paragraph(
      """
      A value that is not known to the digit is given as a range. It holds the value four times out of five: one case \
      in ten lies below, one in ten above. What is not given comes from the tables with a range of its own; \
      what sizes a job, as examples or prompts, is held at one value instead, which a note names.
      """),
    .entry("0.3..0.45", "from low to high; the typical value is their geometric mean"),
    .entry("2..2.5..4", "low, typical and high"),
    .paragraph(
      """
      A range above zero follows a log-normal law with its own width on either side of the typical value.
      p10 and p90 come from 8,192 quasi-random draws, or more where a range is wide, \
      that are the same on every run; --samples and --seed change them, and --samples 0 leaves the ranges out. One \
      draw of an input serves every line that it goes into, and inputs that move together are drawn together \
      ('llmcost tables correlations'). 'llmcost sensitivity' tells which input the spread comes from, and \
      'llmcost worth' which to find out first.
      """),
    .entry("typical", "every input at its typical value: the line that tables show first"),
    .entry("median", "exceeded as often as not: the amount that holds with 50 %"),
    .entry("mean", "what many such amounts come to on average: take it where budgets are summed"),
    .entry("p90", "exceeded once in ten times: the amount that holds with 90 %"),
    .paragraph(
      """
      --budget, --max-days, --max-energy and --max-carbon tell the chance to stay inside, counted over 16,384 draws, as \
      p_in_budget, p_in_time, p_in_energy, p_in_carbon, and p_in_all for all at once. --confidence prints the amounts \
      that hold with other probabilities, as cost_usd.p95; cost_usd.mean and cost_usd.median are there too. \
      --require-confidence 0.9 ends with status 1 where the chance is less. Notes tell what the range is due to: an \
      input with ×2 makes the total cost twice as much at one end of its range as at the other.
      """),
    .example(
      CommandExample(
        "llmcost pretrain --params 70B --tokens 15T --budget 20M --get p_in_budget", "the chance to stay in budget")),
    .example(
      CommandExample(
        "llmcost pretrain --params 70B --tokens 15T --mfu 0.3..0.45 --price 2..2.5..4", "two ranges of one's own")),
    .example(
      CommandExample(
        "llmcost pretrain --params 70B --tokens 15T --get cost_usd.p90", "the cost that one case in ten exceeds")),
  ]

  private static var tables: [TextBlock] {
    [.paragraph("Every number that the world may change is a row of a table, with its date and its source:")]
      + TableSet.names.map { .entry($0, (try? TableSet.description(of: $0)) ?? "") } + [
        .paragraph(
          """
          Rows of your own go over the built-in ones: a row with a known id replaces the members that it names, a new \
          id is a new row. They are read from the JSON files in llmcost in the XDG configuration folder, then from the \
          folders and files of LLMCOST_TABLES, separated by colons, then from those of --tables; later ones win. \
          A file names its table:
          """),
        .verbatim(
          """
          {"table": "prices",
           "sources": {"quote": {"title": "Quote of 2026-11-20"}},
           "rows": [
           {"id": "ours-h100", "provider": "ours", "accelerator": "h100-sxm",
            "commitment": "reserved-1y", "region": "all",
            "usdPerAcceleratorHour": 1.85, "asOf": "2026-11", "source": "quote"}]}
          """),
        .example(CommandExample("llmcost tables regions us", "one row with its sources")),
        .example(CommandExample("llmcost tables check --tables my-tables", "check rows of your own")),
      ]
  }

  private static let accuracy: [TextBlock] = [
    .paragraph(
      """
      'llmcost backtest' predicts every published run that discloses its accelerator-hours from parameters, tokens, \
      hardware, precision, kind and date alone, by a fit that has seen no run of its organization. What it has to \
      reach, and reaches:
      """),
    .entry("median", "of predicted over actual accelerator-hours: 0.93 to 1.07"),
    .entry("within ×1.5", "at least 75 % of the runs"),
    .entry("within ×2", "at least 90 % of the runs"),
    .entry("inside", "75 % to 88 % of the runs lie inside the printed p10 – p90, which claims 80 %"),
    .entry(
      "chances",
      "what is said to hold with 10, 20, … 90 % came true about as often; 'llmcost backtest' has the Brier score"),
    .paragraph(
      """
      Energy, carbon, water and money are held against fewer figures, and water and money are further off: see --of. \
      Runs that compare different things are set apart with the reason and count for no summary.
      Single training steps are predicted more closely, since their layout is known: of publications that the fit has \
      not seen, half of the steps within 7 %, and 88 of 100 within 20 %; see --stage step.
      """),
    .example(
      CommandExample(
        "llmcost backtest --require median=0.93..1.07 --require within1.5=0.75 --require within2=0.9 "
          + "--require inside=0.75..0.88", "all of the above as a check, which fails with status 1")),
    .example(CommandExample("llmcost backtest --of energy_kwh", "the same for energy")),
  ]

  /// The statuses that a program may end with.
  static var exitStatus: [TextBlock] {
    ToolStatus.allCases.map { .entry("\($0.rawValue)", $0.meaning) } + [
      .paragraph(
        """
        Gates are --require-confidence and --require-fit of estimates, --gpus of 'llmcost fit', the layout of \
        'llmcost step', and --require of \
        'llmcost backtest' and 'llmcost claims': the result is printed \
        all the same. The check is 'llmcost tables check'. With 64, 65 and 66 nothing is printed on standard output, \
        but the rows that a sweep finished before, \
        and the file behind --output is as it was. A closed pipe is no failure.
        """)
    ]
  }

  /// The variables that the program reads.
  static let environment: [TextBlock] = [
    .entry("LLMCOST_TABLES", "folders and files of rows laid over the built-in tables, separated by colons"),
    .entry("XDG_CONFIG_HOME", "where the folder llmcost with further rows lies; ~/.config where it is not set"),
    .entry("NO_COLOR", "where it is not empty, tables on a terminal are not colored"),
    .entry("TERM", "dumb does the same"),
    .entry("LC_ALL, LC_CTYPE, LANG", "where the first that is set names no UTF-8, tables and charts are in ASCII"),
    .entry("COLUMNS", "the width of tables where standard output is no terminal"),
  ]

  /// The files that the program reads of its own accord.
  static let files: [TextBlock] = [
    .entry("~/.config/llmcost/*.json", "rows laid over the built-in tables; the tables themselves are in the program")
  ]
}

extension ToolStatus: CaseIterable {
  /// Every status.
  public static let allCases: [ToolStatus] = [.success, .failed, .usage, .badData, .missingInput, .outputError]

  /// What has happened, in a few words.
  var meaning: String {
    switch self {
    case .success: "done"
    case .failed: "a gate or a check failed"
    case .usage: "the command line is wrong"
    case .badData: "the content of a file is wrong"
    case .missingInput: "a file is missing"
    case .outputError: "output could not be written"
    }
  }
}
