import CommandLineKit
import CostModel
import TextFormats

/// A recipe whose stages all run on what a plan chooses, in place of what the recipe says of accelerators.
struct PlanRecipe: Sendable {
  /// The recipe as it was named.
  let name: String
  private let file: RecipeFile
  private let overrides: [OverrideOption]
  private let reader: ProgramReader
  /// The recipe with what the command line changes.
  private let value: JSONValue

  /// What a plan chooses; a region only where it was asked to.
  private static let chosen: Set<String> = [
    "gpu", "gpus", "days", "precision", "price", "prices", "as-of", "provider", "tier", "commitment", "term", "start",
  ]

  init(
    _ name: String, _ overrides: [OverrideOption], catalog: TableCatalog, in world: any World
  ) throws(Failure) {
    self.name = name
    self.overrides = overrides
    reader = ProgramReader(catalog: catalog, world: world)
    file = try RecipeFile(name, catalog: catalog, in: world)
    value = try file.changed(overrides, by: "--set")
    for stage in value["stages"]?.members ?? [] where stage.value["accelerator-hours"] != nil {
      let path = "stages.\(stage.name).accelerator-hours"
      throw Failure(
        "\(path) says how long it takes on any accelerator, so that none is better than another",
        hint: "leave it out for this, by --set \(path)=null", status: .usage)
    }
  }

  /// The month that the recipe starts in.
  var start: String? { value["start"]?.string }

  /// Whether data is moved out, for which some sellers charge.
  var movesData: Bool {
    ([value["shared"]] + (value["stages"]?.members ?? []).map(\.value)).contains { $0?["egress"] != nil }
  }

  /// What remembers stages that are estimated.
  var builder: ProgramBuilder { ProgramBuilder(catalog: reader.catalog, world: reader.world) }

  /// The program on what a plan chooses.
  func reading(_ words: [PlanJob.Word], _ builder: inout ProgramBuilder) throws(Failure) -> ProgramReader.Reading {
    var changes = overrides
    for text in self.changes(words) {
      do throws(ValueError) { changes.append(try OverrideOption(argument: text)) } catch {
        throw Failure("\(text): \(error.reason)", hint: error.hint, status: .usage)
      }
    }
    return try reader.reading(file, changes, scenarios: [ProgramReader.plan], &builder)
  }

  /// The command of the program on what a plan chooses, in parts that are not broken.
  func line(_ words: [PlanJob.Word]) -> [String] {
    ["llmcost program " + PlanJob.quoted(name)]
      + (overrides.map { $0.path.joined(separator: ".") + "=" + $0.text } + changes(words))
      .map { "--set " + PlanJob.quoted($0) }
  }

  /// What takes away the hardware of the recipe, and puts that of a plan in its place; nothing where none is chosen.
  private func changes(_ words: [PlanJob.Word]) -> [String] {
    guard !words.isEmpty else { return [] }
    let set = words.map { (name: String($0.option.dropFirst(2)), value: $0.value) }
    let names = Self.chosen.union(PlanJob.ownership.map { String($0.name.dropFirst(2)) })
      .union(set.contains { $0.name == "region" } ? ["region"] : [])
    func cleared(_ path: String, _ place: JSONValue?, besides kept: [String] = []) -> [String] {
      (place?.members ?? []).map(\.name)
        .filter { (names.contains($0) || $0 == "cluster") && !kept.contains($0) }.map { "\(path).\($0)=null" }
    }
    return (value["clusters"] == nil ? [] : ["clusters=null"])
      + cleared("shared", value["shared"], besides: set.map(\.name))
      + (value["stages"]?.members ?? []).flatMap { cleared("stages." + $0.name, $0.value) }
      + cleared("serving", value["serving"])
      + set.flatMap { ($0.name == "start" ? ["start=" + $0.value] : []) + ["shared.\($0.name)=\($0.value)"] }
  }
}
