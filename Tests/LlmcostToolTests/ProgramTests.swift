import Foundation
import Testing

/// The built program on a real machine: files, pipes and exit statuses.
@Suite("The program")
struct ProgramTests {
  private func folder() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  @Test func `output goes to a file whole, and nothing is left beside it`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("result.csv").path
    let printed = try Shell.run("llmcost pretrain --params 7B --tokens 1T --format csv")
    #expect(try Shell.run("llmcost pretrain --params 7B --tokens 1T --format csv -o \(path)").isEmpty)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == printed)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["result.csv"])
  }

  @Test func `a failing command leaves the file as it was`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("result.csv").path
    try "before".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try Shell.run("llmcost pretrain --params 7B --tokens lots -o \(path); echo $?") == "64\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
  }

  @Test func `a link stays a link, and a private file private`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = try Shell.run(
      """
      cd \(folder.path) && echo before > real && chmod 600 real && ln -s real link
      llmcost pretrain -p 7B -t 1T --get flop -o link
      [[ -L link ]] && cat real && ls -l real | cut -c1-10 && ls
      """)
    #expect(text == "4.2e+22\n-rw-------\nlink\nreal\n")
  }

  @Test func `standard output by its name is not replaced`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = try Shell.run(
      """
      cd \(folder.path) && echo before > log && ls -l /dev/stdout > link
      for path in /dev/stdout /dev/fd/1; do llmcost pretrain -p 7B -t 1T --get flop -o $path >> log; done
      llmcost pretrain -p 7B -t 1T --get flop -o /dev/stdout | cat
      ls -l /dev/stdout | cut -c1-10 | cmp - <(cut -c1-10 link) && cat log
      """)
    #expect(text == "4.2e+22\nbefore\n4.2e+22\n4.2e+22\n")
  }

  @Test func `a file that may not be written, and a folder, are refused`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let command = "llmcost pretrain -p 7B -t 1T --get flop --quiet -o"
    // Root may write anywhere, a folder excepted.
    let text = try Shell.run(
      """
      cd \(folder.path) && mkdir folder && \(command) folder 2>&1; echo $?; \(command) missing/file 2>&1; echo $?; ls
      """)
    #expect(
      text == """
        llmcost: cannot write folder: Is a directory
        74
        llmcost: cannot write missing/file: No such file or directory
        74
        folder

        """)
    guard getuid() != 0 else { return }
    let refused = try Shell.run(
      "cd \(folder.path) && echo before > file && chmod 400 file && \(command) file 2>&1; echo $?; cat file")
    #expect(refused == "llmcost: cannot write file: Permission denied\n74\nbefore\n")
  }

  @Test(arguments: [
    // 100 MB without a line's end; a million brackets; a number of a million digits.
    ("head -c 100000000 /dev/zero | tr '\\0' 1", "tables import", 65),
    ("head -c 1000000 /dev/zero | tr '\\0' '['", "model --config", 65),
    ("head -c 1000000 /dev/zero | tr '\\0' '['", "program", 65),
    (
      "printf '{\"model_type\": \"llama\", \"hidden_size\": '; head -c 1000000 /dev/zero | tr '\\0' 9; printf '}'",
      "model --config", 65
    ),
    ("printf 'params,tokens\\n'; head -c 100000000 /dev/zero | tr '\\0' 1", "sweep --from", 65),
    ("yes | head -c 5000000", "backtest --runs", 65),
  ])
  func `hostile files are refused within seconds and a gigabyte`(content: String, command: String, status: Int) throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let name = command.hasPrefix("program") || command.hasPrefix("model") ? "hostile.json" : "hostile.csv"
    let text = try Shell.run(
      """
      cd \(folder.path) && { \(content); } > \(name)
      ulimit -v 4000000
      timeout 60 llmcost \(command) \(name) > output 2> errors
      echo $? $(wc -c < output) $(grep -c '^llmcost: ' errors) $(head -c 400 errors | wc -l)
      """)
    // A sweep has printed its header by then.
    let header = command.hasPrefix("sweep") ? 103 : 0
    #expect(text.hasPrefix("\(status) \(header) 1 "), "\(command): \(text)")
  }

  @Test(arguments: ["/dev/null/result.csv", "/proc/result.csv", "/dev/full"])
  func `output that cannot be written ends with status 74 and a message`(path: String) throws {
    let text = try Shell.run("llmcost pretrain --params 7B --tokens 1T -o \(path) 2>&1 >/dev/null; echo $?")
    #expect(text.contains("llmcost: cannot write \(path): "))
    #expect(text.hasSuffix("74\n"))
  }

  @Test func `a full device behind standard output is an error`() throws {
    #expect(try Shell.run("llmcost tables prices > /dev/full; echo $?") == "74\n")
  }

  @Test func `a closed pipe ends quietly`() throws {
    // The table is larger than a pipe's buffer, so the writer meets the closed end.
    let text = try Shell.run("{ llmcost tables prices --json --quiet; echo status $? >&2; } 2>&1 | head -1; sleep 0.2")
    #expect(text == "[\n")
    #expect(try Shell.run("llmcost tables prices --json 2>&1 | true; echo ${PIPESTATUS[0]}") == "0\n")
  }

  @Test func `overlays are read from folders, files and standard input`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let row =
      #"{"table": "factors", "rows": [{"id": "power-draw", "low": 0.38, "typical": 0.38, "high": 0.38, "asOf": "2026", "assumption": "a test"}]}"#
    let path = folder.appendingPathComponent("factors.json").path
    try row.write(toFile: path, atomically: true, encoding: .utf8)
    let energy = "pretrain --params 7B --tokens 1T --get energy_kwh"
    let plain = try #require(Double(try Shell.run("llmcost \(energy)").dropLast()))
    for command in [
      "llmcost \(energy) --tables \(path)", "llmcost \(energy) --tables \(folder.path)",
      "LLMCOST_TABLES=\(folder.path) llmcost \(energy)", "llmcost \(energy) --tables - < \(path)",
    ] {
      let value = try #require(Double(try Shell.run(command).dropLast()))
      #expect(abs(value / plain - 0.5) < 1e-9, "\(command)")
    }
  }
}
