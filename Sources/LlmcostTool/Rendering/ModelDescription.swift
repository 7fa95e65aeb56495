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

  /// All stable names, in order.
  static let names = [
    "parameters", "text_parameters", "active_parameters", "embedding_parameters", "prediction_parameters",
    "forward_flop_per_token", "training_flop_per_token", "training_flop_per_token_6nd", "kv_bytes_per_token",
    "kv_bytes_at_context", "context", "layers", "hidden_size", "vocabulary_size",
  ]

  /// The value under a stable name, in base units.
  func value(_ name: String) -> Double? {
    switch name {
    case "parameters": parameters.total.value
    case "text_parameters": parameters.text.value
    case "active_parameters": parameters.active.value
    case "embedding_parameters": parameters.embedding.value
    case "prediction_parameters": architecture.predictionParameters.value
    case "forward_flop_per_token": operations.forward.value
    case "training_flop_per_token": operations.training(recomputation).value
    case "training_flop_per_token_6nd": architecture.ruleOfThumbOperations.value
    case "kv_bytes_per_token": cache.bytesPerToken(bytesPerElement: cachePrecision.bytesPerElement).value
    case "kv_bytes_at_context": cache.bytesAtContext(bytesPerElement: cachePrecision.bytesPerElement).value
    case "context": context.value
    case "layers": Double(architecture.layers.count)
    case "hidden_size": Double(architecture.hiddenSize)
    case "vocabulary_size": Double(architecture.embedding.vocabularySize)
    default: nil
    }
  }

  var parts: [ModelPart] { ModelPart.allCases.filter { parameters[$0].value > 0 } }

  /// By how much exact training FLOP differ from 6ND, as a share.
  private var difference: Double {
    let rule = architecture.ruleOfThumbOperations.value
    return rule > 0 ? operations.training(recomputation).value / rule - 1 : 0
  }

  var json: JSONDocument {
    .object([
      ("schemaVersion", .number(1)), ("command", .string("model")), ("model", .string(name)),
      ("family", .string(architecture.family)),
      ("summary", .object(Self.names.map { ($0, .optional(value($0))) })),
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
    ])
  }

  func table(width: Int, style: Style) -> String {
    let whole = { (value: Double) in Notation.display(value, as: .sequenceLength) }
    let layers = architecture.layers.count
    var text = style.bold(name) + "\n"
    text += "\(architecture.family), \(layers == 1 ? "1 layer" : "\(whole(Double(layers))) layers"), hidden size "
    text += "\(whole(Double(architecture.hiddenSize))), "
    text += "vocabulary \(whole(Double(architecture.embedding.vocabularySize)))"
    text += (architecture.embedding.isTied ? ", output head tied to the embedding" : "") + "\n\n"
    var count = TextTable([.left, .right, .right])
    count.rows = [["", "parameters", "share"]]
    let total = parameters.total.value
    for part in parts {
      count.rows.append([part.name, whole(parameters[part].value), Self.share(parameters[part].value / total)])
    }
    count.rows.append(["total", whole(total), Self.share(1)])
    if parameters.text != parameters.total {
      count.rows.append(["language model", whole(parameters.text.value), Self.share(parameters.text.value / total)])
    }
    if parameters.active != parameters.text {
      count.rows.append(
        ["active for a token", whole(parameters.active.value), Self.share(parameters.active.value / total)])
    }
    let prediction = architecture.predictionParameters.value
    if prediction > 0 { count.rows.append(["beside it: multi-token prediction", whole(prediction)]) }
    text += count.lines(width: width).joined(separator: "\n") + "\n\n"
    return text + operationsTable(width: width)
  }

  private func operationsTable(width: Int) -> String {
    let flop = { (value: Double) in Notation.display(value, as: .operations) }
    let bytes = { (value: Double) in Notation.display(value, as: .bytes) }
    let length = Notation.display(context.value, as: .sequenceLength)
    var table = TextTable([.left, .right, .left])
    let forward = operations.forward.value
    let parts = [
      ("matrices of the layers", operations.matrices.value),
      ("attention to earlier tokens", operations.attention.value),
      ("recurrence", operations.recurrence.value), ("output head", operations.outputHead.value),
    ]
    table.rows = [["FLOP per token at a context of \(length)", "", ""]]
    for (name, value) in parts where value > 0 {
      table.rows.append(["    " + name, flop(value), Self.share(value / forward)])
    }
    table.rows += [
      ["  forward", flop(forward), ""],
      [
        "  training", flop(operations.training(recomputation).value),
        recomputation == .none ? "3 × forward" : "recomputation: \(recomputation.rawValue)",
      ],
      [
        "  training by 6ND", flop(architecture.ruleOfThumbOperations.value),
        "exact is \(Self.share(abs(difference))) \(difference < 0 ? "less" : "more")",
      ],
      ["", "", ""], ["Key-value cache in \(cachePrecision.rawValue)", "", ""],
      ["  per token", bytes(cache.bytesPerToken(bytesPerElement: cachePrecision.bytesPerElement).value), ""],
      [
        "  per sequence of \(length)",
        bytes(cache.bytesAtContext(bytesPerElement: cachePrecision.bytesPerElement).value),
        cache.stateElements > 0 ? "with the states of recurrent layers" : "",
      ],
    ]
    return table.lines(width: width).joined(separator: "\n") + "\n"
  }

  /// A share in percent, to one place.
  private static func share(_ value: Double) -> String {
    let tenths = (value * 1000).rounded()
    guard tenths > 0 || value == 0 else { return "< 0.1 %" }
    let whole = Notation.display((tenths / 10).rounded(.towardZero), as: .sequenceLength)
    return "\(whole).\(Int(tenths.truncatingRemainder(dividingBy: 10))) %"
  }
}
