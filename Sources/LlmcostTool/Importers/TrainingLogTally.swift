import CostModel

/// Values on a logarithmic scale, of which quantiles are wanted: as much memory for a million as for ten.
struct LogHistogram {
  private var counts = [Int32](repeating: 0, count: 8192)
  private(set) var total = 0
  /// Steps of 0.5 %, from 1e-9.
  private static let width = 0.0085

  mutating func add(_ value: Double) {
    guard value > 0, value.isFinite else { return }
    let place = (Elementary.logarithm(value) + 20.7) / Self.width
    counts[max(0, min(counts.count - 1, Int(place)))] += 1
    total += 1
  }

  /// The value that a share of all stays below; nil for none.
  func quantile(_ share: Double) -> Double? {
    guard total > 0 else { return nil }
    var seen = 0
    let wanted = max(1, Int((Double(total) * share).rounded(.up)))
    for (place, count) in counts.enumerated() where count > 0 {
      seen += Int(count)
      if seen >= wanted { return Elementary.exponential((Double(place) + 0.5) * Self.width - 20.7) }
    }
    return nil
  }

  var median: Double? { quantile(0.5) }
}

/// Adds up what the steps of a log tell.
struct TrainingLogTally {
  /// What takes time between steps.
  enum Pause: Int, CaseIterable { case warmUp, evaluation, saving, restart, gap }

  var lines = 0
  var records = 0
  var unreadable = 0
  var badValues = 0
  var sequence: Double?
  var accelerators: Double?
  private var formatCounts = [Int](repeating: 0, count: TrainingLogFormats.all.count)

  private var stepTimes = LogHistogram()
  private var intervals = LogHistogram()
  private var speeds = LogHistogram()
  private var speedsOfOne = LogHistogram()
  private var rates = LogHistogram()
  private var shares = LogHistogram()
  private var answers = LogHistogram()
  private var longestAnswers = LogHistogram()

  private var first: (step: Double?, tokens: Double?)?
  private var last: (step: Double?, tokens: Double?, time: Double?)
  private var farthest: (step: Double, tokens: Double) = (0, 0)
  private var totalSteps: Double?
  private var batchTokens: Double?
  private var batchSequences: Double?
  private var stepsSinceStart = 0
  private var wall = 0.0
  private var sumOfSteps = 0.0
  private var lastElapsed = 0.0
  private var pauses = [Double](repeating: 0, count: Pause.allCases.count)
  private var pending: Pause?
  private var restarts = 0
  private var gaps = 0
  private var clockWentBack = 0
  private var repeatedSteps = 0.0
  private var usual: Double?
  private var pace = Pace()
  /// The first interval of each process.
  private var starts: [(steps: Double, seconds: Double)] = []
  private var isStarting = true
  /// What had been done when the log begins, by a clock that began with the process.
  private var beginning: (step: Double, seconds: Double)?
  private var window: (time: Double, steps: Double, tokens: Double) = (0, 0, 0)

  /// - Parameter sequence: Tokens of a sequence, where the user says so; a log that tells them counts otherwise.
  init(sequence: Double?) {
    self.sequence = sequence ?? Self.usualSequence
    isSequenceGiven = sequence != nil
  }

  /// The head of a table that lacks a column without which nothing is read.
  private var head: (names: [String], lacking: [TrainingLogTable.Need]) = ([], [])

  /// Takes a head that lacks columns; the first is the one, and prose with commas is none.
  mutating func tell(head names: [String], lacking: [TrainingLogTable.Need]) {
    if head.names.isEmpty, names.allSatisfy({ $0.utf8.count <= Self.longestName }) { head = (names, lacking) }
  }

  /// Bytes of the name of a column.
  private static let longestName = 48

  private let isSequenceGiven: Bool
  private static let usualSequence = 4096.0

  /// Takes the length of sequences that the log tells.
  mutating func tell(sequence: Double) { if !isSequenceGiven { self.sequence = sequence } }

  /// Steps after a start that compile and fill caches.
  private static let warmUpSteps = 5
  /// Seconds without a step that are no slow step.
  private static let longestPause = 900.0

  mutating func count(formats: UInt32) {
    var bits = formats
    while bits != 0 {
      formatCounts[bits.trailingZeroBitCount] += 1
      bits &= bits - 1
    }
  }

  mutating func happened(_ pause: Pause) { pending = pause }

