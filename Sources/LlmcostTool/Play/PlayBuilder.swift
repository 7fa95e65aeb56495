import CommandLineKit
import CostModel

/// Finds what of an estimate a page may move, so that it shows what the command with that option would print.
///
/// An option is tried at both ends of where the page lets it move. Where the estimate is that of the formulas at hand, step
/// by step, its input moves in them. Where both ends have other formulas in common, the page carries those too. Where
/// each end has its own, as where a layout is searched for, the input stays as it is.
struct PlayBuilder {
  let stage: StageCommand
  let arguments: Arguments
  let usage: String
  let catalog: TableCatalog
  let world: any World

  /// So many options may lead to formulas of their own: a page has a set of formulas for each choice of them.
  private static let mostChanging = 3

  /// What a page needs; nil where nothing can be moved without the program.
  func play(of estimate: Estimate) -> Play? {
    let base = FormulaSheet(estimate)
    guard base.canMove([]) else { return nil }
    let found = candidates(of: base, estimate).compactMap { weighed($0, base) }.sorted { $0.reach > $1.reach }
    let plain = together(found.filter { !$0.changesFormulas }, base)
    var changing = Array(found.filter(\.changesFormulas).prefix(Self.mostChanging))
    var variants = variants(of: base, plain, changing)
    while variants == nil, changing.popLast() != nil { variants = self.variants(of: base, plain, changing) }
    let inputs = found.filter { input in (plain + changing).contains { $0.id == input.id } }
    guard let variants, !inputs.isEmpty else { return nil }
    return Play(inputs: inputs, variants: variants)
  }

  /// Inputs that can move all at once: all of them, or as many of the first as go together.
  private func together(_ inputs: [PlayInput], _ base: FormulaSheet) -> [PlayInput] {
    if holds(base, moving: inputs) { return inputs }
    return inputs.reduce(into: []) { kept, input in if holds(base, moving: kept + [input]) { kept.append(input) } }
  }

  // MARK: - Options

  /// The inputs that an option says.
  private func candidates(of base: FormulaSheet, _ estimate: Estimate) -> [PlayInput] {
    let settings = stage.stage.settings
    var candidates: [PlayInput] = []
    for record in base.inputs where base.input(record.id) != nil {
      guard let id = OpenQuestion.setting(of: record.id, among: settings),
        let setting = (Settings.all + settings).first(where: { $0.id == id }),
        let option = stage.options.first(where: { $0.name == "--" + id })
      else { continue }
      if let input = PlayInput(setting, option, record.distribution, id: record.id, name: record.name) {
        candidates.append(input)
      }
    }
    // Of a cluster that is chosen there is no input yet.
    let setting = AnySetting(Settings.accelerators)
    if estimate.scenario.cluster == nil, let count = base.value("accelerators"),
      let option = stage.options.first(where: { $0.name == "--" + setting.id })
    {
      let chosen = Distribution(typical: count, low: count, high: count, limits: setting.limits)
      if let input = PlayInput(setting, option, chosen, id: setting.key, name: setting.name) {
        candidates.append(input)
      }
    }
    return candidates
  }

  /// An input with what moving it does; nil where each value leads to formulas of its own.
  private func weighed(_ input: PlayInput, _ base: FormulaSheet) -> PlayInput? {
    guard let low = sheet([(input, input.low)]), let high = sheet([(input, input.high)]) else { return nil }
    var input = input
    let costs = [low, high].map { $0.value("cost_usd") ?? $0.value("energy_kwh") ?? 0 }
    if costs.allSatisfy({ $0 > 0 }) { input.reach = Elementary.logarithm(costs[1] / costs[0]).magnitude }
    let clusters = [base, low, high].map { $0.value("accelerators") ?? 1 }
    input.clusterReach = Swift.max(1, clusters[1] / clusters[0], clusters[2] / clusters[0])
    let ids: Set = [input.id]
    if base.input(input.id) != nil, base.canMove(ids), base.isSame(as: low, fixing: ids),
      base.isSame(as: high, fixing: ids)
    {
      return input
    }
    guard low.input(input.id) != nil, low.canMove(ids), low.isSame(as: high, fixing: ids) else { return nil }
    input.changesFormulas = true
    return input
  }

  /// The formulas of the command with some options at other values; nil where it refuses them.
  private func sheet(_ values: [(input: PlayInput, value: Double)]) -> FormulaSheet? {
    var arguments = arguments
    do {
      for (input, value) in values {
        arguments = arguments.without(input.option)
        try arguments.add(input.option, PlayInput.text(value))
      }
      let estimate = try stage.estimate(arguments, usage: usage, from: catalog, in: world).rejectingUnused().estimate
      let sheet = FormulaSheet(estimate)
      // What is written must be what is meant.
      let isRead = values.allSatisfy { input, value in
        guard let read = sheet.input(input.id)?.distribution, read.isCertain else { return false }
        return (read.typical - value * input.scale).magnitude <= 1e-12 * read.typical.magnitude
      }
      return isRead ? sheet : nil
    } catch {
      return nil
    }
  }

  // MARK: - Formulas

  /// The formulas for each choice of the options that change them; nil where some of them do not hold everywhere.
  private func variants(of base: FormulaSheet, _ plain: [PlayInput], _ changing: [PlayInput]) -> [Play.Variant]? {
    var variants: [Play.Variant] = []
    for bits in 0..<(1 << changing.count) {
      let given = changing.indices.filter { bits & 1 << $0 != 0 }.map { changing[$0] }
      guard let sheet = bits == 0 ? base : sheet(given.map { ($0, $0.start) }) else { return nil }
      // An input that these formulas do not have counts for nothing here.
      let moving = given + plain.filter { sheet.input($0.id) != nil }
      guard holds(sheet, moving: moving) else { return nil }
      let ids = Set(moving.map(\.id))
      variants.append(Play.Variant(given: Set(given.map(\.id)), moving: ids, sheet: sheet, steps: []))
    }
    // As large as the inputs make it one by one, all together.
    let most = (plain + changing).reduce(base.value("accelerators") ?? 1) { $0 * $1.clusterReach }
    for place in variants.indices {
      guard let steps = variants[place].sheet.steps(moving: variants[place].moving, upTo: most) else { return nil }
      variants[place].steps = steps
    }
    return variants
  }

  /// Whether the formulas hold where inputs are all at one end, and all at the other.
  private func holds(_ sheet: FormulaSheet, moving inputs: [PlayInput]) -> Bool {
    let ids = Set(inputs.map(\.id))
    return sheet.canMove(ids)
      && [inputs.map { ($0, $0.low) }, inputs.map { ($0, $0.high) }].allSatisfy { corner in
        self.sheet(corner).map { sheet.isSame(as: $0, fixing: ids) } ?? false
      }
  }
}
