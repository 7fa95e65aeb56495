import CostModel
import TextFormats

/// Reads a recipe and goes on behind what is wrong, so that all of it is told at once.
struct RecipeDecoder {
  /// What is wrong so far, in the order of the file.
  private(set) var problems: [Recipe.Problem] = []

  private static let texts = ["$schema", "name", "description"]
  /// What stands at the top of a recipe, in the order that one reads it.
  static let members = [
    "name", "description", "assumptions", "not-included", "start", "fiscal-year", "months", "currency", "fx", "shared",
    "clusters", "stages", "annotators", "evaluation-time", "decision-time", "research", "evaluation", "people", "lines",
    "overhead", "contingency", "serving", "scenarios",
  ]
  /// What a cluster has besides options of stages.
  static let clusterMembers = ["from", "to", "months", "lease"]
  /// What a stage has besides the options of its command.
  static let stageMembers = [
    "stage", "times", "experiment", "after", "length", "cluster", "from", "annotators", "evaluation-time",
    "decision-time",
  ]
  static let teamMembers = ["role", "name", "count", "from", "to", "months", "usd", "hiring"]
  static let lineMembers = ["name", "usd", "usd-per-month", "category", "month", "from", "to", "months"]
  /// What serving has besides the options of its command.
  static let servingMembers = ["cluster", "from", "growth"]
  /// More stages, or more teams, than any program has: a file that is something else, or made by mistake.
  private static let most = 1000

  /// Reads a recipe; what is wrong with it is in ``problems``.
  mutating func recipe(_ value: JSONValue) -> Recipe {
    var recipe = Recipe()
    guard let members = value.members else {
      complain("", "a recipe is an object, not \(value.kind)", at: value.offset)
      return recipe
    }
    refuseUnknown(members, in: Self.members, path: "", also: ["$schema"])
    recipe.name = string(value["name"], "name") ?? recipe.name
    recipe.description = string(value["description"], "description")
    recipe.assumptions = strings(value["assumptions"], "assumptions")
    recipe.omissions = strings(value["not-included"], "not-included")
    recipe.start = entry(value["start"], "start")
    recipe.fiscalYear = entry(value["fiscal-year"], "fiscal-year")
    recipe.months = entry(value["months"], "months")
    if let code = entry(value["currency"], "currency") { recipe.currency = (code, entry(value["fx"], "fx")) }
    recipe.shared = entries(value["shared"], "shared")
    for one in described(value["clusters"], "clusters") ?? [] {
      recipe.clusters.append(cluster(one.name, one.value))
    }
    readStages(value, into: &recipe)
    recipe.pace = pace(value, "")
    recipe.research = entry(value["research"], "research")
    recipe.evaluation = entry(value["evaluation"], "evaluation")
    recipe.overhead = entry(value["overhead"], "overhead")
    recipe.contingency = entry(value["contingency"], "contingency")
    for (index, one) in listed(value["people"], "people").enumerated() {
      if let team = team(one, "people[\(index)]") { recipe.people.append(team) }
    }
    for (index, one) in listed(value["lines"], "lines").enumerated() {
      if let line = line(one, "lines[\(index)]") { recipe.lines.append(line) }
    }
    if let serving = value["serving"] { recipe.serving = service(serving) }
    return recipe
  }

  private mutating func readStages(_ value: JSONValue, into recipe: inout Recipe) {
    let example = "write \"stages\": {\"sft\": {\"params\": \"7B\"}}"
    guard let stages = value["stages"] else {
      // People and lines alone are a budget too.
      if value["people"] == nil, value["lines"] == nil {
        complain("stages", "is missing", hint: example, at: value.offset)
      }
      return
    }
    guard let described = stages.members else {
      complain(
        "stages", "an object of stages is expected, not \(stages.kind)", hint: example, at: stages.offset)
      return
    }
    if described.isEmpty { complain("stages", "there are none", hint: example, at: stages.offset) }
    guard !isTooLong(described.count, "stages", at: stages.offset) else { return }
    for one in described {
      if let stage = stage(one.name, one.value) { recipe.stages.append(stage) }
    }
  }

  private mutating func cluster(_ label: String, _ value: JSONValue) -> Recipe.Cluster {
    let path = "clusters." + label
    var cluster = Recipe.Cluster(label: label, offset: value.offset)
    guard !label.isEmpty else {
      complain("clusters", "a cluster has an empty label", hint: "name it, as \"main\"", at: value.offset)
      return cluster
    }
    guard let members = value.members else {
      complain(path, "an object is expected, not \(value.kind)", at: value.offset)
      return cluster
    }
    cluster.span = span(value, path)
    cluster.lease = entry(value["lease"], path + ".lease")
    cluster.options = options(members, except: Self.clusterMembers, path)
    return cluster
  }

