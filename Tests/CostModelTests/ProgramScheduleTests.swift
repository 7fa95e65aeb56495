import CostModel
import Dice
import Testing

@Suite("Schedules of programs")
struct ProgramScheduleTests {
  @Test(arguments: UInt64(1)...20)
  func `a cluster is never fuller than it is large, and nobody starts before those it waits for`(seed: UInt64) {
    var dice = Dice(state: seed)
    let sizes = [8.0, 64]
    var tasks: [ProgramSchedule.Task] = []
    for place in 0..<40 {
      var task = ProgramSchedule.Task(
        waits: place > 0 && Bool.random(using: &dice) ? [Int.random(in: 0..<place, using: &dice)] : [])
      task.run = dice.one(of: [0, 1, 10, 33.5])
      task.labeling = dice.one(of: [0, 0, 5])
      task.deciding = dice.one(of: [0, 2])
      task.from = dice.one(of: [0, 0, 20])
      task.cluster = dice.one(of: [nil, 0, 1])
      task.accelerators = dice.one(of: [1, 8, 8, 64, 100])
      tasks.append(task)
    }
    let rooms = [ProgramSchedule.Room(size: sizes[0], from: 0), ProgramSchedule.Room(size: sizes[1], from: 15)]
    let times = ProgramSchedule(tasks, order: Array(tasks.indices), rooms: rooms).times
    for (task, time) in zip(tasks, times) {
      #expect(time.length == task.labeling + task.run + task.deciding)
      #expect(time.start >= task.from)
      for other in task.waits { #expect(time.start >= times[other].start + times[other].length) }
    }
    for cluster in 0...1 {
      let runs = tasks.indices.filter { tasks[$0].cluster == cluster && tasks[$0].run > 0 }
        .map {
          (
            start: times[$0].start + tasks[$0].labeling, end: times[$0].start + tasks[$0].labeling + tasks[$0].run,
            count: min(tasks[$0].accelerators, sizes[cluster])
          )
        }
      for run in runs {
        #expect(cluster == 0 || run.start >= 15)
        let used = runs.filter { $0.start <= run.start && run.start < $0.end }.reduce(0) { $0 + $1.count }
        #expect(used <= sizes[cluster])
      }
    }
  }

  @Test func `an empty cluster is taken at once, and a full one when it is free`() {
    var tasks = (0..<3).map { _ in ProgramSchedule.Task(waits: []) }
    for place in tasks.indices { (tasks[place].run, tasks[place].cluster, tasks[place].accelerators) = (10, 0, 4) }
    let times = ProgramSchedule(tasks, order: [0, 1, 2], rooms: [.init(size: 8, from: 0)]).times
    #expect(times.map(\.start) == [0, 0, 10])
  }

  @Test func `what cannot wait has its accelerators first, and stages run beside it or behind it`() {
    var tasks = (0..<2).map { _ in ProgramSchedule.Task(waits: []) }
    for (place, count) in [4.0, 5].enumerated() {
      (tasks[place].run, tasks[place].cluster, tasks[place].accelerators) = (10, 0, count)
    }
    var room = ProgramSchedule.Room(size: 8, from: 0)
    room.hold(4, for: 20, from: 5)
    let times = ProgramSchedule(tasks, order: [0, 1], rooms: [room]).times
    #expect(times.map(\.start) == [0, 25])
  }
}
