import Foundation
import Testing
import TextFormats

@testable import CostModel

/// The search for layouts: what it finds, how it compares with measured layouts, and what it must never do.
@Suite("Layout search")
struct StepSearchTests {
  private let catalog = TableCatalog.shared

  private func search(
    _ model: String, on accelerator: String, precision: TrainingPrecision = .bf16, sequence: Double = 4096,
    batch: Double = 1024
  ) throws -> LayoutSearch {
    let architecture = try catalog.knownModel(model).model.architecture
    var job = StepJob(shape: TransformerShape(architecture), sequence: sequence, batch: batch)
    job.precision = precision
    return try search(job, MemoryProfile(architecture), accelerator)
  }

  private func search(_ job: StepJob, _ memory: MemoryProfile, _ accelerator: String) throws -> LayoutSearch {
    let hardware = try #require(try catalog.trainingHardware(accelerator))
    let constants = try #require(try catalog.stepConstants())
    return LayoutSearch(job, memory: memory, on: hardware, constants, memoryShare: 0.92)
  }

  private func sized(_ parameters: Double, on accelerator: String, batch: Double = 512) throws -> LayoutSearch {
    let shape = TransformerShape(parameters: parameters, active: nil, widthToDepth: 114)
    return try search(
      StepJob(shape: shape, sequence: 4096, batch: batch),
      MemoryProfile(parameters: parameters, active: nil, widthToDepth: 114), accelerator)
  }

  // MARK: Measured layouts

  /// Steps of vTrain (Bang et al., MICRO 2024; MIT license) on eight A100s: 24 layers, all computed again, an eager host.
  private struct Measured {
    let hidden: Double
    let batch: Double
    let layout: Layout
    let seconds: Double
    let predicted: Double
  }

