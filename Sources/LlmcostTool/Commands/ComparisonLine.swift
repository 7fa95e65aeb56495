import CommandLineKit
import CostModel

/// A command line over several stages, taken apart: which arguments are whose.
struct ComparisonLine {
  /// One column to be.
  struct Variant {
    var name: String
    var stage: StageCommand
    var arguments: [String]
    var notes: [String] = []
  }

  private(set) var stages: [StageCommand] = []
  /// Arguments of the comparison itself.
  private(set) var own: [String] = []
  private var shared: [(name: String, value: String?)] = []
  private var settings: [(stage: String, name: String, value: String)] = []
  private var variation: VariationOption?

  init(_ arguments: [String]) throws(Failure) {
    let ownOptions = CompareCommand.syntax.everyOption
    let stageOptions = StageCommand.all.map { ($0.name, $0.options) }
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("-"), argument != "-" else {
        try addOperand(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let isOwn = ownOptions.contains { $0.names.contains(parts[0]) }
      let known =
        ownOptions.first { $0.names.contains(parts[0]) }
        ?? stageOptions.lazy.flatMap(\.1).first { $0.names.contains(parts[0]) }
      guard let known else {
        let options = ownOptions + stageOptions.flatMap(\.1)
        if let present = options.present(parts[0]) {
          throw Failure("unknown option '\(parts[0])'", hint: "write \(present)", status: .usage)
        }
        let other = OtherWords.option(for: parts[0], in: options).map { "write \($0)" }
        let near = nearestOption(to: parts[0], in: options.flatMap(\.names)).map { "did you mean '\($0)'?" }
        throw Failure(
          "unknown option '\(parts[0])'",
          hint: other ?? near ?? "compare does not take it, nor has a stage it to compare",
          usage: CompareCommand.syntax.usageLine, status: .usage)
      }
      var value = parts.count > 1 ? parts[1] : nil
      if known.placeholder != nil, value == nil {
        guard let next = rest.popFirst() else {
          throw Failure(
            "\(parts[0]) needs a value", hint: "\(parts[0]) <\(known.placeholder ?? "")>: \(known.help)",
            usage: CompareCommand.syntax.usageLine, status: .usage)
        }
        value = next
      }
      if isOwn {
        own += [parts[0]] + (value.map { [$0] } ?? [])
      } else {
        shared.append((known.names[0], value))
      }
    }
    try checkSettings()
  }

  private mutating func addOperand(_ text: String) throws(Failure) {
    if let mark = text.firstIndex(of: "="), let dot = text[..<mark].firstIndex(of: ".") {
      settings.append(
        (String(text[..<dot]), "--" + text[text.index(after: dot)..<mark], String(text[text.index(after: mark)...])))
      return
    }
    let stage = try Self.stage(named: text)
    guard !stages.contains(where: { $0.name == stage.name }) else {
      throw Failure("\(text) is named twice", hint: "name it once; --vary compares variants", status: .usage)
    }
    stages.append(stage)
  }

  /// Options of a job that name no stage are those of pre-training, as in the other commands.
  mutating func meanPretraining() throws(Failure) {
    guard stages.isEmpty, !shared.isEmpty else { return }
    let pretraining = try Self.stage(named: "pretrain")
    if shared.allSatisfy({ pretraining.has($0.name) }) { stages.append(pretraining) }
  }

  private static func stage(named name: String) throws(Failure) -> StageCommand {
    try StageCommand.named(name, usage: CompareCommand.syntax.usageLine)
  }

  private func checkSettings() throws(Failure) {
    for setting in settings {
      let stage = try Self.stage(named: setting.stage)
      guard stages.isEmpty || stages.contains(where: { $0.name == stage.name }) else {
        throw Failure(
          "\(setting.stage)\(setting.name.replacingPrefix) is a setting of a stage that is not compared",
          hint: "name \(setting.stage) too, or leave out the setting", status: .usage)
      }
      let names = stage.options.flatMap(\.names)
      guard names.contains(setting.name) else {
        if let present = stage.options.present(setting.name)?.dropFirst(2) {
          throw Failure(
            "\(setting.stage) has no setting '\(setting.name.dropFirst(2))'",
            hint: "write \(setting.stage).\(present)", status: .usage)
        }
        let near = nearestOption(to: setting.name, in: names).map {
          "did you mean '\(setting.stage)\($0.replacingPrefix)'?"
        }
        throw Failure(
          "\(setting.stage) has no setting '\(setting.name.dropFirst(2))'",
          hint: near ?? "'llmcost \(setting.stage) --help' lists them", status: .usage)
      }
    }
  }

  /// An option with a list of values, as `--gpu h100,b200`, is one that is varied; nil where there is none.
  ///
  /// - Throws: ``Failure`` for two of them, which a sweep takes.
  mutating func takeList(besides variation: VariationOption?) throws(Failure) -> VariationOption? {
    let lists = shared.filter { option in
      guard let value = option.value else { return false }
      let isAll = option.name == InputRow.accelerator.option.name && value == Self.all
      return isAll
        || value.contains(",")
          && stages.contains { stage in
            stage.options.contains { $0.name == option.name && $0.isOne(of: value) }
          }
    }
    guard let list = lists.first, let value = list.value else { return variation }
    if let other = variation.map({ "--vary " + $0.option }) ?? lists.dropFirst().first?.name {
      throw Failure(
        "\(list.name) has a list of values, and so has \(other)",
        hint: "compare one option at a time; 'llmcost sweep' takes lists of any", status: .usage)
    }
    shared.removeAll { $0.name == list.name }
    return VariationOption(
      option: String(list.name.dropFirst(2)), values: value.split(separator: ",").map(String.init))
  }

  /// Every accelerator on the market.
  static let all = "all"

  /// Puts the values of an option side by side; those of `method` name their stages where none is named.
  mutating func vary(_ variation: VariationOption) throws(Failure) {
    self.variation = variation
    guard stages.isEmpty else {
      guard stages.contains(where: { $0.has("--" + variation.option) }) else {
        if let present = stages.flatMap(\.options).present("--" + variation.option) {
          throw Failure(
            "--vary: there is no option '\(variation.option)'", hint: "write \(present.dropFirst(2))", status: .usage)
        }
        throw Failure(
          "--vary: no stage that is compared has the option '\(variation.option)'",
          hint: "write it without dashes, as gpu=h100,b200", status: .usage)
      }
      if variation.option == "method" { try checkMethods(variation.values) }
      return
    }
    guard variation.option == "method" else { return }
    for value in variation.values {
      let stage = try Self.stage(ofMethod: value)
      if !stages.contains(where: { $0.name == stage.name }) { stages.append(stage) }
    }
  }

  /// A method of no stage that is compared would be left out without a word.
  private func checkMethods(_ methods: [String]) throws(Failure) {
    for method in methods where !stages.contains(where: { $0.methods.contains(method) || $0.name == method }) {
      let owner = try Self.stage(ofMethod: method)
      throw Failure(
        "--vary: '\(method)' is a method of \(owner.name), which is not compared",
        hint: "name \(owner.name) too, or no stage: methods name theirs", status: .usage)
    }
  }

  private static func stage(ofMethod method: String) throws(Failure) -> StageCommand {
    if let stage = StageCommand.all.first(where: { $0.methods.contains(method) || $0.name == method }) { return stage }
    let known = StageCommand.all.flatMap { $0.methods + [$0.name] }
    throw Failure(
      "--vary: no stage has the method '\(method)'",
      hint: nearest(to: method, in: known).map { "did you mean '\($0)'?" }
        ?? "there is: \(known.joined(separator: ", "))",
      status: .usage)
  }

  /// One variant for each stage and value.
  func variants(_ catalog: TableCatalog) throws(Failure) -> [Variant] {
    for option in shared where !stages.contains(where: { $0.has(option.name) }) {
      let owners = StageCommand.all.filter { $0.has(option.name) }.map(\.name).joined(separator: ", ")
      throw Failure(
        "\(option.name) is an option of no stage that is compared", hint: "it is one of \(owners)", status: .usage)
    }
    var variants: [Variant] = []
    for stage in stages {
      for value in try values(of: stage) {
        variants.append(try variant(of: stage, value, catalog))
      }
    }
    return variants
  }

  private func values(of stage: StageCommand) throws(Failure) -> [String?] {
    guard let variation, stage.has("--" + variation.option) || variation.option == "method" else { return [nil] }
    guard variation.option == "method" else { return variation.values }
    // Each method goes to the stage it is one of; a stage may be a method by itself.
    let methods = variation.values.filter { stage.methods.contains($0) || $0 == stage.name }
    // A stage without any of them stands beside those that have one.
    return methods.isEmpty ? [nil] : methods
  }

  private func variant(of stage: StageCommand, _ value: String?, _ catalog: TableCatalog) throws(Failure) -> Variant {
    var variant = Variant(name: stage.name, stage: stage, arguments: [])
    let own = settings.filter { $0.stage == stage.name }
    for option in shared
    where stage.has(option.name) && !own.contains(where: { $0.name == option.name })
      && option.name != variation.map({ "--" + $0.option })
    {
      variant.arguments += [option.name] + (option.value.map { [$0] } ?? [])
    }
    for setting in own { variant.arguments += [setting.name, setting.value] }
    if let variation, let value {
      if stage.has("--" + variation.option) {
        variant.arguments += try stage.arguments(setting: variation.option, to: value)
      }
      variant.name = stages.count == 1 || variation.option == "method" ? value : "\(stage.name) \(value)"
    }
    if stage.name == "pretrain", !variant.arguments.contains("--tokens") {
      try addUsualTokens(to: &variant, catalog)
    }
    return variant
  }

  /// All parameters of a mixture that is called by both of its sizes.
  private static func total(_ text: String) -> String {
    Option(AnySetting(Settings.parameters)).expansion?(text)?.value ?? text
  }

  /// Pre-training asks for tokens; a comparison takes the usual number for the size.
  private func addUsualTokens(to variant: inout Variant, _ catalog: TableCatalog) throws(Failure) {
    guard let place = variant.arguments.firstIndex(of: "--params"),
      let size = try? Notation.parseRange(Self.total(variant.arguments[place + 1]), as: Parameters.self).typical.value
    else { return }
    do throws(CatalogError) {
      guard let row = try catalog.factor("pretrain.tokens-per-parameter", in: "methods") else { return }
      variant.arguments += ["--tokens", Notation.exact(size * row.value.typical.value, as: .tokens)]
      variant.notes.append(
        "pretrain: no --tokens given: \(Notation.display(row.value.typical.value, as: .ratio)) per parameter are taken "
          + "(methods: pretrain.tokens-per-parameter)")
    } catch {
      throw Failure(error)
    }
  }
}

extension StageCommand {
  /// The arguments that set an option; of a switch, yes gives it and no leaves it out.
  func arguments(setting name: String, to value: String) throws(Failure) -> [String] {
    let option = "--" + name
    guard let known = options.first(where: { $0.names.contains(option) }), known.kind == nil else {
      return [option, value]
    }
    guard value == "yes" || value == "no" else {
      throw Failure("--vary: \(name) is a switch, not '\(value)'", hint: "write \(name)=no,yes", status: .usage)
    }
    return value == "yes" ? [option] : []
  }

  /// The methods it lets one choose.
  var methods: [String] { options.first { $0.names.contains("--method") }?.choices ?? [] }
}

extension Option {
  /// Whether a list can only mean several values: rows of a table, or values that it takes one by one and not together.
  fileprivate func isOne(of list: String) -> Bool {
    if case .list = completion { return true }
    return !takes(list) && list.split(separator: ",").allSatisfy { takes(String($0)) }
  }

  private func takes(_ text: String) -> Bool {
    do throws(ValueError) {
      try kind?.check(text)
      return kind != nil
    } catch {
      return false
    }
  }
}

extension String {
  /// An option's name as a setting behind the name of a stage.
  fileprivate var replacingPrefix: String { "." + dropFirst(2) }
}
