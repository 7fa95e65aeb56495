import CommandLineKit
import CostModel

/// People, lines, shares and serving.
extension ProgramBuilder {
  // MARK: - Values

  mutating func quantity<Measure: Unit>(
    _ entry: Recipe.Entry, _ path: String, as unit: Measure.Type, bareUnit: String? = nil
  ) -> Ranged<Measure>? {
    do throws(NotationError) {
      let value = try Notation.parseRange(
        entry.text ?? "", as: unit, bareUnit: bareUnit ?? Measure.dimension.bareUnit)
      guard value.low.value >= 0 else {
        complain(path, "it must not be negative", at: entry.offset)
        return nil
      }
      return value
    } catch {
      complain(path, error.reason, hint: "write \(error.expected)", at: entry.offset)
      return nil
    }
  }

  /// A length of time in months: a number of them, or a time such as `2y`.
  mutating func months(_ entry: Recipe.Entry, _ path: String) -> Double? {
    guard let time = quantity(entry, path, as: Hours.self, bareUnit: "mo")?.typical.value else { return nil }
    guard time > 0, time <= Self.mostMonths * Hours.perMonth else {
      complain(
        path, "it is not between 0 and 100 years", hint: "write months, as 6, or a time, as 2y", at: entry.offset)
      return nil
    }
    return time / Hours.perMonth
  }

  /// A length of time in hours, no longer than a program may take.
  mutating func hours(_ entry: Recipe.Entry, _ path: String) -> Double? {
    guard let time = quantity(entry, path, as: Hours.self)?.typical.value else { return nil }
    guard time <= Self.mostMonths * Hours.perMonth else {
      complain(path, "it is more than 100 years", hint: "write days, as 20, or a time, as 2y", at: entry.offset)
      return nil
    }
    return time
  }

  private static let mostMonths = 1200.0

  /// The start of a month that is named by its number, from 1, or by the calendar.
  mutating func month(_ entry: Recipe.Entry, _ path: String, _ calendar: ProgramCalendar) -> Double? {
    let text = entry.text ?? ""
    if let number = Double(text), number >= 1, number <= Self.mostMonths { return number - 1 }
    guard text.contains("-"), let month = CalendarMonth(text) else {
      complain(
        path, "'\(text)' is no month", hint: "write its number, from 1, or a date as 2027-03", at: entry.offset)
      return nil
    }
    guard let start = calendar.start else {
      complain(
        path, "'\(text)' is a date, and 'start' is missing",
        hint: "say when the program starts, as \"start\": \"2027-01\"", at: entry.offset)
      return nil
    }
    guard month - start >= 0, month - start < Int(Self.mostMonths) else {
      complain(path, "\(text) does not lie in the program, which starts in \(start.text)", at: entry.offset)
      return nil
    }
    return Double(month - start)
  }

  /// When something is there: from a month, through a month or for some months; no end where neither is given.
  mutating func span(
    _ span: Recipe.Span, _ path: String, _ calendar: ProgramCalendar
  ) -> (from: Double, end: Double?) {
    let from = span.from.flatMap { month($0, path + ".from", calendar) } ?? 0
    if let to = span.to, span.months != nil {
      complain(path + ".to", "'to' and 'months' both say when it ends", hint: "leave out one of them", at: to.offset)
    }
    if let to = span.to, let last = month(to, path + ".to", calendar) {
      guard last >= from else {
        complain(path + ".to", "it ends before it begins", at: to.offset)
        return (from, nil)
      }
      return (from, last + 1)
    }
    return (from, span.months.flatMap { months($0, path + ".months") }.map { from + $0 })
  }

  private mutating func share(_ entry: Recipe.Entry?, _ name: String, _ title: String) -> Expression<Ratio>? {
    guard let entry, let value = quantity(entry, name, as: Ratio.self) else { return nil }
    return Expression.input(
      name == "overhead" ? "overhead_share" : name, title, value, from: .given(name))
  }

  // MARK: - What a recipe has

  mutating func readCalendar(_ recipe: Recipe, into program: inout Program) {
    if let start = recipe.start {
      if let month = CalendarMonth(start.text ?? ""), (start.text ?? "").contains("-") {
        program.calendar.start = month
      } else {
        complain("start", "'\(start.text ?? "")' is no month", hint: "write a date as 2027-01", at: start.offset)
      }
    }
    if let year = recipe.fiscalYear {
      if let month = Int(year.text ?? ""), (1...12).contains(month) {
        program.calendar.fiscalStart = month
      } else {
        complain(
          "fiscal-year", "'\(year.text ?? "")' is no month of the year",
          hint: "write the number of the month that it begins with, as 4 for April", at: year.offset)
      }
    }
    if let months = recipe.months, let count = self.months(months, "months") {
      program.months = Int(count.rounded(.up))
    }
    guard let (code, rate) = recipe.currency else { return }
    guard let rate else {
      complain("fx", "is missing", hint: "give the units per USD, as \"fx\": 0.92", at: code.offset)
      return
    }
    do throws(ValueError) {
      currency = Currency(
        code: try CurrencyCode(argument: code.text ?? "").code,
        perDollar: try ExchangeRate(argument: rate.text ?? "").value)
    } catch {
      complain("currency", error.reason, hint: error.hint, at: code.offset)
    }
  }

