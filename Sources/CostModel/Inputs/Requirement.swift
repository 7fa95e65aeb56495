/// What settings and choices of a stage need in order to count: given without it, they are refused, not ignored.
package struct Requirement: Sendable {
  /// What must hold.
  package indirect enum Condition: Sendable {
    /// One of these is chosen.
    case isChosen(Choice, [String])
    /// Anything else is chosen.
    case isNotChosen(Choice, String)
    /// The user gives this setting or choice.
    case isGiven(String)
    /// The user does not give this setting, which decides alone.
    case isNotGiven(String)
    /// The number of accelerators is given.
    case isOfKnownSize
    /// At least one of these holds.
    case either(Condition, Condition)
  }

  /// The settings and choices, by id.
  package let dependents: [String]
  /// What they need.
  package let condition: Condition

  /// A requirement of these settings and choices.
  package init(_ dependents: [String], _ condition: Condition) {
    self.dependents = dependents
    self.condition = condition
  }
}

/// A setting or choice that was given and would count for nothing.
package struct UnusedSetting: Sendable {
  /// The setting or choice.
  package let id: String
  /// What it needs, and what to do.
  package let error: ScenarioError
}

extension StageInputs {
  /// The first setting or choice that the user gave and the stage would ignore; nil where all of them count.
  package func unusedSetting(
    by requirements: [Requirement], onClusterOf cluster: Request.Cluster?
  ) -> UnusedSetting? {
    for requirement in requirements where !holds(requirement.condition, cluster) {
      guard let id = requirement.dependents.first(where: isGiven) else { continue }
      return UnusedSetting(id: id, error: requirement.condition.error(for: id))
    }
    return nil
  }

  private func holds(_ condition: Requirement.Condition, _ cluster: Request.Cluster?) -> Bool {
    switch condition {
    case .isChosen(let choice, let values): values.contains(self(choice))
    case .isNotChosen(let choice, let value): self(choice) != value
    case .isGiven(let id): isGiven(id)
    case .isNotGiven(let id): !isGiven(id)
    case .isOfKnownSize: if case .accelerators? = cluster { true } else { false }
    case .either(let one, let other): holds(one, cluster) || holds(other, cluster)
    }
  }
}

extension Requirement.Condition {
  fileprivate func error(for id: String) -> ScenarioError {
    let leaveOut: Message = "leave out \(input: id)"
    switch self {
    case .isChosen(let choice, let values):
      return .contradiction(
        "\(input: id) counts with \(choice, as: values.joined(separator: " or ")) alone",
        advice: "add \(choice, as: values.first ?? ""), or \(leaveOut)")
    case .isNotChosen(let choice, let value):
      return .contradiction(
        "\(input: id) has no effect with \(choice, as: value)", advice: "choose another \(choice), or \(leaveOut)")
    case .isGiven(let other):
      return .contradiction(
        "\(input: id) counts with \(input: other) alone", advice: "add \(input: other), or \(leaveOut)")
    case .isNotGiven(let other):
      return .contradiction(
        "\(input: id) has no effect beside \(input: other)",
        advice: "leave out one of the two: \(input: other) decides alone")
    case .isOfKnownSize:
      return .contradiction(
        "\(input: id) counts for a cluster of known size alone", advice: "add \(Settings.accelerators), or \(leaveOut)")
    case .either(let one, _): return one.error(for: id)
    }
  }
}
