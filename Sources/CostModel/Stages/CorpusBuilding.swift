/// Text to train on: found, converted, cleaned, filtered, licensed and stored. Fixed costs by site and domain, the rest
/// by volume, so that the price of a token falls with their number.
public struct CorpusBuilding: Stage {
  /// Its formulas.
  public static let formulas = StageFormulas(CorpusBuilding.self)
  /// What is said of it.
  public var inputs = JobInputs()

  /// A stage of which nothing is said.
  public init() {}

  /// Text.
  package static let buys = BudgetCategory.data
  /// The word people call it by.
  public static let name = "corpus"
  /// What it estimates, in a line.
  public static let summary = "Estimate a corpus: crawling, conversion, cleaning, filtering, licenses, storage."
  /// The headline of its estimate.
  public static let headline = "Corpus"
  /// What to know before using it.
  public static let discussion = """
    A corpus is what one names: own documents, open data, or a crawl (`source`), which decides how much raw text is \
    cleaned for each byte kept. Sites, pages, domains, licenses and scoring cost nothing unless they are named; sites and \
    domains cost the same however much text they give, and the rest grows with the volume.
    """
  /// Data, and no model.
  package static let makesData = true
  /// Uses that help shows.
  package static let uses: [StageExample] = [
    StageExample(["tokens": "1T"], "a trillion tokens of open data, filtered again and stored"),
    StageExample(["tokens": "10B", "large-sites": "8", "vertical-sites": "15"], "23 sites crawled"),
    StageExample(
      ["tokens": "5B", "source": "own", "pages": "10M", "own-share": "0.8", "explain": ""], "own documents, scanned"),
  ]
  /// People and services do the work.
  public static let hasModel = false
  /// The tokens that a published corpus was filtered from.
  package static func settings(of run: TableRow) throws(CatalogError) -> RunSettings {
    var settings = RunSettings()
    settings.set(tokens, try run.number("items"))
    return settings
  }

