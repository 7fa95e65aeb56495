/// A text that may name inputs and commands, which whoever shows it spells in its own way: a command line as options, a
/// library by their ids.
public struct Message: Sendable, Equatable {
  /// A part of a message.
  public enum Piece: Sendable, Equatable {
    /// Plain words.
    case text(String)
    /// An input by its id, and a value that would do.
    case input(String, value: String?)
    /// A command by its name and arguments.
    case command(String)
  }

  /// The parts, in order.
  public let pieces: [Piece]

  /// Whether it says that what is asked for is hardly meant.
  public private(set) var isDoubt = false

  /// The same as a doubt whether what is asked for is meant.
  package var doubted: Message {
    var message = self
    message.isDoubt = true
    return message
  }

  /// The message as text.
  ///
  /// - Parameters:
  ///   - input: How an input is spelled.
  ///   - command: How a command is spelled.
  /// - Returns: The text.
  public func text(input: (String) -> String, command: (String) -> String) -> String {
    pieces.reduce(into: "") { text, piece in
      switch piece {
      case .text(let words): text += words
      case .input(let id, let value): text += input(id) + (value.map { " " + $0 } ?? "")
      case .command(let name): text += command(name)
      }
    }
  }

  /// One message behind another.
  public static func + (left: Message, right: Message) -> Message { Message(pieces: left.pieces + right.pieces) }

  /// Plain words behind a message.
  public static func + (left: Message, right: String) -> Message { left + Message(right) }

  /// A message of parts.
  public init(pieces: [Piece]) { self.pieces = pieces }

  /// Plain words that are known at run time only.
  public init(_ text: String) { pieces = [.text(text)] }
}

extension Message: CustomStringConvertible {
  /// The message with inputs by their ids.
  public var description: String { text(input: \.self, command: \.self) }
}

extension Message: ExpressibleByStringInterpolation {
  /// Plain words.
  public init(stringLiteral value: String) { self.init(value) }

  /// Words with inputs between them.
  public init(stringInterpolation: Interpolation) { pieces = stringInterpolation.pieces }

  /// Collects the parts of a message.
  public struct Interpolation: StringInterpolationProtocol {
    var pieces: [Piece] = []

    /// Room for the parts.
    public init(literalCapacity: Int, interpolationCount: Int) { pieces.reserveCapacity(2 * interpolationCount + 1) }

    /// Plain words.
    public mutating func appendLiteral(_ literal: String) { if !literal.isEmpty { pieces.append(.text(literal)) } }

    /// Any value, by its description.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      pieces.append(.text(value.description))
    }

    /// Another message.
    public mutating func appendInterpolation(_ message: Message) { pieces += message.pieces }

    /// An input, and a value that would do.
    public mutating func appendInterpolation(input id: String, as value: String? = nil) {
      pieces.append(.input(id, value: value))
    }

    /// An input, and a value that would do.
    public mutating func appendInterpolation<Measure>(_ setting: Setting<Measure>, as value: String? = nil) {
      pieces.append(.input(setting.id, value: value))
    }

    /// A choice, and what to choose.
    public mutating func appendInterpolation(_ choice: Choice, as value: String? = nil) {
      pieces.append(.input(choice.id, value: value))
    }

    /// A command with its arguments.
    public mutating func appendInterpolation(command: String) { pieces.append(.command(command)) }
  }
}
