/// An architecture with its name, and where it came from.
package struct KnownModel: Sendable {
  /// The name to print.
  package var name: String
  /// The architecture.
  package var architecture: Architecture
  /// A file, or a row of the table of architectures.
  package var origin: Origin

  /// A known architecture.
  package init(name: String, architecture: Architecture, origin: Origin) {
    self.name = name
    self.architecture = architecture
    self.origin = origin
  }
}

extension Scenario.Model {
  /// A model whose parameters are counted.
  init(_ known: KnownModel) {
    let count = known.architecture.parameterCount
    parameters = Expression.input("parameters", "parameters", Ranged(count.total.value), from: known.origin)
    if count.active != count.total {
      activeParameters = Expression.input(
        "active_parameters", "active parameters", Ranged(count.active.value), from: known.origin)
    }
    self.known = known
  }
}

extension Request {
  /// A request for a model of known architecture, all else by default.
  package init(model: KnownModel, phases: [Phase] = []) {
    self.init(parameters: Ranged(model.architecture.parameterCount.total), phases: phases)
    self.model = model
  }
}
