import CostModel
import Foundation
import Testing
import TextFormats

/// Published configurations with counts from outside: the class of the transformers library instantiated without
/// memory, its parameters summed; FLOP and cache of a reference written apart from this program.
struct ModelFixture: Sendable, CustomTestStringConvertible {
  let value: JSONValue

  var id: String { value["id"]?.string ?? "" }
  var testDescription: String { id }

  func number(_ name: String) throws -> Double { try #require(value[name]?.number, "\(id) \(name)") }

  func read() throws -> ModelConfiguration {
    let config = try #require(value["config"])
    return try ModelConfiguration.read(Array(JSONDocument(config).text().utf8))
  }

  static func all(in file: String) -> [ModelFixture] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    let text = (try? String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      (try? JSONReader.read(Array(line.utf8), allowingNonFinite: true)).map(ModelFixture.init)
    }
  }
}

@Suite("Architectures")
struct ArchitectureTests {
  static let models = ModelFixture.all(in: "models.jsonl")
  static let classes = ModelFixture.all(in: "classes.jsonl")

  /// Models whose count is not exact, each with the reason.
  static let inexact: [String: String] = [:]

  @Test func `the corpora are there`() {
    #expect(Self.models.count >= 71)
    #expect(Self.classes.count >= 100)
  }

  @Test(arguments: models)
  func `parameters of published models are exact to the last one`(model: ModelFixture) throws {
    let read = try model.read()
    let count = read.architecture.parameterCount
    guard Self.inexact[model.id] == nil else {
      #expect(try count.total.value != model.number("parameters"), "it is exact now: take it off the list")
      return
    }
    #expect(try count.total.value == model.number("parameters"))
    #expect(try count.text.value == model.number("text"))
    #expect(try count.active.value == model.number("active"))
    #expect(try count.embedding.value == model.number("embedding"))
    #expect(try read.architecture.predictionParameters.value == model.number("prediction"))
  }

  @Test(arguments: classes)
  func `parameters of small models of every class are exact`(model: ModelFixture) throws {
    #expect(try model.read().architecture.parameterCount.total.value == model.number("parameters"))
  }

  @Test(arguments: models)
  func `the parts add up to the total`(model: ModelFixture) throws {
    let count = try model.read().architecture.parameterCount
    #expect(ModelPart.allCases.reduce(0.0) { $0 + count[$1].value } == count.total.value)
    #expect(count.active <= count.text)
    #expect(count.text <= count.total)
  }

  /// The reference counts the biases of the active experts of gpt-oss among its matrices: 36 layers, 4 experts, 8,640
  /// biases. A bias is added, not multiplied, and is left out here.
  private static let biasesAmongMatrices = ["gpt-oss-120b": 36.0 * 4 * 8640]

  @Test(arguments: models)
  func `FLOP of a forward pass agree with the reference, but for the biases of gpt-oss`(model: ModelFixture) throws {
    let operations = try model.read().architecture.operations(context: Quantity(4096))
    let biases = Self.biasesAmongMatrices[model.id] ?? 0
    #expect(
      try operations.matrices.value + operations.outputHead.value == 2 * (model.number("matrixParameters") - biases))
    #expect(try operations.attention.value == model.number("attentionFlop4096"))
    #expect(try operations.recurrence.value == model.number("stateFlop"))
    #expect(try operations.forward.value == model.number("forwardFlop4096") - 2 * biases)
    #expect(operations.training() == operations.forward * 3)
    #expect(operations.training(.full) == operations.forward * 4 - operations.outputHead)
  }

  @Test(arguments: models)
  func `the key-value cache agrees with the reference`(model: ModelFixture) throws {
    let architecture = try model.read().architecture
    for (context, name) in [(4096.0, "cacheBytes4096"), (131072, "cacheBytes131072")] {
      let cache = architecture.keyValueCache(context: Quantity(context))
      #expect(try cache.elementsPerToken == model.number("cacheElementsPerToken"))
      #expect(try cache.bytesPerToken(bytesPerElement: 2).value == 2 * model.number("cacheElementsPerToken"))
      #expect(try cache.elementsAtContext * 2 == model.number(name))
      #expect(try cache.stateElements == model.number("stateElements"))
      #expect(cache.bytesAtContext(bytesPerElement: 2).value == (cache.elementsAtContext + cache.stateElements) * 2)
    }
  }

  @Test(arguments: [
    // Published totals: the papers and model cards of the models.
    ("llama-3.1-405b", 405_853_388_800.0), ("gpt2", 124_439_808), ("deepseek-v3", 671_026_404_352),
    ("mixtral-8x7b", 46_702_792_704), ("qwen2.5-0.5b", 494_032_768), ("gpt-oss-20b", 20_914_757_184),
  ])
  func `presets have their published sizes`(id: String, parameters: Double) throws {
    #expect(try TableCatalog.shared.architecture(id).model.architecture.parameterCount.total.value == parameters)
  }

  @Test func `every preset reads without a warning about its fields`() throws {
    let rows = try TableSet().rows(of: "architectures")
    #expect(rows.count >= 60)
    for row in rows {
      let model = try TableCatalog.shared.architecture(row.id).model
      #expect(!model.warnings.contains { $0.contains("is not known") || $0.contains("is missing") }, "\(row.id)")
    }
  }
}
