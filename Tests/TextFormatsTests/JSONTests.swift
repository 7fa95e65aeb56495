import Testing
import TextFormats

private func read(_ text: String) throws(JSONError) -> JSONValue { try JSONReader.read(Array(text.utf8)) }

@Suite("JSON")
struct JSONTests {
  @Test(arguments: [
    "0", "-0", "1.5e3", "true", "false", "null", "\"\"", "[]", "{}", " [1 , 2 ] ", "{\"a\":{\"b\":[null]}}",
    "\"\\u00e9\\n\\\"\\\\\\/\"", "\"\\ud83d\\ude00\"", "\u{FEFF}{}", "1E-2",
  ])
  func `text of RFC 8259 is read`(text: String) throws {
    _ = try read(text)
  }

  @Test(arguments: [
    ("", 1, 1), ("[1,]", 1, 4), ("{\"a\":1,}", 1, 8), ("[1 2]", 1, 4), ("{a:1}", 1, 2), ("01", 1, 1), ("1.", 1, 3),
    ("1e", 1, 3), ("+1", 1, 1), (".5", 1, 1), ("nul", 1, 1), ("NaN", 1, 1), ("\"abc", 1, 1), ("\"a\nb\"", 1, 3),
    ("\"\\x\"", 1, 2), ("\"\\ud800\"", 1, 2), ("[1]\n]", 2, 1), ("{\"a\":1,\"a\":2}", 1, 8), ("1e999", 1, 1),
    ("// x", 1, 1),
    ("[\n  1,\n  tru\n]", 3, 3), ("{\"a\"}", 1, 5), ("'a'", 1, 1),
  ])
  func `other text is refused with its place`(text: String, line: Int, column: Int) {
    #expect {
      _ = try read(text)
    } throws: { error in
      (error as? JSONError).map { ($0.line, $0.column) == (line, column) } == true
    }
  }

  @Test func `every cut of a document is an error and none is a trap`() {
    let text = Array("{\"a\": [1.5e3, \"\\u00e9\\ud83d\\ude00\", {\"b\": null, \"c\": true}], \"d\": -0.25}".utf8)
    for length in 0..<text.count {
      #expect(throws: JSONError.self) { try JSONReader.read(Array(text[..<length])) }
    }
  }

  @Test func `deep nesting is refused, not followed`() {
    #expect(throws: JSONError.self) { try read(String(repeating: "[", count: 100_000)) }
    #expect(throws: Never.self) { try read(String(repeating: "[", count: 100) + String(repeating: "]", count: 100)) }
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(throws: JSONError.self) { try JSONReader.read([0x22, 0xFF, 0x22]) }
  }

  @Test(arguments: ["0.1", "123456789012345678", "1e22", "5e-324", "-12.75", "999999999999999", "0.000001", "3.14e23"])
  func `numbers are the nearest Double`(text: String) throws {
    #expect(try read(text).number == Double(text))
  }

  @Test func `escapes are decoded`() throws {
    #expect(try read("\"\\u00e9\\t\\ud83d\\ude00\"").string == "é\t😀")
  }

  @Test func `what is written reads back the same`() throws {
    let document = JSONDocument.object([
      ("text", .string("a\"\\\n\u{1}é😀")), ("list", .array([.number(1), .number(-2.5e-7), .null, .boolean(true)])),
      ("empty", .object([])), ("big", .number(6.3e24)), ("none", .number(.nan)),
    ])
    for text in [document.text(), document.prettyText(), document.spacedText()] {
      let value = try read(text)
      #expect(value["text"]?.string == "a\"\\\n\u{1}é😀")
      #expect(value["list"]?.array?.compactMap(\.number) == [1, -2.5e-7])
      #expect(value["big"]?.number == 6.3e24)
      #expect(value["none"]?.kind == "null")
    }
  }

  @Test func `paths lead through names and indexes`() {
    let document = JSONDocument.object([("a", .array([.object([("b", .number(7))])]))])
    #expect(document[path: "a[0].b"] == .number(7))
    #expect(document[path: "a[1].b"] == nil)
    #expect(document[path: "a.b"] == nil)
    #expect(document[path: "x"] == nil)
  }
}

@Suite("Lines of JSON and delimited text")
struct LineTests {
  private static let text = """
    {
    "sources": {
    "one": {"title": "One, \\"quoted\\""}
    },
    "rows": [
    {"id": "a", "alias": ["x1"]},
    {"id": "ab", "note": "has \\"id\\": \\"a\\" in it"}
    ]
    }
    """

  private func lines<Result>(_ body: (JSONLines) throws -> Result) rethrows -> Result {
    try Array(Self.text.utf8).withUnsafeBufferPointer { try body(JSONLines($0)) }
  }

  @Test func `a row is found by its whole id`() throws {
    #expect(try lines { try $0.row(id: "a") }?["alias"]?.array?.first?.string == "x1")
    #expect(try lines { try $0.row(id: "b") } == nil)
    #expect(try lines { try $0.member("one", isObject: true) }?["title"]?.string == "One, \"quoted\"")
  }

  @Test(arguments: [
    #"a", "alias": ["x1"#, #"a""#, "a\\", "", "one", #"one": {"title"#, "a\", \"alias", "}", "\n",
  ])
  func `text that goes on as the line does is no name`(name: String) throws {
    #expect(try lines { try $0.row(id: name) } == nil)
    let member = try lines { try $0.member(name) }
    #expect(name == "one" || member == nil)
  }

  @Test func `rows are found by a word in them, and nothing that is no row`() throws {
    #expect(try lines { try $0.rows(containing: "\"x1\"") }.map { $0["id"]?.string } == ["a"])
    #expect(try lines { try $0.rows(containing: "\"nowhere\"") }.isEmpty)
    #expect(try lines { try $0.rows(containing: "\"one\"") }.isEmpty)
    #expect(try lines { try $0.rows(containing: "") }.count == 2)
  }

  @Test func `ids, aliases and names are read from the front of a row`() {
    let text = """
      {"id": "h1", "aliases": ["x", "y-z"], "name": "H One", "note": "n"},
      {"id": "h2", "name": "Two"}
      {"id": "h3", "vendor": "V", "aliases": ["far"]}
      """
    let heads = Array(text.utf8).withUnsafeBufferPointer { JSONLines($0).heads() }
    #expect(
      heads == [
        JSONLines.Head(id: "h1", aliases: ["x", "y-z"], name: "H One"), JSONLines.Head(id: "h2", name: "Two"),
        JSONLines.Head(id: "h3"),
      ])
  }

  @Test(arguments: [
    (["a", "b"], "a,b"), (["a,b", "c"], "\"a,b\",c"), (["say \"hi\""], "\"say \"\"hi\"\"\""),
    (["two\nlines"], "\"two\nlines\""),
    ([" x"], "\" x\""), (["", ""], ","), (["two\r\nlines"], "\"two\r\nlines\""),
  ])
  func `commas, quotes and line ends are quoted`(fields: [String], line: String) {
    #expect(DelimitedText.commaSeparated(fields) == line)
  }

  @Test func `tabs become spaces`() {
    #expect(DelimitedText.tabSeparated(["a\tb", "c\nd"]) == "a b\tc d")
  }
}
