import CommandLineKit
import CostModel

extension InputRow {
  /// What a heading begins with, before its numbers.
  private static let leading = [accelerator, region]

  /// Words, switches and files, behind the numbers of their heading.
  private static let trailing = [
    configuration, model, furtherPhases, precision, flopCount, benchmarkMFU, log, measuredAccelerator, measuredFlop,
    provider, tier, commitment, prices,
    priceDate,
    start, own, corpusStorage, checkpointStorage, depreciation, hosting, carbon, grid, gridYear, embodied, equivalents,
    method,
  ]

  /// The inputs of each heading, in the order of the help.
  private static let all = Dictionary(uniqueKeysWithValues: Group.allCases.map { ($0, rows(of: $0)) })

  private static func rows(of group: Group) -> [InputRow] {
    if group == .step { return StepOptions.ofRuns.map { InputRow(.step, for: [.training, .search], $0) } }
    return leading.filter { $0.group == group } + Settings.all(group).map { InputRow($0, group) }
      + trailing.filter { $0.group == group }
  }

  /// The options that some commands take, by heading.
  ///
  /// - Parameters:
  ///   - users: The commands.
  ///   - groups: Which of the headings; those without an option are left out.
  ///   - isFineTuning: Whether the defaults are those after pre-training.
  /// - Returns: A group for each heading.
  static func groups(for users: Users, _ groups: [Group], isFineTuning: Bool = false) -> [OptionGroup] {
    groups.compactMap { group in
      let options = (all[group] ?? []).filter { !$0.users.isDisjoint(with: users) }
        .map { $0.described(isFineTuning: isFineTuning) }
      return options.isEmpty ? nil : OptionGroup(group.title(for: users), options)
    }
  }
}

extension [OptionGroup] {
  /// The groups without some options, by their names; those without an option are left out.
  func without(_ names: Set<String>) -> [OptionGroup] {
    compactMap { group in
      let options = group.options.filter { !names.contains($0.name) }
      return options.isEmpty ? nil : OptionGroup(group.title, options)
    }
  }
}

extension InputRow {
  /// What only an answer with the making of hardware, or with comparisons, feels.
  static let beyondOperation: Set = [
    "--embodied", "--embodied-accelerator", "--embodied-server", "--embodied-water", "--equivalents",
  ]
}

extension InputRow.Group {
  /// Those of hardware, money and place.
  static let environment: [InputRow.Group] = [
    .hardware, .step, .pilot, .money, .extras, .ownership, .place, .footprint,
  ]

  func title(for users: InputRow.Users) -> String {
    switch self {
    case .model: "Model"
    case .data: "Data"
    case .hardware: "Hardware"
    case .step: "Training step and layout, for how the cluster changes the hours"
    case .pilot: "Measured speed of the job itself, which narrows the hours"
    case .money: "Money"
    case .extras: "Cloud extras"
    case .ownership: users == .cluster ? "Ownership" : "Ownership, with --own"
    case .place: "Place"
    case .footprint: "Energy, carbon and water"
    case .methods: "Methods of Cottier et al. 2024"
    case .reliability: "Reliability"
    case .scaling: "Scaling"
    }
  }
}
