import CommandLineKit
import Testing

private enum Shade: String, CaseIterable, OptionValue { case light, dark, dimmed }

private struct Number: OptionValue {
  static let placeholder = "n"
  var value: Int
  init(argument: String) throws(ValueError) {
    guard let value = Int(argument) else { throw ValueError("'\(argument)' is not a number", hint: "write 7") }
    self.value = value
  }
}

private let size = Option(
  "--size", "-s", of: .type(Number.self), formerly: ["--bulk"],
  help: "how large it is, in a help text that is long enough to wrap")
private let shade = Option("--shade", of: .type(Shade.self), help: "what color")
private let name = Option("--name", of: .text("text"), isRepeatable: true, help: "a name")
private let loud = Option(switch: "--loud", "-l", help: "more of it")
private let count = Option("--count", "-c", of: .type(Number.self), help: "how many")

private let syntax = CommandSyntax(
  name: "tool run", summary: "Run it.", discussion: "What there is to know.", usage: "--size N [options]",
  operands: [Operand("thing")],
  groups: [
    OptionGroup(
      "Main",
      [
        size, shade, Option(switch: "--dark", shortFor: "--shade", "dark", help: "short for --shade dark"), name, loud,
        Option(switch: "--quiet", "-q", help: "less of it"),
      ]), OptionGroup("Inner", [count]),
  ],
  examples: [.init("tool run --size 7", "seven of them")])

private func parse(_ arguments: String...) throws(UsageError) -> Arguments? {
  guard case .run(let arguments) = try syntax.parse(arguments) else { return nil }
  return arguments
}

@Suite("Command lines")
struct CommandSyntaxTests {
  @Test func `values follow a space or an equals sign`() throws {
    #expect(try parse("--size", "7")?.text(of: size) == "7")
    #expect(try parse("--size=7")?.text(of: size) == "7")
    #expect(try parse("-s", "7")?.text(of: size) == "7")
    #expect(try parse("--name", "a=b")?.texts(of: name) == ["a=b"])
    #expect(try parse("--name=a=b")?.texts(of: name) == ["a=b"])
  }

  @Test func `a value may be negative`() throws {
    #expect(try parse("--size", "-7")?.text(of: size) == "-7")
  }

  @Test func `repeatable options keep their order`() throws {
    #expect(try parse("--name", "a", "--name", "b")?.texts(of: name) == ["a", "b"])
  }

  @Test func `operands stand anywhere and after a double dash`() throws {
    #expect(try parse("x", "--size", "1")?.operands == ["x"])
    #expect(try parse("--size", "1", "--", "--loud")?.operands == ["--loud"])
    #expect(try parse("-")?.operands == ["-"])
  }

  @Test func `options are there, in order, as far as they are given`() throws {
    let arguments = try #require(try parse("-c", "3", "x", "--loud"))
    #expect(arguments.given.map(\.option) == ["--count", "--loud"])
    #expect(arguments.given.map(\.spelling) == ["-c", "--loud"])
    #expect(arguments.has(loud))
    #expect(!arguments.has(size))
    #expect(arguments.text(of: size) == nil)
    #expect(!arguments.without(loud).has(loud))
  }

  @Test func `a switch stands for a value of the option it is short for`() throws {
    #expect(try parse("--dark")?.text(of: shade) == "dark")
  }

  @Test func `help is asked for anywhere`() throws {
    #expect(try parse("--size", "7", "--help") == nil)
    #expect(try parse("-h") == nil)
  }

