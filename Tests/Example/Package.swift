// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "example",
  dependencies: [.package(name: "llmcost", path: "../..")],
  targets: [
    .executableTarget(name: "example", dependencies: [.product(name: "CostModel", package: "llmcost")], path: "Sources")
  ]
)
