package import CostModel

/// A file that could not be read.
public struct FileError: Error, Sendable {
  /// Its path.
  public var path: String
  /// What the system says.
  public var reason: String

  /// A failure to read a path.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

/// What the tool may know of the machine it runs on.
public protocol World: Sendable {
  /// An environment variable.
  func environment(_ name: String) -> String?
  /// Today's date, as `2026-11-21`.
  var today: String { get }
  /// The width of the terminal on standard output; nil when it is none.
  var terminalWidth: Int? { get }
  /// The bytes of a file; `-` is standard input.
  func readFile(_ path: String) throws(FileError) -> [UInt8]
  /// Reads a file piece by piece, to its end or until the body returns false; `-` is standard input.
  func readFile(_ path: String, piecewise body: (UnsafeBufferPointer<UInt8>) -> Bool) throws(FileError)
  /// The names in a folder, sorted; nil where there is no folder of that path.
  func listFolder(_ path: String) throws(FileError) -> [String]?
  /// How many computations run at once.
  var cores: Int { get }
  /// Waits; false where waiting is over, as in a world without time.
  func wait(seconds: Double) -> Bool
  /// Shows how far a long command has come, in place of what it showed before; empty text takes that away.
  func show(progress: String)
}

/// A world in which what was read from the built-in tables, and found of it, stays known from one command to the next.
package protocol RememberingWorld: World {
  /// What is known.
  var memory: TableMemory { get }
}

extension World {
  /// One at a time.
  public var cores: Int { 1 }
  /// There is no time.
  public func wait(seconds: Double) -> Bool { false }
  /// Nothing is shown.
  public func show(progress: String) {}
}

/// How the program ends; the numbers are those of sysexits.
public enum ToolStatus: Int32, Sendable {
  /// Done.
  case success = 0
  /// A gate or a check failed.
  case failed = 1
  /// The command line is wrong.
  case usage = 64
  /// A file's content is wrong.
  case badData = 65
  /// A file is missing.
  case missingInput = 66
  /// Output could not be written.
  case outputError = 74
}

/// What a run of the tool comes to.
public struct Outcome: Sendable {
  /// For standard output, or for the file.
  public var output: String
  /// For standard error.
  public var complaint: String
  /// The file the output goes to; nil for standard output.
  public var outputPath: String?
  /// How the program ends.
  public var status: ToolStatus
  /// Files that are written besides, each whole or not at all.
  public var files: [(path: String, text: String)] = []
  /// Makes the output piece by piece instead, for what does not fit in memory.
  ///
  /// It hands pieces to a closure, which returns whether more is wanted, and returns what comes after the last: further
  /// output, the complaint and the status. A status of 64 or above means that the output counts for nothing.
  public var stream: (@Sendable (any World, (UnsafeRawBufferPointer) -> Bool) -> Outcome)?

  /// Text alone.
  public init(text: String) { self.init(output: text) }

  init(output: String = "", complaint: String = "", outputPath: String? = nil, status: ToolStatus = .success) {
    self.output = output
    self.complaint = complaint
    self.outputPath = outputPath
    self.status = status
  }

  /// The same outcome with all its output in one piece.
  public func gathered(in world: any World) -> Outcome {
    guard let stream else { return self }
    var bytes: [UInt8] = Array(output.utf8)
    var end = stream(world) { piece in
      bytes.append(contentsOf: piece)
      return true
    }
    end.output = String(decoding: bytes, as: UTF8.self) + end.output
    end.complaint = complaint + end.complaint
    end.outputPath = outputPath
    return end
  }
}

/// Anything that stops a command: what is wrong, what to do, and how the program ends.
struct Failure: Error {
  var message: String
  var hint: String?
  var usage: String?
  var status: ToolStatus
  /// Whether another number may mend it.
  var isOfNumber = false
  /// The input that it is about, where the message does not name it as it is written.
  var input: String?
  /// What else is wrong.
  var others: [Failure] = []

  init(_ message: String, hint: String? = nil, usage: String? = nil, status: ToolStatus) {
    self.message = message
    self.hint = hint
    self.usage = usage
    self.status = status
  }

  /// Several failures as one; there is at least one.
  init(_ failures: [Failure]) {
    self = failures[0]
    others += failures.dropFirst()
  }

  var outcome: Outcome {
    var failures = [self] + others
    // What helps with all of them is said once, behind the last.
    for (place, next) in zip(failures.indices, others) where failures[place].hint == next.hint {
      failures[place].hint = nil
    }
    return Outcome(complaint: failures.map(\.text).joined(), status: status)
  }

  private var text: String {
    var text = "llmcost: \(Self.printable(message))\n"
    if let hint { text += "hint: \(Self.printable(hint))\n" }
    if let usage { text += "usage: \(usage)\n" }
    return text
  }

  /// What a message may have of what the user typed, at its start and at its end.
  private static let longest = (start: 1000, end: 200)

  /// What the user typed may hold anything; none of it moves the cursor, colors the terminal or fills the screen.
  private static func printable(_ text: String) -> String {
    var text = text
    if text.utf8.count > 2000, text.unicodeScalars.count > 2000 {
      let scalars = text.unicodeScalars
      text = String(scalars.prefix(longest.start)) + " … " + String(scalars.suffix(longest.end))
    }
    guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar.value == 0x7F {
        result += scalar.escaped(asASCII: true)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