  @Test(arguments: [
    (["--sise", "7"], "unknown option '--sise'", "did you mean '--size'?"),
    (["--bulk", "7"], "unknown option '--bulk'", "write --size"),
    (["--zzzzzz"], "unknown option '--zzzzzz'", "tool run --help lists the options"),
    (["-s7"], "unknown option '-s7'", "write -s 7"), (["-s-7"], "unknown option '-s-7'", "write -s -7"),
    (["-size", "7"], "unknown option '-size'", "did you mean '--size'?"),
    (["-lq"], "unknown option '-lq'", "write -l -q"), (["-lx"], "unknown option '-lx'", "did you mean '-l'?"),
    (["--size"], "--size needs a value", "--size <n>: how large"),
    (["--size", "--loud"], "--size needs a value", "--size <n>: how large"),
    (["--size="], "the value of --size is empty", "--size <n>: how large"),
    (["--size", "x"], "--size: 'x' is not a number", "write 7"),
    (["--size", "1", "--size", "2"], "--size is given twice", "once"),
    (["--size", "1", "-s", "2"], "--size and -s say the same thing twice", "once"),
    (["--shade", "light", "--dark"], "--shade and --dark say the same thing twice", "once"),
    (["--shade", "drak"], "--shade: 'drak' is not one of light, dark, dimmed", "did you mean 'dark'?"),
    (["--loud=yes"], "--loud takes no value", "write --loud alone"),
    (["a", "b"], "unexpected argument 'b'", "options start with --"),
  ])
  func `errors say what is wrong, what was meant and how it is used`(
    arguments: [String], message: String, hint: String
  ) {
    #expect {
      _ = try syntax.parse(arguments)
    } throws: { error in
      guard let error = error as? UsageError else { return false }
      return error.message == message && error.hint?.contains(hint) == true
        && error.usage == "tool run --size N [options]"
    }
  }

  @Test func `help lists every option in aligned columns`() {
    #expect(
      syntax.help(width: 60) == """
        Run it.

        Usage: tool run --size N [options]

        What there is to know.

        Main:
          -s, --size <n>              how large it is, in a help
                                      text that is long enough to
                                      wrap
          --shade <light|dark|dimmed>
                                      what color
          --dark                      short for --shade dark
          --name <text>               a name
          -l, --loud                  more of it
          -q, --quiet                 less of it

        Inner:
          -c, --count <n>             how many
          -h, --help                  print this help; -h prints one
                                      screen of it

        Examples:
          tool run --size 7
              seven of them

        """)
  }

  @Test func `short help has what usage and examples name, then what is essential, as far as a screen goes`() {
    let options = (1...30).map { Option("--option-\($0)", of: .text("x"), help: "what \($0) does; and more") }
    var long = CommandSyntax(
      name: "tool", summary: "Run it.", usage: "--option-30 X [options]",
      groups: [OptionGroup("All", options.map { $0.name == "--option-29" ? $0.essential : $0 })],
      examples: (1...5).map { CommandExample("tool --option-28 \($0)", "example \($0)") })
    func shown(_ text: String) -> [String] {
      text.split(separator: "\n").filter { $0.hasPrefix("  --") }
        .compactMap { $0.split(separator: " ").first.map(String.init) }
    }
    let text = long.shortHelp()
    #expect(shown(text) == ((1...9).map { "--option-\($0)" } + ["--option-28", "--option-29", "--option-30"]))
    #expect(long.essentials.map(\.name) == shown(text))
    #expect(text.contains("what 30 does\n") && !text.contains("and more"))
    #expect(text.contains("example 3") && !text.contains("example 4"))
    #expect(text.hasSuffix("\nAll 31 options: tool --help\n"))
    // Of a small screen the last ones go first.
    let small = long.shortHelp(height: 20)
    #expect(small.split(separator: "\n", omittingEmptySubsequences: false).count <= 21)
    #expect(shown(small).suffix(3) == ["--option-28", "--option-29", "--option-30"])
    long.examples = [CommandExample("tool --option-1 " + String(repeating: "x", count: 60) + " --option-2 y", "long")]
    #expect(long.shortHelp().contains("xxx \\\n      --option-2 y\n"))
  }

  @Test func `a short form is taken apart into the options that it stands for`() throws {
    var pair = Option("--pair", of: .text("a/b"), help: "two at once")
    pair.expansion = { text in
      let parts = text.split(separator: "/").map(String.init)
      return parts.count == 2 ? (parts[0], ["--other", parts[1]]) : nil
    }
    let other = Option("--other", of: .text("b"), help: "the other")
    let both = CommandSyntax(
      name: "tool", summary: "", usage: "", operands: [Operand("c")], groups: [OptionGroup("", [pair, other])],
      examples: [])
    func texts(_ words: String...) throws -> [String?]? {
      guard case .run(let arguments) = try both.parse(words) else { return nil }
      return [arguments.text(of: pair), arguments.text(of: other)] + arguments.operands
    }
    #expect(try texts("--pair", "a/b", "c") == ["a", "b", "c"])
    #expect(try texts("--pair=a/b") == ["a", "b"])
    #expect(try texts("--pair", "a") == ["a", nil])
    #expect(throws: UsageError.self) { try texts("--other", "b", "--pair", "a/b") }
  }
}

@Suite("Did you mean")
struct NearestTests {
  @Test(arguments: [
    ("--parms", "--params"), ("paramsx", "params"), ("PRETRIAN", "pretrain"), ("h10", "h100"), ("toknes", "tokens"),
  ])
  func `finds what was meant`(word: String, meant: String) {
    #expect(nearest(to: word, in: ["pretrain", "params", "tokens", "h100", "--params"]) == meant)
  }

  @Test(arguments: ["xyz", "", "completely-different"])
  func `a stranger finds none`(word: String) {
    #expect(nearest(to: word, in: ["pretrain", "params", "tokens", "h100"]) == nil)
  }

  @Test func `of equals the first in the alphabet wins`() {
    #expect(nearest(to: "a1x", in: ["a1c", "a1b"]) == "a1b")
  }
}
