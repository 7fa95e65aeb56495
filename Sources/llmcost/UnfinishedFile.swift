#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file that is being written beside its place: a signal that ends the program takes it away first.
enum UnfinishedFile {
  /// Its path, for the signal handler, which may neither allocate nor wait.
  private nonisolated(unsafe) static var path: UnsafeMutablePointer<CChar>?

  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Writing begins.
  static func begin(_ name: String) {
    path = strdup(name)
    var open = sigset_t()
    sigemptyset(&open)
    for number in signals {
      sigaddset(&open, number)
      // What the caller ignores, as a command behind nohup, stays ignored.
      if isIgnored(signal(number, handler)) { signal(number, SIG_IGN) }
    }
    // A caller may have started the program on a thread of its own that no signal reaches.
    pthread_sigmask(SIG_UNBLOCK, &open, nil)
  }

  /// It is in its place, or taken away.
  static func end() {
    for number in signals where isIgnored(signal(number, SIG_DFL)) { signal(number, SIG_IGN) }
    free(path)
    path = nil
  }

  private static func isIgnored(_ handler: (@convention(c) (CInt) -> Void)?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static let handler: @convention(c) (CInt) -> Void = { number in
    if let path = UnfinishedFile.path { unlink(path) }
    let text: StaticString = "llmcost: interrupted: nothing is written\n"
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    // Ends as the signal does: a shell sees 128 and its number, and stops its own loop.
    signal(number, SIG_DFL)
    raise(number)
  }
}
