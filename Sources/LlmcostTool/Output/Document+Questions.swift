import CostModel
import TextFormats

extension Document {
  /// What moves the total cost by less is left to the JSON.
  private static let leastNoted = 1.1
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
      let first = questions.filter { $0.kind == kind && $0.reach >= Self.leastNoted }
        .prefix(Self.mostQuestions).map(\.message.commandLine)
      guard !first.isEmpty else { continue }
      let more = kind == .unknown ? "; 'llmcost worth \(stage.name)' tells what to find out first" : ""
      notes.append("of the range, \(words): " + first.joined(separator: ", ") + more)
    }
    if !questions.isEmpty {
      let others = sections
      sections = { $0 == .page ? others($0) + [Self.section(questions)] : others($0) }
    }
    guard case .members(let tree) = tree else { return }
    self.tree = .members {
      tree() + [
        (
          "questions",
          .array(
            questions.map { question in
              .object([
                ("id", .string(question.id)), ("name", .string(question.name)),
                ("kind", .string(question.kind.rawValue)),
                ("reach", .result(question.reach)), ("way", .optional(question.way)),
                ("answer", .optional(question.answer)),
              ])
            })
        )
      ]
    }
  }

  private static func section(_ questions: [OpenQuestion]) -> Section {
    Section(
      "questions", "What was not said, and what is not known", nil,
      Table(
        "The total cost at one end of each input over that at the other",
        ["input", .number("moves it"), "why", "what it takes", "then give"],
        questions.map { question in
          [
            .text(question.name), .times(question.reach), .text(question.kind == .unsaid ? "not said" : "not known"),
            .text(question.way ?? ""), .text(question.answer.map { "--" + $0 } ?? ""),
          ]
        }))
  }
}
