import CommandLineKit

extension InputRow {
  /// All inputs of a training run, in the order of the help.
  static let all: [InputRow] = [
    parameters, activeParameters, configuration, model, tokens, epochs, context, furtherPhases,
    accelerator, accelerators, days, precision, mfu, flopCount, steadyMFU, benchmarkMFU, goodput,
    price, provider, commitment, term, prices, priceDate, start, own, electricity, researchMultiplier, checkpoints,
    storageTime,
    corpusStorage, checkpointStorage, egress, egressPrice, hostCPUs, hostCPUPrice,
    purchasePrice, serverFactor, networkShare, depreciation, hardwareLife, hardwareAge, resale, costOfCapital,
    utilization, hosting, facilityPrice, colocationPrice, staff, against,
    region, pue, carbonIntensity,
    powerDraw, idle, carbon, contracted, grid, gridYear, waterOnSite, embodied, embodiedAccelerator, embodiedServer,
    embodiedWater, equivalents, method,
  ]

  /// The options that some commands take, by heading.
  ///
  /// - Parameters:
  ///   - users: The commands.
  ///   - groups: Which of the headings; those without an option are left out.
  ///   - isFineTuning: Whether the defaults are those after pre-training.
  /// - Returns: A group for each heading.
  static func groups(for users: Users, _ groups: [Group], isFineTuning: Bool = false) -> [OptionGroup] {
    let rows = all.filter { !$0.users.isDisjoint(with: users) }
    return groups.compactMap { group in
      let options = rows.filter { $0.group == group }.map { $0.described(isFineTuning: isFineTuning) }
      return options.isEmpty ? nil : OptionGroup(group.title(for: users), options)
    }
  }
}

extension InputRow.Group {
  /// Those of hardware, money and place.
  static let environment: [InputRow.Group] = [.hardware, .money, .extras, .ownership, .place, .footprint]

  func title(for users: InputRow.Users) -> String {
    switch self {
    case .model: "Model"
    case .data: "Data"
    case .hardware: "Hardware"
    case .money: "Money"
    case .extras: "Cloud extras"
    case .ownership: users == .cluster ? "Ownership" : "Ownership, with --own"
    case .place: "Place"
    case .footprint: "Energy, carbon and water"
    case .methods: "Methods of Cottier et al. 2024"
    }
  }
}
