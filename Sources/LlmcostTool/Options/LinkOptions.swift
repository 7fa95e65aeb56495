import CommandLineKit
import CostModel

/// Options of the links between accelerators, and of what a machine's own matrix products reach.
struct LinkOptions: Sendable {
  let arguments: Arguments

  static let options: [Option] = [.network, .scaleOut, .matmulShare, .matmulTeraflops]

  /// Whether any of them is given.
  var areGiven: Bool { Self.options.contains { arguments.has($0) } }

  /// The accelerator with the links of these options.
  func hardware(_ catalog: TableCatalog) throws(Failure) -> TrainingHardware {
    let name = arguments.text(of: InputRow.accelerator.option) ?? ScenarioBuilder.defaultAccelerator
    var hardware: TrainingHardware
    do throws(CatalogError) {
      guard let known = try catalog.trainingHardware(name) else {
        throw .malformed(
          file: "training-hardware.json", row: name, field: nil,
          problem: "is missing: add a row with its links, see 'llmcost help tables'")
      }
      hardware = known
      for id in arguments.texts(of: .network) {
        let network = try catalog.network(id)
        if let domain = network.domain {
          (hardware.scaleUp, hardware.domain) = (network, domain)
        } else {
          hardware.scaleOut = network
        }
      }
    } catch {
      throw Failure(error)
    }
    if let scaleOut: LinkRate = try arguments.value(of: .scaleOut) {
      hardware.scaleOut.bytesPerSecond = scaleOut.bytesPerSecond
      (hardware.scaleOut.id, hardware.scaleOut.name) = ("given", scaleOut.text)
    }
    try setMatmul(&hardware)
    return hardware
  }

  private func setMatmul(_ hardware: inout TrainingHardware) throws(Failure) {
    let isMeasured = arguments.names(.matmulTeraflops)
    let option = isMeasured ? Option.matmulTeraflops : .matmulShare
    guard var given = try arguments.number(of: option)?.typical.value else { return }
    if isMeasured { given = TrainingHardware.share(ofMeasured: given * 1e12, peak: hardware.peak) }
    guard given > 0, given <= 1.2 else {
      throw Failure(
        "\(option.name): \(Notation.display(given, as: .ratio)) of the dense 16-bit peak of "
          + "\(Notation.display(hardware.peak / 1e12, as: .ratio)) TFLOP/s is out of range",
        hint: "measure a large 16-bit product in steady state; sparse rates do not count", status: .usage)
    }
    (hardware.matmulShare, hardware.isMatmulMeasured, hardware.isMatmulGiven) = (given, true, true)
  }
}

extension Option {
  fileprivate static let network = Option(
    "--network", of: .text("id"), isRepeatable: true, completing: .list("networks"),
    help:
      "links in place of the usual ones, within or between domains, or those of a cloud's instances, as aws-p4d; see 'llmcost tables networks'"
  )
  fileprivate static let scaleOut = Option(
    "--scale-out", of: .type(LinkRate.self), help: "links between domains by their rate for an accelerator, as 400Gbps")
  fileprivate static let matmulShare = Option(
    "--matmul-share", of: NumberKind(dimension: .ratio, isShare: true),
    help: "share of the peak that large matrix products sustain on this machine")
  fileprivate static let matmulTeraflops = Option(
    "--matmul-tflops", of: .whole, sameAs: "--matmul-share",
    help: "the same as measured: TFLOP/s of a large 16-bit matrix product in steady state")
}

/// The rate of a link, in bytes a second.
struct LinkRate: OptionValue {
  var bytesPerSecond: Double
  var text: String

  static var placeholder: String { "rate" }

  private static let units: [(suffix: String, factor: Double)] = [
    ("gbit/s", 1e9 / 8), ("gbps", 1e9 / 8), ("gb/s", 1e9), ("tbit/s", 1e12 / 8), ("tbps", 1e12 / 8),
    ("mbit/s", 1e6 / 8),
    ("mbps", 1e6 / 8),
  ]

  init(argument: String) throws(ValueError) {
    let lowered = argument.lowercased()
    guard let unit = Self.units.first(where: { lowered.hasSuffix($0.suffix) }),
      let number = Double(lowered.dropLast(unit.suffix.count)), number > 0, number < 1e6
    else {
      throw ValueError(
        "'\(argument)' is not the rate of a link", hint: "write 400Gbps, or 50GB/s: for one accelerator, one direction")
    }
    bytesPerSecond = number * unit.factor
    text = argument
  }
}