  /// Where the text comes from.
  public static let source = Choice(
    "source", ["open", "own", "crawl"],
    help: "where the text comes from: open data sets, own documents, or a crawl, as where sites are named")
  /// Tokens of the finished corpus.
  public static let tokens = Setting<Tokens>(
    "tokens", "tokens of the corpus", 1...1e18, isOfJob: true, help: "tokens of the finished corpus")
  /// Bytes of a token.
  public static let bytesPerToken = Setting<Per<Bytes, Tokens>>(
    "bytes-per-token", "bytes per token", 0.5...20, help: "bytes of text for a token")
  /// Raw bytes over kept ones.
  public static let rawOverKept = Setting<Ratio>(
    "raw-over-kept", "raw text over kept text", 1...10_000, help: "raw bytes collected for each that is kept")
  /// Large sites crawled.
  public static let largeSites = Setting<Ratio>(
    "large-sites", "large sites", 0...1e6, isOfJob: true, help: "large sites crawled in full")
  /// Vertical sites crawled.
  public static let verticalSites = Setting<Ratio>(
    "vertical-sites", "vertical sites", 0...1e6, isOfJob: true, help: "sites of one field crawled")
  /// Cost of a large site.
  public static let largeSitePrice = Setting<Dollars>(
    "large-site-cost", "cost of a large site", 0...1e9, help: "USD for a large site: development, proxies, memberships")
  /// Cost of a vertical site.
  public static let verticalSitePrice = Setting<Dollars>(
    "vertical-site-cost", "cost of a vertical site", 0...1e9, help: "USD for a vertical site")
  /// Years of updates.
  public static let updateYears = Setting<Ratio>(
    "update-years", "years of updates", 0...100, isOfJob: true, help: "years that large sites are kept up to date")
  /// Sites of videos over ordinary ones.
  public static let siteFactor = Setting<Ratio>(
    "site-factor", "cost of these sites over ordinary ones", 0.1...100,
    help: "cost of these sites over ordinary ones: 3..5 for video, 2..3 overseas")
  /// Pages converted from PDF and scans.
  public static let pages = Setting<Items>(
    "pages", "pages converted", 0...1e13, isOfJob: true, help: "pages of PDF or scans converted, as 10M")
  /// The share of pages converted on own hardware.
  public static let ownShare = Setting<Ratio>(
    "own-share", "share of pages converted on own hardware", 0...1, help: "share of the pages converted on own hardware"
  )
  /// Cost of a page on own hardware.
  public static let ownPage = Setting<Per<Dollars, Items>>(
    "own-page-cost", "cost of a page on own hardware", 0...100, help: "USD for a page on own hardware")
  /// Cost of a page by a service.
  public static let servicePage = Setting<Per<Dollars, Items>>(
    "service-page-cost", "cost of a page by a service", 0...100, help: "USD for a page by a service")
  /// Domains whose rules engineers write.
  public static let domains = Setting<Ratio>(
    "domains", "domains", 0...1e4, isOfJob: true, help: "domains whose cleaning rules are written")
  /// Cost of an engineer's week.
  public static let engineerWeek = Setting<Dollars>(
    "engineer-week", "cost of an engineer's week", 0...1e6, help: "USD for an engineer's week, fully loaded")
  /// Weeks for a domain.
  public static let weeksPerDomain = Setting<Ratio>(
    "weeks-per-domain", "engineer weeks per domain", 0...1000, help: "weeks of an engineer for the rules of a domain")
  /// Compute to clean a byte.
  public static let cleaningPrice = Setting<Per<Dollars, Bytes>>(
    "cleaning-cost", "compute to clean a byte", 0...1, help: "USD for a terabyte of raw text cleaned, as 28")
  /// Accelerator-hours to filter and deduplicate a byte.
  public static let filterHours = Setting<Per<AcceleratorHours, Bytes>>(
    "filter-hours", "accelerator-hours to deduplicate and classify a byte", 0...1,
    help: "accelerator-hours for a terabyte of raw text through deduplication and classifier, as 9")
  /// What an accelerator-hour of filtering costs.
  public static let filterPrice = Setting<Per<Dollars, AcceleratorHours>>(
    "filter-price", "price of an accelerator-hour for filtering", 0...1000,
    help: "USD per accelerator-hour of filtering")
  /// Tokens that a language model scores.
  public static let scoredTokens = Setting<Tokens>(
    "scored-tokens", "tokens scored by a language model", 0...1e18,
    help: "tokens that a language model reads to teach the classifier")
  /// What licenses cost.
  public static let licenses = Setting<Dollars>(
    "licenses", "licenses", 0...1e12, isOfJob: true, help: "USD for licensed text")
  /// Months that raw and kept text is stored.
  public static let months = Setting<Ratio>(
    "months", "months stored", 0...1200, isOfJob: true, help: "months that raw and kept text is stored")
  /// What storage costs.
  public static let storagePrice = Setting<Per<Dollars, GigabyteMonths>>(
    "storage-price", "storage price", 0...100, help: "USD per GB-month")
  /// Examples that people write, as for a domain's plan.
  public static let judge = Verifiers.judge

  /// What it asks for.
  package static let settings = [
    AnySetting(tokens), AnySetting(bytesPerToken), AnySetting(rawOverKept), AnySetting(largeSites),
    AnySetting(verticalSites), AnySetting(largeSitePrice), AnySetting(verticalSitePrice), AnySetting(updateYears),
    AnySetting(siteFactor), AnySetting(pages), AnySetting(ownShare), AnySetting(ownPage), AnySetting(servicePage),
    AnySetting(domains), AnySetting(engineerWeek), AnySetting(weeksPerDomain), AnySetting(cleaningPrice),
    AnySetting(filterHours), AnySetting(filterPrice), AnySetting(scoredTokens), AnySetting(licenses),
    AnySetting(months), AnySetting(storagePrice), AnySetting(TokenPrice.inputPrice),
  ]
  /// What it lets one choose.
  public static let choices = [source, judge]
  /// What settings and choices need in order to count.
  package static let requirements = [
    Requirement([judge.id, TokenPrice.inputPrice.id], .isGiven(scoredTokens.id)),
    Requirement([judge.id], .isNotGiven(TokenPrice.inputPrice.id)),
    Requirement([ownShare.id, ownPage.id, servicePage.id], .isGiven(pages.id)),
    Requirement([largeSitePrice.id, updateYears.id], .isGiven(largeSites.id)),
    Requirement([verticalSitePrice.id], .isGiven(verticalSites.id)),
    Requirement([siteFactor.id], .either(.isGiven(largeSites.id), .isGiven(verticalSites.id))),
    Requirement([engineerWeek.id, weeksPerDomain.id], .isGiven(domains.id)),
    Requirement([source.id], .isNotGiven(rawOverKept.id)),
  ]

