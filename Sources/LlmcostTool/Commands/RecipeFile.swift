import CommandLineKit
import CostModel
import TextFormats

/// A recipe's text, for messages that name line and column.
struct RecipeFile {
  let name: String
  let bytes: [UInt8]
  let value: JSONValue

  /// The place of a value that stands on the command line, not in the file.
  static let overridden = -1

  /// Reads a recipe by path, id, or from standard input.
  init(_ name: String, catalog: TableCatalog, in world: any World) throws(Failure) {
    guard name == "-" || name.hasSuffix(".json") || name.hasSuffix(".jsonc") else {
      do throws(CatalogError) {
        (self.name, bytes, value) = (name, [], try catalog.recipe(name))
        return
      } catch {
        // No id, but perhaps a file by another name.
        guard case .unknown = error, let bytes = try? world.readFile(name) else { throw Failure(error) }
        self = try Self(name, bytes)
        return
      }
    }
    let bytes: [UInt8]
    do throws(FileError) { bytes = try world.readFile(name) } catch { throw Failure(error) }
    self = try Self(name, bytes)
  }

  private init(_ name: String, _ bytes: [UInt8]) throws(Failure) {
    (self.name, self.bytes) = (name, bytes)
    do throws(JSONError) { value = try JSONReader.read(bytes, allowingComments: true) } catch {
      throw Failure(
        "\(name):\(error.line):\(error.column): \(error.message)",
        hint:
          "a recipe is JSON, with comments if you like: 'llmcost help recipes' tells how, and 'llmcost program --init' prints one",
        status: .badData)
    }
  }

  /// A recipe that is part of a file which has been read.
  init(_ name: String, _ bytes: [UInt8], holding value: JSONValue) {
    (self.name, self.bytes, self.value) = (name, bytes, value)
  }

  /// A machine whose relative paths start at the recipe, for the files that it names.
  func neighborhood(in world: any World) -> any World {
    let folder = name.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return bytes.isEmpty || !name.contains("/") ? world : NeighborWorld(base: world, folder: folder)
  }

  /// Everything that is wrong with it as one failure.
  func failure(_ problems: [Recipe.Problem], overriding: String) -> Failure {
    var failures = problems.map { failure($0, overriding: overriding) }
    var first = failures.isEmpty ? Failure("\(name): is no recipe", status: .badData) : failures.removeFirst()
    // What stands on the command line is wrong usage only where the file is right.
    if let other = failures.first(where: { $0.status != first.status }), other.status == .badData {
      first.status = .badData
    }
    first.others = failures
    return first
  }

  private func failure(_ problem: Recipe.Problem, overriding: String) -> Failure {
    var problem = problem
    if let (name, known) = problem.unknown, let near = nearest(to: name, in: known) {
      problem.hint = "did you mean '\(near)'? " + (problem.hint ?? "")
    }
    if problem.offset == Self.overridden {
      return Failure("\(overriding): \(problem.path): \(problem.message)", hint: problem.hint, status: .usage)
    }
    var line = 1
    var column = 1
    for byte in bytes.prefix(problem.offset) {
      if byte == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) } else { column += 1 }
    }
    let place = bytes.isEmpty ? name : "\(name):\(line):\(column)"
    let path = problem.path.isEmpty ? "" : problem.path + ": "
    return Failure("\(place): \(path)\(problem.message)", hint: problem.hint, status: .badData)
  }

  /// The recipe with values of the command line in place of its own.
  ///
  /// - Parameters:
  ///   - overrides: The values.
  ///   - option: The option that they come from, for messages.
  /// - Returns: The recipe as it is then.
  /// - Throws: ``Failure`` for a path that leads nowhere.
  func changed(_ overrides: [OverrideOption], by option: String) throws(Failure) -> JSONValue {
    var value = value
    for override in overrides {
      do throws(PathError) { value = try value.changing(override.path[...], to: override.value) } catch {
        throw Failure(
          "\(option): \(override.path.joined(separator: ".")) is no path of the recipe: \(error.reason)",
          hint: "write stages.<label>.<option>, shared.<option>, people.<role>.count, or the name of a member",
          status: .usage)
      }
    }
    return value
  }
}

/// A value of a recipe, overridden: `stages.pretrain.tokens=20T`.
struct OverrideOption: OptionValue {
  var path: [String]
  var value: JSONValue
  /// The value as it was written.
  var text: String

  static var placeholder: String { "path=value" }

  init(argument: String) throws(ValueError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw ValueError(
        "'\(argument)' is not an override",
        hint: "write path=value such as stages.pretrain.tokens=20T; null takes the value away")
    }
    self.init(try Self.path(parts[0]), parts[1])
  }

  /// A value at a path.
  init(_ path: [String], _ text: String) {
    (self.path, self.text) = (path, text)
    // Whatever is JSON is meant as JSON; all else is text.
    let read = try? JSONReader.read(Array(text.utf8), allowingComments: true)
    value = (read ?? JSONValue(content: .string(text), offset: 0)).placed(at: RecipeFile.overridden)
  }

  /// The values that commas separate, each by itself; what is a list or an object is one value.
  var alternatives: [OverrideOption] {
    switch value.content {
    case .array, .object: [self]
    default: text.split(separator: ",").map { OverrideOption(path, String($0)) }
    }
  }

  /// The steps of a path.
  static func path(_ text: String) throws(ValueError) -> [String] {
    let path = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard !path.contains("") else {
      throw ValueError("'\(text)' is not a path", hint: "write stages.pretrain.tokens=20T")
    }
    return path
  }
}

extension JSONValue {
  /// The same value with all of it at one place.
  fileprivate func placed(at offset: Int) -> JSONValue {
    let content: JSONValue.Content =
      switch content {
      case .array(let elements): .array(elements.map { $0.placed(at: offset) })
      case .object(let members): .object(members.map { Member(name: $0.name, value: $0.value.placed(at: offset)) })
      default: content
      }
    return JSONValue(content: content, offset: offset)
  }
}
