/// What settings and choices of a stage need in order to count: given without it, they are refused, not ignored.
public struct Requirement: Sendable {
  /// What must hold.
  public enum Condition: Sendable {
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
  }

  /// The settings and choices, by id.
  public let dependents: [String]
  /// What they need.
  public let condition: Condition

  /// A requirement of these settings and choices.
  public init(_ dependents: [String], _ condition: Condition) {
    self.dependents = dependents
    self.condition = condition
  }
}

/// A setting or choice that was given and would count for nothing.
public struct IdleSetting: Sendable {
  /// The setting or choice.
  public let id: String
  /// What it needs, and what to do.
  public let error: ScenarioError
}

extension StageInputs {
  /// The first setting or choice that the user gave and the stage would ignore; nil where all of them count.
  public func idleSetting(
    by requirements: [Requirement], onClusterOf cluster: Request.Cluster?
  ) -> IdleSetting? {
    for requirement in requirements where !holds(requirement.condition, cluster) {
      guard let id = requirement.dependents.first(where: isGiven) else { continue }
      return IdleSetting(id: id, error: requirement.condition.error(for: id))
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
    }
  }
}

extension Requirement.Condition {
  fileprivate func error(for id: String) -> ScenarioError {
    switch self {
    case .isChosen(let choice, let values):
      .contradiction(
        "--\(id) counts with --\(choice.id) \(values.joined(separator: " or ")) alone",
        advice: "add --\(choice.id) \(values.first ?? ""), or leave out --\(id)")
    case .isNotChosen(let choice, let value):
      .contradiction(
        "--\(id) has no effect with --\(choice.id) \(value)",
        advice: "choose another --\(choice.id), or leave out --\(id)")
    case .isGiven(let other):
      .contradiction("--\(id) counts with --\(other) alone", advice: "add --\(other), or leave out --\(id)")
    case .isNotGiven(let other):
      .contradiction(
        "--\(id) has no effect beside --\(other)", advice: "leave out one of the two: --\(other) decides alone")
    case .isOfKnownSize:
      .contradiction("--\(id) counts for a cluster of known size alone", advice: "add --gpus, or leave out --\(id)")
    }
  }
}
