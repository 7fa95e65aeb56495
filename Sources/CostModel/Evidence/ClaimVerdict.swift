/// What computing says of a claim; it follows from two ranges, and from what the computing rests on.
package enum ClaimVerdict: String, CaseIterable, Sendable {
  /// The typical result is what is claimed, or what is claimed lies where four in five results lie.
  case holds
  /// The ranges meet, but not in their middles, or the computing rests on leaks or guesses: it takes a condition.
  case holdsIf = "holds if"
  /// The ranges do not meet.
  case doubtful
  /// The ranges meet, and the computed one is too wide to say anything.
  case tooWide = "too wide to tell"
  /// The claim restates what it is computed from.
  case byDefinition = "by definition"
  /// Computing it takes an input that nobody published.
  case needsInput = "needs an unpublished input"

  /// What someone claims: a value, a range, or one end of a range.
  package struct Claimed: Sendable {
    /// The least claimed; nil where there is none.
    package var low: Double?
    /// The value claimed, where one is.
    package var typical: Double?
    /// The most claimed.
    package var high: Double?

    /// A claim by its figures; nil where there is none.
    package init?(low: Double?, typical: Double?, high: Double?) {
      guard low != nil || typical != nil || high != nil else { return nil }
      self.low = low
      self.typical = typical
      self.high = high
    }

    /// The least that meets the claim: with a high end alone anything does.
    package var least: Double { low ?? (high == nil ? typical : nil) ?? -.infinity }
    /// The most that meets it.
    package var most: Double { high ?? (low == nil ? typical : nil) ?? .infinity }
  }

  /// What the computing of a claim rests on.
  package enum Basis: Sendable {
    /// Published inputs, and the tables.
    case published
    /// Inputs that leaked or were guessed.
    case guessed
    /// The claim's own figures.
    case itself
  }

  /// Claims are rounded: this much beyond an end still meets it.
  package static let slack = 0.05

  /// How many times as much the p90 of a result may be as its p10 for a verdict to mean something.
  package static let widest = 4.0

  /// The verdict on a claim.
  ///
  /// - Parameters:
  ///   - claimed: What is claimed.
  ///   - computed: What was computed, with p10 and p90 where it varies.
  ///   - basis: What the computing rests on.
  package init(claimed: Claimed, computed: Spread, basis: Basis = .published) {
    let (low, high) = (computed.p10 ?? computed.typical, computed.p90 ?? computed.typical)
    let least = claimed.least - Self.slack * claimed.least.magnitude
    let most = claimed.most + Self.slack * claimed.most.magnitude
    guard low <= most, high >= least else {
      self = .doubtful
      return
    }
    // A wide range meets nearly anything.
    guard low > 0 && high / low <= Self.widest || low == high else {
      self = .tooWide
      return
    }
    let isInside = claimed.typical.map { low <= $0 * (1 + Self.slack) && high >= $0 * (1 - Self.slack) } ?? false
    guard isInside || (least...most).contains(computed.typical) else {
      self = .holdsIf
      return
    }
    switch basis {
    case .published: self = .holds
    case .guessed: self = .holdsIf
    case .itself: self = .byDefinition
    }
  }

  /// By what factor the nearest computed value misses the claim; nil where they meet, or where one is zero.
  package static func miss(claimed: Claimed, computed: Spread) -> (factor: Double, isAbove: Bool)? {
    let (low, high) = (computed.p10 ?? computed.typical, computed.p90 ?? computed.typical)
    if low > claimed.most, claimed.most > 0 { return (low / claimed.most, true) }
    if high < claimed.least, high > 0 { return (claimed.least / high, false) }
    return nil
  }
}
