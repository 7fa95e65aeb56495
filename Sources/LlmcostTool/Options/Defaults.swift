import CommandLineKit
import CostModel

/// What is taken where an option is not given, as the tables have it: a text names a row in braces, as
/// `(default {goodput})`, with the table before it and a factor behind it where they matter, as `{corpus:egress*1e9}`.
enum Defaults {
  /// A text with the values of the rows that it names.
  ///
  /// - Throws: ``CatalogError`` for a row that is missing or malformed.
  static func filled(_ text: String, from catalog: TableCatalog) throws(CatalogError) -> String {
    guard text.contains("{") else { return text }
    var result = ""
    for (index, part) in text.split(whereSeparator: { $0 == "{" || $0 == "}" }).enumerated() {
      result += index.isMultiple(of: 2) ? String(part) : try value(of: part, from: catalog)
    }
    return result
  }

  /// A text with the values of the built-in rows: for hints, which come before any table is read.
  static func filled(_ text: String) -> String {
    do throws(CatalogError) { return try filled(text, from: TableCatalog()) } catch { return text }
  }

  private static func value(of place: Substring, from catalog: TableCatalog) throws(CatalogError) -> String {
    let parts = place.split(separator: "*", maxSplits: 1)
    let path = parts[0].split(separator: ":", maxSplits: 1).map(String.init)
    let row = path.count == 2 ? try catalog.factor(path[1], in: path[0]) : try catalog.factor(path[0])
    guard let row else { return "" }
    let value = row.value.typical.value
    guard parts.count == 2, let factor = Double(parts[1]) else { return Notation.machineText(value) }
    // Lengths of time are written as the row has them.
    let units = ["years": "y", "months": "mo", "min": "min", "minutes": "min", "s": "s", "seconds": "s"]
    if let unit = row.unit.flatMap({ units[$0] }) { return Notation.machineText(value) + unit }
    return Notation.machineText(value * factor)
  }
}

extension CommandSyntax {
  /// The syntax with the defaults of the tables: the built-in ones, and those of the user that no option names.
  func withDefaults(in world: any World) throws(Failure) -> CommandSyntax {
    guard options.contains(where: { $0.help.contains("{") }) else { return self }
    return try withDefaults(from: TableCatalog(try Tables.load([], in: world)))
  }

  /// The syntax with the defaults of some tables.
  func withDefaults(from catalog: TableCatalog) throws(Failure) -> CommandSyntax {
    var syntax = self
    do throws(CatalogError) {
      for group in groups.indices {
        for option in groups[group].options.indices {
          syntax.groups[group].options[option].help = try Defaults.filled(
            groups[group].options[option].help, from: catalog)
        }
      }
    } catch {
      throw Failure(error)
    }
    for index in subcommands.indices {
      syntax.subcommands[index] = try subcommands[index].withDefaults(from: catalog)
    }
    return syntax
  }
}
