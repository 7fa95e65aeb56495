import Foundation
import LlmcostTool
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Pages and charts, read as a browser reads them.
@Suite("Pages and charts")
struct PageTests {
  static let world = TestWorld.sample

  /// One command for each kind of page.
  static let commands = [
    "pretrain --params 70B --tokens 15T",
    "pretrain --params 8B --tokens 2T --then 800B@128k --days 14 --own --research-multiplier 2..3",
    "pretrain --params 8B --tokens 2T --samples 0 --gpus 64", "grpo --params 7B --prompts 100k",
    "annotate --items 100k", "sft --params 8B --currency EUR --fx 0.92",
    "sensitivity pretrain --params 70B --tokens 15T", "size --budget 5M --inference-tokens 2T",
    "size --params 8B --tokens 15T", "size --compute 1e24 --law rule-20", "backtest", "backtest --of energy_kwh",
    "backtest --stage post-training", "model --model deepseek-v3", "fit --model llama-3.1-70b --task qlora",
    "fit --params 7B --task sft --gpu a100", "serve --params 70B",
    "serve --params 70B --tokens 15T --requests-per-day 1M",
    "schedule --params 70B --tokens 15T", "schedule --params 70B --tokens 15T --days 60",
    "cluster --gpu h100 --gpus 20000 --months 6", "claims --where topic=data", "claims gpt-3-cost",
    "report deepseek-v3-r1",
  ]

  static let tables = ["tables", "tables prices --where provider=lambda", "tables accelerators h100-sxm"]

  /// The pages of the commands, each printed once, most of them with few draws.
  private static let pages: [String: Outcome] = Dictionary(
    uniqueKeysWithValues: (commands + tables).map { command in
      let isDrawn = ["pretrain", "grpo", "annotate", "sft", "serve", "schedule", "cluster"].contains {
        command.hasPrefix($0 + " ")
      }
      let few = isDrawn && command != commands[0] && !command.contains("--samples") ? " --samples 512" : ""
      return (command, world.run("llmcost \(command) --format html\(few)"))
    })

  private func page(_ command: String, format: String = "html") throws -> Element {
    let outcome =
      (format == "html" ? Self.pages[command] : nil) ?? Self.world.run("llmcost \(command) --format \(format)")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    return try Element(outcome.output)
  }

  @Test(arguments: commands + tables)
  func `a page is well-formed, with one headline, and needs neither network nor script to be read`(command: String)
    throws
  {
    let page = try page(command)
    #expect(page.all("h1").count == 1)
    #expect(page.all("img").isEmpty && page.all("link").isEmpty && page.all("iframe").isEmpty)
    let policy = page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
    let parts = policy?.attributes["content"]?.components(separatedBy: "; ") ?? []
    #expect(parts.prefix(2) == ["default-src 'none'", "style-src 'unsafe-inline'"])
    // Data apart, a script is one that the policy names, and there is one at most.
    let scripts = page.all("script").filter { $0.attributes["type"] != "application/json" }
    #expect(parts.dropFirst(2).count == scripts.count && scripts.count <= 1)
    #expect(parts.dropFirst(2).allSatisfy { $0.hasPrefix("script-src 'sha256-") })
    let sheet = page.all("style").map(\.text).joined()
    #expect(!sheet.isEmpty && !sheet.contains("url(") && !sheet.contains("@import") && !sheet.contains("&"))
    #expect(page.attributes["lang"] == "en" && page.all("main").count == 1)
  }

  @Test(arguments: commands + tables)
  func `every table has a caption and headed rows, and every id and link within the page is good`(command: String)
    throws
  {
    let page = try page(command)
    #expect(!page.all("table").isEmpty)
    for table in page.all("table") {
      #expect(table.all("caption").first?.text.isEmpty == false)
      let columns = table.all("thead").flatMap { $0.all("th") + $0.all("td") }.count
      for row in table.all("tbody").flatMap({ $0.all("tr") }) {
        #expect(row.all("th").first?.attributes["scope"] == "row")
        #expect(row.all("th").count + row.all("td").count == columns)
      }
    }
    let ids = page.every.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    for link in page.all("a").compactMap({ $0.attributes["href"] }) {
      #expect(link.hasPrefix("#") ? ids.contains(String(link.dropFirst())) : link.hasPrefix("http"), "\(link)")
    }
  }