  private func measured() throws -> [Measured] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let bytes = try Data(contentsOf: folder.appendingPathComponent("Fixtures/layouts.csv"))
    let hardware = try #require(try catalog.trainingHardware("a100-80gb-sxm"))
    let constants = try #require(try catalog.stepConstants())
    return try DelimitedText.read(Array(bytes)).records.map { record in
      let fields = record.compactMap(Double.init)
      let (width, heads, batch) = (Int(fields[0]), Int(fields[2]), fields[4])
      let layer = Layer(
        mixers: [.attention(Attention(queryHeads: heads, keyValueHeads: heads, headSize: width / heads))],
        feedForwards: [.dense(Perceptron(width: 4 * width, isGated: false))], normParameters: 0)
      let architecture = Architecture(
        family: "gpt2", hiddenSize: width, layers: Array(repeating: layer, count: Int(fields[1])),
        embedding: Embedding(vocabularySize: 51_200, width: width, isTied: true), outerNormParameters: 0)
      var job = StepJob(shape: TransformerShape(architecture), sequence: 1024, batch: batch)
      job.precision = .fp16
      (job.software.overlapsTensor, job.software.writesScores, job.software.isEager) = (false, true, true)
      let (tensor, pipeline) = (Int(fields[6]), Int(fields[7]))
      var layout = Layout(tensor: tensor, pipeline: pipeline, data: 8 / tensor / pipeline)
      (layout.microBatch, layout.recompute) = (fields[5], .full)
      return Measured(
        hidden: fields[0], batch: batch, layout: layout, seconds: fields[8],
        predicted: StepModel(job, on: hardware, constants).time(layout).seconds)
    }
  }

  @Test func `measured layouts of one job are put in the right order, and the pick loses little`() throws {
    let rows = try measured()
    #expect(rows.count == 180)
    var (pairs, right, losses): (Int, Int, [Double]) = (0, 0, [])
    for hidden in [1024.0, 2048] {
      for batch in Set(rows.map(\.batch)) {
        let job = rows.filter { $0.hidden == hidden && $0.batch == batch }
        guard job.count > 2, let pick = job.min(by: { $0.predicted < $1.predicted }) else { continue }
        losses.append(pick.seconds / (job.map(\.seconds).min() ?? 1) - 1)
        for one in job {
          for other in job where one.seconds > 1.1 * other.seconds {
            pairs += 1
            if one.predicted > other.predicted { right += 1 }
          }
        }
      }
    }
    #expect(pairs > 1000)
    #expect(Double(right) / Double(pairs) >= 0.88, "\(right) of \(pairs)")
    #expect(losses.sorted()[losses.count / 2] <= 0.05, "\(losses)")
    // These are small jobs that wait for launches: the constants were made on others.
    let ratios = rows.map { abs($0.predicted / $0.seconds - 1) }.sorted()
    #expect(ratios[ratios.count / 2] < 0.12)
  }

  // MARK: Named cases

  @Test func `Llama 3 405B falls from 8,192 to 16,384 accelerators as its paper's table 4 has it`() throws {
    let search = try search("llama-3.1-405b", on: "h100-sxm", sequence: 8192, batch: 2048)
    let step = try #require(search.step)
    func seconds(_ text: String) throws -> Double { try step.time(Layout.parse(text).layout).seconds }
    let half = try seconds("tp8,pp16,vp8,dp64,zero1")
    let whole = try seconds("tp8,pp16,vp8,dp128,zero1")
    // 430 and 400 TFLOP/s.
    #expect(abs(half / whole / 2 / (400.0 / 430) - 1) < 0.01)
    // The paper's run is 14 % slower than the tuned step; NVIDIA's own is not.
    let report = StepReport(
      step, try Layout.parse("tp8,pp16,vp8,dp128,zero1").layout, spread: StepSpread(), unknown: [])
    let ratio: Double = report.operationsPerSecond / 400e12
    #expect((1.05...1.22).contains(ratio), "\(ratio)")
  }

  @Test func `DeepSeek-V3 lies between the step as any mixture and that of software of 2026`() throws {
    // 180,000 H800-hours for a trillion tokens: 16 stages, 64 expert ranks, batches of 15,360 sequences.
    let search = try search("deepseek-v3", on: "h800", precision: .fp8, batch: 15_360)
    let layout = try Layout.parse("pp16,vp2,dp128,ep64,zero1,recompute=mla_up_proj").layout
    let usual = try #require(search.acceleratorHours(tokens: 1e12, layout))
    var job = try #require(search.step).job
    (job.software.fusesExperts, job.software.dispatchBytes) = (true, 1)
    let fused = StepModel(job, on: try #require(search.step).hardware, try #require(search.step).constants)
    let hours: Double = fused.time(layout).seconds * 1e12 / job.tokens * 2048 / 3600
    #expect(hours < 180_000 && usual > 180_000, "\(hours), \(usual)")
  }

  // MARK: Properties

  @Test(arguments: ["h100-sxm", "rtx-4090", "tpu-v5p", "gb200", "mi300x", "v100-32gb-sxm"])
  func `what is found fits, is laid out rightly, and is faster than what follows`(accelerator: String) throws {
    for model in ["llama-3.1-8b", "mixtral-8x7b", "deepseek-v3"] {
      let search = try search(model, on: accelerator)
      for count in [8, 64, 512] {
        let found = search.fastest(on: count, limit: 10)
        #expect(found.allSatisfy { $0.use.total.value <= search.usable && $0.layout.accelerators == Double(count) })
        for (first, second) in zip(found, found.dropFirst()) { #expect(first.seconds <= second.seconds) }
        for choice in found {
          #expect(throws: Never.self) { try choice.layout.check(search.model, batch: 1024, on: count) }
        }
      }
    }
  }

  @Test(arguments: ["h100-sxm", "b200", "a100-80gb-sxm", "rtx-4090", "rtx-5090", "tpu-v6e", "mi355x"])
  func `no step of any size uses more than 70 % of the peak`(accelerator: String) throws {
    for parameters in [1e9, 7e9, 70e9, 405e9] {
      let search = try sized(parameters, on: accelerator)
      for count in [8, 64, 1024] {
        guard let best = search.best(on: count), let step = search.step else { continue }
        let report = StepReport(step, best.layout, spread: StepSpread(), unknown: [])
        #expect(report.mfu < 0.70, "\(parameters) on \(count)")
        #expect(abs(report.terms.reduce(0) { $0 + $1.seconds } / best.seconds - 1) < 1e-9)
      }
    }
  }

  @Test(arguments: ["h100-sxm", "a100-80gb-sxm", "b200", "rtx-4090"])
  func `hours grow smoothly with the size of a model: no fall in steps of 2 %`(accelerator: String) throws {
    var (last, parameters) = (0.0, 1e9)
    while parameters < 405e9 {
      let search = try sized(parameters, on: accelerator, batch: 1024)
      guard let hours = search.acceleratorHours(tokens: 2e12, on: 512) else { break }
      #expect(hours >= last, "\(parameters): \(hours) after \(last)")
      (last, parameters) = (hours, parameters * 1.02)
    }
    #expect(last > 0)
  }

  @Test func `more accelerators of one kind never cost less for the same work, ties aside`() throws {
    for accelerator in ["h100-sxm", "rtx-4090", "gb200"] {
      let search = try search("llama-3.1-8b", on: accelerator, batch: 1024)
      var last = 0.0
      for count in [8, 16, 32, 64, 128, 256, 512, 1024] {
        guard let hours = search.acceleratorHours(tokens: 1e12, on: count) else { continue }
        #expect(hours >= last / LayoutSearch.tie, "\(accelerator) \(count): \(hours) after \(last)")
        last = max(last, hours)
      }
    }
  }

  @Test func `a slower network never makes a layout faster, and consumer cards pay for theirs`() throws {
    let fast = try #require(try search("llama-3.1-70b", on: "h100-sxm").step)
    var hardware = fast.hardware
    hardware.scaleOut.bytesPerSecond /= 8
    let slow = StepModel(fast.job, on: hardware, fast.constants)
    for text in ["tp8,pp2,dp32,zero1", "tp4,dp128,fsdp", "tp2,pp8,vp5,dp32,cp2,zero1"] {
      let layout = try Layout.parse(text).layout
      #expect(slow.time(layout).seconds > fast.time(layout).seconds)
    }
    // 512 cards share 10 Gbit/s a host of eight: most of the step is exchange.
    let cards = try search("llama-2-7b", on: "rtx-4090", batch: 1024)
    let best = try #require(cards.best(on: 512))
    let report = StepReport(try #require(cards.step), best.layout, spread: StepSpread(), unknown: [])
    #expect(report.mfu < 0.3)
  }

  @Test func `every accelerator and every instance with a network of its own has its links`() throws {
    for id in try catalog.ids(in: "accelerators") {
      let hardware = try #require(try catalog.trainingHardware(id), "\(id)")
      #expect(hardware.domain >= 1 && hardware.scaleOut.bytesPerSecond > 0)
      #expect(hardware.memory <= 1.1 * (hardware.accelerator.memoryBytes ?? .infinity), "\(id)")
      #expect(hardware.scaleOut.bytesPerSecond <= hardware.scaleUp.bytesPerSecond, "\(id)")
    }
    #expect(try catalog.network("aws-p4d").bytesPerSecond == 6.25e9)
    // The rates of the table of accelerators, where both are of one technology.
    #expect(try #require(try catalog.trainingHardware("h100")).scaleUp.bytesPerSecond == 450e9)
    #expect(try #require(try catalog.trainingHardware("a100")).scaleOut.bytesPerSecond == 25e9)
  }

  @Test func `layouts are read as they are written`() throws {
    for text in [
      "tp4,pp8,vp5,dp16,mbs1,zero1", "tp8,dp2,cp4,mbs2,fsdp,recompute=full", "ep64,etp2,dp128,mbs1",
      "mbs1,hsdp,recompute=mla_up_proj+moe_act,offload=optimizer", "mbs1,recompute=5", "mbs1,recompute=0.5/1",
    ] {
      let layout = try Layout.parse(text).layout
      #expect(try Layout.parse(layout.description).layout == layout)
    }
    #expect(try Layout.parse("tp4,pp8,vp5,dp16").layout.accelerators == 512)
    #expect(throws: LayoutError.unknown(part: "tq4")) { try Layout.parse("tq4") }
    #expect(throws: LayoutError.degree(part: "tp0")) { try Layout.parse("tp0") }
  }

  @Test func `stages hold whole layers, and the fullest counts`() throws {
    // One dense layer and three with experts on two stages: the second has two with experts.
    let deepseek = try catalog.knownModel("deepseek-v3").model.architecture
    var small = deepseek
    small.layers = [deepseek.layers[0]] + deepseek.layers.suffix(3)
    let model = MemoryProfile(small)
    let whole = MemoryUse(model, MemoryJob(.pretrain), Layout()).states.value
    let split = MemoryUse(model, MemoryJob(.pretrain), Layout(pipeline: 2)).states.value
    #expect(split > 0.6 * whole)
    // Interleaving keeps more micro-batches; offloading keeps none of the optimizer.
    var layout = Layout(tensor: 8, pipeline: 4, data: 1)
    layout.virtualStages = 1
    let llama = MemoryProfile(try catalog.knownModel("llama-3.1-70b").model.architecture)
    let plain = MemoryUse(llama, MemoryJob(.pretrain), layout)
    layout.virtualStages = 5
    #expect(MemoryUse(llama, MemoryJob(.pretrain), layout).activations > plain.activations)
    layout.offload = [.optimizer]
    #expect(MemoryUse(llama, MemoryJob(.pretrain), layout).optimizer.value == 0)
  }

  @Test func `frozen layers and adapters take less time than training them all`() throws {
    let step = try #require(try search("llama-3.1-8b", on: "h100-sxm").step)
    let layout = try Layout.parse("tp2,dp4,zero1").layout
    var frozen = step.job
    frozen.frozenShare = 0.5
    var adapters = step.job
    adapters.task = .lora
    func seconds(_ job: StepJob) -> Double { StepModel(job, on: step.hardware, step.constants).time(layout).seconds }
    #expect(seconds(frozen) < 0.8 * seconds(step.job))
    #expect(seconds(adapters) < 0.8 * seconds(step.job))
    // Offloading takes memory's place with time: the optimizer on the host, activations where the link is too slow.
    var moved = layout
    moved.offload = [.optimizer]
    #expect(step.time(moved).seconds > step.time(layout).seconds)
    moved.offload = [.activations]
    #expect(step.time(moved).seconds >= step.time(layout).seconds)
    var thin = step.hardware
    thin.hostLink /= 8
    #expect(StepModel(step.job, on: thin, step.constants).time(moved).offload > 0)
    var packed = step.job
    packed.documents = 256
    #expect(seconds(packed) < seconds(step.job))
  }
}
