import CommandLineKit
import CostModel

/// What was most likely meant, in front of other advice; nothing where no name is near.
///
/// - Parameters:
///   - name: What was written.
///   - known: What there is.
///   - labels: What people read, with the names of the same.
/// - Returns: The words, with a space behind them.
func suggestion(
  for name: String, among known: some Sequence<String>, labels: [(label: String, name: String)] = []
) -> String {
  let known = Array(known)
  let word = OtherWords.results[name.lowercased()]?.first { known.contains($0) }
  if let near = word ?? labelled(name, labels) ?? nearest(to: name, in: known) { return "did you mean '\(near)'? " }
  // A part of a name, as of a family.
  let family = name.count < 3 ? [] : known.filter { $0.lowercased().contains(name.lowercased()) }
  return family.isEmpty ? "" : "there is \(family.prefix(6).joined(separator: ", ")); "
}

/// What is shown under the words of a name; nil where nothing is, or where several are.
private func labelled(_ name: String, _ labels: [(label: String, name: String)]) -> String? {
  func words(_ text: String) -> Set<String> {
    Set(text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
      .subtracting(["a", "an", "of", "the", "in", "per"])
  }
  let wanted = words(name)
  guard !wanted.isEmpty else { return nil }
  if let exact = labels.first(where: { words($0.label) == wanted }) { return exact.name }
  let found = Set(labels.filter { words($0.label).isSuperset(of: wanted) }.map(\.name))
  return found.count == 1 && wanted.count > 1 ? found.first : nil
}

extension Failure {
  /// A name behind an option that is none of those that it knows; where `isSpread`, each has its ends beside it.
  init(
    unknown name: String, option: String, listed: [String], isSpread: Bool = false,
    labels: [(label: String, name: String)] = []
  ) {
    let known = isSpread ? listed.flatMap { [$0, $0 + ".p10", $0 + ".p90"] } : listed
    self.init(
      "\(option): there is no '\(name)'",
      hint: suggestion(for: name, among: known, labels: labels) + "there is: \(listed.joined(separator: ", "))"
        + (isSpread ? ", each with .p10 and .p90" : ""),
      status: .usage)
  }

  init(_ error: UsageError) {
    self.init(error.message, hint: error.hint.map(Defaults.filled), usage: error.usage, status: .usage)
  }

  init(_ error: FileError) {
    self.init("cannot read \(error.path): \(error.reason)", hint: "check the path", status: .missingInput)
  }

  init(_ error: CatalogError) {
    switch error {
    case .unknown("accelerator", let name, _, _) where name.contains(",") || name == "all":
      self.init(
        "unknown accelerator '\(name)'",
        hint:
          "for several, put them side by side: llmcost compare STAGE … --vary gpu=h100,b200, or sweep STAGE … --gpu "
          + "h100,b200", status: .usage)
    case .unknown("accelerator", let name, _, _) where InputRow.counted(name) != nil:
      let (count, accelerator) = InputRow.counted(name) ?? ("", "")
      self.init(
        "unknown accelerator '\(name)'", hint: "write --gpu \(accelerator) and --gpus \(count)", status: .usage)
    case .unknown("column", let name, _, let known):
      self.init(
        "--where: there is no column '\(name)'",
        hint: suggestion(for: name, among: known) + "there is: \(known.joined(separator: ", "))", status: .usage)
    case .unknown("model", let name, _, _) where Self.isCount(name):
      self.init(
        "unknown model '\(name)'", hint: "--params \(name) gives a number of parameters", status: .usage)
    case .unknown(let kind, let name, let table, let known):
      self.init(
        "unknown \(kind) '\(name)'",
        hint: (known.count == 1 ? "did you mean '\(known[0])'? " : suggestion(for: name, among: known))
          + "'llmcost tables \(table)' lists them all", status: .usage)
    case .ambiguous(_, _, let table, let candidates):
      let listed = candidates.prefix(8).joined(separator: ", ") + (candidates.count > 8 ? ", …" : "")
      self.init(
        ScenarioError.catalog(error).text,
        hint: "name one: \(listed); 'llmcost tables \(table)' lists them all", status: .usage)
    case .notCovered(let kind, _, _, let parameters, let active):
      let size = parameters.map { "--params " + Notation.display($0, as: .parameters) } ?? "--params"
      let part = active.map { "--active-params " + Notation.display($0, as: .parameters) } ?? "--active-params"
      let known = "give \(size) and \(part) instead"
      self.init(
        ScenarioError.catalog(error).text,
        hint: kind == "model" ? known : "add a row with its peaks and memory by --tables", status: .usage)
    case .undisclosed(_, _, let nearest):
      self.init(
        ScenarioError.catalog(error).text,
        hint: "--like \(nearest) is the nearest that others estimate; --compute or --accelerator-hours takes a guess "
          + "of yours", status: .usage)
    case .malformed:
      self.init(ScenarioError.catalog(error).text, hint: "'llmcost tables check' checks every row", status: .badData)
    case .several(let errors):
      self.init(errors.map { Failure($0) })
    }
  }

  /// What is wrong with a file of data, with what such a file should be.
  init(_ error: CatalogError, hint: String) {
    if case .several(let errors) = error {
      self.init(errors.map { Failure($0, hint: hint) })
    } else {
      self.init(ScenarioError.catalog(error).text, hint: hint, status: .badData)
    }
  }

  /// Whether a name is a number of parameters.
  private static func isCount(_ name: String) -> Bool {
    do throws(NotationError) { return try Notation.parse(name, as: .parameters) >= 1e3 } catch { return false }
  }

  /// What to check of a value out of range: a share may be meant in percent, a ratio has no suffix.
  private static func hint(_ allowed: String) -> String {
    guard let last = allowed.split(separator: " ").last, let bound = Double(last), bound <= 1000 else {
      return "check the unit and the suffix: k, M, B and T are 10³, 10⁶, 10⁹ and 10¹²"
    }
    return bound <= 1 ? "write a share of 1 or a percentage, as 0.4 or 40%" : "write a plain number, as 1.2"
  }

  private static let settings = Settings.all + StageCommand.all.flatMap { $0.stage.settings }

  init(_ error: ScenarioError) {
    switch error {
    case .catalog(let error): self.init(error)
    case .unsupportedPrecision(_, _, let supported):
      self.init(
        error.text, hint: "it computes in \(supported.map(\.rawValue).joined(separator: ", "))", status: .usage)
    case .noPrice(let accelerator, _, let available):
      let offers = available.prefix(8).joined(separator: ", ") + (available.count > 8 ? ", …" : "")
      self.init(
        error.text,
        hint: (available.isEmpty ? "" : "there is: \(offers); ")
          + "give --price, or see 'llmcost tables prices --where accelerator=\(accelerator)'",
        status: .usage)
    case .noPriceThen(_, _, _, let nearest):
      let month = CalendarMonth(nearest)?.text ?? nearest
      self.init(error.text, hint: "the nearest is of \(nearest): write --as-of \(month)", status: .usage)
    case .noEfficiency: self.init(error.text, hint: "give --mfu", status: .usage)
    case .missing(let field, _):
      self.init(error.text, hint: "add a row with its \(field) by --tables", status: .usage)
    case .contradiction(_, let advice): self.init(error.text, hint: advice.commandLine, status: .usage)
    case .moreActiveThanTotal:
      self.init(error.text, hint: "--active-params counts the parameters that work on each token", status: .usage)
      isOfNumber = true
    case .outOfRange(let name, _, let allowed):
      self.init(error.text, hint: Self.hint(allowed), status: .usage)
      isOfNumber = true
      input = Self.settings.filter { name.hasPrefix($0.name) }.max { $0.name.count < $1.name.count }
        .map { "--" + $0.id }
    }
  }
}
