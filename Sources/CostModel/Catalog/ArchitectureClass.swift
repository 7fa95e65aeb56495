/// Whether every parameter works on every token.
public enum ArchitectureClass: String, CaseIterable, Sendable {
  /// Every parameter works on every token.
  case dense
  /// A router picks the experts that work on a token.
  case mixtureOfExperts = "moe"
}
