import TextFormats

/// A Hugging Face `config.json`, read into an architecture.
package struct ModelConfiguration: Sendable, Equatable {
  /// What the model is.
  package var architecture: Architecture
  /// What was taken for granted, for people to check.
  package var warnings: [String]
  /// Whether the model type is unknown, and the count that of the common form: it may be far off.
  package var isGuess = false

  /// The largest text that is read: real files have a few kilobytes.
  package static let maximumBytes = 4 << 20

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file.
  ///   - tables: Where the defaults of the known classes stand.
  /// - Returns: The architecture, with warnings.
  /// - Throws: `ConfigurationError` that names the field.
  package static func read(_ bytes: [UInt8], tables: TableSet = TableSet()) throws(ConfigurationError) -> Self {
    guard bytes.count <= maximumBytes else {
      throw .unreadable(
        line: 1, column: 1, problem: "the file has \(bytes.count) bytes; a configuration has a few thousand")
    }
    let value: JSONValue
    do { value = try JSONReader.read(bytes, allowingNonFinite: true) } catch {
      throw .unreadable(line: error.line, column: error.column, problem: error.message)
    }
    return try read(value, tables: tables)
  }

  /// Reads a configuration that is a JSON value already.
  ///
  /// - Throws: `ConfigurationError` that names the field.
  static func read(
    _ value: JSONValue, path: String = "", tables: TableSet = TableSet()
  ) throws(ConfigurationError) -> Self {
    guard value.members != nil else {
      throw .unreadable(line: 1, column: 1, problem: "a configuration is a JSON object, not \(value.kind)")
    }
    let translated = try ForeignConfiguration.translated(value)
    var importer = try ConfigurationImporter(ConfigurationFields(object: translated, path: path), tables: tables)
    let architecture = try importer.architecture()
    let total = architecture.parameterCount.total.value
    guard total < 1e15 else {
      throw .field(
        path: path + "hidden_size", problem: "the sizes make \(total) parameters, which is more than can be counted")
    }
    return Self(architecture: architecture, warnings: importer.warnings, isGuess: importer.isGuess)
  }
}

/// Reads one configuration.
struct ConfigurationImporter {
  private let outer: ConfigurationFields
  private var fields: ConfigurationFields
  private let family: Family
  private let modelType: String
  private let outerType: String?
  private let tables: TableSet
  private(set) var warnings: [String] = []
  /// Whether the family is the common form for want of a better one.
  let isGuess: Bool

  /// Where multimodal configurations keep the language model.
  private static let textParts = ["text_config", "llm_config", "language_config", "thinker_config"]

  init(_ outer: ConfigurationFields, tables: TableSet) throws(ConfigurationError) {
    self.outer = outer
    self.tables = tables
    let outerType = try outer.text("model_type")
    self.outerType = outerType
    if try outer.boolean("is_encoder_decoder") ?? false {
      throw .unsupported(modelType: outerType ?? "", reason: "encoder-decoder models are not counted")
    }
    var fields = outer
    var type = outerType
    for name in Self.textParts {
      guard let part = try outer.nested(name) else { continue }
      // One that wraps further, as `thinker_config` does.
      let inner = try part.nested("text_config")
      fields = inner ?? part
      type = try fields.text("model_type") ?? outerType.map { $0 + "_text" }
      break
    }
    if let type, let reason = Family.unsupported[type] { throw .unsupported(modelType: type, reason: reason) }
    let (family, name, warning) = try Self.family(type, outer: outer, fields: fields)
    isGuess = type.map { $0 == name } ?? true && warning != nil
    self.family = family
    modelType = name
    if let warning { warnings.append(warning) }
    fields.defaults = try Self.defaults(of: name, in: tables)
    self.fields = fields
  }

  /// The family of a model type, else that of the class in `architectures`, else the common form.
  private static func family(
    _ type: String?, outer: ConfigurationFields, fields: ConfigurationFields
  ) throws(ConfigurationError) -> (Family, String, String?) {
    if let type {
      if let family = Family.named(type) { return (family, type, nil) }
      if type.hasSuffix("_text"), let family = Family.named(String(type.dropLast(5))) {
        return (family, String(type.dropLast(5)), nil)
      }
      if let family = Family.named(type + "_text") { return (family, type + "_text", nil) }
    }
    let unknown = type.map { "model_type '\($0)' is not known" } ?? "model_type is missing"
    for name in try outer.words("architectures") ?? [] {
      if let known = Family.classes.first(where: { name.hasPrefix($0.prefix) }), let family = Family.named(known.type) {
        return (family, known.type, "\(unknown): read as \(known.type), after \(name) in architectures")
      }
    }
    if let names = try outer.words("architectures"), !names.isEmpty, names.allSatisfy({ $0.hasSuffix("ForMaskedLM") }) {
      throw .unsupported(modelType: type ?? "", reason: "encoders are not counted")
    }
    let hasLatentAttention = fields.value(["kv_lora_rank"]) != nil
    return (
      hasLatentAttention ? .deepseek : .common, type ?? "",
      "\(unknown): read as a transformer with gated feed-forward networks and RMSNorm; check the count"
    )
  }