  mutating func readShares(_ recipe: Recipe, into program: inout Program) {
    if let entry = recipe.research { program.researchMultiplier = research(entry) }
    program.evaluationShare = share(recipe.evaluation, "evaluation", "evaluation over the stages' compute")
    program.overheadShare = share(recipe.overhead, "overhead", "overhead over the sum")
    program.contingencyShare = share(recipe.contingency, "contingency", "contingency over the sum of all lines")
  }

  private mutating func research(_ entry: Recipe.Entry) -> Expression<Ratio>? {
    if let name = entry.text, Double(name) == nil, !name.contains("..") {
      let row: Factor?
      do throws(CatalogError) { row = try catalog.factor("research-" + name, in: "factors") } catch {
        complain("research", ScenarioError.catalog(error).text, at: entry.offset)
        return nil
      }
      guard let row else {
        complain(
          "research", "there is no preset '\(name)'", hint: "there is lean, cudo, olmo-3, openai-2024, or a number",
          at: entry.offset)
        return nil
      }
      return Expression.input("research_multiplier", row.name, row.value, from: .table(row.reference), limits: 1...1e4)
    }
    guard let value = quantity(entry, "research", as: Ratio.self) else { return nil }
    guard value.low.value >= 1 else {
      complain("research", "a multiplier of all compute over the stages' is at least 1", at: entry.offset)
      return nil
    }
    return Expression.input(
      "research_multiplier", "research multiplier", value, from: .given("research"), limits: 1...1e4)
  }

  /// The months that people and running costs are there for, where they do not say: those of the budget, or until the last
  /// stage ends.
  private func usualEnd(_ program: Program) -> Double {
    Double(program.months ?? 0) > 0
      ? Double(program.months ?? 0)
      : Swift.max(1, (program.stagesEnd / Hours.perMonth - 1e-6).rounded(.up))
  }

  mutating func readPeople(_ recipe: Recipe, into program: inout Program) {
    for (index, team) in recipe.people.enumerated() {
      let path = "people[\(index)]"
      let name = team.name ?? team.role?.text ?? ""
      let span = span(team.span, path, program.calendar)
      guard let entry = team.count, let count = quantity(entry, path + ".count", as: Ratio.self),
        let salary = salary(team, name, path)
      else { continue }
      let hiring = team.hiring.flatMap { quantity($0, path + ".hiring", as: Dollars.self) }
      program.teams.append(
        Program.Team(
          name: name,
          count: .input("people.\(index).count", "people: \(name)", count, from: .given("count")), from: span.from,
          months: Swift.max(0, (span.end ?? usualEnd(program)) - span.from), salary: salary,
          hiring: hiring.map { .input("people.\(index).hiring", "hiring of \(name)", $0, from: .given("hiring")) }))
    }
  }

  private mutating func salary(_ team: Recipe.Team, _ name: String, _ path: String) -> Expression<Dollars>? {
    if let given = team.salary {
      return quantity(given, path + ".usd", as: Dollars.self).map {
        .input("salary." + name, "a year of \(name)", $0, from: .given("usd"))
      }
    }
    guard let entry = team.role else { return nil }
    let role = entry.text ?? ""
    let row: Factor?
    do throws(CatalogError) { row = try catalog.factor(role, in: "labor") } catch {
      complain(path + ".role", ScenarioError.catalog(error).text, at: entry.offset)
      return nil
    }
    guard let row, row.unit == "usd-per-year" else {
      complain(
        path + ".role", "'\(role)' is no salary of the table labor",
        hint: "'llmcost tables labor --where unit=usd-per-year' lists them; 'usd' gives one of your own",
        at: entry.offset)
      return nil
    }
    let value = row.value
    return Expression<Dollars>.input(
      "salary." + role, row.name,
      Ranged(value.typical.value, low: value.low.value, high: value.high.value), from: .table(row.reference))
  }

  mutating func readLines(_ recipe: Recipe, into program: inout Program) {
    for (index, line) in recipe.lines.enumerated() {
      let path = "lines[\(index)]"
      let span = span(line.span, path, program.calendar)
      var category = BudgetCategory.overhead
      if let entry = line.category {
        guard let known = BudgetCategory(rawValue: entry.text ?? "") else {
          let names = BudgetCategory.allCases.map(\.rawValue)
          complain(
            path + ".category", "there is no category '\(entry.text ?? "")'",
            hint: suggestion(for: entry.text ?? "", among: names) + "there is \(names.joined(separator: ", "))",
            at: entry.offset)
          continue
        }
        category = known
      }
      guard let entry = line.total ?? line.monthly,
        let value = quantity(entry, path + "." + entry.name, as: Dollars.self)
      else { continue }
      let amount = Expression<Dollars>.input("lines.\(index)", line.name, value, from: .given(entry.name))
      if line.monthly != nil {
        let months = Swift.max(0, (span.end ?? usualEnd(program)) - span.from)
        program.items.append(
          Program.Item(
            name: line.name, category: category, amount: amount * Expression<Ratio>(constant: months),
            payment: Payment(from: span.from, months: months)))
      } else {
        // An amount is paid at once, unless it is said how long it takes.
        let months = line.span.to == nil && line.span.months == nil ? 0 : (span.end ?? span.from) - span.from
        program.items.append(
          Program.Item(
            name: line.name, category: category, amount: amount, payment: Payment(from: span.from, months: months)))
      }
    }
  }
}
