import CostModel

/// The machine as a server lends it to its callers: standard input stays the server's own, no terminal is there, and
/// tables stay read between calls.
struct ServedWorld: World {
  private let base: any World
  /// The built-in tables under the user's, with what was read from them.
  let tables: TableSet

  init(_ base: any World) throws(Failure) {
    self.base = base
    var tables = try Tables.load([], in: base)
    tables.memory = TableMemory()
    self.tables = tables
  }

  private func refuseStandardInput(_ path: String) throws(FileError) {
    guard path != "-" else { throw FileError(path: path, reason: "standard input carries the calls; name a file") }
  }

  func environment(_ name: String) -> String? { base.environment(name) }
  var today: String { base.today }
  var terminalWidth: Int? { nil }
  var cores: Int { base.cores }
  func listFolder(_ path: String) throws(FileError) -> [String]? { try base.listFolder(path) }

  func readFile(_ path: String) throws(FileError) -> [UInt8] {
    try refuseStandardInput(path)
    return try base.readFile(path)
  }

  func readFile(_ path: String, piecewise body: (UnsafeBufferPointer<UInt8>) -> Bool) throws(FileError) {
    try refuseStandardInput(path)
    try base.readFile(path, piecewise: body)
  }
}
