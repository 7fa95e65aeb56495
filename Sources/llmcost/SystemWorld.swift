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
  /// Bytes of a file that is read as a whole: rows, recipes and configurations have fewer by far. Weights in place of a
  /// configuration, or an endless device, would fill the memory.
  private static let largestFile = 64 << 20

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
      return bytes.count <= Self.largestFile
    }
    guard bytes.count <= Self.largestFile else {
      throw FileError(
        path: path, reason: "it is larger than the \(Self.largestFile >> 20) MiB that such a file may have")
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

  func listFolder(_ path: String) throws(FileError) -> [String]? {
    guard let folder = opendir(path) else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw FileError(path: path, reason: Self.lastError())
    }
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

  var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  func wait(seconds: Double) -> Bool { usleep(UInt32(max(0, min(seconds, 3600)) * 1e6)) == 0 }

  /// On a terminal that shows nothing else.
  func show(progress: String) {
    guard isatty(STDERR_FILENO) == 1, isatty(STDOUT_FILENO) == 0 else { return }
    put("\r\u{1B}[K" + progress, to: STDERR_FILENO)
  }

  /// Writes the outcome and returns the exit status.
  func deliver(_ outcome: Outcome) -> Int32 {
    put(outcome.complaint, to: STDERR_FILENO)
    var end = outcome
    let written =
      if let path = outcome.outputPath { writeWhole(&end, to: path) } else {
        write(&end, to: STDOUT_FILENO)
      }
    for file in outcome.files {
      var side = Outcome(text: file.text)
      if case .failure(let error) = writeWhole(&side, to: file.path) {
        put("llmcost: cannot write \(error.path): \(error.reason)\n", to: STDERR_FILENO)
        return ToolStatus.outputError.rawValue
      }
    }
    if outcome.stream != nil { put(end.complaint, to: STDERR_FILENO) }
    if case .failure(let error) = written, !error.isClosedPipe {
      put("llmcost: cannot write \(error.path): \(error.reason)\n", to: STDERR_FILENO)
      return ToolStatus.outputError.rawValue
    }
    return end.status.rawValue
  }

  /// Writes the output of an outcome, and makes it the outcome at its end.
  private func write(
    _ outcome: inout Outcome, to descriptor: Int32, path: String = "standard output"
  ) -> Result<Void, WriteError> {
    guard let stream = outcome.stream else { return put(outcome.output, to: descriptor, path: path) }
    var result = Result<Void, WriteError>.success(())
    outcome = stream(self) { piece in
      result = put(piece, to: descriptor, path: path)
      if case .success = result { return true }
      return false
    }
    if case .success = result { result = put(outcome.output, to: descriptor, path: path) }
    return result
  }

  /// A file that appears whole or not at all: written beside its place, then moved there. A link stays one, and a file
  /// keeps who may read it.
  private func writeWhole(_ outcome: inout Outcome, to given: String) -> Result<Void, WriteError> {
    if let descriptor = Self.descriptor(named: given) { return write(&outcome, to: descriptor, path: given) }
    var status = stat()
    let exists = stat(given, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG { return writeThrough(&outcome, to: given) }
    if exists, access(given, W_OK) != 0 { return .failure(WriteError(path: given, code: errno)) }
    let path = exists ? Self.resolved(given) : Self.target(ofLink: given)
    let temporary = "\(path).\(getpid()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    guard descriptor >= 0 else { return .failure(WriteError(path: given, code: errno)) }
    UnfinishedFile.begin(temporary)
    defer { UnfinishedFile.end() }
    if exists { _ = fchmod(descriptor, status.st_mode & 0o777) }
    var result = write(&outcome, to: descriptor, path: given)
    if close(descriptor) != 0, case .success = result { result = .failure(WriteError(path: given, code: errno)) }
    let counts = outcome.status.rawValue < ToolStatus.usage.rawValue
    if case .success = result, counts, rename(temporary, path) != 0 {
      result = .failure(WriteError(path: given, code: errno))
    }
    if case .success = result, counts { return result }
    unlink(temporary)
    return result
  }

  /// The open file behind `/dev/stdout` and its like: opened anew, it would be written from its start.
  private static func descriptor(named path: String) -> Int32? {
    switch path {
    case "/dev/stdout": STDOUT_FILENO
    case "/dev/stderr": STDERR_FILENO
    default: path.hasPrefix("/dev/fd/") ? Int32(path.dropFirst(8)) : nil
    }
  }

  /// Where links lead.
  private static func resolved(_ path: String) -> String {
    guard let place = realpath(path, nil) else { return path }
    defer { free(place) }
    return String(cString: place)
  }

  /// Where a link to a file that is not there yet leads; the path itself for what is no link.
  private static func target(ofLink path: String) -> String {
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = bytes.withUnsafeMutableBytes { buffer -> Int in
      guard let start = buffer.baseAddress else { return 0 }
      return readlink(path, start.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    guard count > 0 else { return path }
    let target = String(decoding: bytes[..<count], as: UTF8.self)
    guard !target.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return target }
    return path[...slash] + target
  }

  /// For devices and pipes, which cannot be replaced by a file.
  private func writeThrough(_ outcome: inout Outcome, to path: String) -> Result<Void, WriteError> {
    let descriptor = open(path, O_WRONLY)
    guard descriptor >= 0 else { return .failure(WriteError(path: path, code: errno)) }
    defer { close(descriptor) }
    return write(&outcome, to: descriptor, path: path)
  }

  @discardableResult
  private func put(_ text: String, to descriptor: Int32, path: String = "standard output") -> Result<Void, WriteError> {
    var text = text
    return text.withUTF8 { put(UnsafeRawBufferPointer($0), to: descriptor, path: path) }
  }

  private func put(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
  ) -> Result<Void, WriteError> {
    var rest = bytes
    while !rest.isEmpty {
      let count = Self.write(descriptor, rest)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return .failure(WriteError(path: path, code: errno)) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return .success(())
  }

  private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  private struct WriteError: Error {
    let path: String
    let code: Int32
    var reason: String { String(cString: strerror(code)) }
    var isClosedPipe: Bool { code == EPIPE }
  }

  private static func lastError() -> String { String(cString: strerror(errno)) }
}
