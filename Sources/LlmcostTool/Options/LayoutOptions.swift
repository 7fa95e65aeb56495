import CommandLineKit
import CostModel

/// Options that fix degrees of a layout; what is not given is looked for.
struct LayoutOptions: Sendable {
  let arguments: Arguments

  static let group = OptionGroup(
    "Layout",
    [
      .tensor, .pipeline, .virtualStages, .contextParallel, .expert, .expertTensor, .zero, .sharding, .microBatch,
      .recomputation, .offload,
    ])

  /// What is fixed.
  func fixed() throws(Failure) -> LayoutSearch.Fixed {
    var fixed = LayoutSearch.Fixed()
    fixed.tensor = try arguments.degree(of: .tensor)
    fixed.pipeline = try arguments.degree(of: .pipeline)
    fixed.virtualStages = try arguments.degree(of: .virtualStages)
    fixed.context = try arguments.degree(of: .contextParallel)
    fixed.expert = try arguments.degree(of: .expert)
    fixed.expertTensor = try arguments.degree(of: .expertTensor)
    fixed.sharding =
      try arguments.names(.sharding)
      ? arguments.value(of: .sharding) : arguments.value(of: .zero, as: ZeroStage.self)?.sharding
    fixed.microBatch = try arguments.degree(of: .microBatch).map(Double.init)
    fixed.recompute = try arguments.value(of: .recomputation, as: RecomputeOption.self)?.value
    fixed.offload = try arguments.value(of: .offload, as: OffloadOption.self)?.value ?? []
    return fixed
  }
}

extension LayoutOptions {
  /// What is fixed, by degrees or as a layout, and whether a layout names the replicas too.
  func named(
    _ count: Int?
  ) throws(Failure) -> (fixed: LayoutSearch.Fixed, layout: Layout?, namesAll: Bool) {
    var fixed = try fixed()
    guard let text = arguments.text(of: .layout), text.lowercased() != "best" else { return (fixed, nil, false) }
    let parsed: (layout: Layout, named: Set<String>)
    do { parsed = try Layout.parse(text) } catch {
      throw Failure("--layout: \(error.message)", hint: "write best, or tp4,pp8,vp5,dp16", status: .usage)
    }
    var layout = parsed.layout
    let others = Double(layout.tensor) * Double(layout.pipeline) * Double(layout.context)
    if let count {
      let whole = parsed.named.contains("dp") ? layout.accelerators : others
      let fits =
        parsed.named.contains("dp") ? whole == Double(count) : whole <= Double(count) && count % Int(whole) == 0
      guard fits else {
        let problem = LayoutProblem.accelerators(
          degrees: Int(min(whole, 1e15)), count: count, others: Int(min(others, 1e15)))
        throw Failure("--layout: \(problem.message)", hint: problem.hint, status: .usage)
      }
      if !parsed.named.contains("dp") { layout.data = count / Int(others) }
    }
    (fixed.tensor, fixed.pipeline, fixed.context) = (layout.tensor, layout.pipeline, layout.context)
    // What a layout does not name is 1, unless an option of its own says otherwise.
    func degree(_ name: String, _ own: Int, _ given: Int?) -> Int { parsed.named.contains(name) ? own : given ?? own }
    fixed.virtualStages = degree("vp", layout.virtualStages, fixed.virtualStages)
    fixed.expert = degree("ep", layout.expert, fixed.expert)
    fixed.expertTensor = degree("etp", layout.expertTensor, fixed.expertTensor)
    if parsed.named.contains("mbs") { fixed.microBatch = layout.microBatch }
    if parsed.named.contains("sharding") { fixed.sharding = layout.sharding }
    if parsed.named.contains("recompute") { fixed.recompute = layout.recompute }
    if parsed.named.contains("offload") { fixed.offload = layout.offload }
    return (fixed, layout, parsed.named.contains("dp"))
  }
}

/// The size of an optimizer step: `1024` sequences, or `4Mtok` of tokens.
struct BatchOption: OptionValue {
  var batch: StepChoices.Batch

  static var placeholder: String { "n|tokens" }

  private static let suffixes = ["tokens", "token", "toks", "tok"]

  init(argument: String) throws(ValueError) {
    let text = argument.lowercased()
    let hint = "write sequences, as 1024, or tokens, as 4Mtok"
    guard let suffix = Self.suffixes.first(where: { text.hasSuffix($0) }) else {
      guard let count = Double(text.filter { $0 != "_" }), count == count.rounded(), (1...1e12).contains(count) else {
        throw ValueError("'\(argument)' is neither a number of sequences nor one of tokens", hint: hint)
      }
      batch = .sequences(count)
      return
    }
    let number = String(argument.dropLast(suffix.count).filter { $0 != " " })
    let tokens: Double
    do throws(NotationError) {
      tokens = try Notation.parse(number, as: .tokens, bareUnit: Dimension.tokens.bareUnit)
    } catch {
      throw ValueError("'\(argument)' is no number of tokens: \(error.reason)", hint: hint)
    }
    guard (1...1e15).contains(tokens) else { throw ValueError("'\(argument)' is out of range", hint: hint) }
    batch = .tokens(tokens)
  }

