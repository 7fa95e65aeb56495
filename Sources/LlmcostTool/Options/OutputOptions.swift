import CommandLineKit
import CostModel
import TextFormats

/// When output is colored.
enum ColorChoice: String, CaseIterable, OptionValue {
  case auto, always, never
}

/// Options of every command that prints results.
struct OutputOptions: Sendable {
  /// The format that is given.
  var format: (any DocumentFormat)?
  /// Names of bare values to print.
  var get: [String]
  /// Whether every formula and source is asked for.
  var explains: Bool
  var output: String?
  var columns: NameList?
  var color: ColorChoice?
  var width: Int?
  var isASCII = false
  var isQuiet = false
  var tables: [String] = []

  init(_ arguments: Arguments) throws(Failure) {
    format = try arguments.value(of: .format, as: Format.self)?.format
    // A file that is called so is one.
    if format == nil, arguments.text(of: .output)?.hasSuffix(".xlsx") ?? false { format = XLSXFormat() }
    get = try arguments.value(of: .get, as: NameList.self)?.names ?? []
    explains = arguments.has(.explain)
    output = arguments.text(of: .output)
    columns = try arguments.value(of: .columns)
    color = try arguments.value(of: .color)
    width = try arguments.count(of: .width)
    isASCII = arguments.has(.ascii)
    isQuiet = arguments.has(.quiet)
    tables = arguments.texts(of: .tables)
  }

  static let group = OptionGroup(
    "Output", [.get, .format, .json, .columns, .output, .color, .ascii, .width, .quiet, .tables])

  /// Which lines of a report need their ranges.
  ///
  /// - Parameter results: The stable names of its results.
  /// - Returns: Those asked for, where nothing else is printed.
  func ranges(of results: [String]) -> Report.Ranges {
    let known = Set(results.flatMap { JSONDocument.names(of: $0) })
    if explains || format?.showsEveryRange ?? false || !known.isSuperset(of: get) { return .everyLine }
    let asked = Set(get.isEmpty ? columns?.names ?? [] : get)
    // Notes are of other results too.
    guard isQuiet, !asked.isEmpty, known.isSuperset(of: asked) else { return .shownLines }
    return .only(Set(results.filter { !asked.isDisjoint(with: JSONDocument.names(of: $0)) }))
  }

  /// Whether a page is printed, or a part of it.
  var isPage: Bool { ["html", "svg"].contains(format?.name) }

  /// Whether standard error is read by a program, as standard output is.
  private var isForMachines: Bool { JSONComplaint.names.contains(format?.name ?? "") }

  /// What standard error has of gates and checks that fail.
  func complaint(of failures: [String]) -> String {
    failures.map { failure in
      isForMachines ? Failure(failure, status: .failed).jsonOutcome.complaint : "llmcost: \(failure)\n"
    }.joined()
  }

  /// A plain text in place of a document, with its notes unless they are not wanted.
  func outcome(_ text: String, notes: [String] = []) -> Outcome {
    Outcome(
      output: text,
      complaint: isQuiet ? "" : notes.map { isForMachines ? JSONComplaint.note($0) : "note: \($0)\n" }.joined(),
      outputPath: output == "-" ? nil : output)
  }

  /// What a command ends in: the document in the format asked for, its notes, and the gates that it does not pass.
  func outcome(_ document: Document, in world: any World) throws(Failure) -> Outcome {
    // Rows of numbers have no place for words.
    let hasNoPlace = get.isEmpty && (!(format ?? TableFormat()).showsRemarks || columns != nil)
    let remarks = hasNoPlace ? document.about.map { "\($0.name): \($0.text)" } : []
    var outcome: Outcome
    if get.isEmpty, let binary = format as? any BinaryFormat {
      guard !(world.terminalWidth != nil && (output == nil || output == "-")) else {
        throw Failure(
          "\(binary.name) is no text for a terminal", hint: "write it to a file, as -o budget.\(binary.name)",
          status: .usage)
      }
      guard !explains, columns == nil else {
        throw Failure(
          "--\(explains ? "explain" : "columns") does not go with \(binary.name)", hint: "leave it out", status: .usage)
      }
      outcome = self.outcome("", notes: document.notes)
      let bytes = binary.bytes(of: document)
      let status = document.failures.isEmpty ? ToolStatus.success : .failed
      outcome.stream = { _, write in
        _ = bytes.withUnsafeBytes { write($0) }
        return Outcome(status: status)
      }
    } else {
      outcome = self.outcome(try text(of: document, in: world), notes: remarks + document.notes)
    }
    if !document.failures.isEmpty {
      outcome.complaint += complaint(of: document.failures)
      outcome.status = .failed
    }
    return outcome
  }

  private func text(of document: Document, in world: any World) throws(Failure) -> String {
    if !get.isEmpty {
      if let given = format.map({ "--format \($0.name)" }) ?? columns.map({ _ in "--columns" }) {
        throw Failure("--get prints bare values, whatever the format", hint: "leave out \(given)", status: .usage)
      }
      var text = ""
      for name in get { if let value = try document.value(at: name) { text += value.bare + "\n" } }
      return text
    }
    let format = format ?? TableFormat()
    if columns != nil, !format.hasColumns, !document.hasChosenColumns {
      throw Failure(
        "--columns goes with \(Format.names(where: \.hasColumns))", hint: "add --format csv", status: .usage)
    }
    var document = document
    if !explains {
      document.explanation = nil
    } else if document.explanation == nil || !document.explainingFormats.contains(format.name) {
      throw Failure(
        "--explain goes with \(document.explainingFormats.joined(separator: ", "))",
        hint: "leave out --format \(format.name)", status: .usage)
    }
    let settings = OutputSettings(width: width(in: world), style: style(in: world), columns: columns?.names)
    return try format.text(of: document, in: settings)
  }

  /// How wide tables may be.
  private func width(in world: any World) -> Int {
    width.map { $0 == 0 ? .max : max(40, $0) } ?? Self.width(in: world)
  }

  /// How wide text may be where nothing is said of it.
  static func width(in world: any World) -> Int {
    if let terminal = world.terminalWidth { return max(40, terminal) }
    return world.environment("COLUMNS").flatMap { Int($0) }.map { max(40, $0) } ?? 100
  }

  /// How tables are drawn.
  private func style(in world: any World) -> Style {
    Style(isColored: isColored(in: world), isASCII: isASCII || !Self.isUnicode(in: world))
  }

  /// Whether the locale has Unicode; one that nobody chose is taken to have it.
  private static func isUnicode(in world: any World) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(world.environment).filter { !$0.isEmpty }
    guard let name = names.first?.lowercased() else { return true }
    return name.hasSuffix("utf-8") || name.hasSuffix("utf8") || name.contains("utf-8@") || name.contains("utf8@")
  }

  /// Whether tables are colored.
  private func isColored(in world: any World) -> Bool {
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
  static let format = Option(
    "--format", "-f", of: .type(Format.self), help: "how to print (html: a page to try other values on)")
  static let json = Option(switch: "--json", shortFor: "--format", "json", help: "short for --format json")
    .essential
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
