/// A request that cannot be estimated: what is wrong with it, and what to do.
public enum ScenarioError: Error, Sendable, Equatable {
  /// A value outside what makes sense.
  case outOfRange(input: String, value: String, allowed: String)
  /// More active parameters than parameters.
  case moreActiveThanTotal(active: String, total: String)
  /// The accelerator does not compute in that format.
  case unsupportedPrecision(Precision, accelerator: String, supported: [Precision])
  /// No efficiency is known for the accelerator.
  case noEfficiency(accelerator: String)
  /// No row prices that accelerator in that way.
  case noPrice(accelerator: String, wanted: String, available: [String])
  /// No row prices that accelerator in that way at that time; `nearest` is the date of the row next to it.
  case noPriceThen(accelerator: String, wanted: String, month: String, nearest: String)
  /// The accelerator lacks a value that is needed.
  case missing(field: String, accelerator: String)
  /// Two parts of the request exclude each other.
  case contradiction(Message, advice: Message)
  /// A look-up failed.
  case catalog(CatalogError)

  /// What is wrong.
  public var message: Message {
    switch self {
    case .outOfRange(let input, let value, let allowed): "\(input) of \(value) is out of range: \(allowed)"
    case .moreActiveThanTotal(let active, let total):
      "\(active) active parameters are more than the model's \(total)"
    case .unsupportedPrecision(let precision, let accelerator, _):
      "\(accelerator) does not compute in \(precision.name)"
    case .noEfficiency(let accelerator): "no published run or benchmark tells the efficiency of \(accelerator)"
    case .noPrice(let accelerator, let wanted, _): "no price for \(accelerator) \(wanted)"
    case .noPriceThen(let accelerator, let wanted, let month, _):
      "no price for \(accelerator) \(wanted) was current in \(month)"
    case .missing(let field, let accelerator): "the table has no \(field) for \(accelerator)"
    case .contradiction(let problem, _): problem
    case .catalog(.unknown(let kind, let name, _, _)): "unknown \(kind) '\(name)'"
    case .catalog(.notCovered(_, let name, let reason, _, _)): "no estimate of \(name): \(reason)"
    case .catalog(.undisclosed(let run, let reason, _)): "no estimate of \(run): \(reason)"
    case .catalog(.ambiguous(let kind, let name, _, _)): "more than one \(kind) is called '\(name)'"
    case .catalog(.several(let errors)):
      Message(errors.map { ScenarioError.catalog($0).message.description }.joined(separator: "; "))
    case .catalog(.malformed(let file, let row, let field, let problem)):
      Message(
        ([file] + [row.map { "row '\($0)'" }, field.map { "field '\($0)'" }].compactMap { $0 } + [problem])
          .joined(separator: ": "))
    }
  }

  /// Something said of an owned cluster, where accelerators are rented.
  static func withoutEffectOnRent(_ id: String) -> ScenarioError {
    .contradiction(
      "\(input: id) has no effect on rented accelerators", advice: "add \(input: "own") to own the cluster")
  }
}
