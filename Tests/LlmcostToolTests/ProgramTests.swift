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

  @Test(arguments: ["/nonexistent/result.csv", "/proc/result.csv", "/dev/full"])
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
    let text = try Shell.run("{ llmcost tables prices --json; echo status $? >&2; } 2>&1 | head -1; sleep 0.2")
    #expect(text == "[\n")
    #expect(try Shell.run("llmcost tables prices --json 2>&1 | true; echo ${PIPESTATUS[0]}") == "0\n")
  }

  @Test func `overlays are read from folders, files and standard input`() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let row =
      #"{"table": "factors", "rows": [{"id": "power-draw", "low": 0.39, "typical": 0.39, "high": 0.39, "asOf": "2026", "assumption": "a test"}]}"#
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
