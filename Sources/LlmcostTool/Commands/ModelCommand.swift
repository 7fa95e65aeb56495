import CommandLineKit
import CostModel
import TextFormats

/// `llmcost model`: what an architecture comes to.
enum ModelCommand {
  static let summary = "Describe an architecture: parameters by part, FLOP per token, key-value cache."

  static let syntax = CommandSyntax(
    name: "llmcost model",
    summary: summary,
    discussion: """
      Reads a config.json as Hugging Face has it and counts every parameter. FLOP are exact: each matrix that works on \
      a token counts two for each parameter, the output head included and the input look-up not; attention counts the \
      positions that the causal mask and the window leave. Beside them stands the rule 6ND, N the active parameters.
      """,
    usage: "(--config FILE | --model ID) [options]",
    groups: [
      OptionGroup("Model", [InputRow.configuration.option, InputRow.model.option]),
      OptionGroup(
        "Use", [.context, .recomputation, .cachePrecision.saying("number format of the cache (default bf16)")]),
      OptionGroup("Results", [.assumeCommonForm]),
      OutputOptions.group,
    ],
    examples: [
      CommandExample("llmcost model --config config.json", "a model on disk"),
      CommandExample("llmcost model --model deepseek-v3 --context 128k", "a known model on long sequences"),
      CommandExample("llmcost model --model llama-3.1-8b --get kv_bytes_per_token", "one number for a script"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in try run(arguments, in: world) }
  }

  private static func run(_ arguments: Arguments, in world: any World) throws(Failure) -> Outcome {
    let output = try OutputOptions(arguments)
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    guard let resolved = try ModelOptions(arguments).resolve(in: world, catalog: catalog) else {
      throw Failure(
        "--config and --model are missing", hint: "say which model, as --model llama-3.1-8b",
        usage: syntax.usageLine, status: .usage)
    }
    let length: Quantity<SequenceLength> = try arguments.quantity(of: .context) ?? Quantity(4096)
    guard length.value >= 1, length.value <= 1e9 else {
      throw Failure(
        "--context of \(Notation.display(length.value, as: .sequenceLength)) is out of range", hint: "1 to 1e9",
        status: .usage)
    }
    let description = ModelDescription(
      resolved, context: length, recomputation: try arguments.value(of: .recomputation) ?? .none,
      cache: try arguments.value(of: .cachePrecision) ?? .bf16)
    guard output.get.isEmpty || arguments.has(.assumeCommonForm) || !resolved.isGuess else {
      throw Failure(
        "\(resolved.name): \(resolved.warnings.first ?? "its type is not known")",
        hint: "--assume-common-form counts it so all the same; the count may be far off", status: .badData)
    }
    var document = description.document
    document.notes = resolved.warnings
    return try output.outcome(document, in: world)
  }
}

extension Option {
  fileprivate static let assumeCommonForm = Option(
    switch: "--assume-common-form",
    help: "with --get: count an unknown type as a transformer of the common form all the same")
  fileprivate static let context = Option(
    "--context", of: .range(.sequenceLength),
    help: "tokens per sequence, as 8k, for attention and the cache (default 4096)")
  fileprivate static let recomputation = Option(
    "--recompute", of: .type(Recomputation.self),
    help: "what the backward pass computes again: attention (selective) or all (full) (default none)")
}

extension Recomputation: OptionValue {}

/// The number format of cached keys and values.
enum CachePrecision: String, CaseIterable, OptionValue {
  case fp32, bf16, fp16, fp8, int8, fp4, int4

  var bytesPerElement: Double {
    switch self {
    case .fp32: 4
    case .bf16, .fp16: 2
    case .fp8, .int8: 1
    case .fp4, .int4: 0.5
    }
  }
}
