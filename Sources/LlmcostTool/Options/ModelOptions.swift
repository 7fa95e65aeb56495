import CommandLineKit
import CostModel

/// Options that name an architecture: a configuration file, or one of the presets.
struct ModelOptions: Sendable {
  private let configuration: String?
  private let preset: String?

  init(_ arguments: Arguments) {
    configuration = arguments.text(of: InputRow.configuration.option)
    preset = arguments.text(of: InputRow.model.option)
  }

  /// An architecture with the name to print.
  struct Resolved: Sendable {
    var name: String
    var architecture: Architecture
    /// What was taken for granted.
    var warnings: [String]
    /// Whether the type is unknown, and the count a guess.
    var isGuess = false
    /// A file, or a row.
    var origin: Origin

    /// For estimates.
    var known: KnownModel { KnownModel(name: name, architecture: architecture, origin: origin) }
  }

  /// The configuration inside a folder; the path itself where it is none.
  private static func configuration(in path: String, _ world: any World) throws(Failure) -> String {
    let names: [String]?
    do throws(FileError) { names = try world.listFolder(path) } catch { throw Failure(error) }
    guard let names else { return path }
    let inside = ["config.json", "params.json"].first(where: names.contains)
    return inside.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" } ?? path
  }

  /// The architecture that the options name; nil where they name none.
  ///
  /// - Throws: ``Failure`` for both at once, an unknown preset, and a file that is missing or cannot be read.
  func resolve(in world: any World, catalog: TableCatalog) throws(Failure) -> Resolved? {
    switch (configuration, preset) {
    case (nil, nil): return nil
    case (_?, _?):
      throw Failure("--config and --model are both given", hint: "give one of them", status: .usage)
    case (let path?, nil):
      let path = try Self.configuration(in: path, world)
      let bytes: [UInt8]
      do throws(FileError) { bytes = try world.readFile(path) } catch { throw Failure(error) }
      let name = path == "-" ? "standard input" : path
      do {
        let model = try ModelConfiguration.read(bytes, tables: catalog.tables)
        return Resolved(
          name: name, architecture: model.architecture, warnings: model.warnings, isGuess: model.isGuess,
          origin: .file(name))
      } catch {
        throw Failure(error, file: name)
      }
    case (nil, let id?):
      do {
        let (model, warnings) = try catalog.knownModel(id)
        return Resolved(
          name: model.name, architecture: model.architecture, warnings: warnings, origin: model.origin)
      } catch {
        throw Failure(error)
      }
    }
  }
}

extension Failure {
  /// A configuration that cannot be read.
  init(_ error: ConfigurationError, file: String) {
    switch error {
    case .table(let error): self.init(error)
    case .several(let errors):
      self.init(errors.map { Failure($0, file: file) })
    case .other: self.init("\(file): \(error.message)", status: .badData)
    case .unreadable:
      self.init(
        "\(file):\(error.message)", hint: "a config.json as Hugging Face has it is expected", status: .badData)
    case .field:
      self.init(
        "\(file): \(error.message)", hint: "correct the field", status: .badData)
    case .unsupported:
      self.init(
        "\(file): \(error.message)", hint: "estimates take --params and --active-params instead", status: .badData)
    }
  }
}
