import CostModel

/// The answer of `llmcost size` as tables for people.
struct SizeTable {
  let answer: SizeAnswer
  let isPlotted: Bool
  let width: Int
  let style: Style

  var text: String {
    var blocks: [[String]] = [[style.bold(title), style.bold(place)]]
    if answer.reports.isEmpty { blocks.append(lines(models)) }
    blocks.append(lines(details))
    blocks += answer.reports.map { lines(report($0)) }
    if !answer.neighbors.isEmpty { blocks.append(lines(neighbors)) }
    if isPlotted { blocks.append(plot) }
    if !answer.lifetimes.isEmpty { blocks.append(lines(lifetimes)) }
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  /// On what, and where.
  var place: String {
    let scenario = answer.first.estimate.scenario
    return "\(scenario.hardware.accelerator.name), \(scenario.hardware.precision.name), \(scenario.site.region.name)"
  }

  // MARK: - Numbers

  /// A value for people, without the last binary places that a search leaves.
  private func display(_ value: Double, as dimension: Dimension, digits: Int = 3) -> String {
    Notation.display(value.significant(9), as: dimension, digits: digits)
  }
  private func parameters(_ size: ModelSize) -> String { display(size.parameters.value, as: .parameters) }
  private func tokens(_ size: ModelSize) -> String { display(size.tokens.value, as: .tokens) }
  private func ratio(_ size: ModelSize) -> String { display(size.tokensPerParameter, as: .ratio) }
  private func loss(_ loss: Double?) -> String { loss.map { display($0, as: .ratio, digits: 4) } ?? "" }
  private func flop(_ operations: Quantity<Operations>) -> String {
    display(operations.value, as: .operations)
  }
  private func dollars(_ cost: Quantity<Dollars>) -> String { display(cost.value, as: .dollars) }

  var title: String {
    switch answer.target {
    case .operations(let operations): "Compute-optimal model for \(flop(operations)) FLOP"
    case .budget(let budget): "Compute-optimal model for a budget of \(dollars(budget))"
    case .acceleratorHours(let hours):
      if let accelerators = answer.first.figures.accelerators?.typical {
        "Compute-optimal model for \(display(accelerators, as: .accelerators)) accelerators over "
          + display(hours.value / accelerators, as: .hours)
      } else {
        "Compute-optimal model for \(display(hours.value, as: .acceleratorHours)) accelerator-hours"
      }
    case .parameters(let parameters):
      "Compute-optimal training of \(display(parameters.value, as: .parameters)) parameters"
    case .tokens(let tokens): "Compute-optimal model for \(display(tokens.value, as: .tokens)) tokens"
    case .loss(let value): "Compute-optimal model for a loss of \(loss(value))"
    case .size(let size):
      "\(parameters(size)) parameters on \(tokens(size)) tokens: \(ratio(size)) tokens per parameter, "
        + "\(display(size.tokensPerParameter / 20, as: .ratio)) times the rule of 20"
    }
  }

  /// A table under an optional heading, a remark below it.
  struct Block {
    var heading: String?
    var table: TextTable
    var remark: String?
  }

  /// A block, the first row of its table dimmed.
  private func lines(_ block: Block) -> [String] {
    var lines = block.table.lines(width: width)
    lines[0] = style.dim(lines[0])
    return (block.heading.map { ["  " + $0 + ":"] } ?? []) + lines + (block.remark.map { ["  " + $0] } ?? [])
  }

  // MARK: - Blocks

  /// The laws side by side.
  var models: Block {
    var table = TextTable([.left, .right, .right, .right, .right, .right, .right, .right])
    table.rows = [["law", "parameters", "tokens", "tokens/parameter", "loss", "FLOP", "accelerator-hours", "cost"]]
    for entry in answer.entries {
      let figures = entry.figures
      table.rows.append([
        entry.law.id, parameters(entry.size), tokens(entry.size), ratio(entry.size), loss(figures.loss?.typical),
        display(figures.operations.typical, as: .operations),
        display(figures.acceleratorHours.typical, as: .acceleratorHours),
        display(figures.cost.typical, as: .dollars),
      ])
    }
    return Block(table: table)
  }

  /// The first law's model, with ranges.
  var details: Block {
    let (entry, figures) = (answer.first, answer.first.figures)
    var table = TextTable([.left, .right, .left])
    table.rows = [[answer.reports.isEmpty ? "by \(entry.law.id)" : "", "typical", "p10 – p90"]]
    func add(_ name: String, _ spread: Spread?, _ dimension: Dimension, digits: Int = 3) {
      guard let spread else { return }
      let ends = [spread.p10, spread.p90].map { $0.map { display($0, as: dimension, digits: digits) } ?? "" }
      table.rows.append([
        name, display(spread.typical, as: dimension, digits: digits),
        ends[0] == ends[1] ? "" : ends.joined(separator: " – "),
      ])
    }
    if answer.reports.isEmpty {
      add("parameters", figures.parameters, .parameters)
      if entry.law.activeShare < 1 {
        add(
          "active parameters", Spread(typical: figures.parameters.typical * entry.law.activeShare), .parameters)
      }
      add("tokens", figures.tokens, .tokens)
      add("tokens per parameter", figures.tokensPerParameter, .ratio)
      add(entry.judge.map { "loss by \($0.id)" } ?? "loss", figures.loss, .ratio, digits: 4)
    }
    if let unique = answer.uniqueTokens {
      add("epochs", Spread(typical: max(1, entry.size.tokens / unique)), .ratio)
    }
    add("training FLOP", figures.operations, .operations)
    add("accelerator-hours", figures.acceleratorHours, .acceleratorHours)
    add("accelerators", figures.accelerators, .accelerators)
    add("wall-clock time", figures.wallClock, .hours)
    add("total cost", figures.cost, .dollars)
    add("tokens per batch", entry.law.batchSize.map { Spread(typical: $0(figures.operations.typical)) }, .tokens)
    add("peak learning rate", entry.law.learningRate.map { Spread(typical: $0(figures.operations.typical)) }, .ratio)
    return Block(table: table)
  }

  var neighbors: Block {
    var table = TextTable([.left, .right, .right, .right, .right, .left, .right])
    table.rows = [["", "parameters", "tokens", "tokens/parameter", "loss", "FLOP over its optimum's", "cost"]]
    for neighbor in answer.neighbors {
      table.rows.append([
        "×" + display(neighbor.factor, as: .ratio), parameters(neighbor.size), tokens(neighbor.size),
        ratio(neighbor.size), loss(neighbor.loss),
        neighbor.excess.map { "×" + display(max(1, $0), as: .ratio) } ?? "", dollars(neighbor.cost),
      ])
    }
    return Block(heading: "Other sizes for the same FLOP, by \(answer.first.judgingLaw.id)", table: table)
  }

  var lifetimes: Block {
    let served = display(answer.servedTokens?.value ?? 0, as: .tokens)
    let mfu = display(answer.servingMFU?.value ?? 0, as: .ratio)
    var table = TextTable([.left, .right, .right, .right, .right, .right, .right, .right])
    table.rows = [
      ["", "parameters", "tokens", "training FLOP", "total FLOP", "training", "serving", "total cost"]
    ]
    for lifetime in answer.lifetimes {
      table.rows.append([
        lifetime.name, parameters(lifetime.size), tokens(lifetime.size), flop(lifetime.training),
        flop(lifetime.training + lifetime.inference), dollars(lifetime.trainingCost), dollars(lifetime.servingCost),
        dollars(lifetime.trainingCost + lifetime.servingCost),
      ])
    }
    return Block(heading: "As good, with \(served) tokens served at an MFU of \(mfu)", table: table)
  }

  func report(_ report: SizeAnswer.Report) -> Block {
    let found = report.overtraining
    var table = TextTable([.left, .right, .right, .right, .right, .right, .right])
    table.rows = [["by \(report.law.id)", "parameters", "tokens", "tokens/parameter", "loss", "FLOP", "cost"]]
    func add(
      _ name: String, _ size: ModelSize, _ value: Double, _ operations: Quantity<Operations>, _ cost: Quantity<Dollars>
    ) {
      table.rows.append([
        name, parameters(size), tokens(size), ratio(size), loss(value), flop(operations), dollars(cost),
      ])
    }
    add("this model", found.model, found.loss, found.operations, report.costs.model)
    add(
      "optimum of its FLOP", found.atSameOperations, found.lossAtSameOperations, found.operations,
      report.costs.sameOperations)
    add("optimum of its loss", found.atSameLoss, found.loss, found.operationsAtSameLoss, report.costs.sameLoss)
    let excess = display(max(1, found.excess), as: .ratio)
    let end =
      found.breakEven.map { "won back after serving \(display($0.value, as: .tokens)) tokens" }
      ?? "and larger than that: undertrained"
    return Block(table: table, remark: "\(excess) times the FLOP of the optimum of its loss, \(end)")
  }

  // MARK: - The curve

  /// Loss over parameters along one FLOP.
  private var plot: [String] {
    let (columns, entry) = (49, answer.first)
    guard let curve = IsoFLOPCurve(entry, points: columns), let low = curve.losses.min(), let high = curve.losses.max()
    else { return ["  \(entry.law.id) tells no loss for other sizes"] }
    let labels = (high: loss(high), low: loss(low))
    let names = [curve.sizes[0], entry.size, curve.sizes[columns - 1]].map(parameters)
    let gap = (columns - names.reduce(0) { $0 + $1.displayWidth }) / 2
    let axis = names.joined(separator: String(repeating: " ", count: max(1, gap)))
    let margin = max(labels.high.displayWidth, labels.low.displayWidth) + 2
    return ["  Loss over parameters, by \(entry.judgingLaw.id):"]
      + style.charts.curve(curve.losses, rows: 10, labels: labels).map { "  " + $0 }
      + [style.dim("  " + String(repeating: " ", count: margin) + axis)]
  }
}
