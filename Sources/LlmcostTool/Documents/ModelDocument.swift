import CostModel
import TextFormats

/// What an architecture comes to at a context, under stable names.
struct ModelDescription {
  let name: String
  let architecture: Architecture
  let parameters: ParameterCount
  let operations: ModelOperations
  let context: Quantity<SequenceLength>
  let recomputation: Recomputation
  let cache: KeyValueCache
  let cachePrecision: CachePrecision

  init(
    _ model: ModelOptions.Resolved, context: Quantity<SequenceLength>, recomputation: Recomputation,
    cache precision: CachePrecision
  ) {
    name = model.name
    architecture = model.architecture
    parameters = architecture.parameterCount
    operations = architecture.operations(context: context)
    self.context = context
    self.recomputation = recomputation
    cache = architecture.keyValueCache(context: context)
    cachePrecision = precision
  }

  /// The stable names, in order, and their values in base units.
  static let fields: [[Field<ModelDescription>]] =
    [
      Field.word("model") { $0.name }, Field.number("parameters") { $0.parameters.total.value },
      Field.number("text_parameters") { $0.parameters.text.value },
      Field.number("active_parameters") { $0.parameters.active.value },
      Field.number("embedding_parameters") { $0.parameters.embedding.value },
      Field.number("prediction_parameters") { $0.architecture.predictionParameters.value },
      Field.number("forward_flop_per_token") { $0.operations.forward.value },
      Field.number("training_flop_per_token") { $0.training },
      Field.number("training_flop_per_token_6nd") { $0.architecture.ruleOfThumbOperations.value },
      Field.number("kv_bytes_per_token") { $0.cachePerToken },
      Field.number("kv_bytes_at_context") { $0.cacheAtContext },
      Field.number("context") { $0.context.value }, Field.number("layers") { Double($0.architecture.layers.count) },
      Field.number("hidden_size") { Double($0.architecture.hiddenSize) },
      Field.number("vocabulary_size") { Double($0.architecture.embedding.vocabularySize) },
    ]

  private var training: Double { operations.training(recomputation).value }
  private var cachePerToken: Double { cache.bytesPerToken(bytesPerElement: cachePrecision.bytesPerElement).value }
  private var cacheAtContext: Double { cache.bytesAtContext(bytesPerElement: cachePrecision.bytesPerElement).value }

  private var parts: [ModelPart] { ModelPart.allCases.filter { parameters[$0].value > 0 } }

  /// By how much exact training FLOP differ from 6ND, as a share.
  private var difference: Double {
    let rule = architecture.ruleOfThumbOperations.value
    return rule > 0 ? training / rule - 1 : 0
  }

  var document: Document {
    func whole(_ value: Double) -> String { Notation.display(value, as: .sequenceLength) }
    let layers = architecture.layers.count
    var document = Document(
      "model",
      title:
        "\(name)\n\(architecture.family), \(layers == 1 ? "1 layer" : "\(whole(Double(layers))) layers"), hidden size "
        + "\(whole(Double(architecture.hiddenSize))), "
        + "vocabulary \(whole(Double(architecture.embedding.vocabularySize)))"
        + (architecture.embedding.isTied ? ", output head tied to the embedding" : ""))
    document.facts = [
      Document.Fact("parameters", .value(parameters.total.value, .sequenceLength)),
      Document.Fact("active for a token", .value(parameters.active.value, .sequenceLength)),
      Document.Fact("training FLOP per token", .value(training, .operations)),
      Document.Fact("key-value cache per token", .value(cachePerToken, .bytes)),
    ]
    document.records = Records([self], Self.fields)
    document.tree = .members { members }
    document.sections = { _ in [counts, work, caches] }
    return document
  }

  private var members: [JSONMember] {
    [
      ("model", .string(name)), ("family", .string(architecture.family)),
      ("summary", .object(Self.fields.dropFirst().flatMap { $0 }.map { ($0.name, $0.value(self)) })),
      ("parts", .object(parts.map { ($0.rawValue, .number(parameters[$0].value)) })),
      (
        "forwardFlopPerToken",
        .object([
          ("matrices", .number(operations.matrices.value)), ("outputHead", .number(operations.outputHead.value)),
          ("attention", .number(operations.attention.value)), ("recurrence", .number(operations.recurrence.value)),
        ])
      ),
      ("recompute", .string(recomputation.rawValue)), ("kvPrecision", .string(cachePrecision.rawValue)),
      ("stateElements", .number(cache.stateElements)), ("differenceTo6nd", .number(difference)),
    ]
  }

  private static func chart(
    _ heading: String, _ parts: [(name: String, value: Double)], _ dimension: Dimension
  ) -> Chart {
    let total = Shown(dimension).text(parts.reduce(0) { $0 + $1.value })
    var chart = Chart.bars(
      heading, "One bar for each of \(parts.count) parts of \(total).",
      parts.map { ($0.name, Spread(typical: $0.value)) }, dimension)
    chart.legend = []
    return chart
  }

  private var counts: Document.Section {
    let (total, counts) = (parameters.total.value, parts.map { ($0.name, parameters[$0].value) })
    var table = Table("Parameters by part", ["part", .number("parameters"), .number("share")])
    func add(_ name: String, _ value: Double, isStrong: Bool = false) {
      table.add([.text(name), .value(value, .sequenceLength), .share(value / total)], isStrong: isStrong)
    }
    for (name, value) in counts { add(name, value) }
    add("total", total, isStrong: true)
    if parameters.text != parameters.total { add("language model", parameters.text.value) }
    if parameters.active != parameters.text { add("active for a token", parameters.active.value) }
    let prediction = architecture.predictionParameters.value
    if prediction > 0 { table.add("beside it: multi-token prediction", .value(prediction, .sequenceLength)) }
    return Document.Section(
      "parameters", "Parameters by part", Self.chart("Parameters by part", counts, .sequenceLength), table)
  }

  private var work: Document.Section {
    let heading = "FLOP per token at a context of \(Notation.display(context.value, as: .sequenceLength))"
    let forward = operations.forward.value
    let parts = [
      ("matrices of the layers", operations.matrices.value),
      ("attention to earlier tokens", operations.attention.value), ("recurrence", operations.recurrence.value),
      ("output head", operations.outputHead.value),
    ].filter { $0.1 > 0 }
    var table = Table(
      heading, ["part", .number("FLOP"), .number("share"), ""],
      parts.map { [.text($0.0), .value($0.1, .operations), .share($0.1 / forward)] })
    table.add("forward", .value(forward, .operations))
    table.add(
      "training", .value(training, .operations), .empty,
      recomputation == .none ? "3 × forward" : "recomputation: \(recomputation.rawValue)")
    table.add(
      "training by 6ND", .value(architecture.ruleOfThumbOperations.value, .operations), .empty,
      "exact is \(Cell.percent(abs(difference))) \(difference < 0 ? "less" : "more")")
    return Document.Section("flop", heading, Self.chart(heading, parts, .operations), table)
  }

  private var caches: Document.Section {
    var table = Table("Key-value cache in \(cachePrecision.rawValue)", ["cache", .number("bytes"), ""])
    table.add("per token", .value(cachePerToken, .bytes))
    table.add(
      "per sequence of \(Notation.display(context.value, as: .sequenceLength))", .value(cacheAtContext, .bytes),
      cache.stateElements > 0 ? "with the states of recurrent layers" : "")
    return Document.Section("cache", "Key-value cache", nil, table)
  }
}
