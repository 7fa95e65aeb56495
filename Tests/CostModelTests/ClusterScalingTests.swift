import Testing

@testable import CostModel

/// How the hours of a run follow its cluster, network, layout, batch and context.
@Suite("Hours by cluster")
struct ClusterScalingTests {
  private let catalog = TableCatalog.shared

  private func request(_ parameters: Double, tokens: Double = 2e12, on accelerator: String = "h100-sxm") -> Request {
    var request = Request(parameters: Ranged(parameters), phases: [.init(tokens: Ranged(tokens))])
    request.accelerator = accelerator
    request[Settings.price] = Ranged(1)
    return request
  }

  private func run(_ request: Request, on count: Double? = nil) throws -> Run {
    var request = request
    if let count { request.cluster = .accelerators(Ranged(count)) }
    return try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: catalog)).run
  }

  private func hours(_ request: Request, on count: Double? = nil) throws -> Double {
    try run(request, on: count).acceleratorHours.typical.value
  }

  @Test func `on the usual cluster hours are those of the efficiency, and elsewhere differ by tuned steps in full`()
    throws
  {
    let request = request(1e10)
    let job = try ScenarioBuilder.job(for: request, in: catalog)
    let scaling = try #require(job.hardware.scaling)
    let work = Pretraining.work(job.model, job.phases, on: job.hardware)
    let usual = scaling.usual.cluster.count(active: 1e10)
    let mfu = job.hardware.efficiency.mfu(of: work, model: job.model).typical.value
    #expect(abs(try run(request, on: usual).mfu.typical.value / mfu - 1) < 1e-9)
    func tuned(_ count: Double) -> Double {
      let batch = scaling.batch.tokens(operations: 6 * 1e10 * 2e12)
      return scaling.hours.value(Arguments4(first: 1e10, second: 1e10, third: count, fourth: batch))
    }
    let (here, there) = (try hours(request, on: usual), try hours(request, on: 16 * usual))
    // Sixteen times as many are interrupted sixteen times as often.
    func goodput(_ count: Double) -> Double {
      scaling.reliability?.goodput(accelerators: Expression(constant: count)).share.typical.value ?? 0
    }
    let interrupted = goodput(usual) / goodput(16 * usual)
    #expect(interrupted > 1.005 && abs(there / here / (tuned(16 * usual) / tuned(usual)) / interrupted - 1) < 1e-9)
  }

  @Test(arguments: ["h100-sxm", "b200", "a100-80gb-sxm", "mi300x", "tpu-v5p", "rtx-4090"])
  func `more accelerators never cost less for the same work, ties aside, where memory is not short`(id: String) throws {
    // A 70B hardly fits on cards of 24 GB, whose layouts differ by more than a tie from one number to the next.
    for parameters in id == "rtx-4090" ? [7e9] : [7e9, 70e9] {
      let start = Double(
        try #require(
          try Estimate.pretraining(
            ScenarioBuilder.scenario(for: request(parameters, on: id), in: catalog)
          ).fewestAccelerators(in: catalog)))
      var (last, count) = (0.0, 4 * start)
      while count <= 65_536 {
        let hours = try hours(request(parameters, on: id), on: count)
        #expect(hours >= last / LayoutSearch.tie, "\(id) \(parameters) on \(count): \(hours) after \(last)")
        (last, count) = (max(last, hours), count * 2)
      }
    }
  }

  @Test func `a 7B on 16,384 accelerators costs more than on 64, and a batch that leaves them idle is worse`() throws {
    let job = request(7e9)
    #expect(try hours(job, on: 16_384) > 2 * hours(job, on: 64))
    var small = job
    small.step.batch = .tokens(1e6)
    #expect(try hours(small, on: 1024) > 1.2 * hours(job, on: 1024))
    var sequences = job
    sequences.step.batch = .sequences(1024)
    var tokens = job
    tokens.step.batch = .tokens(1024 * 4096)
    #expect(try hours(sequences, on: 256) == hours(tokens, on: 256))
  }

  @Test func `networks, layouts, software and the machine's own products count in full`() throws {
    let usual = try hours(request(70e9, tokens: 15e12), on: 1024)
    var slow = request(70e9, tokens: 15e12)
    var hardware = try #require(try catalog.trainingHardware("h100-sxm"))
    hardware.scaleOut.bytesPerSecond /= 16
    slow.step.hardware = hardware
    #expect(try hours(slow, on: 1024) > 1.05 * usual)
    var fast = request(70e9, tokens: 15e12)
    hardware = try #require(try catalog.trainingHardware("h100-sxm"))
    hardware.matmulShare *= 1.1
    fast.step.hardware = hardware
    #expect((0.9...0.97).contains(try hours(fast, on: 1024) / usual))
    var laidOut = request(70e9, tokens: 15e12)
    (laidOut.step.fixed.tensor, laidOut.step.fixed.pipeline) = (8, 16)
    #expect(try hours(laidOut, on: 1024) > usual)
  }

  @Test func `a layout that cannot be, or does not fit, says what would`() throws {
    var job = request(70e9)
    (job.step.fixed.tensor, job.step.fixed.pipeline) = (8, 4)
    #expect(throws: ScenarioError.self) { try hours(job, on: 1000) }
    (job.step.fixed.tensor, job.step.fixed.pipeline, job.step.fixed.sharding) = (1, 1, .ddp)
    do {
      _ = try hours(job, on: 64)
      Issue.record("it fits")
    } catch let error as ScenarioError {
      #expect(error.message.description.contains("does not fit"), "\(error.message)")
    }
  }

  /// How far hours read between searched sizes are from those of a search, over sizes and clusters that hold them.
  private func interpolationErrors(on id: String, sparsity: Double, below largest: Double) throws -> [Double] {
    let scaling = try #require(try ScenarioBuilder.scaling(for: request(1e10, on: id), in: catalog))
    let setup = scaling.hours.setup
    var errors: [Double] = []
    for count in [64, 512, 4096] {
      var size = 1.1e9
      while size < largest {
        let sizes = ModelSizes(
          parameters: size * sparsity, active: sparsity > 1 ? size : nil, widthToDepth: 114)
        let exact = TunedHours(
          TunedHours.Setup(
            subject: .known(sizes), job: setup.job, memory: setup.memory, hardware: setup.hardware,
            constants: setup.constants, usable: setup.usable))
        let job = Arguments4(first: size, second: size * sparsity, third: Double(count), fourth: 16e6)
        if !exact.frontier(TunedHours.Place(active: size), count / 4).isEmpty {
          errors.append(abs(scaling.hours.value(job) / exact.value(job) - 1))
        }
        size *= 1.31
      }
    }
    return errors
  }

  @Test(arguments: [1.0, 3, 18.2], ["h100-sxm", "b200", "rtx-4090"])
  func `between the sizes that are searched hours are within 1 % of a search, in the mean, and 10 % at most`(
    sparsity: Double, id: String
  ) throws {
    let errors = try interpolationErrors(on: id, sparsity: sparsity, below: sparsity > 1 ? 60e9 : 400e9)
    #expect(errors.count > 10 && errors.reduce(0, +) / Double(errors.count) < 0.01, "\(errors)")
    #expect(try #require(errors.max()) < 0.1, "\(errors)")
  }

  @Test func `the frontier of a cluster is the search at any batch`() throws {
    let scaling = try #require(try ScenarioBuilder.scaling(for: request(7e9), in: catalog))
    let place = scaling.hours.nearest(active: 7e9, total: 7e9)
    let frontier = scaling.hours.frontier(place, 256)
    for batch in [256.0, 1024, 4096] {
      var search = scaling.hours.search(place)
      search.job.batch = batch
      var job = try #require(search.step).job
      job.batch = batch
      search.step = StepModel(job, on: try #require(search.step).hardware, try #require(search.step).constants)
      let best = try #require(search.best(on: 256)).seconds
      #expect(abs(frontier.seconds(batch: batch) / best - 1) < 0.005)
    }
  }

  @Test func `a cluster that nobody gives takes about four weeks in whole nodes, and is chosen once`() throws {
    for (parameters, tokens) in [(7e9, 2e12), (70e9, 15e12), (405e9, 15.6e12)] {
      let run = try run(request(parameters, tokens: tokens))
      let count = try #require(run.accelerators).typical.value
      #expect(count.truncatingRemainder(dividingBy: 8) == 0)
      #expect((10...60).contains(try #require(run.wallClock).typical.value / 24))
      // The hours are those of the usual cluster, which is near.
      let there = try hours(request(parameters, tokens: tokens), on: count) / run.acceleratorHours.typical.value
      #expect((0.95...1.15).contains(there), "\(there)")
    }
    // Small ones take the part of a node that ends them within a day, or a node.
    for (parameters, tokens, accelerators) in [(1e8, 2e9, 1.0), (3e8, 3e10, 4), (1e9, 2e10, 8), (1e9, 6e10, 8)] {
      let run = try run(request(parameters, tokens: tokens))
      #expect(try #require(run.accelerators).typical.value == accelerators)
      let day = try #require(run.wallClock).typical.value / 24
      #expect(accelerators == 8 || day <= 1 && (accelerators == 1 || day > 0.5), "\(day)")
    }
    // A range of tokens does not change the cluster.
    var wide = request(7e9)
    wide.phases = [.init(tokens: Ranged(2e12, low: 1e12, high: 4e12))]
    let report = try Estimate.pretraining(ScenarioBuilder.scenario(for: wide, in: catalog))
      .report(SamplingPlan(draws: 256), rangesOf: .results)
    #expect(try #require(report.result("accelerators")).value.p90 == nil)
    #expect(try #require(report.result("days")).value.p90 != nil)
  }

  @Test func `cards over PCIe are not the cheapest way to train a 7B`() throws {
    func cost(_ id: String) throws -> Double {
      var request = request(7e9, on: id)
      request[Settings.price] = nil
      return try Estimate.pretraining(ScenarioBuilder.scenario(for: request, in: catalog)).bill.total.typical.value
    }
    let servers = try ["h100-sxm", "b200", "h200-sxm"].map(cost)
    for card in ["rtx-4090", "rtx-5090"] { #expect(try cost(card) > 1.3 * (servers.max() ?? 0)) }
  }

  @Test func `accelerators of one job are compared by the ratio of tuned steps, with an error of its own`() throws {
    var own = request(10e9, on: "b200")
    own.baseline = "h100-sxm"
    let (b200, h100) = (
      try #require(try catalog.tunedEfficiency(accelerator: "b200", .dense)),
      try #require(try catalog.tunedEfficiency(accelerator: "h100-sxm", .dense))
    )
    func mfu(_ request: Request) throws -> Double {
      let job = try ScenarioBuilder.job(for: request, in: catalog)
      return job.hardware.efficiency.mfu(
        of: Pretraining.work(job.model, job.phases, on: job.hardware), model: job.model
      )
      .typical.value
    }
    let ratio = b200.mfu(activeParameters: 10e9) / h100.mfu(activeParameters: 10e9)
    #expect(abs(try mfu(own) / mfu(request(10e9)) / ratio - 1) < 1e-3)
  }
}
