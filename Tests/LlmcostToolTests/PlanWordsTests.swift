import LlmcostTool
import Testing

@Suite("Words of llmcost plan")
struct PlanWordsTests {
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
