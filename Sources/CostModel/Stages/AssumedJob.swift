extension Estimate {
  /// What the stage takes the size of the job to be where nobody said: held fixed, and the first thing to give.
  ///
  /// - Parameter stage: The stage, whose declarations tell which settings size a job.
  /// - Returns: The settings that count in the estimate, in the order of the help, each with its stated value.
  package func assumedJob(of stage: any Stage.Type) -> [(setting: AnySetting, value: Double)] {
    var records: [String: InputRecord] = [:]
    var seen: Set<ObjectIdentifier> = []
    for root in [run.acceleratorHours.node] + work.purchases.map(\.amount.node) {
      root.collectInputs(into: &records, &seen)
    }
    return stage.settings.compactMap { setting in
      guard setting.isOfJob, let record = records[stage.name + "." + setting.id],
        case .table(let row) = record.origin, row.table == "methods"
      else { return nil }
      return (setting, record.distribution.typical)
    }
  }

  /// That assumption in words; nil where everything is given.
  func noteOfAssumedJob(of stage: any Stage.Type) -> Message? {
    let assumed = assumedJob(of: stage).filter { $0.value != 0 }
    guard let first = assumed.first?.setting else { return nil }
    var message: Message = "\(stage.name) is for "
    for (index, (setting, value)) in assumed.enumerated() {
      if index > 0 { message = message + ", " }
      message = message + "\(input: setting.id, as: Notation.exact(value, as: setting.dimension))"
    }
    return message + ", as it was not given: give \(input: first.id) first, which decides most"
  }
}

extension Node {
  /// All inputs of a formula, by their ids.
  func collectInputs(into records: inout [String: InputRecord], _ seen: inout Set<ObjectIdentifier>) {
    guard seen.insert(ObjectIdentifier(self)).inserted else { return }
    if case .input(let record) = operation { records[record.id] = record }
    for operand in operands { operand.collectInputs(into: &records, &seen) }
  }
}
