import CostModel
import TextFormats

extension Document {
  /// Questions that a note has room for, of each kind.
  private static let mostQuestions = 2

  /// Tells what the total cost depends on that nobody said, apart from what is not known.
  mutating func ask(_ questions: [OpenQuestion], of stage: StageCommand) {
    let questions = questions.map { question in
      var question = question
      if let answer = question.answer, !stage.has("--" + answer) { question.answer = nil }
      return question
    }
    for (kind, words) in [(Inquiry.Kind.unsaid, "not said"), (.unknown, "not known")] {
      let first = questions.filter { $0.kind == kind }.prefix(Self.mostQuestions).map(\.message.commandLine)
      guard !first.isEmpty else { continue }
      let more = kind == .unknown ? "; 'llmcost worth \(stage.name)' tells what to find out first" : ""
      notes.append("of the range, \(words): " + first.joined(separator: ", ") + more)
    }
    guard case .members(let tree) = tree else { return }
    self.tree = .members {
      tree() + [
        (
          "questions",
          .array(
            questions.map { question in
              .object([
                ("id", .string(question.id)), ("name", .string(question.name)), ("kind", .string(question.kind.rawValue)),
                ("reach", .result(question.reach)), ("way", .optional(question.way)),
                ("answer", .optional(question.answer)),
              ])
            })
        )
      ]
    }
  }
}
