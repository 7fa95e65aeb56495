import LlmcostTool
import Testing
import TextFormats

@Suite("Words of llmcost plan")
struct PlanWordsTests {
  private func json(_ line: String) throws -> JSONValue {
    let outcome = TestWorld().run(line + " --json --quiet")
    #expect(outcome.status == .success, "\(line): \(outcome.complaint)")
    return try JSONReader.read(Array(outcome.output.utf8))
  }

  @Test(arguments: [
    ("--finish-by 2027-06-30", "by 2027-06-30", "to end after 2027-06-30,"),
    ("--finish-by 2027-06", "by 2027-06", "to end after 2027-06,"),
    ("--days 30", "in 30 days", "to take more than 30 days,"),
  ]) func `a deadline is called what it was given as`(option: String, title: String, risk: String) throws {
    let outcome = TestWorld().run(
      "llmcost plan pretrain --params 1B --tokens 20B --gpu h100-sxm --max-gpus 16 --samples 0 " + option)
    let lines = outcome.output.split(separator: "\n")
    try #require(lines.count > 2, "\(outcome.complaint)")
    #expect(lines[1].hasSuffix("weighed, " + title), "\(lines[1])")
    #expect(lines.contains { $0.contains("Risk is the chance \(risk)") }, "\(outcome.output)")
  }

  @Test func `the safest has the least sum of risk and doubts, both of which are shown`() throws {
    let line = "llmcost plan pretrain --params 7B --tokens 2T --gpu h100-sxm,mi325x --days 60 --samples 0"
    let all = TestWorld().run(line + " --all -f csv -q")
    let csv = try DelimitedText.read(Array(all.output.utf8))
    func column(_ name: String) throws -> [String] {
      let place = try #require(csv.header.firstIndex(of: name))
      return csv.records.map { $0[place] }
    }
    let (days, risks) = (try column("days").map { Double($0) ?? .nan }, try column("risk").map { Double($0) ?? .nan })
    let doubts = try column("risk_of_doubts").map { Double($0) ?? .nan }
    let known = zip(try column("commitment"), try column("precision")).map { commitment, precision in
      (commitment == "spot" ? 0.1 : 0) + (precision == "bf16" ? 0 : 0.1)
    }
    // What is known of a row, and ten points more where a single seller asks its price.
    for (doubt, least) in zip(doubts, known) {
      #expect(abs(doubt - least) < 1e-9 || abs(doubt - least - 0.1) < 1e-9)
    }
    #expect(Set(doubts).count > 2)
    let sums = days.indices.filter { days[$0] <= 60 }.map { risks[$0] + doubts[$0] }
    let safest = try #require(try column("choice").firstIndex { $0.contains("safest") })
    #expect(risks[safest] + doubts[safest] <= (try #require(sums.min())) + 0.005)
    #expect((try #require(risks.min())) < risks[safest], "a case where a row of less risk has more doubts")
    let text = TestWorld().run(line + " --width 80").output
    #expect(text.contains("+20 %  neocloud on-demand"), "\(text)")
    #expect(text.contains("Doubts stand behind a +, 10 % each"))
  }

  @Test func `what single estimates of large runs leave out is said where it applies`() throws {
    let run = "pretrain --params 7B --tokens 2T --gpus 256 --gpu h100-sxm --precision bf16"
    let note = "priced toward a one-year contract"
    let plan = TestWorld().run("llmcost plan \(run) --commitment on-demand --samples 0")
    #expect(plan.complaint.contains(note), "\(plan.complaint)")
    // The cost that it names is the one that such an estimate shows.
    let single = TestWorld().run("llmcost \(run) --samples 0 -q").output.split(separator: "\n")
    let total = try #require(single.first { $0.contains("total cost") }?.split(separator: " ").dropFirst(2).first)
    #expect(plan.complaint.contains("is \(total), not $"), "\(plan.complaint)")
    for other in ["--commitment spot", "--commitment on-demand --tier marketplace"] {
      #expect(!TestWorld().run("llmcost plan \(run) \(other) --samples 0").complaint.contains(note), "\(other)")
    }
    let small = "llmcost plan pretrain --params 1B --tokens 20B --gpu h100-sxm --commitment on-demand --samples 0"
    #expect(!TestWorld().run(small).complaint.contains(note))
  }

  @Test(arguments: [
    ("plan --recipe b.json", "plan b.json"), ("plan program b.json", "plan b.json"),
    ("plan --gpu h100 --recipe=b.json", "plan b.json"), ("plan program", "plan RECIPE.json"),
    ("sweep program b.json", "sweep b.json"),
  ]) func `a recipe that is named in another way is told how`(line: String, meant: String) {
    let outcome = TestWorld().run("llmcost " + line)
    #expect(outcome.status == .usage)
    #expect(outcome.complaint.contains("name the recipe itself: llmcost " + meant + "\n"), "\(outcome.complaint)")
  }
}
