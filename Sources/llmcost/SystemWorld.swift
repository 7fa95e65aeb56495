import LlmcostTool

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The machine the program runs on.
struct SystemWorld: World {
  func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  var today: String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(1900 + Int(parts.tm_year))-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
  }

  var terminalWidth: Int? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  func readFile(_ path: String) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    try readFile(path) { piece in
      bytes.append(contentsOf: piece)
      return true
    }
    return bytes
  }

  func readFile(_ path: String, piecewise body: (UnsafeBufferPointer<UInt8>) -> Bool) throws(FileError) {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY)
    guard descriptor >= 0 else { throw FileError(path: path, reason: Self.lastError()) }
    defer { if path != "-" { close(descriptor) } }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 { return }
      guard count > 0 else {
        if errno == EINTR { continue }
        throw FileError(path: path, reason: Self.lastError())
      }
      let goesOn = buffer.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[..<count])) }
      if !goesOn { return }
    }
  }

  func listFolder(_ path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else { throw FileError(path: path, reason: Self.lastError()) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Writes the outcome and returns the exit status.
  func deliver(_ outcome: Outcome) -> Int32 {
    put(outcome.complaint, to: STDERR_FILENO)
    let written =
      if let path = outcome.outputPath { writeWhole(outcome.output, to: path) } else {
        put(outcome.output, to: STDOUT_FILENO)
      }
    if case .failure(let error) = written, !error.isClosedPipe {
      put("llmcost: cannot write \(error.path): \(error.reason)\n", to: STDERR_FILENO)
      return ToolStatus.outputError.rawValue
    }
    return outcome.status.rawValue
  }

  /// A file that appears whole or not at all: written beside its place, then moved there.
  private func writeWhole(_ text: String, to path: String) -> Result<Void, WriteError> {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      return writeThrough(text, to: path)
    }
    let temporary = "\(path).\(getpid()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    guard descriptor >= 0 else { return .failure(WriteError(path: path, code: errno)) }
    var result = put(text, to: descriptor, path: path)
    if close(descriptor) != 0, case .success = result { result = .failure(WriteError(path: path, code: errno)) }
    if case .success = result, rename(temporary, path) != 0 { result = .failure(WriteError(path: path, code: errno)) }
    if case .failure = result { unlink(temporary) }
    return result
  }

  /// For devices and pipes, which cannot be replaced by a file.
  private func writeThrough(_ text: String, to path: String) -> Result<Void, WriteError> {
    let descriptor = open(path, O_WRONLY)
    guard descriptor >= 0 else { return .failure(WriteError(path: path, code: errno)) }
    defer { close(descriptor) }
    return put(text, to: descriptor, path: path)
  }

  @discardableResult
  private func put(_ text: String, to descriptor: Int32, path: String = "standard output") -> Result<Void, WriteError> {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return .failure(WriteError(path: path, code: errno)) }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      return .success(())
    }
  }

  private struct WriteError: Error {
    let path: String
    let code: Int32
    var reason: String { String(cString: strerror(code)) }
    var isClosedPipe: Bool { code == EPIPE }
  }

  private static func lastError() -> String { String(cString: strerror(errno)) }
}