  private mutating func stage(_ label: String, _ value: JSONValue) -> Recipe.Stage? {
    let path = "stages." + label
    guard !label.isEmpty else {
      complain("stages", "a stage has an empty label", hint: "name it, as \"sft\"", at: value.offset)
      return nil
    }
    guard let members = value.members else {
      complain(path, "an object is expected, not \(value.kind)", at: value.offset)
      return nil
    }
    var command = Recipe.Entry(name: "stage", text: label, offset: value.offset)
    if let one = value["stage"], let name = string(one, path + ".stage") {
      command = Recipe.Entry(name: "stage", text: name, offset: one.offset)
    }
    var stage = Recipe.Stage(label: label, command: command, offset: value.offset)
    if let times = value["times"] { stage.times = number(times, path + ".times", 0...1e6) ?? 1 }
    if let experiment = value["experiment"] {
      if let isExperiment = experiment.boolean {
        stage.isExperiment = isExperiment
      } else {
        complain(path + ".experiment", "true or false is expected, not \(experiment.kind)", at: experiment.offset)
      }
    }
    if let after = value["after"] {
      stage.after = (after.array ?? [after]).compactMap { one in
        string(one, path + ".after").map { Recipe.Entry(name: "after", text: $0, offset: one.offset) }
      }
    }
    stage.length = entry(value["length"], path + ".length")
    stage.cluster = entry(value["cluster"], path + ".cluster")
    stage.from = entry(value["from"], path + ".from")
    stage.pace = pace(value, path + ".")
    stage.options = options(members, except: Self.stageMembers, path)
    return stage
  }

  private mutating func team(_ value: JSONValue, _ path: String) -> Recipe.Team? {
    guard let members = value.members else {
      complain(path, "an object is expected, not \(value.kind)", at: value.offset)
      return nil
    }
    refuseUnknown(members, in: Self.teamMembers, path: path)
    var team = Recipe.Team(offset: value.offset)
    team.name = string(value["name"], path + ".name")
    if let role = value["role"] {
      team.role = string(role, path + ".role").map { Recipe.Entry(name: "role", text: $0, offset: role.offset) }
    }
    team.count = entry(value["count"], path + ".count")
    team.salary = entry(value["usd"], path + ".usd")
    team.hiring = entry(value["hiring"], path + ".hiring")
    team.span = span(value, path)
    guard value["role"] != nil || value["usd"] != nil && value["name"] != nil else {
      complain(
        path + ".role", "is missing", hint: "name a salary of 'llmcost tables labor', or give 'name' and 'usd' a year",
        at: value.offset)
      return team
    }
    if value["count"] == nil { complain(path + ".count", "is missing", at: value.offset) }
    return team
  }

  private mutating func line(_ value: JSONValue, _ path: String) -> Recipe.Line? {
    guard let members = value.members else {
      complain(path, "an object is expected, not \(value.kind)", at: value.offset)
      return nil
    }
    refuseUnknown(members, in: Self.lineMembers, path: path)
    guard let name = value["name"] else {
      complain(path + ".name", "is missing", at: value.offset)
      return nil
    }
    var line = Recipe.Line(name: string(name, path + ".name") ?? "", offset: value.offset)
    line.total = entry(value["usd"], path + ".usd")
    line.monthly = entry(value["usd-per-month"], path + ".usd-per-month")
    line.category = entry(value["category"], path + ".category")
    line.span = span(value, path)
    if let month = entry(value["month"], path + ".month") { (line.span.from, line.span.to) = (month, month) }
    if (value["usd"] == nil) == (value["usd-per-month"] == nil) {
      complain(path, "one of 'usd' and 'usd-per-month' says how much", at: value.offset)
    }
    return line
  }

  private mutating func service(_ value: JSONValue) -> Recipe.Service {
    var service = Recipe.Service(offset: value.offset)
    guard var members = value.members else {
      complain("serving", "an object is expected, not \(value.kind)", at: value.offset)
      return service
    }
    service.cluster = entry(value["cluster"], "serving.cluster")
    service.from = entry(value["from"], "serving.from")
    service.growth = entry(value["growth"], "serving.growth")
    // A list of demands is one option, as it stands in the first month.
    if let place = members.firstIndex(where: { $0.name == "requests-per-day" }),
      let list = members[place].value.array
    {
      service.demand = list.compactMap { entry($0, "serving.requests-per-day") }
      if let first = list.first { members[place].value = first } else { members.remove(at: place) }
    }
    service.options = options(members, except: Self.servingMembers, "serving")
    return service
  }

