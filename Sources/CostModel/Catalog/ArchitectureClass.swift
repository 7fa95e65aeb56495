/// Whether every parameter works on every token.
package enum ArchitectureClass: String, CaseIterable, Sendable {
  /// Every parameter works on every token.
  case dense
  /// A router picks the experts that work on a token.
  case mixtureOfExperts = "moe"
}
