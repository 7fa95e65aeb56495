// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that building the program does not build it.
let package = Package(
  name: "benchmark",
  targets: [
    .executableTarget(
      name: "benchmark", path: ".",
      exclude: ["all", "build", "empty", "program", "sampling", "serving", "startup", "sweep"]),
    .executableTarget(name: "empty", path: "empty"),
  ],
  swiftLanguageModes: [.v6]
)