  @Test(arguments: commands)
  func `every chart says what it shows, and has its table beside it`(command: String) throws {
    let page = try page(command)
    let charts = page.all("svg")
    #expect(!charts.isEmpty || command.contains("rule-20"))
    for section in page.all("section") where !section.all("svg").isEmpty {
      #expect(section.all("table").count == 1)
      #expect(section.all("table")[0].all("tbody")[0].all("tr").count > 0)
    }
    for chart in charts {
      #expect(chart.attributes["role"] == "img")
      let named = chart.attributes["aria-labelledby"]?.split(separator: " ").map(String.init) ?? []
      let said = chart.every.filter { named.contains($0.attributes["id"] ?? "") }
      #expect(said.map(\.name) == ["title", "desc"] && said.allSatisfy { !$0.text.isEmpty })
    }
  }

  @Test(arguments: commands)
  func `labels stay inside their chart and apart, in a narrow window`(command: String) throws {
    for chart in try page(command).all("svg") {
      let labels = chart.all("text").map(Label.init)
      let height = try #require(chart.attributes["height"].flatMap(Double.init))
      for (index, label) in labels.enumerated() {
        #expect(label.left >= -1 && label.right <= Label.width + 1, "\(label.text)")
        #expect(label.bottom <= height && label.top >= 0, "\(label.text)")
        for other in labels[(index + 1)...] {
          #expect(!label.touches(other), "'\(label.text)' and '\(other.text)'")
        }
      }
    }
  }

  @Test(arguments: commands)
  func `places are numbers inside the chart`(command: String) throws {
    for chart in try page(command).all("svg") {
      for element in chart.every {
        for name in ["x", "x1", "x2", "cx", "width"] {
          guard let text = element.attributes[name], element.name != "svg" else { continue }
          let value = try #require(Double(text.dropLast()), "\(text)")
          #expect(text.hasSuffix("%") && value >= 0 && value <= 100.01, "\(name) \(text)")
        }
        for name in ["y", "y1", "y2", "cy", "height"] {
          guard let text = element.attributes[name] else { continue }
          #expect(try #require(Double(text)) >= 0)
        }
      }
    }
  }

  @Test func `every input stands with its source, which can be followed`() throws {
    let page = try page("pretrain --params 7B --tokens 1T --provider lambda")
    let inputs = try #require(page.all("section").first { $0.attributes["aria-labelledby"] == "inputs" })
    let rows = inputs.all("tbody").flatMap { $0.all("tr") }
    let price = try #require(rows.first { $0.all("th")[0].text == "rental price" })
    #expect(price.all("td").map(\.text)[0...1] == ["$4.09/h", "$3.99/h – $4.29/h"])
    #expect(price.all("a").first?.attributes["href"] == "https://github.com/api-evangelist/lambda-labs")
    let json = Self.world.run("llmcost pretrain --params 7B --tokens 1T --provider lambda --get scenario.inputs").output
    #expect(rows.count == json.components(separatedBy: "\"origin\"").count - 1)
  }

  @Test func `a bar is as long as its amount, the longest range reaching the end`() throws {
    let page = try page("annotate --items 100k --review-share 0.5")
    let bars = try #require(page.all("svg").first).all("rect")
    let total = Self.world.run("llmcost annotate --items 100k --review-share 0.5 --get cost_usd")
    let end = Self.world.run("llmcost annotate --items 100k --review-share 0.5 --get cost_usd.p90")
    let amount: Double = try #require(Double(total.output.dropLast()))
    let longest: Double = try #require(Double(end.output.dropLast()))
    let share: Double = amount / longest * 100
    let width = try #require(bars[0].attributes["width"].flatMap { Double($0.dropLast()) })
    #expect(abs(width - share) < 0.01)
  }