  private static func defaults(of type: String, in tables: TableSet) throws(ConfigurationError) -> JSONValue? {
    do { return try tables.row(type, of: "model-types")?.value["defaults"] } catch { throw .table(error) }
  }

  /// A size the model cannot do without. Parts of multimodal configurations leave out what their class has by default;
  /// elsewhere a missing field is a broken file.
  private mutating func size(_ names: [String], through most: Int) throws(ConfigurationError) -> Int {
    if let (name, _) = fields.value(names) {
      let isStated = names.contains { fields.states($0) }
      guard isStated || !fields.path.isEmpty else { throw missing(names) }
      if let size = try fields.integer(name, through: most) {
        if !isStated { warnings.append("\(fields.path)\(name) is missing: \(size), the default of \(modelType)") }
        return size
      }
    }
    throw missing(names)
  }

  /// A field that pads another is not the one to ask for.
  private func missing(_ names: [String]) -> ConfigurationError {
    fields.failure(names.first { !$0.hasPrefix("padded_") } ?? names[0], "is missing")
  }

  /// Width, vocabulary and layers, without which nothing else can be told.
  private mutating func sizes() throws(ConfigurationError) -> (hidden: Int, vocabulary: Int, layers: Int) {
    var errors: [ConfigurationError] = []
    var (hidden, vocabulary, layers) = (0, 0, 0)
    do throws(ConfigurationError) {
      hidden = try size(["hidden_size", "n_embd", "d_model", "n_embed", "dim", "embedding_dim"], through: 1 << 20)
    } catch { errors.append(error) }
    do throws(ConfigurationError) {
      vocabulary = try size(["padded_vocab_size", "vocab_size"], through: ConfigurationFields.maximum)
    } catch { errors.append(error) }
    do throws(ConfigurationError) { layers = try layerCount() } catch { errors.append(error) }
    guard let first = errors.first else { return (hidden, vocabulary, layers) }
    throw errors.count == 1 ? first : .several(errors)
  }

  mutating func architecture() throws(ConfigurationError) -> Architecture {
    let (hidden, vocabulary, layerCount) = try sizes()
    let builder = LayerBuilder(fields, family: family, hidden: hidden, layerCount: layerCount)
    let layers = try builder.layers()
    let embedding = try embedding(builder, vocabulary: vocabulary)
    var architecture = Architecture(
      family: modelType, hiddenSize: hidden, layers: layers, embedding: embedding,
      outerNormParameters: builder.normParameters(try outerNorms(embedding, hidden: hidden)))
    if let count = try fields.integer(
      "num_nextn_predict_layers", "num_mtp_modules", "num_mtp_layers", from: 0, through: 64),
      count > 0,
      let last = layers.last
    {
      architecture.predictionLayers = Array(repeating: last, count: count)
    }
    try addPerLayerEmbeddings(to: &architecture)
    try addOuterParts(to: &architecture)
    architecture.longestSequence = longestSequence()
    architecture.checkpoint = try QuantizationConfiguration.read(outer, layers: layers.count)
    architecture.encoders = try Encoders.read(outer, textHidden: hidden, warnings: &warnings)
    let unread = Set(outer.unreadSizes + fields.unreadSizes).sorted()
    if !unread.isEmpty {
      let listed = unread.prefix(6).joined(separator: ", ") + (unread.count > 6 ? ", …" : "")
      warnings.append("\(listed): not read; check the count")
    }
    return architecture
  }

  /// What some families have besides their layers.
  private func addOuterParts(to architecture: inout Architecture) throws(ConfigurationError) {
    switch modelType {
    case "deepseek_v4", "deepseek_ref":
      let streams = try fields.integer("hc_mult", through: 1 << 8) ?? 4
      architecture.outerMatrices = Double(streams * streams) * Double(architecture.hiddenSize)
      architecture.outerNormParameters += streams + 1
    case "longcat_flash_ngram":
      // Tables for the last two, three, … tokens, each in parts, whose vectors are projected and added.
      let parts =
        try max(1, (fields.integer("emb_neighbor_num") ?? 2) - 1) * (fields.integer("emb_split_num") ?? 1)
      let rows = Double(try fields.integer("ngram_vocab_size_ratio") ?? 1)
      let hidden = Double(architecture.hiddenSize)
      architecture.embedding.lookupParameters = rows * Double(architecture.embedding.vocabularySize) * hidden
      architecture.outerMatrices = hidden / Double(parts) * Double(parts) * hidden
    default: break
    }
  }

