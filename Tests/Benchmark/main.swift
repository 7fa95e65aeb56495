#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// Start-up time of a command against another, each run as a whole process, in turn, so that both meet the same
// machine. Prints medians and their ratio.
//
//   benchmark <runs> <reference> -- <command> [argument ...]

/// Runs a command to its end and returns its wall time in milliseconds.
func milliseconds(_ command: [String], output: Int32) -> Double? {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
  var arguments = command.map { strdup($0) }
  arguments.append(nil)
  defer { for argument in arguments { free(argument) } }
  var process: pid_t = 0
  var start = timespec()
  var end = timespec()
  clock_gettime(CLOCK_MONOTONIC, &start)
  guard posix_spawnp(&process, command[0], &actions, nil, arguments, environ) == 0 else { return nil }
  var status: Int32 = 0
  waitpid(process, &status, 0)
  clock_gettime(CLOCK_MONOTONIC, &end)
  guard status == 0 else { return nil }
  return Double(end.tv_sec - start.tv_sec) * 1e3 + Double(end.tv_nsec - start.tv_nsec) / 1e6
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 4, let runs = Int(arguments[0]), runs > 0, arguments[2] == "--" else {
  print("usage: benchmark <runs> <reference> -- <command> [argument ...]")
  exit(64)
}
let reference = [arguments[1]]
let command = Array(arguments[3...])
let null = open("/dev/null", O_WRONLY)
var times: (command: [Double], reference: [Double]) = ([], [])
for run in 0...runs {
  guard let one = milliseconds(command, output: null), let other = milliseconds(reference, output: null) else {
    print("benchmark: a command did not run to its end with status 0")
    exit(1)
  }
  // The first pair warms the caches.
  if run > 0 {
    times.command.append(one)
    times.reference.append(other)
  }
}
func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
print("  \(command[0].split(separator: "/").last ?? ""): \(rounded(median(times.command))) ms")
print("  \(reference[0]): \(rounded(median(times.reference))) ms")
print("  ratio of medians over \(runs) interleaved runs: \(rounded(median(times.command) / median(times.reference)))")
