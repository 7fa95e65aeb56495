// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let tables = [
  "accelerators", "architectures", "benchmarks", "claims", "corpus", "correlations", "datacenters", "disclosures",
  "efficiency", "factors", "finetune-prices", "grid-carbon", "inquiries", "instances", "labor", "market", "methods",
  "model-types", "networks", "not-covered", "pilot", "pilots", "post-training-runs", "post-training-throughput",
  "prices", "providers", "recipes", "recompute", "regions", "rent-outlook", "run-logs", "runs", "scaling-laws",
  "serving-constants", "serving-measurements", "stacks", "stage-efficiency", "step-constants", "step-models", "steps",
  "token-prices", "training-hardware", "tuned-mfu",
].map { $0 + ".json" }

let package = Package(
  name: "llmcost",
  products: [
    .library(name: "CostModel", targets: ["CostModel"]),
    .executable(name: "llmcost", targets: ["llmcost"]),
  ],
  targets: [
    // The JSON tables, compiled into the program byte for byte.
    .target(name: "TableBytes", path: "Data", exclude: ["README.md"] + tables),
    // Rounding calls libm, which a target without Foundation does not link by itself.
    .target(
      name: "CostModel", dependencies: ["TableBytes", "TextFormats"], swiftSettings: strict,
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(name: "TextFormats", swiftSettings: strict),
    .target(name: "CommandLineKit", swiftSettings: strict),
    .target(
      name: "LlmcostTool", dependencies: ["CommandLineKit", "CostModel", "TableBytes", "TextFormats"],
      exclude: ["Play/controls.js", "Play/formulas.js"], swiftSettings: strict),
    .executableTarget(name: "llmcost", dependencies: ["LlmcostTool"], swiftSettings: strict),
    .target(name: "Dice", path: "Tests/Dice", swiftSettings: strict),
    .testTarget(
      name: "CostModelTests", dependencies: ["CostModel", "Dice", "TextFormats"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(name: "TextFormatsTests", dependencies: ["Dice", "TextFormats"], swiftSettings: strict),
    .testTarget(name: "CommandLineKitTests", dependencies: ["CommandLineKit"], swiftSettings: strict),
    .testTarget(
      name: "LlmcostToolTests", dependencies: ["CostModel", "Dice", "LlmcostTool", "TextFormats", "llmcost"],
      exclude: ["BadInvocations.txt", "Golden", "Properties/Hints.txt"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
