/// A model configuration that cannot be read: what is wrong with it, and where.
package enum ConfigurationError: Error, Sendable, Equatable {
  /// The text is not JSON, or not an object.
  case unreadable(line: Int, column: Int, problem: String)
  /// A field is missing or has a value that makes no sense; the path leads to it, as `text_config.num_hidden_layers`.
  case field(path: String, problem: String)
  /// The configuration is of something that is not counted here.
  case unsupported(modelType: String, reason: String)
  /// A file of another kind than a configuration; the problem says what to give instead.
  case other(problem: String)
  /// A row of the tables that the configuration needs does not read.
  case table(CatalogError)
  /// Several fields are wrong.
  indirect case several([ConfigurationError])

  /// What is wrong, in a line.
  package var message: String {
    switch self {
    case .unreadable(let line, let column, let problem): "\(line):\(column): \(problem)"
    case .field(let path, let problem): "\(path): \(problem)"
    case .unsupported(let modelType, let reason): "model_type '\(modelType)': \(reason)"
    case .other(let problem): problem
    case .table(let error): ScenarioError.catalog(error).message.description
    case .several(let errors): errors.map(\.message).joined(separator: "; ")
    }
  }
}
