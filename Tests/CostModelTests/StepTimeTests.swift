import Foundation
import Testing
import TextFormats

@testable import CostModel

/// The time of a step against counts and seconds that another implementation of the same formulas printed.
@Suite("Step time")
struct StepTimeTests {
  private struct Reference: Sendable, CustomTestStringConvertible {
    let id: String
    let values: [String: Double]

    var testDescription: String { id }

    static let all: [Reference] = {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      guard let bytes = try? Data(contentsOf: folder.appendingPathComponent("Fixtures/steps.csv")),
        let table = try? DelimitedText.read(Array(bytes))
      else { return [] }
      return table.records.map { record in
        var values: [String: Double] = [:]
        for (name, text) in zip(table.header, record) { values[name] = Double(text) }
        return Reference(id: record[0].lowercased(), values: values)
      }
    }()
  }

  private static let constants: StepConstants = {
    var constants = StepConstants(recomputed: (try? TableCatalog.shared.recomputedParts()) ?? RecomputedParts())
    (constants.products, constants.lowPrecision, constants.attention) = (0.944, 0.866, 0.415)
    (constants.portableAttention, constants.memory, constants.experts) = (0.236, 1.73, 4.94)
    (constants.links, constants.hiddenTensor, constants.hiddenData) = (0.814, 0.561, 0.331)
    constants.launch = 3.55e-4
    return constants
  }()

  private static let steps: [String: PublishedStep] = {
    let steps = (try? TableCatalog.shared.publishedSteps(isCalibrated: false)) ?? []
    return Dictionary(steps.map { ($0.id, $0) }) { first, _ in first }
  }()

  @Test func `there are 50 references, each of a published step`() {
    #expect(Reference.all.count == 50)
    #expect(Reference.all.allSatisfy { Self.steps[$0.id] != nil })
  }

  @Test(arguments: Reference.all)
  private func `counts and seconds agree term by term`(reference: Reference) throws {
    let step = try #require(Self.steps[reference.id])
    let counts = StepModel(step.job, on: step.hardware, Self.constants).counts(step.layout)
    let time = StepTime(counts, step.job, step.hardware, Self.constants)
    let terms: [(String, Double)] = [
      ("f_gemm", counts.products), ("f_bytes", counts.productBytes), ("f_attn", counts.attention),
      ("f_mem", counts.memoryBytes), ("f_moe", counts.expertBytes), ("f_head", counts.head),
      ("f_headmem", counts.headBytes), ("f_tp", counts.tensor), ("f_tplat", counts.tensorLatency),
      ("f_cp", counts.context), ("f_ep_up", counts.expertUp), ("f_ep_out", counts.expertOut),
      ("f_p2p", counts.transfer), ("f_fs", counts.shard), ("f_dp", counts.data), ("f_opt", counts.optimizer),
      ("f_nl", counts.layers), ("f_nm", counts.mixtureLayers), ("f_m", counts.microBatches), ("f_bub", counts.bubble),
      ("t_gemm", time.products), ("t_attention", time.attention), ("t_context", time.context),
      ("t_memory", time.memory + time.experts), ("t_head", time.head), ("t_launch", time.launch),
      ("t_tensor", time.tensor), ("t_expert", time.expert), ("t_shard", time.shard), ("t_transfer", time.transfer),
      ("t_dp", time.data), ("t_opt", time.optimizer), ("step_s", time.seconds),
    ]
    for (name, value) in terms {
      let expected = try #require(reference.values[name])
      #expect(abs(value - expected) <= 1e-6 * abs(expected) + 1e-15, "\(name): \(value), not \(expected)")
    }
  }
}
