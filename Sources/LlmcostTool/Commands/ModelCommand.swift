import CommandLineKit
import CostModel
import CostTables
import TextFormats

/// `llmcost model`: what an architecture comes to.
struct ModelCommand: Sendable {
  var model = ModelOptions()
  var get: String?
  var assumesCommonForm = false
  var context: RangeOption<SequenceLength>?
  var recomputation: Recomputation?
  var cachePrecision: CachePrecision?
  var output = OutputOptions()

  static let summary = "Describe an architecture: parameters by part, FLOP per token, key-value cache."

  static let syntax = CommandSyntax<ModelCommand>(
    name: "llmcost model",
    summary: summary,
    discussion: """
      Reads a config.json as Hugging Face has it and counts every parameter. FLOP are exact: each matrix that works on \
      a token counts two for each parameter, the output head included and the input look-up not; attention counts the \
      positions that the causal mask and the window leave. Beside them stands the rule 6ND, N the active parameters.
      """,
    usage: "(--config FILE | --model ID) [options]",
    groups: [
      ModelOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.model) },
      OptionGroup(
        "Use",
        [
          Option(
            "--context", as: RangeOption<SequenceLength>.self,
            help: "tokens per sequence, as 8k, for attention and the cache (default 4096)"
          ) { $0.context = $1 },
          Option(
            "--recompute", as: Recomputation.self,
            help: "what the backward pass computes again: attention (selective) or all (full) (default none)"
          ) { $0.recomputation = $1 },
          Option("--kv-precision", as: CachePrecision.self, help: "number format of the cache (default bf16)") {
            $0.cachePrecision = $1
          },
        ]),
      OptionGroup(
        "Results",
        [
          Option(
            "--get", as: String.self, placeholder: "name",
            help: "print one bare number, as parameters or training_flop_per_token"
          ) { $0.get = $1 },
          Option(
            switch: "--assume-common-form",
            help: "with --get: count an unknown type as a transformer of the common form all the same"
          ) { $0.assumesCommonForm = true },
        ]),
      OutputOptions.group.lifted { (command, body) throws(ValueError) in try body(&command.output) },
    ],
    examples: [
      CommandExample("llmcost model --config config.json", "a model on disk"),
      CommandExample("llmcost model --model deepseek-v3 --context 128k", "a known model on long sequences"),
      CommandExample("llmcost model --model llama-3.1-8b --get kv_bytes_per_token", "one number for a script"),
    ])

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, from: ModelCommand(), in: world) { (command, _) throws(Failure) in
      try command.run(in: world)
    }
  }

  private func run(in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(output.tables, in: world))
    guard let resolved = try model.resolve(in: world, catalog: catalog) else {
      throw Failure(
        "--config and --model are missing", hint: "say which model, as --model llama-3.1-8b",
        usage: Self.syntax.usageLine, status: .usage)
    }
    let length = context?.value.typical ?? Quantity(4096)
    guard length.value >= 1, length.value <= 1e9 else {
      throw Failure(
        "--context of \(Notation.display(length.value, as: .sequenceLength)) is out of range", hint: "1 to 1e9",
        status: .usage)
    }
    let description = ModelDescription(
      resolved, context: length, recomputation: recomputation ?? .none, cache: cachePrecision ?? .bf16)
    guard get == nil || assumesCommonForm || !resolved.isGuess else {
      throw Failure(
        "\(resolved.name): \(resolved.warnings.first ?? "its type is not known")",
        hint: "--assume-common-form counts it so all the same; the count may be far off", status: .badData)
    }
    var outcome = Outcome(
      output: try text(of: description, in: world), outputPath: output.output == "-" ? nil : output.output)
    if !output.isQuiet { outcome.complaint = resolved.warnings.map { "note: \($0)\n" }.joined() }
    return outcome
  }

  private func text(of description: ModelDescription, in world: any World) throws(Failure) -> String {
    let format = try output.formatForColumns(get: get)
    if let name = get {
      guard let value = description.value(name) else {
        throw Failure(unknown: name, option: "--get", listed: ModelDescription.names)
      }
      return Summary.text(value) + "\n"
    }
    switch format {
    case .table:
      let style = output.style(in: world)
      return style.shown(description.table(width: output.columns(in: world), style: style))
    case .json: return description.json.prettyText()
    case .html, .svg: return try description.page.text(format)
    case .csv, .tsv, .jsonl, .markdown:
      let names = output.columns?.names ?? ["model"] + ModelDescription.names
      var row: [JSONDocument] = []
      for name in names {
        guard name != "model" else {
          row.append(.string(description.name))
          continue
        }
        guard let value = description.value(name) else {
          throw Failure(unknown: name, option: "--columns", listed: ModelDescription.names)
        }
        row.append(.number(value))
      }
      return Records.text(
        format, columns: names, rows: [row], numeric: Set(names.indices.filter { names[$0] != "model" }))
    }
  }
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
