import CommandLineKit
import CostModel

/// Serving, and the room that it takes.
extension ProgramBuilder {
  /// Serving as the recipe describes it, before it is known when the stages end.
  struct ServingDraft {
    var lifetime: ServingEstimate.Lifetime
    /// The cluster it runs on, by its place.
    var cluster: Int?
    /// When it starts, hours; nil for when the last stage has ended.
    var start: Double?
    /// The demand of each month over that of the first; empty where it stays as it is.
    var demand: [Expression<Ratio>]

    func service(after end: Double) -> Program.Service {
      Program.Service(lifetime, cluster: cluster, start: start ?? end, demand: demand)
    }

    /// The accelerators that it takes, month by month or all the time.
    var accelerators: [Double] {
      (demand.isEmpty ? [Expression(constant: 1)] : demand).map { lifetime.accelerators($0).typical.value }
    }

    /// Takes its place on a cluster before stages do, where it is said when it starts: it cannot wait for them.
    func hold(in rooms: inout [ProgramSchedule.Room]) {
      guard let cluster, let start else { return }
      let accelerators = accelerators
      let each = lifetime.length / Double(accelerators.count)
      for (month, count) in accelerators.enumerated() {
        rooms[cluster].hold(count, for: each, from: start + Double(month) * each)
      }
    }
  }

  /// Remarks on serving that its cluster has no room or no time for.
  mutating func noteServing(_ serving: ServingDraft, _ program: Program, _ drafts: [ClusterDraft]) {
    guard let cluster = serving.cluster, let service = program.services.first else { return }
    let (draft, most) = (drafts[cluster], serving.accelerators.max() ?? 0)
    if most > draft.size {
      let counts = [most, draft.size].map { Notation.display($0, as: .accelerators) }
      note([
        "serving takes up to \(counts[0]) accelerators at once, and \(draft.label) has \(counts[1]): what is beyond "
          + "must be rented besides"
      ])
    }
    let end = (service.start + service.length) / Hours.perMonth
    if let last = draft.end, end > last + 0.01 || service.start / Hours.perMonth < draft.from - 0.01 {
      let months = [draft.from, last - 1].map { program.calendar.month(Swift.max(0, Int(Swift.min($0, 1e6)))) }
      note(["serving does not lie in the time of \(draft.label), which is there from \(months[0]) to \(months[1])"])
    }
  }

  /// Serving the model, by the options of its command, month by month where the demand grows.
  mutating func serving(
    _ service: Recipe.Service, _ recipe: Recipe, _ drafts: [ClusterDraft], _ calendar: ProgramCalendar
  ) -> ServingDraft? {
    let syntax = ServeCommand.recipeSyntax
    let labels = drafts.map(\.label)
    var cluster: Int?
    var shared = recipe.shared
    if let named = service.cluster {
      guard let place = labels.firstIndex(of: named.text ?? "") else {
        complain(
          "serving.cluster", "there is no cluster '\(named.text ?? "")'",
          hint: "there is: \(labels.joined(separator: ", "))", at: named.offset)
        return nil
      }
      cluster = place
      if let draft = recipe.clusters.first(where: { $0.label == labels[place] }) {
        shared = shared.filter { entry in !draft.options.contains { $0.name == entry.name } } + draft.options
      }
    }
    let options = known(
      service.options, "serving", of: "serve", syntax.options, members: RecipeDecoder.servingMembers)
    let names = syntax.options.flatMap(\.names)
    let estimate: ServingEstimate
    do throws(Failure) {
      let parsed: CommandSyntax.Parsed
      do throws(UsageError) { parsed = try syntax.parse(Self.arguments(options, shared: shared, names)) } catch {
        throw Failure(error)
      }
      guard case .run(let arguments) = parsed else { throw Failure("--help stands alone", status: .usage) }
      estimate = try ServeCommand(arguments).estimate(from: catalog, in: world).estimate
    } catch {
      complain("serving", error.message, hint: error.hint, at: service.offset)
      return nil
    }
    guard let lifetime = estimate.lifetime else {
      complain(
        "serving", "requests-per-day is missing", hint: "say how much it is used, as \"requests-per-day\": \"1M\"",
        at: service.offset)
      return nil
    }
    note(estimate.scenario.noteLines)
    let start = service.from.flatMap { month($0, "serving.from", calendar) }.map { $0 * Hours.perMonth }
    return demand(service, lifetime.length).map {
      ServingDraft(lifetime: lifetime, cluster: cluster, start: start, demand: $0)
    }
  }

  /// The demand of each month over that of the first; empty where it stays as it is.
  private mutating func demand(_ service: Recipe.Service, _ length: Double) -> [Expression<Ratio>]? {
    let count = Int(Swift.min(1200, (length / Hours.perMonth - 1e-6).rounded(.up)))
    if let growth = service.growth, !service.demand.isEmpty {
      complain(
        "serving.growth", "the demand is listed by month", hint: "leave out 'growth' or the list", at: growth.offset)
      return nil
    }
    if let entry = service.growth {
      guard let value = quantity(entry, "serving.growth", as: Ratio.self) else { return nil }
      let growth = Expression<Ratio>.input(
        "serving.growth", "growth of the demand in a month", value, from: .given("growth"))
      return (0..<Swift.max(1, count)).map { (1 + growth).power(Double($0)) }
    }
    var demands: [Double] = []
    for entry in service.demand {
      guard let value = quantity(entry, "serving.requests-per-day", as: Items.self)?.typical.value else { return nil }
      demands.append(value)
    }
    guard let first = demands.first, let last = demands.last, demands.count > 1 else { return [] }
    guard first > 0 else {
      complain("serving.requests-per-day", "the first month has no demand", at: service.offset)
      return nil
    }
    return (0..<Swift.max(1, count)).map {
      Expression(constant: ($0 < demands.count ? demands[$0] : last) / first)
    }
  }
}
