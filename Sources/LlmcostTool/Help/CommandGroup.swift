import CostModel

/// What commands are for, as people look for them.
enum CommandGroup: String, CaseIterable {
  case train
  case afterTraining = "after training"
  case data, choose, serve, check
  case tool = "this program"
}

extension StageCommand {
  /// What the stage is for.
  var group: CommandGroup {
    if isPretraining { return .train }
    return stage.makesData ? .data : .afterTraining
  }
}
