import CommandLineKit
import CostModel

/// Clusters, and when what runs on them.
extension ProgramBuilder {
  /// A cluster as the recipe describes it, before it is known how long the stages take.
  struct ClusterDraft {
    var label: String
    /// Its own options.
    var options: [Recipe.Entry]
    var request: Request
    var kind: ProgramCluster.Kind
    /// How many accelerators it has.
    var size: Double
    /// When it is there, in months.
    var from: Double
    /// Nil for as long as the program lasts.
    var end: Double?
    var offset: Int

    /// The options of its stages: its own, before those that all stages share.
    func options(over shared: [Recipe.Entry]) -> [Recipe.Entry] {
      var options = self.options
      if case .leased = kind { options.append(Recipe.Entry(name: "own", text: nil, offset: offset)) }
      return shared.filter { entry in !options.contains { $0.name == entry.name } } + options
    }
  }

  /// What says how accelerators are rented or owned: a stage that says so has its own.
  private static let ofOwnAccelerators = ["gpu", "price", "provider", "tier", "commitment", "term", "own", "prices"]
  /// The label of a cluster that is described by the options that all stages share.
  private static let shared = "cluster"

  /// The clusters of a recipe. Where all stages share a size, and terms or ownership, that is one.
  mutating func drafts(of recipe: Recipe, _ calendar: ProgramCalendar) -> [ClusterDraft] {
    var clusters = recipe.clusters
    let names = recipe.shared.map(\.name)
    let implied = clusters.isEmpty && names.contains("gpus") && (names.contains("term") || names.contains("own"))
    if implied, let first = recipe.shared.first(where: { $0.name == "gpus" }) {
      clusters = [Recipe.Cluster(label: Self.shared, offset: first.offset)]
    }
    let options = InputRow.groups(for: .training, InputRow.Group.environment).flatMap(\.options)
    let syntax = CommandSyntax(
      name: "llmcost pretrain", summary: "", usage: "", groups: [OptionGroup("", options)], examples: [])
    let optionNames = options.flatMap(\.names)
    return clusters.compactMap { cluster in
      let path = "clusters.\(cluster.label)"
      let own = known(
        cluster.options, path, of: "pretrain", options, members: RecipeDecoder.clusterMembers)
      var arguments = Self.arguments(own, shared: recipe.shared, optionNames)
      let lease = cluster.lease.flatMap { months($0, path + ".lease") }
      if lease != nil, !arguments.contains("--own") { arguments.append("--own") }
      var request = Request()
      do throws(Failure) {
        let parsed: CommandSyntax.Parsed
        do throws(UsageError) { parsed = try syntax.parse(arguments) } catch { throw Failure(error) }
        guard case .run(let arguments) = parsed else { return nil }
        let scenario = try ScenarioOptions(
          arguments, for: .training, InputRow.Group.environment, catalog: catalog, in: world)
        try scenario.describe(&request)
      } catch {
        complain(path, error.message, hint: error.hint, at: cluster.offset)
        return nil
      }
      guard let size = request[Settings.accelerators]?.typical.value else {
        complain(
          path + ".gpus", "is missing", hint: "say how many accelerators it has, as \"gpus\": 64", at: cluster.offset)
        return nil
      }
      let kind: ProgramCluster.Kind =
        if let lease { .leased(lease) } else if request.isOwned { .owned } else if let term = request[Settings.term] {
          .terms(term)
        } else { .hourly }
      let span = span(cluster.span, path, calendar)
      return ClusterDraft(
        label: cluster.label, options: own, request: request, kind: kind, size: size, from: span.from, end: span.end,
        offset: cluster.offset)
    }
  }

  /// The cluster of a draft whose end is known.
  mutating func cluster(of draft: ClusterDraft) -> ProgramCluster? {
    let months = Swift.max(1e-3, (draft.end ?? draft.from + 1) - draft.from)
    do throws(ScenarioError) {
      let cluster = try ProgramCluster(
        draft.label, draft.request, draft.kind, from: draft.from, months: months, in: catalog)
      note(cluster.notes.map(\.commandLine))
      return cluster
    } catch {
      let failure = Failure(error)
      complain("clusters.\(draft.label)", failure.message, hint: failure.hint, at: draft.offset)
      return nil
    }
  }

  /// The cluster that a stage runs on: the one that it names, or the first, unless it rents accelerators of its own.
  mutating func clusterPlace(_ stage: Recipe.Stage, _ path: String, _ drafts: [ClusterDraft]) -> Int? {
    if let named = stage.cluster { return clusterPlace(named, path, drafts) }
    guard !drafts.isEmpty, !stage.options.contains(where: { Self.ofOwnAccelerators.contains($0.name) }) else {
      return nil
    }
    return 0
  }

  mutating func clusterPlace(_ named: Recipe.Entry, _ path: String, _ drafts: [ClusterDraft]) -> Int? {
    let name = named.text ?? ""
    if name == "none" { return nil }
    let labels = drafts.map(\.label)
    if let place = labels.firstIndex(of: name) { return place }
    complain(
      path + ".cluster", "there is no cluster '\(name)'",
      hint: suggestion(for: name, among: labels) + "there is: \((labels + ["none"]).joined(separator: ", "))",
      at: named.offset)
    return nil
  }

