import Foundation
import Testing

/// What the built program leaves behind: output whole or not at all, and a status that says which.
@Suite("Delivery")
struct DeliveryTests {
  /// Runs a script in a folder of its own, and returns what it printed.
  private func inFolder(_ script: String) throws -> String {
    try Shell.run(
      "folder=$(mktemp -d) && cd \"$folder\" && { \(script)\n} 2>&1; cd / && chmod -R u+w \"$folder\" && rm -rf \"$folder\""
    )
  }

  private let estimate = "llmcost pretrain --params 7B --tokens 1T --samples 0 -q -f csv"

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func `a full disk ends with 74 and a message`() throws {
    #expect(try inFolder("\(estimate) > /dev/full; echo $?").contains("llmcost: cannot write standard output"))
    #expect(try inFolder("\(estimate) > /dev/full; echo $?").hasSuffix("74\n"))
    #expect(try inFolder("llmcost sweep --params 1B..9B:1000 --tokens 1T > /dev/full; echo $?").hasSuffix("74\n"))
  }

  @Test(arguments: ["head -c 1", "head -1", "true"])
  func `a pipe that closes ends it quietly`(reader: String) throws {
    let text = try inFolder(
      "llmcost sweep --params 1B..9B:30000 --tokens 1T -q | \(reader) > /dev/null; echo ${PIPESTATUS[0]}")
    #expect(text == "0\n", "\(text)")
  }

  @Test(arguments: ["INT", "TERM", "HUP"])
  func `an interrupted sweep leaves the file as it was`(signal: String) throws {
    let numbers = ["INT": 130, "TERM": 143, "HUP": 129]
    // A job in the background of a script ignores interrupts, unless it asks for them.
    let text = try inFolder(
      """
      echo old > s.csv
      set -m
      llmcost sweep --params 1B..100B:log:3000 --tokens 1T..10T:log:3000 --max-rows 9000000 -q -o s.csv 2> message &
      until ls s.csv.*.part > /dev/null 2>&1; do sleep 0.05; done
      kill -\(signal) %1; wait %1; echo $?
      cat s.csv; ls; grep -c interrupted message
      """)
    #expect(text.contains("\(numbers[signal] ?? 0)\n"), "\(text)")
    #expect(text.contains("old\n"), "\(text)")
    #expect(!text.contains(".part"), "\(text)")
    #expect(text.hasSuffix("1\n"), "\(text)")
  }

  @Test func `two writers of one file leave one of their files whole`() throws {
    let text = try inFolder(
      """
      for i in 1 2 3 4; do llmcost sweep --params 1B..9B:${i}000 --tokens 1T -q -o s.csv & done; wait
      wc -l < s.csv; ls
      """)
    let lines = text.split(separator: "\n")
    let rows = try #require(lines.first.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }, "\(text)")
    #expect([1001, 2001, 3001, 4001].contains(rows), "\(text)")
    #expect(lines.dropFirst() == ["s.csv"], "\(text)")
  }

  @Test func `links stay links, and modes stay as they are`() throws {
    let text = try inFolder(
      """
      echo old > real.csv; chmod 640 real.csv; ln -s real.csv link.csv; ln -s later.csv dangling.csv
      \(estimate) -o link.csv; \(estimate) -o dangling.csv
      umask 077; \(estimate) -o mine.csv
      stat -c '%a' real.csv mine.csv; readlink link.csv dangling.csv; head -c 7 real.csv later.csv
      """)
    #expect(text.hasPrefix("640\n600\nreal.csv\nlater.csv\n"), "\(text)")
    #expect(text.contains("command"), "\(text)")
  }

  @Test func `what cannot be written is said, and nothing is left`() throws {
    let text = try inFolder(
      "mkdir folder; \(estimate) -o folder; echo $?; \(estimate) -o nowhere/x.csv; echo $?; ls -A . folder")
    #expect(text.components(separatedBy: "llmcost: cannot write").count == 3, "\(text)")
    #expect(text.components(separatedBy: "74\n").count == 3, "\(text)")
    #expect(!text.contains(".part"), "\(text)")
  }

  @Test(arguments: ["model --config", "backtest --runs", "pretrain --params 7B --tokens 1T --tables"])
  func `an endless file is refused before it fills the memory`(line: String) throws {
    let text = try inFolder("ulimit -v 6000000; llmcost \(line) /dev/zero > /dev/null; echo $?")
    #expect(text.contains("llmcost: ") && text.contains("/dev/zero"), "\(text)")
    #expect(text.hasSuffix("65\n") || text.hasSuffix("66\n"), "\(text)")
  }

  @Test(arguments: ["model --config", "program", "backtest --runs", "tables import", "sweep --tokens 1T --from"])
  func `folders and pipes are read as files or refused`(line: String) throws {
    let folder = try inFolder("mkdir d; llmcost \(line) d > /dev/null; echo $?")
    #expect(folder.hasSuffix("65\n") || folder.hasSuffix("66\n") || folder.hasSuffix("64\n"), "\(folder)")
    let fifo = try inFolder("mkfifo p; printf '{]' > p & timeout 20 llmcost \(line) p > /dev/null; echo $?")
    #expect(["64\n", "65\n", "66\n", "1\n"].contains { fifo.hasSuffix($0) } && !fifo.hasSuffix("124\n"), "\(fifo)")
  }

  @Test func `bash takes the completions without a word`() throws {
    #expect(try Shell.run("eval \"$(llmcost completions bash)\" 2>&1").isEmpty)
  }
}