  /// Sequences of a length, whole; of tokens, as many as the accelerators divide among them.
  func sequences(of length: Double, among accelerators: Int?) throws(Failure) -> Double {
    let sequences = batch.tokens(sequence: length) / length
    guard sequences >= 0.5 else {
      throw Failure(
        "--global-batch of \(Notation.display(batch.tokens(sequence: length), as: .tokens)) tokens is less than one "
          + "sequence of \(Notation.display(length, as: .sequenceLength))",
        hint: "write at least that, as 4Mtok", status: .usage)
    }
    guard case .tokens = batch else { return sequences.rounded() }
    return MemoryJob.batch(sequences: sequences, among: accelerators ?? Self.usualReplicas)
  }

  /// What divides a batch where the number of accelerators is not given.
  private static let usualReplicas = 1024
}

extension Arguments {
  /// Whether an option itself is given, and not another that sets the same value.
  func names(_ option: Option) -> Bool { given.contains { $0.option == option.name } }

  /// The number of an option that counts from 1.
  ///
  /// - Throws: ``Failure`` for one that is out of range.
  func degree(of option: Option) throws(Failure) -> Int? {
    guard let number = try count(of: option) else { return nil }
    guard (1...1_000_000_000).contains(number) else {
      throw Failure("\(option.name): \(number) is out of range", hint: "write a number from 1", status: .usage)
    }
    return number
  }
}

extension Option {
  fileprivate static let tensor = Option(
    "--tensor-parallel", of: .whole, formerly: ["--tensor"], help: "accelerators that share each matrix")
  fileprivate static let pipeline = Option(
    "--pipeline-parallel", of: .whole, formerly: ["--pipeline"], help: "stages of layers")
  fileprivate static let virtualStages = Option(
    "--virtual-stages", of: .whole, help: "chunks of layers in a stage, interleaved")
  fileprivate static let contextParallel = Option(
    "--context-parallel", of: .whole, help: "accelerators that share each sequence")
  fileprivate static let expert = Option(
    "--expert-parallel", of: .whole, formerly: ["--expert"], help: "accelerators that share the experts of a layer")
  fileprivate static let expertTensor = Option(
    "--expert-tensor-parallel", of: .whole, help: "accelerators that share the matrices of an expert")
  fileprivate static let zero = Option(
    "--zero", of: .type(ZeroStage.self),
    help: "what replicas divide: 1 the optimizer, 2 gradients too, 3 weights too (FSDP)")
  fileprivate static let sharding = Option(
    "--sharding", of: .type(Layout.Sharding.self), sameAs: "--zero",
    help: "the same by name; hsdp divides within a scale-up domain")
  fileprivate static let microBatch = Option("--micro-batch", of: .whole, help: "sequences, or pairs, at once")
  fileprivate static let recomputation = Option(
    "--recompute", of: .type(RecomputeOption.self),
    help:
      "what the backward pass computes again: none, attention, selective, full, layers of a stage as 5, a share as 1/2, or modules as mla_up_proj+layernorm"
  )
  fileprivate static let offload = Option(
    "--offload", of: .type(OffloadOption.self),
    help: "what lives on the host: optimizer, activations, or optimizer+activations")
}

extension Layout.Sharding: OptionValue {}

/// A stage of ZeRO.
enum ZeroStage: String, CaseIterable, OptionValue {
  case none = "0"
  case optimizer = "1"
  case gradients = "2"
  case weights = "3"

  var sharding: Layout.Sharding {
    switch self {
    case .none: .ddp
    case .optimizer: .zero1
    case .gradients: .zero2
    case .weights: .fsdp
    }
  }
}

/// What the backward pass computes again.
struct RecomputeOption: OptionValue {
  var value: Recompute

  static var placeholder: String { "what" }

  init(argument: String) throws(ValueError) {
    guard let value = Recompute(text: argument.lowercased()) else {
      throw ValueError(
        "'\(argument)' is nothing to compute again",
        hint:
          "write none, attention, selective, full, layers of a stage as 5, a share as 1/2, or modules as mla_up_proj+moe_act"
      )
    }
    self.value = value
  }
}

/// What lives in the memory of the host.
struct OffloadOption: OptionValue {
  var value: Layout.Offload

  static var placeholder: String { "what" }

  init(argument: String) throws(ValueError) {
    do {
      value = try Layout.parse("offload=" + argument.lowercased()).layout.offload
    } catch {
      throw ValueError(
        "'\(argument)' cannot be moved to the host", hint: "write optimizer, activations or optimizer+activations")
    }
  }
}
