package import CostModel
package import TextFormats

/// A program as its file describes it: clusters and stages with their options as text, and what stands around them.
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

  /// When something is there.
  package struct Span: Sendable {
    /// The first month, by number or by the calendar.
    package var from: Entry?
    /// The last month.
    package var to: Entry?
    /// For how many months.
    package var months: Entry?
  }

  /// Accelerators that several stages run on.
  package struct Cluster: Sendable {
    /// What the recipe calls it.
    package var label: String
    /// Options of the stages that say what it is and what it costs.
    package var options: [Entry] = []
    /// When it is there.
    package var span = Span()
    /// How long it is leased; nil where it is not.
    package var lease: Entry?
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
    /// The cluster that it runs on; nil where it does not say.
    package var cluster: Entry?
    /// Its first month at the earliest.
    package var from: Entry?
    /// How people and meetings make it longer.
    package var pace = Pace()
    /// Where it stands.
    package var offset: Int
  }

  /// What takes time beside the accelerators.
  package struct Pace: Sendable {
    /// How many people write and compare at once.
    package var annotators: Entry?
    /// How long a result is looked at.
    package var evaluation: Entry?
    /// How long it takes to decide what comes next.
    package var decision: Entry?
  }

  /// People of one role.
  package struct Team: Sendable {
    /// A row of the table of labor; nil where the salary is given.
    package var role: Entry?
    /// What they are called; nil for the role.
    package var name: String?
    /// How many.
    package var count: Entry?
    /// When they are there.
    package var span = Span()
    /// USD a year for one of them, in place of the role's.
    package var salary: Entry?
    /// USD to hire one.
    package var hiring: Entry?
    /// Where they stand.
    package var offset: Int
  }

  /// A line of the budget that nothing is estimated of.
  package struct Line: Sendable {
    /// What it is called.
    package var name: String
    /// USD in all.
    package var total: Entry?
    /// USD a month.
    package var monthly: Entry?
    /// What it is for.
    package var category: Entry?
    /// When it is paid.
    package var span = Span()
    /// Where it stands.
    package var offset: Int
  }

  /// Serving a model that is made.
  package struct Service: Sendable {
    /// Options of serving.
    package var options: [Entry] = []
    /// The cluster that it runs on; nil for accelerators of its own.
    package var cluster: Entry?
    /// Its first month; nil for when all stages are done.
    package var from: Entry?
    /// The growth of the demand from month to month, as a share.
    package var growth: Entry?
    /// Requests a day by month, where they are listed; the last of them stays.
    package var demand: [Entry] = []
    /// Where it stands.
    package var offset: Int
  }

  /// The name.
  package var name = "program"
  /// What it is, in a line or two.
  package var description: String?
  /// What in it is guessed.
  package var assumptions: [String] = []
  /// What it leaves out.
  package var omissions: [String] = []
  /// The first month by the calendar.
  package var start: Entry?
  /// The month of the year that a fiscal year begins with.
  package var fiscalYear: Entry?
  /// How many months the budget has.
  package var months: Entry?
  /// The currency to show beside USD, and what a USD is worth in it.
  package var currency: (code: Entry, rate: Entry?)?
  /// Options that every stage takes that knows them.
  package var shared: [Entry] = []
  /// What stages run on.
  package var clusters: [Cluster] = []
  /// The stages, in order.
  package var stages: [Stage] = []
  /// What takes time beside the accelerators, for every stage that says nothing else.
  package var pace = Pace()
  /// All compute over that of the stages: a number, or a preset.
  package var research: Entry?
  /// Compute of evaluations over that of the stages.
  package var evaluation: Entry?
  /// Who works on it.
  package var people: [Team] = []
  /// What else is paid.
  package var lines: [Line] = []
  /// What everything else costs over the sum of the lines.
  package var overhead: Entry?
  /// What is set aside over the sum of all lines.
  package var contingency: Entry?
  /// Serving the model once it is made; nil where it is not part of the program.
  package var serving: Service?

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
}

extension TableCatalog {
  /// The recipe of a row of the table of recipes, with what the row says is guessed.
  package func recipe(_ id: String) throws(CatalogError) -> JSONValue {
    let row = try row(id, in: "recipes", kind: "recipe")
    guard let recipe = row.member("recipe") else { throw row.failure("recipe", "is missing") }
    guard let guess = row.member("assumption"), recipe["assumptions"] == nil, let members = recipe.members else {
      return recipe
    }
    let added = JSONValue(content: .array([guess]), offset: guess.offset)
    return JSONValue(
      content: .object(members + [JSONValue.Member(name: "assumptions", value: added)]), offset: recipe.offset)
  }
}
