/// A JSON value with its place in the text.
package struct JSONValue: Sendable, Equatable {
  /// One name and value of an object.
  package struct Member: Sendable, Equatable {
    /// The name.
    package var name: String
    /// The value.
    package var value: JSONValue

    /// A name and its value.
    package init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// What a value is.
  package indirect enum Content: Sendable, Equatable {
    /// Nothing.
    case null
    /// True or false.
    case boolean(Bool)
    /// A number, as the nearest Double.
    case number(Double)
    /// Text.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Members in order; names differ.
    case object([Member])
  }

  /// What it is.
  package var content: Content
  /// The byte offset where it starts.
  package var offset: Int

  /// A value at a place.
  package init(content: Content, offset: Int) {
    self.content = content
    self.offset = offset
  }

  /// The member of an object by name; nil for anything else.
  package subscript(name: String) -> JSONValue? { members?.first { $0.name == name }?.value }
  /// The members of an object.
  package var members: [Member]? { if case .object(let members) = content { members } else { nil } }
  /// The elements of an array.
  package var array: [JSONValue]? { if case .array(let array) = content { array } else { nil } }
  /// The text of a string.
  package var string: String? { if case .string(let string) = content { string } else { nil } }
  /// The value of a number.
  package var number: Double? { if case .number(let number) = content { number } else { nil } }

  /// The value of true or false.
  package var boolean: Bool? { if case .boolean(let boolean) = content { boolean } else { nil } }

  /// What kind of value it is, in words.
  package var kind: String {
    switch content {
    case .null: "null"
    case .boolean: "true or false"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// Text that is not JSON: what is wrong and where.
package struct JSONError: Error, Sendable, Equatable {
  /// What is wrong.
  package var message: String
  /// The line, from 1.
  package var line: Int
  /// The column in bytes, from 1.
  package var column: Int

  /// A complaint about the byte at an offset.
  init(_ message: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    self.message = message
    line = 1
    column = 1
    for index in 0..<Swift.min(offset, bytes.count) {
      if bytes[index] == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) } else { column += 1 }
    }
  }
}