  private mutating func layerCount() throws(ConfigurationError) -> Int {
    let names = ["num_hidden_layers", "n_layer", "n_layers", "num_layers", "num_blocks"]
    if modelType == "nemotron_h", fields.value(["hybrid_override_pattern", "layers_block_type"]) != nil {
      let types = try fields.words("layers_block_type")?.count
      let letters = try fields.text("hybrid_override_pattern")?.count
      let count = letters ?? types ?? 0
      guard (1...ConfigurationFields.longestList).contains(count) else {
        throw fields.failure("hybrid_override_pattern", "names \(count) layers")
      }
      return count
    }
    return try size(names, through: ConfigurationFields.longestList)
  }

  private func embedding(_ builder: LayerBuilder, vocabulary: Int) throws(ConfigurationError) -> Embedding {
    var positions = 0
    if let offset = family.positionOffset {
      guard let count = try fields.integer("n_positions", "max_position_embeddings") else {
        throw fields.failure("max_position_embeddings", "is missing")
      }
      positions = count + offset
    }
    let outerTied = try outer.boolean("tie_word_embeddings")
    let innerTied = try fields.boolean("tie_word_embeddings")
    // These once kept the field beside the sizes of the language model, whatever the outer level says.
    let isEither = [
      "llava", "llava_onevision", "llava_next_video", "glm4v", "glm4v_moe", "qwen2_vl", "qwen2_5_vl",
    ].contains(outerType)
    let tied = isEither && innerTied == true ? true : outerTied ?? innerTied
    return Embedding(
      vocabularySize: vocabulary, width: try fields.integer("word_embed_proj_dim") ?? builder.hidden,
      positions: positions, isTied: tied ?? false, hasHeadBias: try builder.isOn(family.headBias))
  }

  /// The longest sequence: its positions, or more where those before an extension are stated with its factor.
  ///
  /// Nothing else rests on it, so that a count that does not read, or is that of the class, is none.
  private func longestSequence() -> Int? {
    let names = ["max_position_embeddings", "n_positions"].filter { fields.states($0) }
    guard !names.isEmpty, let count = fields.value(names)?.value.whole else { return nil }
    let scaling = fields.value(["rope_scaling"])?.value
    guard let before = scaling?["original_max_position_embeddings"]?.whole,
      let factor = scaling?["factor"]?.number, factor > 1, factor < 1e4
    else { return count }
    return max(count, Int(Double(before) * factor))
  }

  /// OPT with norms after the layers has none at the end.
  private func outerNorms(_ embedding: Embedding, hidden: Int) throws(ConfigurationError) -> Int {
    guard modelType == "opt" else { return family.outerNorms }
    let isBefore = try fields.boolean("do_layer_norm_before") ?? true
    let isRemoved = try fields.boolean("_remove_final_layer_norm") ?? false
    return isBefore && !isRemoved ? 1 : 0
  }

  /// A second table of embeddings, one for each layer, in the small Gemma models.
  private func addPerLayerEmbeddings(to architecture: inout Architecture) throws(ConfigurationError) {
    guard ["gemma4_text", "gemma3n_text"].contains(modelType),
      let size = try fields.integer("hidden_size_per_layer_input", from: 0, through: 1 << 16), size > 0
    else { return }
    if modelType == "gemma3n_text", let streams = try fields.integer("altup_num_inputs", through: 64) {
      let hidden = Double(architecture.hiddenSize)
      architecture.outerMatrices = 2 * Double(streams - 1) * hidden * hidden
    }
    let vocabulary = try fields.integer("vocab_size_per_layer_input") ?? architecture.embedding.vocabularySize
    architecture.embedding.perLayer = Embedding.PerLayer(
      vocabularySize: vocabulary, width: size * architecture.layers.count)
    architecture.outerNormParameters += size
  }
}

extension JSONValue {
  /// A whole number that a length can be; nil for anything else.
  fileprivate var whole: Int? {
    number.flatMap { Int(exactly: $0) }.flatMap { (1...ConfigurationFields.maximum).contains($0) ? $0 : nil }
  }
}
