package import CostModel
package import TextFormats

/// A program as its file describes it: stages with their options as text, and what stands around them.
package struct Recipe: Sendable {
  /// A name and the text behind it, with its place in the file.
  package struct Entry: Sendable {
    /// The name, as that of an option without its dashes.
    package var name: String
    /// The value as a command line has it; nil for a switch.
    package var text: String?
    /// Where it stands.
    package var offset: Int
  }

  /// One stage.
  package struct Stage: Sendable {
    /// What the recipe calls it.
    package var label: String
    /// The command that estimates it.
    package var command: Entry
    /// Its options.
    package var options: [Entry] = []
    /// How often it runs.
    package var times = 1.0
    /// Whether it is an experiment or a failed run.
    package var isExperiment = false
    /// The stages that it waits for; nil for the one before it.
    package var after: [Entry]?
    /// How long it takes, where its estimate does not tell.
    package var length: Entry?
    /// Where it stands.
    package var offset: Int
  }

  /// People of one role.
  package struct Team: Sendable {
    /// A row of the table of labor.
    package var role: Entry
    /// How many.
    package var count: Double
    /// For how long.
    package var months: Double
  }

  /// The name.
  package var name: String
  /// What it is, in a line or two.
  package var description: String?
  /// What in it is guessed.
  package var guessed: String?
  /// What it leaves out.
  package var leftOut: String?
  /// Options that every stage takes that knows them.
  package var shared: [Entry] = []
  /// The stages, in order.
  package var stages: [Stage] = []
  /// All compute over that of the stages: a number, or a preset.
  package var research: Entry?
  /// Compute of evaluations over that of the stages.
  package var evaluation: Entry?
  /// Who works on it.
  package var people: [Team] = []
  /// What everything else costs over the sum of the lines.
  package var overhead: Entry?
  /// Options of serving the model once it is made, and where they stand; nil where it is not part of the program.
  package var serving: (options: [Entry], offset: Int)?

  /// What is wrong with a recipe, and where.
  package struct Problem: Error, Sendable {
    /// The path of the value, as `stages.pretrain.times`.
    package var path: String
    /// What is wrong.
    package var message: String
    /// What to do about it.
    package var hint: String?
    /// A name that is not known, and those that are, to find the one that is meant.
    package var unknown: (name: String, known: [String])?
    /// Where it stands.
    package var offset: Int

    /// A complaint about a value.
    package init(_ path: String, _ message: String, hint: String? = nil, at offset: Int) {
      self.path = path
      self.message = message
      self.hint = hint
      self.offset = offset
    }
  }

  /// What a recipe has.
  static let members = [
    "name", "description", "guessed", "leftOut", "shared", "stages", "research", "evaluation", "people", "overhead",
    "serving",
  ]
  /// What a stage has besides the options of its command.
  package static let stageMembers = ["stage", "times", "experiment", "after", "length"]
  private static let teamMembers = ["role", "count", "months"]
  /// More stages, or more teams, than any program has: a file that is something else, or made by mistake.
  private static let most = 1000

  /// Reads a recipe.
  ///
  /// - Throws: ``Problem`` for the first value that is not what it should be.
  package init(_ value: JSONValue) throws(Problem) {
    guard let members = value.members else {
      throw Problem("", "a recipe is an object, not \(value.kind)", at: value.offset)
    }
    try Self.refuseUnknown(members, in: Self.members, path: "")
    name = try value["name"].map { one throws(Problem) in try Self.string(one, "name") } ?? "program"
    description = try value["description"].map { one throws(Problem) in try Self.string(one, "description") }
    guessed = try value["guessed"].map { one throws(Problem) in try Self.string(one, "guessed") }
    leftOut = try value["leftOut"].map { one throws(Problem) in try Self.string(one, "leftOut") }
    shared = try Self.entries(value["shared"], "shared")
    let example = "write \"stages\": {\"sft\": {\"params\": \"7B\"}}"
    guard let stages = value["stages"] else { throw Problem("stages", "is missing", hint: example, at: value.offset) }
    guard let described = stages.members else {
      throw Problem(
        "stages", "an object of stages is expected, not \(stages.kind)", hint: example, at: stages.offset)
    }
    guard !described.isEmpty else { throw Problem("stages", "there are none", hint: example, at: stages.offset) }
    try Self.refuse(described.count, "stages", at: stages.offset)
    for one in described { self.stages.append(try Self.stage(one.name, one.value)) }
    research = try value["research"].map { one throws(Problem) in try Self.entry("research", one, "research") }
    evaluation = try value["evaluation"].map { one throws(Problem) in try Self.entry("evaluation", one, "evaluation") }
    overhead = try value["overhead"].map { one throws(Problem) in try Self.entry("overhead", one, "overhead") }
    if let serving = value["serving"] { self.serving = (try Self.entries(serving, "serving"), serving.offset) }
    if let people = value["people"] {
      guard let teams = people.array else {
        throw Problem("people", "an array is expected, not \(people.kind)", at: people.offset)
      }
      try Self.refuse(teams.count, "people", at: people.offset)
      for (index, team) in teams.enumerated() { self.people.append(try Self.team(team, "people[\(index)]")) }
    }
  }

  private static func stage(_ label: String, _ value: JSONValue) throws(Problem) -> Stage {
    let path = "stages." + label
    guard !label.isEmpty else {
      throw Problem("stages", "a stage has an empty label", hint: "name it, as \"sft\"", at: value.offset)
    }
    guard let members = value.members else {
      throw Problem(path, "an object is expected, not \(value.kind)", at: value.offset)
    }
    let command = try value["stage"].map { one throws(Problem) in
      Entry(name: "stage", text: try string(one, path + ".stage"), offset: one.offset)
    }
    var stage = Stage(
      label: label, command: command ?? Entry(name: "stage", text: label, offset: value.offset), offset: value.offset)
    if let times = value["times"] { stage.times = try number(times, path + ".times", 0...1e6) }
    if let experiment = value["experiment"] {
      guard case .boolean(let isExperiment) = experiment.content else {
        throw Problem(path + ".experiment", "true or false is expected, not \(experiment.kind)", at: experiment.offset)
      }
      stage.isExperiment = isExperiment
    }
    if let after = value["after"] {
      stage.after = try (after.array ?? [after]).map { one throws(Problem) in
        Entry(name: "after", text: try string(one, path + ".after"), offset: one.offset)
      }
    }
    stage.length = try value["length"].map { one throws(Problem) in try entry("length", one, path + ".length") }
    for member in members where !stageMembers.contains(member.name) {
      if let option = try option(member.name, member.value, path + "." + member.name) { stage.options.append(option) }
    }
    return stage
  }

  private static func team(_ value: JSONValue, _ path: String) throws(Problem) -> Team {
    guard let members = value.members else {
      throw Problem(path, "an object is expected, not \(value.kind)", at: value.offset)
    }
    try refuseUnknown(members, in: teamMembers, path: path)
    guard let role = value["role"] else { throw Problem(path + ".role", "is missing", at: value.offset) }
    guard let count = value["count"] else { throw Problem(path + ".count", "is missing", at: value.offset) }
    guard let months = value["months"] else { throw Problem(path + ".months", "is missing", at: value.offset) }
    return Team(
      role: Entry(name: "role", text: try string(role, path + ".role"), offset: role.offset),
      count: try number(count, path + ".count", 0...1e7), months: try number(months, path + ".months", 0...1200))
  }

  private static func refuseUnknown(
    _ members: [JSONValue.Member], in known: [String], path: String
  ) throws(Problem) {
    for member in members where !known.contains(member.name) {
      var problem = Problem(
        path.isEmpty ? member.name : path + "." + member.name, "is not known",
        hint: "there is \(known.joined(separator: ", "))", at: member.value.offset)
      problem.unknown = (member.name, known)
      throw problem
    }
  }

  private static func refuse(_ count: Int, _ name: String, at offset: Int) throws(Problem) {
    guard count > most else { return }
    throw Problem(
      name, "there are \(count), and at most \(most) are read",
      hint: "'times' runs a stage more than once, and 'count' is for people of one role", at: offset)
  }

  private static func entries(_ value: JSONValue?, _ path: String) throws(Problem) -> [Entry] {
    guard let value else { return [] }
    guard let members = value.members else {
      throw Problem(path, "an object is expected, not \(value.kind)", at: value.offset)
    }
    var entries: [Entry] = []
    for member in members {
      if let entry = try option(member.name, member.value, path + "." + member.name) { entries.append(entry) }
    }
    return entries
  }

  /// An option: a text or number is its value, `true` is a switch, `false` leaves it out.
  private static func option(_ name: String, _ value: JSONValue, _ path: String) throws(Problem) -> Entry? {
    switch value.content {
    case .boolean(let isOn): isOn ? Entry(name: name, text: nil, offset: value.offset) : nil
    default: try entry(name, value, path)
    }
  }

  private static func entry(_ name: String, _ value: JSONValue, _ path: String) throws(Problem) -> Entry {
    switch value.content {
    case .string(let text): return Entry(name: name, text: text, offset: value.offset)
    case .number(let number):
      return Entry(name: name, text: JSONDocument.numberText(number), offset: value.offset)
    default: throw Problem(path, "a text or a number is expected, not \(value.kind)", at: value.offset)
    }
  }

  private static func string(_ value: JSONValue, _ path: String) throws(Problem) -> String {
    guard let text = value.string else {
      throw Problem(path, "a text is expected, not \(value.kind)", at: value.offset)
    }
    return text
  }

  private static func number(
    _ value: JSONValue, _ path: String, _ limits: ClosedRange<Double>
  ) throws(Problem) -> Double {
    guard let number = value.number else {
      throw Problem(path, "a number is expected, not \(value.kind)", at: value.offset)
    }
    guard limits.contains(number) else {
      throw Problem(
        path,
        "\(JSONDocument.numberText(number)) is not between \(JSONDocument.numberText(limits.lowerBound)) and "
          + JSONDocument.numberText(limits.upperBound), at: value.offset)
    }
    return number
  }
}

extension JSONValue {
  /// The same value with the member of a path replaced or added; nil where the path leads through something else than
  /// objects.
  package func setting(_ path: ArraySlice<String>, to value: JSONValue) -> JSONValue? {
    guard let name = path.first else { return value }
    guard var members else { return nil }
    let rest = path.dropFirst()
    if let place = members.firstIndex(where: { $0.name == name }) {
      guard let changed = members[place].value.setting(rest, to: value) else { return nil }
      members[place].value = changed
    } else {
      guard rest.isEmpty else { return nil }
      members.append(Member(name: name, value: value))
    }
    return JSONValue(content: .object(members), offset: offset)
  }
}

extension TableCatalog {
  /// The recipe of a row of the table of recipes; what the row assumes is what in the recipe is guessed.
  package func recipe(_ id: String) throws(CatalogError) -> JSONValue {
    let row = try row(id, in: "recipes", kind: "recipe")
    guard let recipe = row.member("recipe") else { throw row.failure("recipe", "is missing") }
    guard let assumption = row.member("assumption"), recipe["guessed"] == nil else { return recipe }
    return recipe.setting(["guessed"], to: assumption) ?? recipe
  }
}