  @Test func `what users and tables say is text, never markup`() throws {
    let evil = #"<script>alert(1)</script>&amp;"'\u0007"#
    var world = Self.world
    let escaped = evil.replacingOccurrences(of: "\"", with: "\\\"")
    world.files["evil/prices.json"] = """
      {"table": "prices", "sources": {"one": {"title": "\(escaped)", "url": "javascript:alert(1)"},
       "two": {"title": "page", "url": "https://example.org/?a=1&b=\\"x\\""}}, "rows": [
      {"id": "\(escaped)", "provider": "evil", "accelerator": "h100-sxm", "commitment": "on-demand", "region": "all",
       "usdPerAcceleratorHour": 2, "asOf": "2026-11", "source": ["one", "two"]}]}
      """
    for command in [
      "tables prices --where provider=evil --columns id", "pretrain --params 7B --tokens 1T --provider evil",
    ] {
      let outcome = world.run("llmcost \(command) --tables evil --format html")
      #expect(outcome.status == .success, "\(outcome.complaint)")
      let page = try Element(outcome.output)
      #expect(page.all("script").allSatisfy { !$0.text.contains("alert") })
      #expect(!page.all("a").contains { ($0.attributes["href"] ?? "").hasPrefix("javascript") })
      #expect(page.all("a").contains { $0.attributes["href"] == "https://example.org/?a=1&b=\"x\"" })
      let shown = "<script>alert(1)</script>&amp;\"'\u{FFFD}"
      #expect(page.text.contains(shown))
    }
  }

  @Test(arguments: [commands[0], commands[6], commands[7]])
  func `a page is the same each time`(command: String) {
    #expect(Self.world.run("llmcost \(command) --format html").output == Self.pages[command]?.output)
  }

  @Test func `a chart is a file of its own`() throws {
    let chart = try page("backtest", format: "svg")
    #expect(chart.name == "svg" && chart.attributes["xmlns"] == "http://www.w3.org/2000/svg")
    #expect(chart.all("circle").filter { $0.all("title")[0].text.contains("predicted") }.count == 76)
    #expect(!chart.all("style").map(\.text).joined().contains("var("))
  }

  @Test(arguments: ["tables", "tables prices", "size --compute 1e24 --law rule-20 --samples 0 --columns law"])
  func `what has no chart says so`(command: String) {
    let outcome = Self.world.run("llmcost \(command) --format svg")
    #expect(outcome.status == .usage && outcome.output.isEmpty)
    #expect(outcome.complaint.hasPrefix("llmcost: "))
  }

  @Test(arguments: ["html", "svg"])
  func `a page has no columns to choose`(format: String) {
    let outcome = Self.world.run("llmcost pretrain --params 7B --tokens 1T --columns flop --format \(format)")
    #expect(outcome.status == .usage && outcome.complaint.contains("--columns goes with"))
  }
}

/// A label of a chart, as wide as its letters at most are, in a chart of the least width that is read.
private struct Label {
  static let width = 340.0
  var text: String
  var left: Double
  var right: Double
  var top: Double
  var bottom: Double

  init(_ element: Element) {
    text = element.text
    let place = (element.attributes["x"].flatMap { Double($0.dropLast()) } ?? -1) / 100 * Self.width
    let extent = Double(text.unicodeScalars.count) * 7
    let shares: [String: Double] = ["start": 0, "middle": 0.5, "end": 1]
    let share = shares[element.attributes["text-anchor"] ?? ""] ?? 0
    left = place - extent * share
    right = left + extent
    let base = element.attributes["y"].flatMap(Double.init) ?? -1
    (top, bottom) = (base - 11, base + 3)
  }

  func touches(_ other: Label) -> Bool {
    min(right, other.right) - max(left, other.left) > 0 && min(bottom, other.bottom) - max(top, other.top) > 2
  }
}

/// An element of a page, as a strict reader has it.
private final class Element: NSObject, XMLParserDelegate {
  var name = ""
  var attributes: [String: String] = [:]
  var children: [Element] = []
  private var pieces: [Piece] = []
  private var open: [Element] = []

  private enum Piece {
    case text(String)
    case element(Element)
  }

  override init() {}

  init(_ text: String) throws {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    let isRead = parser.parse()
    try #require(isRead, "line \(parser.lineNumber): \(String(describing: parser.parserError))")
  }

  /// This element and all below it, in order.
  var every: [Element] { [self] + children.flatMap(\.every) }

  func all(_ name: String) -> [Element] { every.filter { $0.name == name } }

  var text: String {
    pieces.map {
      switch $0 {
      case .text(let text): text
      case .element(let element): element.text
      }
    }.joined()
  }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?, qualifiedName: String?,
    attributes attributeDict: [String: String]
  ) {
    let element = open.isEmpty ? self : Element()
    element.name = elementName
    element.attributes = attributeDict
    if let parent = open.last {
      parent.children.append(element)
      parent.pieces.append(.element(element))
    }
    open.append(element)
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { open.last?.pieces.append(.text(string)) }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
  ) { open.removeLast() }
}
