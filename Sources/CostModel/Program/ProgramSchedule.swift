/// When the stages of a program run: after those that they wait for, and when their cluster has room.
package struct ProgramSchedule: Sendable {
  /// What is to be placed.
  package struct Task: Sendable {
    /// The tasks that it waits for, by their places.
    package var waits: [Int]
    /// Its earliest start, hours.
    package var from = 0.0
    /// Hours before the run, while people write and compare.
    package var labeling = 0.0
    /// Hours on the accelerators.
    package var run = 0.0
    /// Hours after the run.
    package var deciding = 0.0
    /// The cluster it needs, by its place; nil for none.
    package var cluster: Int?
    /// How many accelerators of it.
    package var accelerators = 0.0

    /// A task that waits for others.
    package init(waits: [Int]) { self.waits = waits }
  }

  /// A cluster with its accelerators, and when the first of them is there, hours.
  package struct Room: Sendable {
    let size: Double
    let from: Double
    /// Accelerators in use from each time on, in order.
    private var steps: [(time: Double, used: Double)] = [(0, 0)]

    /// An empty cluster.
    package init(size: Double, from: Double) { (self.size, self.from) = (size, from) }

    /// Keeps accelerators for some hours at a time that is given, whether they are free or not.
    package mutating func hold(_ count: Double, for length: Double, from start: Double) {
      guard length > 0, start.isFinite, length.isFinite else { return }
      let (first, last) = (split(at: start), split(at: start + length))
      for place in first..<last { steps[place].used += Swift.min(count, size) }
    }

    /// Takes accelerators for some hours from the first time when they are free.
    mutating func take(_ count: Double, for length: Double, after ready: Double) -> Double {
      let need = Swift.min(count, size)
      var start = Swift.max(ready, from)
      for (place, step) in steps.enumerated() {
        let end = place + 1 < steps.count ? steps[place + 1].time : .infinity
        guard end > start, step.time < start + length else { continue }
        if step.used + need > size * (1 + 1e-9) { start = end }
      }
      hold(need, for: length, from: start)
      return start
    }

    /// The place of the step that begins at a time, which is made where there is none.
    private mutating func split(at time: Double) -> Int {
      let place = steps.firstIndex { $0.time >= time } ?? steps.count
      if place < steps.count, steps[place].time == time { return place }
      steps.insert((time, place > 0 ? steps[place - 1].used : 0), at: place)
      return place
    }
  }

  /// Start and length of each task, hours; the length of a task that takes no time is 0.
  package let times: [(start: Double, length: Double)]

  /// Places tasks in an order in which each follows those that it waits for.
  ///
  /// - Parameters:
  ///   - tasks: What is to be placed.
  ///   - order: Their places, each after those that it waits for.
  ///   - rooms: The clusters.
  package init(_ tasks: [Task], order: [Int], rooms: [Room]) {
    var rooms = rooms
    var times = tasks.map { _ in (start: 0.0, length: 0.0) }
    for place in order {
      let task = tasks[place]
      let ready = task.waits.map { times[$0].start + times[$0].length }.max() ?? 0
      var start = Swift.max(ready, task.from)
      if let cluster = task.cluster {
        let run = rooms[cluster].take(task.accelerators, for: task.run, after: start + task.labeling)
        // Labels are done in time, and not before somebody waits for them.
        start = run - task.labeling
      }
      times[place] = (start, task.labeling + task.run + task.deciding)
    }
    self.times = times
  }
}
