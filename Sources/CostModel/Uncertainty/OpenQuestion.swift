/// An input of an estimate that nobody gave and that moves its result.
package struct OpenQuestion: Sendable {
  /// The input's id.
  package var id: String
  /// Its name for people.
  package var name: String
  /// Why it is uncertain.
  package var kind: Inquiry.Kind
  /// What it takes to learn it; nil where nothing is known of that.
  package var way: String?
  /// The input that would say it, by its id; nil where there is none.
  package var answer: String?
  /// The result with this input alone at its p90 over that at its p10, or the reverse: at least 1.
  package var reach: Double

  /// A question in words.
  package var message: Message {
    let reach = "×" + Notation.display(reach, as: .ratio)
    let learned = way.map { ", " + $0 } ?? ""
    guard let answer else { return Message("\(name) (\(reach)\(learned))") }
    return "\(name) (\(reach)\(learned): \(input: answer))"
  }
}

extension Estimate {
  /// Less than this moves nothing that anyone sees.
  private static let leastReach = 1.02

  /// What its result depends on that nobody gave, what moves it most first.
  ///
  /// - Parameters:
  ///   - key: The stable name of the result.
  ///   - settings: The settings of its stage.
  ///   - inquiries: What it takes to learn inputs.
  /// - Returns: The questions; none where everything was given, or nothing varies.
  package func openQuestions(
    about key: String = "cost_usd", settings: [AnySetting], inquiries: [Inquiry]
  ) -> [OpenQuestion] {
    guard let node = results.root(key) else { return [] }
    let tape = Tape(roots: [node])
    let root = tape.slot(of: node) ?? 0
    var questions: [OpenQuestion] = []
    for (slot, record) in tape.inputs where !record.distribution.isCertain {
      let isSaid =
        if case .table = record.origin { false } else if case .assumed = record.origin { false } else { true }
      let ends = [record.distribution.low, record.distribution.high].map {
        tape.value(of: root, setting: slot, to: $0)
      }
      guard !isSaid, let low = ends.min(), let high = ends.max(), low > 0, high / low > Self.leastReach,
        !questions.contains(where: { $0.id == record.id })
      else { continue }
      let inquiry = inquiries.first { $0.speaks(of: record.id) }
      questions.append(
        OpenQuestion(
          id: record.id, name: record.name, kind: inquiry?.kind ?? Self.kind(of: record.origin), way: inquiry?.way,
          answer: inquiry?.answer ?? OpenQuestion.setting(of: record.id, among: settings), reach: high / low))
    }
    return questions.sorted { ($0.reach, $1.id) > ($1.reach, $0.id) }
  }

  /// Usual settings of a method stand for what was not said; all else is not known.
  private static func kind(of origin: Origin) -> Inquiry.Kind {
    if case .table(let row) = origin, row.table == "methods" { .unsaid } else { .unknown }
  }
}

extension OpenQuestion {
  /// The setting that says an input.
  ///
  /// - Parameters:
  ///   - id: The input's id.
  ///   - settings: The settings of the stage, besides those that all stages share.
  /// - Returns: The setting's id; nil where none says it.
  package static func setting(of id: String, among settings: [AnySetting]) -> String? {
    let own = id.split(separator: ".", maxSplits: 1).last.map(String.init) ?? id
    return (Settings.all.first { $0.key == id } ?? settings.first { $0.id == own })?.id
  }
}
