import Foundation

/// A shell that finds the built program first.
enum Shell {
  /// Standard output of a command, for a terminal of some columns.
  static func run(_ command: String, columns: Int = 100) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command]
    process.environment = [
      "PATH": Bundle.main.bundleURL.path + ":/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin", "HOME": "/dev/null",
      "TMPDIR": NSTemporaryDirectory(), "COLUMNS": "\(columns)", "LLVM_PROFILE_FILE": "/dev/null",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }

  /// Whether a program is installed.
  static func has(_ program: String) -> Bool {
    ["/usr/bin/", "/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"].contains {
      FileManager.default.isExecutableFile(atPath: $0 + program)
    }
  }
}
