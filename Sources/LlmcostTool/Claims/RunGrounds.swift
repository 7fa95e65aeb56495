import CommandLineKit
import CostModel

extension Option {
  /// The name of the option that follows a published run.
  static let likeRun = "--like"
}

/// What an estimate of a published run takes as given. Estimates of one run differ by it: a claim's command, a back-test
/// and `--like` each know something else of it, and say so in the same words.
struct RunGrounds {
  /// What is given, in words.
  let given: [String]
  /// What the rest is found by.
  let rest: String

  /// On a line.
  var text: String { "\(list); \(rest)" }

  /// What is given, as a list in a sentence.
  var list: String {
    given.dropLast().joined(separator: ", ") + (given.count > 1 ? " and " : "") + (given.last ?? "nothing")
  }

  private static let byAll = "the rest as of any such run, by all that are published"
  private static let blind = "the rest without what its organization has published"

  /// A run predicted from what was known of it before it began.
  static let predicted = RunGrounds(
    given: [
      "parameters", "tokens", "hardware", "the size of its cluster and its context where they are known", "precision",
      "kind", "date",
    ], rest: blind)

  /// A figure of energy, carbon, water or money, predicted end to end.
  static let figure = RunGrounds(
    given: predicted.given + ["whose power, PUE, grid and price the figure counts"], rest: blind)

  /// A run after pre-training, predicted from its settings.
  static let settings = RunGrounds(
    given: ["its published settings, model and accelerators"], rest: blind)

  /// What a command says, by the names of its options; what it does not say is as for any run.
  ///
  /// - Parameter words: The words behind the program's name, without the result that they ask for.
  init(command words: [String]) {
    var given: [String] = []
    for (place, word) in words.enumerated() where word.hasPrefix("-") && Double(word) == nil {
      guard word != Option.likeRun else {
        given.append("what is published of \(words.indices.contains(place + 1) ? words[place + 1] : "a run")")
        continue
      }
      given.append(Self.name(of: word))
    }
    self.init(given: given, rest: Self.byAll)
  }

  private init(given: [String], rest: String) { (self.given, self.rest) = (given, rest) }

  private static func name(of option: String) -> String {
    let id = String(option.drop { $0 == "-" })
    if option == InputRow.accelerator.option.name { return "accelerator" }
    if option == Option(AnySetting(Settings.accelerators)).name { return "how many of it" }
    if let setting = Settings.all.first(where: { $0.id == id }) { return setting.name }
    return id.split(separator: "-").joined(separator: " ")
  }
}