  mutating func add(_ record: TrainingLogRecord) {
    if let value = record[.totalSteps] { totalSteps = max(totalSteps ?? 0, value) }
    if let value = record[.sequenceLength] { tell(sequence: value) }
    if let value = record[.accelerators] { accelerators = value }
    if let value = record[.batchSequences] { batchSequences = value }
    if let value = record[.batchTokens] { batchTokens = value }
    let hasClock = record[.clock] ?? record[.elapsed] != nil
    for (field, pause) in [(LogField.evaluation, Pause.evaluation), (.saving, .saving)] {
      guard let seconds = record[field] else { continue }
      // With a clock, what is longer than a step is.
      if !hasClock { pauses[pause.rawValue] += seconds }
      pending = pause
    }
    if let elapsed = record[.elapsed] { lastElapsed = max(lastElapsed, elapsed) }
    let step = record[.step]
    let tokens = record[.tokens] ?? record[.samples].flatMap { samples in sequence.map { samples * $0 } }
    guard step != nil || tokens != nil || record[.stepSeconds] != nil else {
      // A summary at the end: the time of all, the speed of all.
      speed(record)
      return
    }
    records += 1
    first = first ?? (step, tokens)
    let steps = step.flatMap { step in last.step.map { step - $0 } } ?? (last.step == nil ? 1 : 0)
    if step != nil, steps == 0, record[.stepSeconds] == nil, tokens == nil || tokens == last.tokens { return }
    let isBack = steps < 0 || tokens.map { $0 < (last.tokens ?? 0) * 0.999 } ?? false
    if isBack { goBack(to: step, tokens) }
    stepsSinceStart += 1
    let isWarm = stepsSinceStart > Self.warmUpSteps
    time(record, steps: isBack ? 1 : max(1, steps), isWarm: isWarm, isBack: isBack, tokens: tokens)
    if isWarm { speed(record) }
    if let step { last.step = step }
    if let tokens { last.tokens = tokens }
    farthest = (max(farthest.step, step ?? 0), max(farthest.tokens, tokens ?? 0))
  }

  private mutating func goBack(to step: Double?, _ tokens: Double?) {
    restarts += 1
    (stepsSinceStart, isStarting) = (0, true)
    if let step { repeatedSteps += max(0, farthest.step - step) }
    pending = .restart
  }

  /// The clock: how long the steps took, and what lay between them.
  private mutating func time(
    _ record: TrainingLogRecord, steps: Double, isWarm: Bool, isBack: Bool, tokens: Double?
  ) {
    if let seconds = record[.stepSeconds] {
      if isWarm { stepTimes.add(seconds) }
      sumOfSteps += seconds * steps
      if isWarm, !isBack, let tokens, let known = last.tokens, tokens > known, record[.tokensPerSecond] == nil {
        speeds.add((tokens - known) / (seconds * steps))
      }
    }
    guard var time = record[.clock] ?? record[.elapsed] else {
      if let seconds = record[.stepSeconds], !isBack { interval(steps, seconds * steps) }
      pending = nil
      return
    }
    if record[.clock] != nil, time > 1e11, time < 1e14 { time /= 1000 }
    defer { last.time = time }
    guard let before = last.time else {
      if record[.clock] == nil, let step = record[.step], time > 0 { (beginning, isStarting) = ((step, time), false) }
      return
    }
    var took = time - before
    if took < 0 {
      // A new process counts its time anew; a clock that goes back tells nothing.
      guard record[.clock] == nil, time < before / 2 else {
        if !isBack || record[.clock] != nil { clockWentBack += 1 }
        return
      }
      if !isBack { restarts += 1 }
      (took, pending) = (time, .restart)
    }
    wall += took
    let each = took / steps
    if records % 64 == 0 || usual == nil { usual = stepTimes.median ?? intervals.median }
    let expected = (record[.stepSeconds] ?? usual ?? each) * steps
    let excess = took - expected
    if isWarm, !isBack, pending == nil, excess < max(expected, 5) || intervals.total < 10 {
      window.time += took
      window.steps += steps
      if let tokens, let known = last.tokens, tokens > known { window.tokens += tokens - known }
      if window.time >= Self.shortestWindow { closeWindow(record) }
    } else {
      window = (0, 0, 0)
    }
    let isPause = excess > max(0.5 * expected, 2)
    if isPause { pause(excess, isBack: isBack) }
    if !isBack, pending != .restart, !isPause || pending != nil || excess <= Self.longestPause { interval(steps, took) }
    pending = nil
  }

  private mutating func interval(_ steps: Double, _ seconds: Double) {
    if isStarting { starts.append((steps, seconds)) } else { pace.add(steps: steps, seconds: seconds) }
    isStarting = false
  }

  /// Clocks tell whole seconds: a speed is taken over many.
  private static let shortestWindow = 30.0

  private mutating func closeWindow(_ record: TrainingLogRecord) {
    intervals.add(window.time / window.steps)
    if window.tokens > 0, record[.tokensPerSecond] == nil, record[.stepSeconds] == nil {
      speeds.add(window.tokens / window.time)
    }
    window = (0, 0, 0)
  }

  private mutating func pause(_ seconds: Double, isBack: Bool) {
    if isBack {
      pauses[Pause.restart.rawValue] += seconds
    } else if let pending {
      pauses[pending.rawValue] += seconds
    } else if seconds > Self.longestPause, !isStarting {
      pauses[Pause.gap.rawValue] += seconds
      gaps += 1
    }
  }

