import LlmcostTool

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

signal(SIGPIPE, SIG_IGN)
let system = SystemWorld()
let outcome = Tool.run(Array(CommandLine.arguments.dropFirst()), in: system)
exit(system.deliver(outcome))
