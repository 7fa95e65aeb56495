import CommandLineKit
import CostModel

extension Option {
  /// The option of a setting.
  init(_ setting: AnySetting) {
    // Of what has no unit, only what stays below one is a share.
    let isNumber = setting.dimension == .ratio && setting.limits.upperBound > 1
    // A grid over what is written in another unit than it is kept in is laid by whole estimates.
    let input = setting.entry.map { $0.scale == 1 } ?? true ? setting.key : nil
    let isShare = setting.dimension == .ratio && (setting.limits.upperBound <= 1 || setting.placeholder == "share")
    self.init(
      "--" + setting.id,
      of: NumberKind(dimension: setting.entry?.dimension ?? setting.dimension, input: input, isShare: isShare),
      placeholder: setting.placeholder ?? (isNumber ? "n" : nil),
      formerly: Self.formerNames[setting.id] ?? [], help: setting.help.commandLine)
    names += Self.shortNames[setting.id].map { [$0] } ?? []
    isEssential = setting.isEssential
    if setting.id == Settings.parameters.id { expansion = Self.mixture }
  }

  /// `30B-A3B`, as mixtures are called: all parameters, and those that work on a token.
  private static let mixture: @Sendable (String) -> (value: String, further: [String])? = { text in
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let mark = parts[1].first, mark == "A" || mark == "a", parts[1].count > 1 else {
      return nil
    }
    return (String(parts[0]), ["--" + Settings.activeParameters.id, String(parts[1].dropFirst())])
  }

  /// Spellings of earlier versions, and what people try first, by the present id of the setting or choice.
  private static let formerNames = [
    "input-tokens": ["--prompt-tokens"], "output-tokens": ["--response-tokens"],
    "max-output-tokens": ["--max-response"],
    "concurrency": ["--batch"], "labels": ["--annotation"], "tuning": ["--method"],
  ]
  private static let shortNames = ["params": "-p", "tokens": "-t", "gpus": "-n"]

  /// The option of a choice, and the switches that are short for some of its values.
  static func forms(of choice: Choice) -> [Option] {
    let option = Option(choice)
    return [option]
      + (switches[choice.id] ?? []).filter(choice.values.contains).map { value in
        Option(switch: "--" + value, shortFor: option.name, value, help: "short for \(option.name) \(value)")
      }
  }

  /// Values that people write as switches, by the id of the choice.
  private static let switches = ["tuning": ["lora", "qlora"]]

  /// The option of a choice.
  init(_ choice: Choice) {
    if choice.values == ["no", "yes"] {
      self.init(switch: "--" + choice.id, help: choice.help.commandLine)
      meaning = "yes"
      return
    }
    let kind: any ValueKind = choice.isClosed ? Words(choice.values) : AnyText("id")
    let completion: Completion =
      choice.isClosed
      ? .nothing : choice.values.isEmpty ? choice.table.map { .list($0) } ?? .nothing : .words(choice.values)
    self.init(
      "--" + choice.id, of: kind, completing: completion, formerly: Self.formerNames[choice.id] ?? [],
      help: choice.help.commandLine + (choice.standard == "default" ? "" : " (default \(choice.standard))"))
  }

  /// A text with the options that it names in backticks.
  static func named(in text: String) -> String {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.isMultiple(of: 2) ? String($1) : "--" + $1 }.joined()
  }
}
