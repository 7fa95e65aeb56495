import CostModel
import Testing
import TextFormats

@Suite("Broken configurations")
struct ConfigurationErrorTests {
  private static func llama(_ changes: [String: String] = [:]) -> String {
    var fields = [
      "model_type": #""llama""#, "hidden_size": "64", "num_hidden_layers": "2", "num_attention_heads": "4",
      "intermediate_size": "128", "vocab_size": "100",
    ]
    for (name, value) in changes { fields[name] = value.isEmpty ? nil : value }
    return "{" + fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
  }

  private func read(_ text: String) throws -> ModelConfiguration { try ModelConfiguration.read(Array(text.utf8)) }

  private func message(_ text: String) -> String {
    do {
      _ = try ModelConfiguration.read(Array(text.utf8))
      return ""
    } catch {
      return error.message
    }
  }

  @Test func `the whole of a small model can be counted by hand`() throws {
    // Embedding and head 2·100·64; a layer 4·64² + 3·64·128 + 2·64; a norm of 64.
    let layer = 4 * 64 * 64 + 3 * 64 * 128 + 2 * 64
    let total = 2 * 6400 + 2 * layer + 64
    #expect(try read(Self.llama()).architecture.parameterCount.total.value == Double(total))
  }

  private static let fields: [([String: String], String)] = [
    (["hidden_size": ""], "hidden_size: is missing"), (["intermediate_size": ""], "intermediate_size: is missing"),
    (["num_hidden_layers": ""], "num_hidden_layers: is missing"),
    (["vocab_size": "null"], "vocab_size: is missing"),
    (["num_attention_heads": ""], "num_attention_heads: is missing"),
    (["hidden_size": "\"64\""], "hidden_size: expected a whole number, got a string"),
    (["hidden_size": "-64"], "hidden_size: -64 is not between 1 and 1048576"),
    (["hidden_size": "1e300"], "hidden_size: expected a whole number, got 1e+300"),
    (["hidden_size": "64.5"], "hidden_size: expected a whole number, got 64.5"),
    (["hidden_size": "Infinity"], "hidden_size: expected a whole number, got inf"),
    (["hidden_size": "NaN"], "hidden_size: expected a whole number, got nan"),
    (["num_hidden_layers": "9223372036854775807"], "num_hidden_layers: expected a whole number"),
    (["num_hidden_layers": "1000000"], "num_hidden_layers: 1000000 is not between 1 and 4096"),
    (["num_hidden_layers": "0"], "num_hidden_layers: 0 is not between"),
    (["num_attention_heads": "[4]"], "num_attention_heads: expected a whole number, got an array"),
    (["num_key_value_heads": "8"], "num_key_value_heads: 8 are more than 4 query heads"),
    (["tie_word_embeddings": "\"yes\""], "tie_word_embeddings: expected true or false, got a string"),
    (["model_type": "7"], "model_type: expected a string, got a number"),
    (["layer_types": "[\"full_attention\"]"], "layer_types: the list has 1 values for 2 layers"),
    (["layer_types": "[1, 2]"], "layer_types[0]: expected a string, got a number"),
    (["num_experts": "8"], "num_experts_per_tok: is missing"),
    (["num_experts": "8", "num_experts_per_tok": "9"], "num_experts_per_tok: 9 are more than 8 experts"),
    (["text_config": "[]"], "text_config: expected an object, got an array"),
    (["text_config": #"{"model_type": "llama", "num_hidden_layers": "x"}"#], "text_config.num_hidden_layers: expected"),
    (["text_config": #"{"model_type": "new"}"#], "text_config.hidden_size: is missing"),
    (["model_type": "\"t5\""], "model_type 't5': encoder-decoder models are not counted"),
    (["is_encoder_decoder": "true"], "encoder-decoder models are not counted"),
    (["model_type": "\"bert\""], "model_type 'bert': encoders are not counted"),
    (
      [
        "hidden_size": "1048576", "num_hidden_layers": "4096", "intermediate_size": "16777216", "num_experts": "65536",
        "num_experts_per_tok": "1",
      ], "which is more than can be counted"
    ),
  ]

  @Test(arguments: fields)
  func `a bad field is told by its path`(changes: [String: String], expected: String) {
    let message = message(Self.llama(changes))
    #expect(message.contains(expected), "\(message)")
  }

  @Test(arguments: [
    ("", "1:1: the text ends too early"), ("llama", "1:1: a value is expected here"),
    ("[1]", "a configuration is a JSON object, not an array"), ("\"x\"", "not a string"),
    ("{\"hidden_size\": 64", "the text ends too early"),
    ("{\"a\": 1, \"a\": 2}", "the name 'a' appears twice"),
  ])
  func `what is not a configuration is told by line and column`(text: String, expected: String) {
    #expect(message(text).contains(expected), "\(message(text))")
  }

  // As an argument it would be printed, all 500 KB of it.
  @Test func `a deep configuration is refused`() {
    #expect(message(String(repeating: "{\"a\":", count: 100_000)).contains("values are nested deeper than 128"))
  }

  @Test func `a file of 100 MB is refused unread`() {
    let bytes = [UInt8](repeating: UInt8(ascii: " "), count: 100 << 20)
    #expect(throws: ConfigurationError.self) { try ModelConfiguration.read(bytes) }
  }

  @Test func `an unknown model type with the usual fields is read with a warning`() throws {
    let known = try read(Self.llama())
    let unknown = try read(Self.llama(["model_type": "\"brand_new\""]))
    #expect(known.warnings.isEmpty)
    #expect(unknown.warnings.count == 1)
    #expect(unknown.warnings.first?.contains("model_type 'brand_new' is not known") == true)
    #expect(unknown.architecture.parameterCount == known.architecture.parameterCount)
  }

  @Test func `the class in architectures tells the family of an unknown type`() throws {
    let model = try read(
      Self.llama(["model_type": "\"brand_new\"", "architectures": #"["Qwen2ForCausalLM"]"#]))
    #expect(model.architecture.family == "qwen2")
    #expect(model.warnings.first?.contains("read as qwen2") == true)
  }

  @Test func `a part of a multimodal configuration may leave out what its class has by default`() throws {
    let model = try read(#"{"model_type": "llava", "text_config": {"model_type": "llama", "vocab_size": 32064}}"#)
    // Vicuna 7B with 64 tokens more: 6,738,415,616 + 2·64·4,096.
    #expect(model.architecture.parameterCount.text.value == 6_738_415_616 + 2 * 64 * 4096)
    #expect(model.warnings.contains("text_config.hidden_size is missing: 4096, the default of llama"))
  }

  @Test func `no single field of any value crashes the reader`() throws {
    let values = ["null", "true", "-1", "0", "16777216", "1e18", "[]", "{}", "\"auto\""]
    let models = ArchitectureTests.models.filter {
      ["deepseek-r1", "nemotron-h-56b", "qwen3.5-35b-a3b", "hunyuan-a13b", "dbrx", "gemma-4-26b-a4b"].contains($0.id)
    }
    #expect(models.count == 6)
    for model in models {
      let config = try #require(model.value["config"])
      for text in variations(of: config, values: values) {
        do {
          let total = try ModelConfiguration.read(Array(text.utf8)).architecture.parameterCount.total.value
          #expect(total >= 0 && total.isFinite)
        } catch {
          #expect(!error.message.isEmpty)
        }
      }
    }
  }

  /// The configuration with one member, at the top or one level down, of another value.
  private func variations(of config: JSONValue, values: [String]) -> [String] {
    func texts(_ value: JSONValue) -> [String] {
      guard let members = value.members else { return [] }
      let own = members.map { "\(JSONDocument.string($0.name).text()):\(JSONDocument($0.value).text())" }
      func with(_ index: Int, _ text: String) -> String {
        var members = own
        members[index] = text
        return "{" + members.joined(separator: ",") + "}"
      }
      return members.indices.flatMap { index -> [String] in
        let name = JSONDocument.string(members[index].name).text()
        let changed = values + (members[index].value.members == nil ? [] : texts(members[index].value))
        return changed.map { with(index, "\(name):\($0)") }
      }
    }
    return texts(config)
  }
}