  private mutating func pace(_ value: JSONValue, _ path: String) -> Recipe.Pace {
    Recipe.Pace(
      annotators: entry(value["annotators"], path + "annotators"),
      evaluation: entry(value["evaluation-time"], path + "evaluation-time"),
      decision: entry(value["decision-time"], path + "decision-time"))
  }

  private mutating func span(_ value: JSONValue, _ path: String) -> Recipe.Span {
    Recipe.Span(
      from: entry(value["from"], path + ".from"), to: entry(value["to"], path + ".to"),
      months: entry(value["months"], path + ".months"))
  }
}

// MARK: - Values

extension RecipeDecoder {
  mutating func complain(_ path: String, _ message: String, hint: String? = nil, at offset: Int) {
    problems.append(Recipe.Problem(path, message, hint: hint, at: offset))
  }

  private mutating func refuseUnknown(
    _ members: [JSONValue.Member], in known: [String], path: String, also: [String] = []
  ) {
    for member in members where !known.contains(member.name) && !also.contains(member.name) {
      var problem = Recipe.Problem(
        path.isEmpty ? member.name : path + "." + member.name, "is not known",
        hint: "there is \(known.joined(separator: ", "))", at: member.value.offset)
      problem.unknown = (member.name, known)
      problems.append(problem)
    }
  }

  private mutating func isTooLong(_ count: Int, _ name: String, at offset: Int) -> Bool {
    guard count > Self.most else { return false }
    complain(
      name, "there are \(count), and at most \(Self.most) are read",
      hint: "'times' runs a stage more than once, and 'count' is for people of one role", at: offset)
    return true
  }

  private mutating func described(_ value: JSONValue?, _ path: String) -> [JSONValue.Member]? {
    guard let value else { return nil }
    guard let members = value.members else {
      complain(path, "an object is expected, not \(value.kind)", at: value.offset)
      return nil
    }
    return isTooLong(members.count, path, at: value.offset) ? nil : members
  }

  private mutating func listed(_ value: JSONValue?, _ path: String) -> [JSONValue] {
    guard let value else { return [] }
    guard let list = value.array else {
      complain(path, "an array is expected, not \(value.kind)", at: value.offset)
      return []
    }
    return isTooLong(list.count, path, at: value.offset) ? [] : list
  }

  private mutating func entries(_ value: JSONValue?, _ path: String) -> [Recipe.Entry] {
    guard let value else { return [] }
    guard let members = value.members else {
      complain(path, "an object is expected, not \(value.kind)", at: value.offset)
      return []
    }
    return options(members, except: [], path)
  }

  /// Options: a text or number is its value, `true` is a switch, `false` leaves it out.
  private mutating func options(
    _ members: [JSONValue.Member], except own: [String], _ path: String
  ) -> [Recipe.Entry] {
    var options: [Recipe.Entry] = []
    for member in members where !own.contains(member.name) {
      if let isOn = member.value.boolean {
        if isOn { options.append(Recipe.Entry(name: member.name, text: nil, offset: member.value.offset)) }
      } else if let option = entry(member.value, path + "." + member.name, name: member.name) {
        options.append(option)
      }
    }
    return options
  }

  private mutating func entry(_ value: JSONValue?, _ path: String, name: String? = nil) -> Recipe.Entry? {
    guard let value else { return nil }
    let name = name ?? path.split(separator: ".").last.map(String.init) ?? path
    switch value.content {
    case .string(let text): return Recipe.Entry(name: name, text: text, offset: value.offset)
    case .number(let number):
      return Recipe.Entry(name: name, text: JSONDocument.numberText(number), offset: value.offset)
    default:
      complain(path, "a text or a number is expected, not \(value.kind)", at: value.offset)
      return nil
    }
  }

  private mutating func string(_ value: JSONValue?, _ path: String) -> String? {
    guard let value else { return nil }
    guard let text = value.string else {
      complain(path, "a text is expected, not \(value.kind)", at: value.offset)
      return nil
    }
    return text
  }

  private mutating func strings(_ value: JSONValue?, _ path: String) -> [String] {
    guard let value else { return [] }
    return (value.array ?? [value]).compactMap { string($0, path) }
  }

  private mutating func number(_ value: JSONValue, _ path: String, _ limits: ClosedRange<Double>) -> Double? {
    guard let number = value.number else {
      complain(path, "a number is expected, not \(value.kind)", at: value.offset)
      return nil
    }
    guard limits.contains(number) else {
      complain(
        path,
        "\(JSONDocument.numberText(number)) is not between \(JSONDocument.numberText(limits.lowerBound)) and "
          + JSONDocument.numberText(limits.upperBound), at: value.offset)
      return nil
    }
    return number
  }
}
