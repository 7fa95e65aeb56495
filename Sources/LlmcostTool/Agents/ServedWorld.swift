import CostModel
import Synchronization

/// The machine as a server lends it to its callers: standard input stays the server's own, no terminal is there, and
/// tables stay read between calls.
struct ServedWorld: World {
  private let base: any World
  /// The built-in tables under the user's, with what was read from them.
  let tables: TableSet
  private let counter = Counter()

  /// How many files and folders were read, or asked for.
  var reads: Int { counter.count.withLock(\.self) }

  init(_ base: any World) throws(Failure) {
    self.base = base
    var tables = try Tables.load([], in: base)
    tables.memory = tables.memory ?? TableMemory()
    self.tables = tables
  }

  private func count(_ path: String) throws(FileError) {
    counter.count.withLock { $0 += 1 }
    guard path != "-" else { throw FileError(path: path, reason: "standard input carries the calls; name a file") }
  }

  func environment(_ name: String) -> String? { base.environment(name) }
  var today: String { base.today }
  var terminalWidth: Int? { nil }
  var cores: Int { base.cores }

  func listFolder(_ path: String) throws(FileError) -> [String]? {
    counter.count.withLock { $0 += 1 }
    return try base.listFolder(path)
  }

  func readFile(_ path: String) throws(FileError) -> [UInt8] {
    try count(path)
    return try base.readFile(path)
  }

  func readFile(_ path: String, piecewise body: (UnsafeBufferPointer<UInt8>) -> Bool) throws(FileError) {
    try count(path)
    try base.readFile(path, piecewise: body)
  }
}

private final class Counter: Sendable {
  let count = Mutex(0)
}
