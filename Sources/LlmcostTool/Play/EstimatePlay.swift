import CommandLineKit
import CostModel

/// The command line of an estimate as what a page moves inputs of.
struct EstimatePlay: PlaySource {
  let stage: StageCommand
  let arguments: Arguments
  let usage: String
  let catalog: TableCatalog
  let world: any World

  var hasCalendar: Bool { false }

  /// What a page of an estimate needs; nil where nothing can be moved without the program.
  func play(of estimate: Estimate) -> Play? {
    let base = FormulaSheet(estimate)
    var builder = PlayBuilder(self)
    return builder.play(base, moving: candidates(of: base, estimate))
  }

  /// The inputs that an option says.
  private func candidates(of base: FormulaSheet, _ estimate: Estimate) -> [PlayInput] {
    let settings = stage.stage.settings
    var candidates: [PlayInput] = []
    for record in base.inputs where base.input(record.id) != nil {
      guard let id = OpenQuestion.setting(of: record.id, among: settings),
        let setting = (Settings.all + settings).first(where: { $0.id == id })
      else { continue }
      candidates += candidate(setting, record.distribution, id: record.id, name: record.name)
    }
    // Of a cluster that is chosen there is no input yet.
    let setting = AnySetting(Settings.accelerators)
    if estimate.scenario.cluster == nil, let count = base.value("accelerators") {
      let chosen = Distribution(typical: count, low: count, high: count, limits: setting.limits)
      candidates += candidate(setting, chosen, id: setting.key, name: setting.name)
    }
    return candidates
  }

  private func candidate(
    _ setting: AnySetting, _ distribution: Distribution, id: String, name: String
  ) -> [PlayInput] {
    guard let option = stage.options.first(where: { $0.name == "--" + setting.id }), let number = option.number else {
      return []
    }
    let group = stage.groups.first { $0.options.contains { $0.name == option.name } }?.title ?? ""
    let input = PlayInput(
      PlayInput.Place(id: id, name: name, option: option.name, group: group), number.dimension, distribution,
      scale: setting.entry?.scale ?? 1, limits: setting.limits)
    return input.map { [$0] } ?? []
  }

  func sheet(_ values: [PlayValue]) -> FormulaSheet? {
    var arguments = arguments
    do {
      for (input, value) in values {
        guard let option = stage.options.first(where: { $0.name == input.option }) else { return nil }
        arguments = arguments.without(option)
        try arguments.add(option, PlayInput.text(value))
      }
      let estimate = try stage.estimate(arguments, usage: usage, from: catalog, in: world).rejectingUnused().estimate
      return FormulaSheet(estimate)
    } catch {
      return nil
    }
  }

  func order(_ values: [PlayValue]) -> [String]? { nil }
}
