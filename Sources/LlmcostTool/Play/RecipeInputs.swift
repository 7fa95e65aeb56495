import CommandLineKit
import CostModel
import TextFormats

/// The values of a recipe that a page may try to move: numbers that stand in it, and what decides most of what does not.
struct RecipeInputs {
  /// The values, in the order in which they are tried.
  private(set) var inputs: [PlayInput] = []
  private let base: FormulaSheet
  /// The stages, those that cost most first.
  private let stages: [(label: String, command: StageCommand, value: JSONValue)]

  /// So many numbers of a recipe are tried, and fewer of one with many stages: each takes another reading of it.
  private static let mostNumbers = 48
  private static let mostReadings = 480
  /// So many inputs are tried that the recipe does not say.
  private static let mostDrivers = 16
  /// What moves the total by a smaller share of its variance is not tried.
  private static let leastShare = 1e-4

  /// The values of a recipe.
  ///
  /// - Parameters:
  ///   - value: The recipe, as it is in its scenario.
  ///   - base: Its formulas.
  ///   - drivers: What moves its total cost.
  init(of value: JSONValue, _ base: FormulaSheet, _ drivers: Sensitivity) {
    self.base = base
    stages = (value["stages"]?.members ?? []).compactMap { stage in
      let name = stage.value["stage"]?.string ?? stage.name
      return StageCommand.all.first { $0.name == name }.map { (stage.name, $0, stage.value) }
    }.sorted { base.cost(ofLabel: $0.label) > base.cost(ofLabel: $1.label) }
    addOptions(of: value)
    addMoney(of: value)
    inputs = Array(inputs.prefix(Swift.max(8, Swift.min(Self.mostNumbers, Self.mostReadings / (1 + stages.count)))))
    let most = inputs.count + Self.mostDrivers
    for driver in drivers.drivers where driver.share >= Self.leastShare && inputs.count < most { add(driver, value) }
  }

  // MARK: - Numbers that stand in it

  private mutating func addOptions(of value: JSONValue) {
    let commands = stages.map(\.command)
    let serving = ServeCommand.recipeSyntax.options
    let shared = commands.flatMap(\.options) + (value["serving"] == nil ? [] : serving)
    for member in value["shared"]?.members ?? [] {
      add(member, ["shared", member.name], "", "All stages", shared, commands.flatMap { $0.stage.settings })
    }
    let ofClusters = InputRow.groups(for: .training, InputRow.Group.environment).flatMap(\.options)
    for cluster in value["clusters"]?.members ?? [] {
      for member in cluster.value.members ?? [] {
        add(member, ["clusters", cluster.name, member.name], cluster.name + ": ", "Clusters", ofClusters, [])
      }
    }
    for (label, command, value) in stages {
      for member in value.members ?? [] where !RecipeDecoder.stageMembers.contains(member.name) {
        add(
          member, ["stages", label, member.name], label + ": ", "Stages", command.options, command.stage.settings)
      }
    }
    for member in value["serving"]?.members ?? [] where !RecipeDecoder.servingMembers.contains(member.name) {
      add(member, ["serving", member.name], "serving: ", "Serving", serving, Serving.settings)
    }
  }

  /// A number of an option.
  private mutating func add(
    _ member: JSONValue.Member, _ path: [String], _ title: String, _ group: String, _ options: [Option],
    _ settings: [AnySetting]
  ) {
    guard let option = options.first(where: { $0.names.contains("--" + member.name) }), let number = option.number,
      let text = member.value.string ?? member.value.number.map(JSONDocument.numberText)
    else { return }
    let setting = (settings + Settings.all).first { "--" + $0.id == option.name }
    do throws(ValueError) {
      let (value, scale) = (try number.read(text), setting?.entry?.scale ?? 1)
      let limits = setting?.limits ?? 0...Double.greatestFiniteMagnitude
      let distribution = Distribution(
        typical: value.typical.value * scale, low: value.low.value * scale, high: value.high.value * scale,
        limits: limits)
      let name = setting?.name ?? member.name.replacing("-", with: " ")
      add(path, title + name, group, number.dimension, distribution, scale: scale, limits: limits)
    } catch {
      // What is no number does not move.
    }
  }

