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
  var width: Int?
  var isASCII = false
  var isQuiet = false
  var tables: [String] = []

  /// Nothing said.
  init() {}

  init(_ arguments: Arguments) throws(Failure) {
    format = try arguments.value(of: .format)
    output = arguments.text(of: .output)
    columns = try arguments.value(of: .columns)
    color = try arguments.value(of: .color)
    width = try arguments.count(of: .width)
    isASCII = arguments.has(.ascii)
    isQuiet = arguments.has(.quiet)
    tables = arguments.texts(of: .tables)
  }

  static let group = OptionGroup(
    "Output", [.format, .json, .columns, .output, .color, .ascii, .width, .quiet, .tables])

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

  /// What a command ends in: its text, to where it goes, and the notes unless they are not wanted.
  func outcome(_ text: String, notes: @autoclosure () -> [String] = []) -> Outcome {
    Outcome(
      output: text, complaint: isQuiet ? "" : notes().map { "note: \($0)\n" }.joined(),
      outputPath: output == "-" ? nil : output)
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
    if let width { return width == 0 ? .max : max(40, width) }
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

extension Option {
  static let format = Option("--format", "-f", of: .type(Format.self), help: "how to print")
  static let json = Option(switch: "--json", shortFor: "--format", "json", help: "short for --format json")
  static let columns = Option(
    "--columns", of: .type(NameList.self), help: "columns of csv, tsv, jsonl and markdown, in order")
  static let output = Option(
    "--output", "-o", of: .text("file"), completing: .file, help: "write to a file, whole or not at all")
  static let color = Option("--color", of: .type(ColorChoice.self), help: "color of tables; NO_COLOR turns it off")
  static let ascii = Option(
    switch: "--ascii", help: "draw tables and charts in ASCII, as where the locale is not UTF-8")
  static let width = Option("--width", of: .whole, help: "width of tables; 0 for no limit")
  static let quiet = Option(switch: "--quiet", "-q", help: "leave out the notes on standard error")
  static let tables = Option(
    "--tables", of: .text("path"), isRepeatable: true, completing: .file,
    help: "folder or file of rows laid over the built-in tables; see 'llmcost help tables'")
}
