import CostModel

/// The tables a command works with.
enum Tables {
  /// The built-in tables under the user's: the configuration folder, then `$LLMCOST_TABLES`, then `--tables`.
  ///
  /// - Parameters:
  ///   - paths: Files and folders of `--tables`.
  ///   - world: Where they are read.
  ///   - isLenient: Whether rows that do not read are left out, for a check to tell of them.
  /// - Returns: The tables.
  /// - Throws: ``Failure`` for what cannot be read.
  static func load(_ paths: [String], in world: any World, isLenient: Bool = false) throws(Failure) -> TableSet {
    if paths.isEmpty, let served = world as? ServedWorld { return served.tables }
    var overlays: [Overlay] = []
    // A home that this user may not enter, as that of a service, holds no rows of theirs.
    if let folder = configurationFolder(in: world), let names = try? world.listFolder(folder) {
      overlays += try load(names, of: folder, in: world, isLenient)
    }
    let fromEnvironment = (world.environment("LLMCOST_TABLES") ?? "").split(separator: ":").map(String.init)
    for path in fromEnvironment + paths { overlays += try load(path, in: world, isLenient) }
    var tables = TableSet(overlays: overlays)
    if overlays.isEmpty { tables.memory = (world as? any RememberingWorld)?.memory }
    return tables
  }

  private static func configurationFolder(in world: any World) -> String? {
    if let folder = world.environment("XDG_CONFIG_HOME"), !folder.isEmpty { return folder + "/llmcost" }
    if let home = world.environment("HOME"), !home.isEmpty { return home + "/.config/llmcost" }
    return nil
  }

  private static func load(_ path: String, in world: any World, _ isLenient: Bool) throws(Failure) -> [Overlay] {
    let names: [String]?
    do throws(FileError) { names = try world.listFolder(path) } catch { throw Failure(error) }
    guard let names else { return [try overlay(path, in: world, isLenient)] }
    return try load(names, of: path, in: world, isLenient)
  }

  private static func load(
    _ names: [String], of folder: String, in world: any World, _ isLenient: Bool
  ) throws(Failure) -> [Overlay] {
    var overlays: [Overlay] = []
    for name in names where name.hasSuffix(".json") {
      overlays.append(try overlay(folder + "/" + name, in: world, isLenient))
    }
    return overlays
  }

  private static func overlay(_ path: String, in world: any World, _ isLenient: Bool) throws(Failure) -> Overlay {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try world.readFile(path) } catch { throw Failure(error) }
    do { return try Overlay(file: path, bytes: bytes, isLenient: isLenient) } catch { throw Failure(error) }
  }
}