  // MARK: - Time

  /// The stages as parts of a program, each when those are done that it waits for and its cluster has room.
  mutating func placed(
    _ stages: [Estimated], _ recipe: Recipe, _ drafts: [ClusterDraft], _ serving: ServingDraft?,
    _ calendar: ProgramCalendar
  ) -> [Program.Part] {
    let order: RecipeOrder
    do throws(Recipe.Problem) { order = try RecipeOrder(recipe.stages) } catch {
      problems.append(error)
      return []
    }
    var parts: [Program.Part] = []
    var tasks: [ProgramSchedule.Task] = []
    for (place, one) in stages.enumerated() {
      var task = ProgramSchedule.Task(waits: order.waits[place])
      let path = "stages.\(one.stage.label)"
      if let from = one.stage.from { task.from = (month(from, path + ".from", calendar) ?? 0) * Hours.perMonth }
      let run = one.known.hours.map { $0 * one.stage.times }
      var isKnown = run != nil
      if let given = one.stage.length {
        task.run = hours(given, path + ".length") ?? 0
        isKnown = true
      } else {
        task.run = run ?? 0
        task.labeling = labeling(one, recipe, path)
        if task.labeling > 0 { isKnown = true }
        if !one.stage.isExperiment, isKnown {
          for pause in [
            one.stage.pace.evaluation ?? recipe.pace.evaluation, one.stage.pace.decision ?? recipe.pace.decision,
          ] {
            if let pause {
              task.deciding += hours(pause, path + "." + pause.name) ?? 0
            }
          }
        }
      }
      task.cluster = one.cluster
      if let cluster = one.cluster {
        task.accelerators = one.known.accelerators ?? drafts[cluster].size
      }
      tasks.append(task)
      var part = Program.Part(
        label: one.stage.label, estimate: one.estimate, times: one.stage.times, isResearch: one.stage.isExperiment,
        start: nil, length: nil)
      part.buys = one.command.stage.buys
      part.cluster = one.cluster
      (part.labeling, part.deciding) = (task.labeling, task.deciding)
      part.length = isKnown ? 0 : nil
      parts.append(part)
    }
    var rooms = drafts.map { ProgramSchedule.Room(size: $0.size, from: $0.from * Hours.perMonth) }
    serving?.hold(in: &rooms)
    let schedule = ProgramSchedule(tasks, order: order.order, rooms: rooms)
    for (place, time) in schedule.times.enumerated() {
      parts[place].start = time.start
      if parts[place].length != nil { parts[place].length = time.length }
    }
    return parts
  }

  /// Hours until people have written and compared what a stage pays them for.
  private mutating func labeling(_ one: Estimated, _ recipe: Recipe, _ path: String) -> Double {
    guard !one.stage.isExperiment else { return 0 }
    let working = one.known.working * one.stage.times
    guard working > 0, let team = factor("team-annotation"), let limit = factor("weeks-annotation"),
      let week = factor("week-working")
    else { return 0 }
    if let given = one.stage.pace.annotators ?? recipe.pace.annotators {
      let people = quantity(given, path + ".annotators", as: Ratio.self)?.typical.value ?? 0
      guard people > 0 else {
        complain(path + ".annotators", "it must be above zero", at: given.offset)
        return 0
      }
      return working / (people * week) * Self.hoursOfWeek
    }
    let weeks = Swift.min(working / (team * week), limit)
    let people = Notation.display((working / (weeks * week)).rounded(.up), as: .ratio)
    note([
      "\(one.stage.label): \(people) people are taken to write and compare for "
        + "\(Notation.display(weeks * Self.hoursOfWeek, as: .hours)): 'annotators' says how many there are"
    ])
    return weeks * Self.hoursOfWeek
  }

  private static let hoursOfWeek = 168.0

  private mutating func factor(_ id: String) -> Double? {
    do throws(CatalogError) { return try catalog.factor(id, in: "labor")?.value.typical.value } catch {
      complain("", ScenarioError.catalog(error).text, at: 0)
      return nil
    }
  }

  /// Remarks on stages that end after their cluster, or after the months of the budget.
  mutating func noteLateStages(_ program: Program, _ drafts: [ClusterDraft]) {
    for part in program.parts {
      guard let place = part.cluster, let start = part.start, let length = part.length else { continue }
      let end = (start + length - part.deciding) / Hours.perMonth
      guard let last = drafts[place].end, end > last + 0.01 else { continue }
      note([
        "\(part.label) ends in \(program.calendar.month(Int(Swift.min(end, 1e6)))), and \(drafts[place].label) is there until "
          + "the end of \(program.calendar.month(Swift.max(0, Int(Swift.min(last, 1e6)) - 1)))"
      ])
    }
    if let months = program.months, program.stagesEnd / Hours.perMonth > Double(months) + 0.01 {
      note([
        "the stages take \(Notation.display(program.stagesEnd, as: .hours)), longer than the \(months) months of the budget"
      ])
    }
  }
}
