@testable import CostModel

extension TableCatalog {
  /// The built-in tables, read once for all suites: nothing that a test does changes them, and layouts searched for one
  /// published run serve the next.
  static let shared = TableCatalog(memory: TableMemory())
}
