/// A machine whose relative paths start at a folder.
struct NeighborWorld: World {
  let base: any World
  let folder: String

  private func path(_ path: String) -> String {
    path == "-" || path.hasPrefix("/") ? path : folder + "/" + path
  }

  func environment(_ name: String) -> String? { base.environment(name) }
  var today: String { base.today }
  var terminalWidth: Int? { base.terminalWidth }
  var cores: Int { base.cores }

  func readFile(_ path: String) throws(FileError) -> [UInt8] { try base.readFile(self.path(path)) }

  func readFile(_ path: String, piecewise body: (UnsafeBufferPointer<UInt8>) -> Bool) throws(FileError) {
    try base.readFile(self.path(path), piecewise: body)
  }

  func listFolder(_ path: String) throws(FileError) -> [String]? { try base.listFolder(self.path(path)) }
}