  /// Which efficiency its training passes have.
  package static func efficiency(_ inputs: StageInputs) -> StageEfficiency.Kind? { nil }

  /// Sites, pages, rules, compute, licenses and storage.
  ///
  /// - Throws: ``ScenarioError`` for settings that make no sense or are not known.
  package static func work(
    _ model: ModelShape, _ inputs: StageInputs, _ scenario: Scenario
  ) throws(ScenarioError) -> Work {
    var inputs = inputs
    if !inputs.isGiven(source.id), try inputs(largeSites).typical.value + inputs(verticalSites).typical.value > 0 {
      inputs.take(source.id, "crawl", from: .assumed("sites are crawled"))
    }
    let kept = (try inputs(bytesPerToken) * (try inputs(tokens))).named("kept text")
    let raw = (kept * (try inputs(rawOverKept))).named("raw text")
    let rules = try inputs(engineerWeek) * (try inputs(weeksPerDomain)) * (try inputs(domains))
    var fixed = [
      Work.Purchase(.data, "crawling", try crawling(inputs)),
      Work.Purchase(.data, "document conversion", try conversion(inputs)),
      Work.Purchase(.data, "cleaning rules", rules),
      Work.Purchase(.data, "licenses", try inputs(licenses)),
    ]
    let growing = [
      Work.Purchase(.data, "cleaning compute", try inputs(cleaningPrice) * raw),
      Work.Purchase(
        .data, "deduplication and quality filter",
        try inputs(filterPrice) * (try inputs(filterHours) * raw).named("accelerator-hours of filtering")),
      Work.Purchase(.storage, "storage", try storage(raw + kept, inputs)),
    ]
    if inputs.isGiven(scoredTokens) {
      let price = try TokenPrice(row: inputs(judge), inputs)
      fixed.append(Work.Purchase(.api, "scoring by a language model", price.input * (try inputs(scoredTokens))))
    }
    // What nobody asked for is no line of the bill.
    fixed.removeAll { $0.amount.typical.value == 0 }
    var work = Work(phases: [], purchases: fixed + growing)
    work.volume = Work.Volume(
      tokens: try inputs(tokens), fixed: Expression.sum(fixed.map { $0.amount.named($0.name) }))
    return work
  }

  private static func crawling(_ inputs: StageInputs) throws(ScenarioError) -> Expression<Dollars> {
    let large = try inputs(largeSites)
    let sites = try inputs(largeSitePrice) * large + (try inputs(verticalSitePrice) * (try inputs(verticalSites)))
    let none = Setting<Dollars>("", "", 0...1e9, help: "")
    let update: Expression<Dollars> = try inputs.rate(
      none, orRow: "crawl-large-site-update", of: "corpus", unit: "usd-per-site-year")
    return (sites + update * large * (try inputs(updateYears))) * (try inputs(siteFactor))
  }

  private static func conversion(_ inputs: StageInputs) throws(ScenarioError) -> Expression<Dollars> {
    let pages = try inputs(pages)
    let own = try inputs(ownShare)
    let service = 1 - own
    return try inputs(ownPage) * (pages * own) + (try inputs(servicePage) * (pages * service))
  }

  private static func storage(
    _ bytes: Expression<Bytes>, _ inputs: StageInputs
  ) throws(ScenarioError) -> Expression<Dollars> {
    let gigabyte = Expression<Bytes>(constant: 1e9)
    let gigabyteMonths =
      Expression<GigabyteMonths>(constant: 1) * (bytes / gigabyte) * (try inputs(months))
    return try inputs(storagePrice) * gigabyteMonths.named("storage over time")
  }
}
