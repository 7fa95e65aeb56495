import CommandLineKit
import Testing

private enum Level: String, CaseIterable, OptionValue { case low, high }

/// Two commands, of which one has an option with a value where the other has a switch of the same name.
private let program = ProgramDescription(
  name: "tool", version: "1.0",
  commands: [
    CommandSyntax(
      name: "tool cut", summary: "Cut it.", discussion: ".First a dot.\n'Then' a quote and a \\ backslash.",
      usage: "FILE", operands: [Operand("FILE", completing: .file)],
      groups: [
        OptionGroup(
          "Cutting",
          [
            Option("--level", "-l", of: .type(Level.self), help: "how deep"),
            Option("--shape", of: .text("text"), completing: .list("shapes"), help: "which shape"),
            Option("--color", of: .text("text"), completing: .list("colors"), help: "which color"),
          ]),
        OptionGroup("All", [Option(switch: "--loud", help: "more noise")]),
      ], examples: [CommandExample("tool cut x", "cuts x")]
    ),
    CommandSyntax(
      name: "tool glue", summary: "Glue it.", usage: "",
      groups: [
        OptionGroup("Gluing", [Option(switch: "--level", help: "evenly")]),
        OptionGroup("All", [Option(switch: "--loud", help: "more noise")]),
      ], examples: []
    ),
  ],
  lists: [
    ("shapes", [CompletionEntry("round", "a circle: no corners"), CompletionEntry("it's"), CompletionEntry("$(x)")]),
    ("colors", [CompletionEntry("-red"), CompletionEntry("")]),
  ])

@Suite("Descriptions")
struct DescriptionTests {
  @Test func `a description has what the syntax has`() {
    let cut = program.commands[0]
    #expect(cut.words == ["cut"])
    #expect(cut.everyOption.flatMap(\.names) == ["--level", "-l", "--shape", "--color", "--loud", "--help", "-h"])
    #expect(cut.options[0].completion == .words(["low", "high"]))
    #expect(cut.options[0].placeholder == "low|high")
    #expect(cut.options[1].completion == .list("shapes"))
    #expect(cut.options[3].placeholder == nil)
  }

  @Test func `entries that a shell would not take literally are left out, and lists without any`() {
    #expect(program.lists.map(\.name) == ["shapes"])
    #expect(program.lists.first?.entries.map(\.text) == ["round"])
  }

  @Test func `in bash, options that differ by command are told apart`() {
    let script = program.completions(for: .bash)
    #expect(script.contains("    cut:--level | cut:-l) words='low high' ;;\n    glue:--level) return 1 ;;\n"))
    #expect(script.contains("    *:--shape) words=$_tool_shapes ;;\n    *:--color) ;;\n    *) return 1 ;;\n"))
    #expect(script.contains("    cut:0:*) files=1 ;;\n"))
  }

  @Test func `in zsh, colons within a part are escaped`() {
    let script = program.completions(for: .zsh)
    #expect(script.contains("    'round:a circle: no corners'\n"))
    #expect(script.contains("  '(--level -l)--level=[how deep]:value:(low high)'\n"))
    #expect(script.contains("'1:FILE:_files'"))
    #expect(script.contains("  '--color=[which color]:text: '\n"))
  }

  @Test func `in fish, an option is said once for the commands that share it`() {
    let script = program.completions(for: .fish)
    #expect(script.contains("complete -c tool -n '__tool_in cut glue' -l loud -d 'more noise'\n"))
    #expect(script.contains("complete -c tool -n '__tool_in cut' -l level -s l -r -f -a 'low high' -d 'how deep'\n"))
    #expect(script.contains("complete -c tool -n '__tool_in glue' -l level -d 'evenly'\n"))
    #expect(script.contains("complete -c tool -n '__tool_at cut 0' -F\n"))
  }

  @Test func `the manual keeps text from being read as roff`() {
    let page = ManualPage(
      program: program, summary: "cut and glue", description: [.paragraph("It's “so”.")],
      sections: [ManualPage.Section("more", [.entry("-x", "a \"word\""), .verbatim(".a\n'b")])]
    ).roff
    #expect(page.hasPrefix(".TH \"TOOL\" 1 \"\" \"tool 1.0\" \"User Commands\"\n"))
    #expect(page.contains("\n\\&.First a dot.\n"))
    #expect(page.contains("\n\\&\\(aqThen\\(aq a quote and a \\e backslash.\n"))
    #expect(page.contains("\nIt\\(aqs \\[u201C]so\\[u201D].\n"))
    #expect(page.contains(".TP\n\\fB\\-x\\fR\na \"word\"\n"))
    #expect(page.contains(".nf\n\\&.a\n\\&\\(aqb\n.fi\n"))
    // A group of both commands stands once, below them.
    #expect(page.contains(".SH \"COMMON OPTIONS\"\n.SS \"All\"\nOf cut, glue.\n.TP\n\\fB\\-\\-loud\\fR\nmore noise\n"))
    #expect(page.split(separator: "\n").count { $0 == "more noise" } == 1)
  }

  @Test func `a text for help is wrapped, its terms are aligned`() {
    #expect(
      TextBlock.text(
        [
          .paragraph("one two three four\nfive"), .entry("a", "first"), .entry("long", "second"),
          .example(CommandExample("tool cut x", "cuts")), .verbatim("as  is"),
        ], width: 12) == """
          one two
          three four

          five

            a     first
            long  second
            tool cut x
                cuts

            as  is

          """)
  }
}
