import CommandLineKit
import CostModel

/// How results are printed.
enum Format: String, CaseIterable, OptionValue {
  case table, json, jsonl, csv, tsv, markdown, html, svg

  /// Whether it has columns to choose from.
  var hasColumns: Bool { [.jsonl, .csv, .tsv, .markdown].contains(self) }
}

/// When output is colored.
enum ColorChoice: String, CaseIterable, OptionValue {
  case auto, always, never
}

/// Options of every command that prints results.
struct OutputOptions: Sendable {
  var format: Format?
  var output: String?
  var columns: NameList?
  var color: ColorChoice?
  var width: WholeNumber?
  var isASCII = false
  var isQuiet = false
  var tables: [String] = []

  static let group = OptionGroup<OutputOptions>(
    "Output",
    [
      Option("--format", "-f", as: Format.self, help: "how to print") { $0.format = $1 },
      Option(switch: "--json", shortFor: "--format", help: "short for --format json") { $0.format = .json },
      Option("--columns", as: NameList.self, help: "columns of csv, tsv, jsonl and markdown, in order") {
        $0.columns = $1
      },
      Option(
        "--output", "-o", as: String.self, placeholder: "file", completing: .file,
        help: "write to a file, whole or not at all"
      ) {
        $0.output = $1
      },
      Option("--color", as: ColorChoice.self, help: "color of tables; NO_COLOR turns it off") { $0.color = $1 },
      Option(switch: "--ascii", help: "draw tables and charts in ASCII, as where the locale is not UTF-8") {
        $0.isASCII = true
      },
      Option("--width", as: WholeNumber.self, help: "width of tables; 0 for no limit") { $0.width = $1 },
      Option(switch: "--quiet", "-q", help: "leave out the notes on standard error") { $0.isQuiet = true },
      Option(
        "--tables", as: String.self, placeholder: "path", isRepeatable: true, completing: .file,
        help: "folder or file of rows laid over the built-in tables; see 'llmcost help tables'"
      ) { $0.tables.append($1) },
    ])

  /// The format; one that has no columns goes without --columns, and the one bare number of --get without either.
  func formatForColumns(get: String? = nil) throws(Failure) -> Format {
    if get != nil, let given = format.map({ "--format \($0.rawValue)" }) ?? columns.map({ _ in "--columns" }) {
      throw Failure("--get prints one bare number, whatever the format", hint: "leave out \(given)", status: .usage)
    }
    let format = format ?? .table
    if columns != nil, !format.hasColumns {
      throw Failure("--columns goes with csv, tsv, jsonl and markdown", hint: "add --format csv", status: .usage)
    }
    return format
  }

  /// The columns to print, or all there are.
  static func chosen(_ list: NameList?, from known: [String]) throws(Failure) -> [String] {
    guard let names = list?.names else { return known }
    for name in names where !known.contains(name) {
      throw Failure(
        "--columns: there is no '\(name)'", hint: "there is \(known.joined(separator: ", "))", status: .usage)
    }
    return names
  }

  /// How wide tables may be.
  func columns(in world: any World) -> Int {
    if let width { return width.value == 0 ? .max : max(40, width.value) }
    if let terminal = world.terminalWidth { return max(40, terminal) }
    return world.environment("COLUMNS").flatMap { Int($0) }.map { max(40, $0) } ?? 100
  }

  /// How tables are drawn.
  func style(in world: any World) -> Style {
    Style(isColored: isColored(in: world), isASCII: isASCII || !Self.isUnicode(in: world))
  }

  /// Whether the locale has Unicode; one that nobody chose is taken to have it.
  private static func isUnicode(in world: any World) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(world.environment).filter { !$0.isEmpty }
    guard let name = names.first?.lowercased() else { return true }
    return name.hasSuffix("utf-8") || name.hasSuffix("utf8") || name.contains("utf-8@") || name.contains("utf8@")
  }

  /// Whether tables are colored.
  func isColored(in world: any World) -> Bool {
    switch color ?? .auto {
    case .always: true
    case .never: false
    case .auto:
      output == nil && world.terminalWidth != nil && (world.environment("NO_COLOR") ?? "").isEmpty
        && world.environment("TERM") != "dumb"
    }
  }
}
