/// The time of a step on some accelerators for any batch: the fastest layout for each.
///
/// A layout takes T(B) = slope·max(B, least) + offset: a micro-batch after another, then what happens once a step. Below
/// `least` sequences some replicas have nothing to do. The frontier is the lower edge of these lines over all layouts that
/// fit in memory.
package struct StepFrontier: Sendable {
  /// One layout.
  package struct Line: Sendable {
    /// Seconds for each sequence of the batch.
    package var slope: Double
    /// Seconds once a step: the bubble, replicas' exchange, the optimizer.
    package var offset: Double
    /// Sequences that give every replica a micro-batch, and an interleaved pipeline as many as stages.
    package var least: Double

    func seconds(_ batch: Double) -> Double { slope * Swift.max(batch, least) + offset }

    func isNoBetter(than other: Line) -> Bool {
      other.slope <= slope && other.offset <= offset && other.least <= least
    }
  }

  /// The lines; none where no layout fits.
  private(set) var lines: [Line] = []

  /// No layout.
  init() {}

  /// The frontier of a search that has a step.
  ///
  /// - Parameters:
  ///   - search: The search; its batch does not matter.
  ///   - count: Accelerators.
  init(_ search: LayoutSearch, on count: Int) {
    guard let step = search.step else { return }
    var search = search
    search.job.batch = nil
    var lines: [Line] = []
    search.visit(count, onlyFitting: true) { layout, stages in
      let time = step.time(layout)
      let each = Double(layout.data) * layout.microBatch
      let line = Line(
        slope: time.perMicroBatch / each,
        offset: time.bubbleSeconds + time.data + time.optimizer + StepConstants.start,
        least: layout.virtualStages > 1 ? each * Double(layout.pipeline) : each)
      if lines.contains(where: { line.isNoBetter(than: $0) }) { return false }
      guard MemoryUse(search.model, search.job, layout, stages).total.value <= search.usable else { return true }
      lines.removeAll { $0.isNoBetter(than: line) }
      lines.append(line)
      return false
    }
    self.lines = lines
  }

  /// Whether some layout fits.
  var isEmpty: Bool { lines.isEmpty }

  /// Seconds of a step over some sequences; infinite where no layout fits.
  func seconds(batch: Double) -> Double {
    var least = Double.infinity
    for line in lines { least = Swift.min(least, line.seconds(batch)) }
    return least
  }

  /// The most sequences that leave a replica without work in every layout.
  var fewestSequences: Double { lines.reduce(.infinity) { Swift.min($0, $1.least) } }
}
