import CommandLineKit
import CostModel

/// Programs side by side: recipes, or variants of one.
struct RecipeComparison {
  let command: CompareCommand
  let recipes: [String]

  /// Whether the first name of a command line is a recipe's and no stage's.
  static func isMeant(by arguments: [String], in world: any World) throws(Failure) -> Bool {
    guard let first = arguments.first, !first.hasPrefix("-") || first == "-" else { return false }
    if first == "-" || first.hasSuffix(".json") { return true }
    guard !first.contains("="), !StageCommand.all.contains(where: { $0.name == first }) else { return false }
    let tables = try Tables.load([], in: world)
    do throws(CatalogError) {
      _ = try TableCatalog(tables).recipe(first)
      return true
    } catch .unknown, .ambiguous {
      return false
    } catch {
      throw Failure(error)
    }
  }

  func run(in world: any World) throws(Failure) -> Outcome {
    let catalog = TableCatalog(try Tables.load(command.output.tables, in: world), memory: TableMemory())
    let wanted = try command.limits.wanted(by: command.output)
    let plan = try command.limits.plan(command.sampling, in: catalog, isCounting: wanted != nil)
    let reader = ProgramReader(catalog: catalog, world: world, overriding: "--vary")
    var programs: [(name: String, program: Program)] = []
    var notes: [String] = []
    for recipe in recipes {
      for variant in try variants() {
        let reading = try reader.program(recipe, variant.overrides)
        for note in reading.notes where !notes.contains(note) { notes.append(note) }
        let name = variant.name.isEmpty ? recipe : recipes.count == 1 ? variant.name : "\(recipe) \(variant.name)"
        programs.append((name, reading.program))
      }
    }
    // On the same draws, so that what differs is not chance.
    let reports = zip(programs, Program.reports(programs.map(\.program), plan)).map { (name: $0.name, report: $1) }
    for (name, program) in zip(programs.map(\.name), zip(programs, reports).map { ($0.program, $1.report) }) {
      notes += program.0.lopsidedRanges(in: program.1).map { "\(name): \($0.message.commandLine)" }
    }
    let chances = wanted.map { wanted in
      programs.map { name, program in
        (
          name: name,
          chances: program.chances(
            within: command.limits.limits, telling: wanted.results, confidences: wanted.confidences, plan: plan)
        )
      }
    }
    // Variants of one recipe are named by their values alone.
    let prefix = recipes.count == 1 ? command.variation.map { $0.option + "=" } ?? "" : ""
    var document = ComparisonDocument(
      columns: reports.enumerated().map { place, program in
        ComparisonDocument.Column(
          name: program.name, report: program.report.report, runsOnAccelerators: true,
          chances: chances?[place].chances)
      }, areVariants: true,
      differences: reports.dropFirst().map { other in
        ProgramDifference(
          before: reports[0].report, after: other.report, names: (prefix + reports[0].name, prefix + other.name))
      }, results: Program.results
    ).document
    document.notes = notes
    try command.limits.hold(chances ?? [], to: &document)
    return try command.output.outcome(document, in: world)
  }

  private func variants() throws(Failure) -> [(name: String, overrides: [OverrideOption])] {
    guard let variation = command.variation else { return [("", [])] }
    var variants: [(name: String, overrides: [OverrideOption])] = []
    for value in variation.values {
      do throws(ValueError) {
        variants.append((value, [try OverrideOption(argument: "\(variation.option)=\(value)")]))
      } catch {
        throw Failure("--vary: \(error.reason)", hint: error.hint, status: .usage)
      }
    }
    return variants
  }
}
