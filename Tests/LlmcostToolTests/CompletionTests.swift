import Foundation
import LlmcostTool
import Testing

/// Completions in the shells themselves: the words that a shell offers at the end of a line.
@Suite("Completions")
struct CompletionTests {
  /// What bash offers for the last word; `+files` where it goes on to the names of files.
  private func offered(_ words: String) throws -> [String] {
    try Shell.run(
      """
      source \(try Self.script.get())
      [[ $(complete -p llmcost) == "complete -o default -F _llmcost llmcost" ]] || echo "not registered"
      names=
      compopt() {
        [[ $2 == nospace ]] && names=+nospace && return
        [[ $1 == -o ]] && names=+files; [[ $1 == +o ]] && names=
      }
      COMP_WORDS=(\(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _llmcost 2>&1
      printf '%s\\n' "${COMPREPLY[@]}" $names
      """
    ).split(separator: "\n").map(String.init)
  }

  /// The script for bash, printed once by the built program.
  private static let script = Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("llmcost-\(UUID().uuidString).bash")
    try Shell.run("llmcost completions bash").write(to: url, atomically: true, encoding: .utf8)
    return url.path
  }

  private func column(_ column: String, of table: String) -> [String] {
    TestWorld().run("llmcost tables \(table) --format csv --columns \(column)").output.split(separator: "\n")
      .dropFirst().map(String.init)
  }

  @Test func `bash offers commands`() throws {
    #expect(try Set(offered("llmcost ''")) == Set(Listing.commands))
    #expect(try offered("llmcost pre") == ["pretrain"])
    #expect(try offered("llmcost --v") == ["--version"])
  }

  @Test func `bash offers every option that help lists, for every command`() throws {
    for command in Listing.commands {
      let help = TestWorld().run("llmcost \(command) --help").output
      let listed = help.split(separator: "\n").filter { $0.hasPrefix("  -") }
        .flatMap { $0.split(whereSeparator: { " ,".contains($0) }).prefix { $0.hasPrefix("-") } }
      let offered = try Set(offered("llmcost \(command) -"))
      // A comparison takes the options of its stages too.
      if command == "compare" {
        #expect(offered.isSuperset(of: listed.map(String.init) + ["--params", "--gpu", "--group-size", "--tuning"]))
      } else {
        #expect(offered == Set(listed.map(String.init)), "\(command)")
      }
    }
  }

  @Test(arguments: [
    ("llmcost pretrain --precision ''", ["bf16", "fp16", "fp8", "fp4", "tf32"]),
    ("llmcost pretrain --precision fp", ["fp16", "fp8", "fp4"]),
    ("llmcost pretrain -f j", ["json", "jsonl"]),
    (
      "llmcost pretrain --params 7B --to",
      ["--tokens", "--tokens-per-second", "--tokens-per-second-per-accelerator"]
    ),
    ("llmcost pretrain --params ''", []), ("llmcost pretrain --params x", []),
    ("llmcost pretrain --output ''", ["+files"]), ("llmcost pretrain -o ''", ["+files"]),
    ("llmcost backtest --runs ''", ["+files"]), ("llmcost tables --tables ''", ["+files"]),
    // Readline breaks words at an equals sign, unless COMP_WORDBREAKS has none.
    ("llmcost pretrain --format = j", ["json", "jsonl"]), ("llmcost pretrain --color =", ["auto", "always", "never"]),
    ("llmcost pretrain --format=j", ["--format=json", "--format=jsonl"]),
    ("llmcost pretrain --format=csv --jso", ["--json"]), ("llmcost pretrain --output =", ["+files"]),
    ("llmcost tables --where asOf = 20", []), ("llmcost tables --where asOf =", []),
    ("llmcost tables --where a = b reg", ["regions"]),
    ("llmcost tables acc", ["accelerators"]), ("llmcost tables accelerators b200", ["b200"]),
    ("llmcost tables --quiet --format csv accelerators b200", ["b200"]),
    (
      "llmcost tables derive ''",
      [
        "efficiency", "market", "methods", "pilot", "rent-outlook", "serving-constants", "stage-efficiency",
        "step-constants",
        "tuned-mfu",
      ]
    ),
    ("llmcost tables prices x", []),
    ("llmcost tables -- che", ["check"]), ("llmcost tables -- -", []),
    ("llmcost backtest --of e", ["energy_kwh"]),
    ("llmcost sensitivity --of e", ["electricity_usd", "egress_usd", "energy_kwh"]),
    ("llmcost sensitivity pretrain --of fl", ["flop"]), ("llmcost sensitivity pre", ["pretrain"]),
    ("llmcost sensitivity --top 5 pre", []), ("llmcost sensitivity pretrain --top 5 --goo", ["--goodput"]),
    ("llmcost pretrain --get cost_usd.", ["cost_usd.p10", "cost_usd.p90"]),
    ("llmcost completions ''", ["bash", "zsh", "fish"]), ("llmcost help un", ["units"]),
    ("llmcost compare grpo.grou", ["grpo.group-size=", "+nospace"]),
    ("llmcost compare sft domain-7", ["domain-7b"]), ("llmcost compare sft --tuni", ["--tuning"]),
    ("llmcost compare dpo grpo --method da", ["dapo"]), ("llmcost compare sft --gpu b200", ["b200"]),
    ("llmcost help back", ["backtest"]), ("llmcost man ''", ["--help", "-h"]), ("llmcost wibble ''", []),
  ])
  func `bash offers what may stand there`(words: String, expected: [String]) throws {
    #expect(try offered(words) == expected, "\(words)")
  }

  @Test func `bash offers the ids of the tables`() throws {
    #expect(try offered("llmcost pretrain --gpu ''") == column("id", of: "accelerators"))
    #expect(try offered("llmcost pretrain -g h100").count >= 2)
    #expect(try offered("llmcost pretrain --region ''") == column("id", of: "regions"))
    #expect(try offered("llmcost model --model ''") == column("id", of: "architectures"))
    #expect(try offered("llmcost tables ''").dropLast(2) == Listing.tables())
    #expect(try offered("llmcost pretrain --provider ''") == column("id", of: "providers"))
    for table in ["accelerators", "factors", "market", "regions", "runs"] {
      #expect(try offered("llmcost tables \(table) ''") == column("id", of: table), "\(table)")
    }
  }

  @Test func `rows of one's own are offered, but none that a shell would expand`() {
    let world = TestWorld(
      variables: ["LLMCOST_TABLES": "mine.json"],
      files: [
        "mine.json": """
        {"table": "prices", "rows": [
        {"id": "a", "provider": "our-cloud", "accelerator": "h100-sxm", "commitment": "spot", "region": "all",
         "usdPerAcceleratorHour": 1, "asOf": "2026", "assumption": "a test"},
        {"id": "b", "provider": "$(touch x)'", "accelerator": "h100-sxm", "commitment": "spot", "region": "all",
         "usdPerAcceleratorHour": 1, "asOf": "2026", "assumption": "a test"}]}
        """
      ])
    for shell in ["bash", "zsh", "fish"] {
      let script = world.run("llmcost completions \(shell)").output
      #expect(script.contains("our-cloud"))
      #expect(!script.contains("touch"))
    }
    #expect(TestWorld(variables: ["LLMCOST_TABLES": "x"]).run("llmcost completions bash").status == .missingInput)
  }

  /// Arguments of `_arguments` that a function of the zsh script makes, and entries that `_describe` gets.
  private func specifications(_ function: String, by shell: String) throws -> [String] {
    try Shell.run(
      """
      \(shell) -c '
      compdef() { :; }
      _arguments() { printf "%s\\n" "$@"; }
      _describe() { printf "%s\\n" "${entries[@]}"; }
      eval "$(llmcost completions zsh | grep -v "^ *#")"
      CURRENT=2
      \(function)'
      """
    ).split(separator: "\n").map(String.init)
  }

  @Test(arguments: ["bash", "zsh"].filter(Shell.has))
  func `the zsh script quotes its specifications, read by`(shell: String) throws {
    let pretrain = try specifications("_llmcost_pretrain", by: shell)
    #expect(pretrain.contains("(--params -p)--params=[all parameters of the model, as 70B]:count: "))
    #expect(pretrain.contains(#"--price=[rent, USD per accelerator-hour \(default\: the market's\)]:usd: "#))
    #expect(
      pretrain.contains(
        #"(--gpu -g)-g[accelerator \(default h100-sxm\); see 'llmcost tables accelerators']:id:_llmcost_accelerators"#))
    #expect(pretrain.contains("(--format -f --json)--json[short for --format json]"))
    #expect(pretrain.contains("(--output -o)-o[write to a file, whole or not at all]:file:_files"))
    #expect(pretrain.contains { $0.hasPrefix("*--then=[") })
    #expect(pretrain.contains("(- *)--help[print this help]"))
    #expect(
      try specifications("_llmcost_sensitivity", by: shell).contains("1:command:_llmcost__commands_of_sensitivity"))
    #expect(try specifications("_llmcost_tables", by: shell).contains("2:ROW:_llmcost_tables__2"))
    #expect(try specifications("_llmcost_accelerators", by: shell).contains("h100-sxm:H100 SXM5 80GB"))
    #expect(try specifications("_llmcost__commands", by: shell).count == Listing.commands.count)
  }

  @Test(.enabled(if: Shell.has("zsh"), "zsh is not installed"))
  func `zsh reads its script and registers it`() throws {
    let text = try Shell.run(
      """
      llmcost completions zsh > "$TMPDIR/_llmcost" && zsh -fn "$TMPDIR/_llmcost" && zsh -fc '
      autoload -U compinit && compinit -u -D && source <(llmcost completions zsh) && print -r -- $_comps[llmcost]'
      """)
    #expect(text == "_llmcost\n")
  }

  @Test(
    .enabled(if: Shell.has("zsh"), "zsh is not installed"),
    arguments: [
      ("llmcost pre", ["pretrain"]), ("llmcost pretrain --precision fp", ["fp16", "fp8", "fp4"]),
      ("llmcost pretrain --tokens-per-second-", ["--tokens-per-second-per-accelerator"]),
      ("llmcost pretrain --gpu b20", ["b200"]),
      ("llmcost pretrain --region us-t", ["us-tx", "us-tn"]), ("llmcost pretrain --format=js", ["json", "jsonl"]),
      ("llmcost model --model gpt-oss", ["gpt-oss-120b", "gpt-oss-20b"]), ("llmcost tables derive ma", ["market"]),
      ("llmcost compare sft grpo.grou", ["grpo.group-size="]), ("llmcost compare sft --tuni", ["--tuning"]),
      ("llmcost sensitivity pretrain --goo", ["--goodput"]), ("llmcost help un", ["units"]),
    ])
  func `zsh offers what may stand there`(line: String, expected: [String]) throws {
    // A terminal of its own, in which Tab is pressed; what is offered goes to a file.
    let offered = try Shell.run(
      #"""
      export ZDOTDIR=$(mktemp -d) && cd "$ZDOTDIR" && cat > .zshrc << 'END'
      PROMPT=
      autoload -U compinit && compinit -u -D
      source <(llmcost completions zsh)
      bindkey '^I' complete-word
      zstyle ':completion:*' insert-tab false
      last() { exit }
      comppostfuncs=( last )
      compadd() {
        if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return $?; fi
        local -a hits
        builtin compadd -A hits "$@"
        (( $#hits )) || return 1
        print -rl -- $hits >> $ZDOTDIR/hits
      }
      END
      LINE='\#(line)' timeout 60 zsh -fc 'zmodload zsh/zpty; zpty inner zsh -i; zpty -w -n inner "$LINE"$'"'\t'"'
      while zpty -r inner text; do :; done'
      cat hits; rm -r "$ZDOTDIR"
      """#)
    #expect(Set(offered.split(separator: "\n").map(String.init)) == Set(expected))
  }

  @Test(
    .enabled(if: Shell.has("fish"), "fish is not installed"),
    arguments: [
      ("llmcost pre", ["pretrain"]), ("llmcost pretrain --precision fp", ["fp16", "fp8", "fp4"]),
      ("llmcost pretrain --format=js", ["--format=json", "--format=jsonl"]), ("llmcost tables derive ma", ["market"]),
      ("llmcost sensitivity pretrain --goo", ["--goodput"]), ("llmcost tables --goo", []),
      ("llmcost pretrain --gpu b200", ["b200"]), ("llmcost help un", ["units"]),
      ("llmcost --vers", ["--version"]),
      ("llmcost pretrain --region us-t", ["us-tx", "us-tn"]), ("llmcost compare sft --tuni", ["--tuning"]),
      ("llmcost model --model gpt-oss", ["gpt-oss-120b", "gpt-oss-20b"]),
      ("llmcost compare grpo.grou", ["grpo.group-size="]), ("llmcost compare dpo grpo --method da", ["dapo"]),
    ])
  func `fish offers what may stand there`(line: String, expected: [String]) throws {
    let offered = try Shell.run(
      // Fish writes to its home.
      """
      export HOME=$(mktemp -d)
      fish --no-config -c 'llmcost completions fish | source; complete -C "\(line)"'
      rm -r "$HOME"
      """
    ).split(separator: "\n").compactMap { $0.split(separator: "\t").first.map(String.init) }
    #expect(Set(offered) == Set(expected))
  }

  @Test func `every option and list has a line in the fish script`() throws {
    let script = TestWorld().run("llmcost completions fish").output
    #expect(
      script.contains(
        #"-r -f -a '(__llmcost_regions)' -d 'grid or cloud region (default us); see \'llmcost tables regions\''"#
      ))
    #expect(script.contains("    'h100-sxm' 'H100 SXM5 80GB' \\\n"))
    #expect(script.contains("complete -c llmcost -n '__llmcost_in backtest' -l plot -d "))
    #expect(script.contains("-l output -s o -r -F -d 'write to a file, whole or not at all'"))
    // Every function that is called is defined.
    for part in script.split(separator: "(__llmcost_").dropFirst() {
      let name = try #require(part.split(separator: ")").first)
      #expect(script.contains("function __llmcost_\(name)\n"), "\(name)")
    }
    // In fish's single quotes only \\ and \' are escapes: outside them every quote closes.
    for line in script.split(separator: "\n") where !line.hasPrefix("#") {
      let bare = line.replacing("\\\\", with: "").replacing("\\'", with: "")
      #expect(bare.count { $0 == "'" }.isMultiple(of: 2), "\(line)")
    }
  }
}
