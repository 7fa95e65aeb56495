import TextFormats

/// Checks every row of every table: that it reads, that it names its source, and that tables agree with each other.
package struct TableCheck {
  /// Something wrong in a table.
  package struct Problem: Sendable {
    /// File, row, field and what is wrong.
    package let text: String
  }

  let catalog: TableCatalog
  private var problems: [Problem] = []
  private var steps: StepReader

  private init(_ tables: TableSet) {
    catalog = TableCatalog(tables, memory: TableMemory())
    steps = StepReader(catalog: catalog, isCalibrated: true)
  }

  /// What is wrong with the tables; empty where nothing is.
  ///
  /// - Parameters:
  ///   - tables: The tables.
  ///   - names: Those of them that are checked; nil for all.
  /// - Returns: The problems, in the order of the rows.
  package static func problems(in tables: TableSet, of names: [String]? = nil) -> [Problem] {
    var check = TableCheck(tables)
    for name in names ?? TableSet.names { check.check(name) }
    return check.problems
  }

  mutating func report(_ error: CatalogError) {
    problems.append(Problem(text: ScenarioError.catalog(error).message.description))
  }

  private mutating func check(_ table: String) {
    do throws(CatalogError) {
      let rows = try catalog.tables.rows(of: table)
      if rows.isEmpty { problems.append(Problem(text: "\(table).json: the table has no rows")) }
      let known = try TableSet.value(of: table)["columns"]?.members?.map(\.name) ?? []
      let limits = try TableLimits(table: table)
      var ids: Set<String> = []
      for row in rows {
        if !ids.insert(row.id).inserted { report(row.failure("id", "appears twice")) }
        do throws(CatalogError) { try limits.check(row) } catch { report(error) }
        for member in row.value.members ?? [] where !known.contains(member.name) {
          report(row.failure(member.name, "is not a column of \(table); there is \(known.joined(separator: ", "))"))
        }
        check(row)
      }
      try checkTogether(rows, of: table)
      if table == "efficiency" { _ = try PublishedEfficiency(rows) }
      if table == "disclosures" {
        for measure in Backtest.Measure.allCases { _ = try catalog.disclosures(of: measure) }
      }
      let named: Set<String> = [
        "accelerators", "architectures", "networks", "not-covered", "providers", "regions", "scaling-laws", "stacks",
      ]
      if named.contains(table) { try checkAliases(rows, of: table) }
    } catch {
      report(error)
    }
  }

  private mutating func check(_ row: TableRow) {
    do throws(CatalogError) {
      _ = try row.reference()
      try row.checkSources()
      switch row.table {
      case "accelerators":
        let accelerator = try Accelerator(row)
        if accelerator.referencePeak == nil { throw row.failure("peaks", "has neither bf16 nor fp16") }
        try checkMemory(row)
      case "architectures": _ = try ModelConfiguration(row, tables: catalog.tables)
      case "benchmarks":
        _ = try catalog.accelerator(try row.requiredText("accelerator"))
        _ = try row.required("teraflopPerSecond")
      case "correlations": _ = try Correlations.Pair(row)
      case "datacenters": _ = try row.required("value", above: -1)
      case "disclosures":
        let quantity = try row.requiredText("quantity")
        guard Backtest.Measure(rawValue: quantity) != nil else {
          throw row.failure("quantity", "'\(quantity)' is unknown")
        }
      case "efficiency": break
      case "tuned-mfu": _ = try TunedEfficiency(row)
      case "factors", "methods", "pilot", "rent-outlook", "serving-constants": _ = try Factor(row)
      case "inquiries": _ = try Inquiry(row)
      case "instances":
        _ = try catalog.accelerator(try InstanceFamily(row).accelerator)
        if let network = try row.text("scaleOut") { _ = try catalog.network(network) }
      case "stage-efficiency": _ = try StageEfficiency(row)
      case "market": try checkMarket(row)
      case "not-covered":
        _ = (try row.requiredText("name"), try row.requiredText("reason"))
        if !["accelerator", "model"].contains(try row.requiredText("kind")) {
          throw row.failure("kind", "is neither accelerator nor model")
        }
      case "pilots": _ = try catalog.pilot(row)
      case "providers": _ = try Provider(row)
      case "networks": _ = try Network(row)
      case "stacks": _ = try TrainingStack(row)
      case "step-constants": _ = try row.required("value", above: -1)
      case "step-models": _ = try catalog.stepArchitecture(row.id)
      case "training-hardware": _ = try catalog.trainingHardware(row.id, isCalibrated: true)
      case "steps":
        if try row.required("seconds") > 3600 { throw row.failure("seconds", "a step of more than an hour") }
        _ = try steps.step(row)
      case "prices": try checkPrice(row)
      case "recompute": _ = try RecomputedParts([row])
      case "regions": _ = try catalog.region(row.id)
      case "run-logs": _ = try RunLog(row)
      case "runs": _ = try PublishedRun(row) { name throws(CatalogError) in try catalog.accelerator(name) }
      case "serving-measurements": _ = try ServingMeasurement.all(row, catalog)
      case "scaling-laws": _ = try ScalingLaw(row)
      default: try RowSchema.of(row.table)?.check(row)
      }
      try checkReferences(of: row)
    } catch {
      report(error)
    }
  }

  /// Accelerators and regions that a row names exist; a claim's command is one of ours.
  private func checkReferences(of row: TableRow) throws(CatalogError) {
    switch row.table {
    case "post-training-runs", "post-training-throughput":
      if let name = try row.text("hardware") { _ = try catalog.accelerator(name) }
      if let name = try row.text("architecture") { _ = try catalog.architecture(name) }
    case "grid-carbon":
      if let name = try row.text("region") { _ = try catalog.region(name) }
    case "claims":
      try Self.checkClaim(row)
      if let run = try row.text("run"), try catalog.tables.row(run, of: "runs") == nil {
        throw row.failure("run", "there is no run '\(run)'")
      }
    case "runs":
      if let nearest = try row.text("nearest"),
        try catalog.tables.row(nearest, of: "runs")?.member("flopEstimate.typical") == nil
      {
        throw row.failure("nearest", "'\(nearest)' is no run that others estimate")
      }
    default: break
    }
  }
}