  /// People, lines and shares, which are inputs under ids of their own.
  private mutating func addMoney(of value: JSONValue) {
    for (index, team) in (value["people"]?.array ?? []).enumerated() {
      let path = ["people", Self.step(to: index, in: value["people"])]
      let name = team["name"]?.string ?? team["role"]?.string ?? ""
      for (member, id) in [
        ("count", "people.\(index).count"), ("hiring", "people.\(index).hiring"), ("usd", "salary." + name),
      ] where team[member] != nil { add(path + [member], id, "People") }
    }
    for (index, line) in (value["lines"]?.array ?? []).enumerated() {
      let path = ["lines", Self.step(to: index, in: value["lines"])]
      for member in ["usd", "usd-per-month"] where line[member] != nil {
        add(path + [member], "lines.\(index)", "Lines")
      }
    }
    let shares = [
      ("research", "research_multiplier"), ("evaluation", "evaluation"), ("overhead", "overhead_share"),
      ("contingency", "contingency"),
    ]
    for (member, id) in shares where value[member] != nil { add([member], id, "Shares") }
    if value["serving"]?["growth"] != nil { add(["serving", "growth"], "serving.growth", "Serving") }
  }

  /// How a path names an element: by its name or role, where no other has it, else by its place.
  private static func step(to index: Int, in list: JSONValue?) -> String {
    let elements = list?.array ?? []
    guard elements.indices.contains(index), let name = (elements[index]["name"] ?? elements[index]["role"])?.string,
      isStep(name), Int(name) == nil, name != "+",
      elements.count(where: { $0["name"]?.string == name || $0["role"]?.string == name }) == 1
    else { return String(index) }
    return name
  }

  // MARK: - What decides

  /// An uncertain input, by what of the recipe would say it.
  private mutating func add(_ driver: Sensitivity.Driver, _ value: JSONValue) {
    let salary = "salary."
    if driver.id.hasPrefix(salary) {
      for (index, team) in (value["people"]?.array ?? []).enumerated()
      where team["role"]?.string == String(driver.id.dropFirst(salary.count)) && team["usd"] == nil {
        add(["people", Self.step(to: index, in: value["people"]), "usd"], driver.id, "People")
      }
      return
    }
    guard let record = base.inputs.first(where: { $0.id == driver.id && !$0.distribution.isCertain }) else { return }
    let id = String(driver.id.prefix { $0 != "/" })
    let owner = id.split(separator: ".").first.map(String.init) ?? ""
    let owned = stages.filter { $0.command.name == owner }
    let settings = (owned.isEmpty ? stages : owned).flatMap { $0.command.stage.settings }
    guard let name = OpenQuestion.setting(of: id, among: settings),
      let setting = (Settings.all + settings).first(where: { $0.id == name }),
      let option = stages.lazy.flatMap(\.command.options).first(where: { $0.name == "--" + name }),
      let number = option.number
    else { return }
    let alone = owned.count == 1 ? owned.first : nil
    let path = alone.map { ["stages", $0.label, name] } ?? ["shared", name]
    add(
      path, (alone.map { $0.label + ": " } ?? "") + record.name, alone == nil ? "All stages" : "Stages",
      number.dimension, record.distribution, scale: setting.entry?.scale ?? 1, limits: setting.limits)
  }

  // MARK: - Paths

  /// What stands in the formulas under an id.
  private mutating func add(_ path: [String], _ id: String, _ group: String) {
    guard let record = base.inputs.first(where: { $0.id == id }) else { return }
    add(path, record.name, group, record.dimension, record.distribution, limits: record.distribution.limits)
  }

  private mutating func add(
    _ path: [String], _ name: String, _ group: String, _ dimension: Dimension, _ distribution: Distribution,
    scale: Double = 1, limits: ClosedRange<Double>
  ) {
    let option = path.joined(separator: ".")
    guard path.allSatisfy(Self.isStep), !inputs.contains(where: { $0.option == option }),
      let input = PlayInput(
        PlayInput.Place(id: option, name: name, option: option, group: group), dimension, distribution, scale: scale,
        limits: limits)
    else { return }
    inputs.append(input)
  }

  /// Whether a path can name it: dots separate its steps, and it ends at the first equals sign.
  private static func isStep(_ name: String) -> Bool { !name.isEmpty && !name.contains { $0 == "." || $0 == "=" } }
}