  private mutating func speed(_ record: TrainingLogRecord) {
    if let value = record[.tokensPerSecond] { speeds.add(value) }
    if let value = record[.tokensPerSecondOfOne] { speedsOfOne.add(value) }
    if let value = record[.teraflops] { rates.add(value) }
    if let value = record[.mfu] { shares.add(value) }
    if let value = record[.answerTokens] { answers.add(value) }
    if let value = record[.longestAnswer] { longestAnswers.add(value) }
  }

  // MARK: - Summary

  var summary: TrainingLogSummary {
    var summary = TrainingLogSummary()
    (summary.lines, summary.records, summary.unreadable) = (lines, records, unreadable)
    summary.badValues = badValues
    (summary.head, summary.lacking) = head
    // Words and bars that any log may have say nothing of its kind where others do.
    let special = TrainingLogFormats.all.count - TrainingLogFormats.general
    let isGeneral = formatCounts.prefix(special).allSatisfy { $0 == 0 }
    let counts = formatCounts.enumerated().filter { $0.element > 0 && (isGeneral || $0.offset < special) }
    summary.formats = counts.sorted { $0.element > $1.element }.map { TrainingLogFormats.all[$0.offset].name }
    let begun = timed()
    summary.firstStep = begun.before > 0 ? 0 : first?.step ?? nil
    summary.steps = farthest.step > 0 ? farthest.step : nil
    summary.totalSteps = totalSteps
    summary.tokens = farthest.tokens > 0 ? farthest.tokens : nil
    summary.firstTokens = begun.before > 0 ? 0 : first?.tokens ?? nil
    summary.stepSeconds =
      stepTimes.median ?? intervals.median ?? (window.steps > 0 ? window.time / window.steps : nil)
    let isSteady = summary.stepSeconds != nil
    let between = pauses[Pause.evaluation.rawValue] + pauses[Pause.saving.rawValue]
    let known = wall + begun.before
    let seconds = known > 0 ? known : sumOfSteps > 0 ? sumOfSteps + between : lastElapsed
    summary.wallHours = seconds / 3600
    // Seconds of steps are those of the first too.
    if known <= 0, sumOfSteps > 0 { summary.firstStep = summary.firstStep.map { max(0, $0 - 1) } }
    summary.pauses = pauses.map { $0 / 3600 }
    summary.pauses[Pause.warmUp.rawValue] = begun.startUp / 3600
    summary.paceVariance = begun.pace.variance
    (summary.restarts, summary.gaps, summary.clockWentBack) = (restarts, gaps, clockWentBack)
    summary.repeatedSteps = repeatedSteps
    summary.batchTokens = batchTokens ?? batchSequences.flatMap { count in sequence.map { count * $0 } }
    summary.batchSequences = batchSequences
    summary.sequence = sequence
    summary.teraflops = rates.median
    summary.mfu = shares.median
    summary.answerTokens = answers.median
    summary.longestAnswer = longestAnswers.median
    summary.tokensPerSecondOfOne = speedsOfOne.median
    let short = speeds.total == 0 && window.tokens > 0 ? window.tokens / window.time : nil
    summary.tokensPerSecond =
      speeds.median ?? short ?? summary.batchTokens.flatMap { batch in summary.stepSeconds.map { batch / $0 } }
    if !isSteady {
      // Nothing but the time of all: an average, evaluation and saving included.
      if summary.tokensPerSecond == nil, summary.tokensPerSecondOfOne == nil, farthest.tokens > 0, seconds > 0 {
        summary.tokensPerSecond = farthest.tokens / seconds
      }
      summary.stepSeconds =
        begun.pace.secondsPerStep ?? (farthest.step > 0 && seconds > 0 ? seconds / farthest.step : nil)
    }
    if let accelerators {
      summary.accelerators = accelerators
    } else if let all = summary.tokensPerSecond, let one = summary.tokensPerSecondOfOne {
      let count = (all / one).rounded()
      if count >= 1, (all / one / count - 1).magnitude < 0.02 { summary.accelerators = count }
    }
    return summary
  }
}

extension TrainingLogTally {
  /// The pace of the steps, what of the time was starting up, and the time before the first line, where the log tells it.
  private func timed() -> (pace: Pace, startUp: Double, before: Double) {
    var (whole, startUp, before) = (pace, 0.0, 0.0)
    var starts = starts
    if let beginning, beginning.seconds >= (pace.secondsPerStep ?? 0) * (beginning.step - 1) / 2 {
      // The clock began with the first step, and not with one that a checkpoint held.
      starts.insert((max(1, beginning.step), beginning.seconds), at: 0)
      before = beginning.seconds
    }
    for start in starts {
      let excess = pace.startUp(steps: start.steps, seconds: start.seconds)
      startUp += excess
      if excess == 0 { whole.add(steps: start.steps, seconds: start.seconds) }
    }
    return (whole, startUp, before)
  }
}
