import CostModel
import Foundation
import LlmcostTool
import Testing

/// `llmcost diagnose`: what is expected, what was measured, and what would explain the gap.
@Suite("Diagnose")
struct DiagnoseTests {
  private static let job = "--params 8B --tokens 1T --gpus 64 --samples 64 --quiet"

  private func text(_ line: String) -> String {
    let outcome = TestWorld().run("llmcost \(line)")
    #expect(outcome.status == .success, "\(outcome.complaint)")
    return outcome.output
  }

  private func value(_ line: String) throws -> Double {
    try #require(Double(text(line).trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  private func expected(_ line: String) throws -> String {
    try #require(text(line).split(separator: "\n").first { $0.hasPrefix("  expected ") }).split(separator: " ")
      .joined(separator: " ")
  }

  @Test(arguments: ["", " --own", " --commitment spot", " --commitment on-demand"])
  func `what is expected is the estimate without the measurement`(payment: String) throws {
    let dollars = try value("pretrain \(Self.job)\(payment) --get compute_usd")
    let hours = try value("pretrain \(Self.job)\(payment) --get accelerator_hours")
    let diagnosis = "diagnose \(Self.job)\(payment) --tflops "
    let (slow, fast) = (try expected(diagnosis + "210"), try expected(diagnosis + "600"))
    #expect(slow == fast)
    #expect(slow.contains(" " + Notation.display(dollars, as: .dollars) + " as published runs"), "\(slow)")
    #expect(try abs(value(diagnosis + "210 --get expected_hours") / hours - 1) < 1e-9)
    #expect(try value(diagnosis + "210 --get gap_usd") > 0)
    #expect(try value(diagnosis + "600 --get gap_usd") < 0)
  }

  @Test func `start-up counts in what is measured as in what is expected`() throws {
    let job = "sft --params 8B --examples 50k --gpus 8 --samples 64 --quiet"
    let measured = " --tokens-per-second 9k"
    #expect(
      try value("diagnose \(job)\(measured) --get expected_hours") == value("\(job) --get accelerator_hours"))
    #expect(
      try value("diagnose \(job)\(measured) --get accelerator_hours")
        == value("\(job)\(measured) --get accelerator_hours"))
  }

  @Test func `suspects are named where there is a gap, and which gap is meant`() {
    let slow = text("diagnose \(Self.job) --tflops 210")
    #expect(slow.contains("First suspects, those that fit the gap to tuned steps best first"))
    for fast in ["600", "450"] {
      let text = text("diagnose \(Self.job) --tflops \(fast)")
      #expect(!text.contains("suspect") && !text.contains("What takes time"), "\(text)")
    }
  }

  @Test func `padding is named whatever the speed`() {
    let text = text(
      "diagnose sft --params 8B --examples 50k --gpus 8 --tokens-per-second 90k --packing 0.5 --samples 64 --quiet")
    #expect(text.contains("faster than usual") && text.contains("What takes time") && text.contains("padding"))
    #expect(!text.contains("attention that writes"))
  }
}
