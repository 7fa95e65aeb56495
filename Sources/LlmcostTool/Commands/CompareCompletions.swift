import CommandLineKit

extension CompareCommand {
  /// The command as shells complete it: with the options of the stages, each once, and their settings as operands.
  static var completed: CommandDescription {
    var description = syntax.description
    description.operands = description.operands.map { Operand($0.placeholder, completing: .compared) }
    let own = Set(description.options.flatMap(\.names))
    description.groups.append(
      OptionGroupDescription(title: "Stages", options: stageOptions.filter { own.isDisjoint(with: $0.names) }))
    return description
  }

  /// Names of stages, and each setting of a stage as `stage.setting=`.
  static var comparedEntries: [CompletionEntry] {
    let stages = AnyStage.all.map { CompletionEntry($0.name, $0.summary) }
    return stages
      + AnyStage.all.flatMap { stage in
        stage.options().compactMap { option in
          guard option.placeholder != nil, let name = option.names.first else { return nil }
          return CompletionEntry("\(stage.name).\(name.dropFirst(2))=", option.help)
        }
      }
  }

  /// The options of all stages; one that offers other values in each stage offers those of all.
  private static var stageOptions: [OptionDescription] {
    var options: [OptionDescription] = []
    var places: [String: Int] = [:]
    for option in AnyStage.all.flatMap({ $0.options() }) {
      let name = option.names.first ?? ""
      guard let place = places[name] else {
        places[name] = options.count
        options.append(option)
        continue
      }
      guard case .words(let known) = options[place].completion, case .words(let more) = option.completion else {
        continue
      }
      options[place].completion = .words(known + more.filter { !known.contains($0) })
    }
    return options
  }
}
