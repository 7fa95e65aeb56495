import CostModel
import TextFormats

extension Claim {
  /// That predictions have learned from the run that it is of, and what they give without the run's organization; nil
  /// where they have not seen it.
  ///
  /// - Throws: ``Failure`` for a run that the table does not have.
  func seen(tables: [String], in world: any World) throws(Failure) -> String? {
    guard let run, command != nil else { return nil }
    let command = ["backtest", "--where", "id=\(run)"]
    let outcome = Tool.run(
      command + ["--format", "jsonl", "-q"] + tables.flatMap { ["--tables", $0] }, in: world)
    let line = outcome.output.utf8.prefix { $0 != UInt8(ascii: "\n") }
    let entry: JSONValue?
    do { entry = try JSONReader.read(Array(line)) } catch { entry = nil }
    // A run that compares different things teaches nothing.
    guard outcome.status == .success, let entry, entry["setAside"]?.string == nil,
      let predicted = entry["predicted"]?.number, let low = entry["predicted.p10"]?.number,
      let high = entry["predicted.p90"]?.number, let ratio = entry["ratio"]?.number,
      let organization = entry["organization"]?.string
    else { return nil }
    func hours(_ value: Double) -> String { Notation.display(value, as: .acceleratorHours) }
    return
      "has seen this run: without the runs of \(organization) it gives \(hours(predicted)) accelerator-hours "
      + "(\(hours(low)) – \(hours(high))), \(Notation.display(ratio, as: .ratio)) times the actual, from "
      + "\(RunGrounds.predicted.list); llmcost \(command.joined(separator: " "))"
  }
}
