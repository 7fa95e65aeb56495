import CommandLineKit
import CostModel

extension CompareCommand {
  /// The command as shells complete it: with the options of the stages, each once, and their settings as operands.
  static var completed: CommandSyntax {
    var description = syntax
    description.operands = description.operands.map { Operand($0.placeholder, completing: .compared) }
    let own = Set(description.everyOption.flatMap(\.names))
    description.groups.append(OptionGroup("Stages", stageOptions.filter { own.isDisjoint(with: $0.names) }))
    return description
  }

  /// Names of stages, and each setting of a stage as `stage.setting=`.
  static func comparedEntries(_ catalog: TableCatalog) throws(CatalogError) -> [CompletionEntry] {
    let stages = StageCommand.all.map { CompletionEntry($0.name, $0.stage.summary) }
    var settings: [CompletionEntry] = []
    for stage in StageCommand.all {
      for option in stage.options where option.placeholder != nil {
        settings.append(
          CompletionEntry(
            "\(stage.name).\(option.name.dropFirst(2))=", try Defaults.filled(option.help, from: catalog)))
      }
    }
    return stages + settings
  }

  /// The options of all stages; one that offers other values in each stage offers those of all.
  private static var stageOptions: [Option] {
    var options: [Option] = []
    var places: [String: Int] = [:]
    for option in StageCommand.all.flatMap(\.options) {
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
