import Foundation
import LlmcostTool
import Testing

/// Money in another currency: as it is given, and as it is shown.
@Suite("Other currencies")
struct CurrencyTests {
  private func run(_ line: String) -> String {
    let outcome = TestWorld().run("llmcost " + line)
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    return outcome.output
  }

  @Test(arguments: ["€5M", "5M€", "5MEUR", "5M EUR", "EUR 5M", "5M eur", "€ 5M", "4M..5M..6M EUR"])
  func `amounts of the currency are converted at its rate`(text: String) {
    let job = "pretrain --params 7B --tokens 1T --gpus 64 --samples 64 -q --currency EUR --fx 0.5"
    if !text.contains("..") {
      #expect(run("\(job) --budget '\(text)' --get budget_usd") == "10000000\n")
    }
    let price = text.replacing("M", with: "")
    #expect(run("\(job) --price '\(price)' --get compute_usd") == run("\(job) --price 8..10..12 --get compute_usd"))
  }

  @Test(arguments: ["", "--currency GBP --fx 0.8"])
  func `without its rate an amount is refused, with what to give`(options: String) {
    for text in ["€5M", "5M EUR", "5MEUR"] {
      let outcome = TestWorld().run("llmcost pretrain --params 7B --tokens 1T --budget '\(text)' \(options)")
      #expect(outcome.status == .usage && outcome.complaint.contains("is in EUR"), "\(outcome.complaint)")
    }
    // What is no amount in any currency stays none.
    for text in ["5Mio", "EUR", "€", "manyEUR"] {
      let outcome = TestWorld().run("llmcost pretrain --params 7B --tokens 1T --budget \(text) \(options)")
      #expect(outcome.complaint.contains("is not an amount of money"), "\(outcome.complaint)")
    }
  }

  @Test func `cards, limits, clusters, scenarios and cash show both`() {
    let options = "--currency EUR --fx 0.9 --samples 256 -q"
    let page = run("report domain-7b \(options) --budget 5M")
    for text in ["total cost, EUR", "cash, EUR", "so far, EUR", "4.5M"] { #expect(page.contains(text), "\(text)") }
    #expect(!run("report domain-7b --samples 256 -q --budget 5M").contains("EUR"))
    let estimate = run("pretrain --params 7B --tokens 1T \(options) --budget 1M -f html")
    #expect(estimate.contains("total cost, EUR") && estimate.contains("900,000"))
    let program = run("program domain-7b \(options) --budget 5M --width 0")
    #expect(program.contains("so far, EUR") && program.contains("total cost, EUR"), "\(program)")
  }

  /// The charts of a page or a picture.
  private func charts(_ line: String) -> [Substring] {
    let text = run(line)
    // A picture has its title outside of the chart.
    guard !text.hasPrefix("<svg") else { return [Substring(text)] }
    return text.split(separator: "<svg").dropFirst().map { $0[..<($0.range(of: "</svg>")?.lowerBound ?? $0.endIndex)] }
  }

  @Test(arguments: [
    "report domain-7b --samples 256 -q", "pretrain --params 7B --tokens 1T --samples 256 -q -f svg",
    "cluster --gpus 64 --months 24 --samples 256 -q -f html", "cluster --gpus 64 --months 24 --samples 256 -q -f svg",
    "program domain-7b --samples 256 -q -f html",
  ])
  func `charts of money are in the currency, and say so`(line: String) {
    let plain = charts(line)
    let charts = charts(line + " --currency EUR --fx 0.5")
    #expect(plain.count == charts.count && plain.contains { $0.contains("$") }, "\(plain.count)")
    for (dollars, euros) in zip(plain, charts) {
      #expect(!euros.contains("$") && euros.contains(", EUR") == dollars.contains("$"), "\(euros.prefix(400))")
    }
    // At one for one the marks alone differ.
    let same = self.charts(line + " --currency EUR --fx 1")
    for (dollars, euros) in zip(plain, same) {
      #expect(euros.replacing(", EUR", with: "").count == dollars.replacing("$", with: "").count)
    }
  }
}
