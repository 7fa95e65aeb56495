import Testing

@testable import CostModel

private func law(_ id: String) throws -> ScalingLaw { try TableCatalog.shared.scalingLaw(id) }

private func size(_ parameters: Double, _ tokens: Double) -> ModelSize {
  ModelSize(parameters: Quantity(parameters), tokens: Quantity(tokens))
}

private let surfaces = ["besiroglu", "hoffmann", "hoffmann-printed", "sardana", "muennighoff", "krajewski-moe"]

@Suite("Scaling laws: properties")
struct ScalingPropertyTests {
  private func limited(_ id: String, to tokens: Double) throws -> ScalingLaw {
    try law(id).limited(to: Quantity(tokens), decay: try #require(try law("muennighoff").repetition))
  }

  @Test(arguments: surfaces, [1e19, 1e22, 1e25])
  func `no other size of the same FLOP has a lower loss`(id: String, compute: Double) throws {
    let tokens = try law(id).optimum(for: Quantity(compute)).tokens.value
    for law in [try law(id), try limited(id, to: tokens / 4), try limited(id, to: tokens / 20)] {
      let function = try #require(law.lossFunction)
      let best = law.optimum(for: Quantity(compute))
      #expect(abs(law.operations(best).value / compute - 1) < 1e-9)
      let least = function.loss(best)
      for factor in [0.1, 0.5, 0.9, 0.99, 1.01, 1.1, 2, 10] {
        let other = size(best.parameters.value * factor, best.tokens.value / factor)
        #expect(function.loss(other) > least, "\(law.id) ×\(factor)")
      }
    }
  }

  @Test func `the search with repeated data finds the closed form where nothing repeats`() throws {
    let plain = try law("besiroglu").optimum(for: Quantity(1e22))
    let ample = try limited("besiroglu", to: 1e15).optimum(for: Quantity(1e22))
    #expect(plain == ample)
    // Just under the optimum's tokens: the search takes over, and hardly moves.
    let tight = try limited("besiroglu", to: plain.tokens.value * 0.999).optimum(for: Quantity(1e22))
    #expect(abs(tight.parameters.value / plain.parameters.value - 1) < 1e-3)
  }

  @Test func `four epochs are nearly as good as new data and forty are not`() throws {
    // The abstract of Muennighoff et al.: up to 4 epochs change the loss little, and later repeats are worth nothing.
    let function = try #require(try limited("muennighoff", to: 1e10).lossFunction)
    let fresh = try #require(try law("muennighoff").lossFunction)
    func gap(_ epochs: Double) -> Double {
      let model = size(5e8, 1e10 * epochs)
      return function.loss(model) - fresh.loss(model)
    }
    #expect(gap(1) == 0)
    #expect(gap(4) > 0 && gap(4) < 0.02)
    #expect(gap(40) > 5 * gap(4))
    let last = function.loss(size(5e8, 1e12)) - function.loss(size(5e8, 1e13))
    #expect(last >= 0 && last < 0.005)
  }

  @Test(arguments: surfaces + ["kaplan", "deepseek", "llama3", "rule-20", "hoffmann-1", "hoffmann-2", "hoffmann-3"])
  func `size, data and loss move one way with compute, and searches invert them`(id: String) throws {
    let law = try law(id)
    var last: (ModelSize, Double?)?
    for exponent in stride(from: 18.0, through: 27, by: 0.5) {
      let compute = Quantity<Operations>(Elementary.power(10, exponent))
      let optimum = law.optimum(for: compute)
      let loss = law.optimalLoss(for: compute)
      if let (before, lossBefore) = last {
        #expect(optimum.parameters > before.parameters)
        #expect(optimum.tokens > before.tokens)
        if let loss, let lossBefore { #expect(loss < lossBefore) }
      }
      last = (optimum, loss)
      let byParameters = try law.operations(forOptimal: optimum.parameters)
      let byTokens = try law.operations(forOptimal: optimum.tokens)
      #expect(abs(byParameters / compute - 1) < 1e-9)
      #expect(abs(byTokens / compute - 1) < 1e-9)
      if let loss {
        let byLoss = try law.operations(reaching: loss)
        #expect(abs(byLoss / compute - 1) < 1e-6)
      }
    }
  }

  @Test(arguments: surfaces)
  func `a hundredfold compute scales the optimum by the exponents`(id: String) throws {
    let law = try law(id)
    let surface = try #require(law.lossFunction?.surface)
    let share = surface.tokenExponent / (surface.parameterExponent + surface.tokenExponent)
    let (small, large) = (law.optimum(for: Quantity(1e21)), law.optimum(for: Quantity(1e23)))
    #expect(abs(large.parameters / small.parameters / Elementary.power(100, share) - 1) < 1e-9)
    #expect(abs(large.tokens / small.tokens / Elementary.power(100, 1 - share) - 1) < 1e-9)
  }

  @Test func `a mixture of experts pays for its active parameters alone`() throws {
    let (law, coarseLaw) = (try law("krajewski-moe"), try law("krajewski-moe-1"))
    #expect(abs(law.operations(size(64e9, 1e11)).value / (6 * 64e9 * law.activeShare * 1e11) - 1) < 1e-12)
    // A = 18.1 + 2.1/G^0.58 at granularity 16 and 1.
    let fine = try #require(law.lossFunction?.surface.parameterWeight)
    let coarse = try #require(coarseLaw.lossFunction?.surface.parameterWeight)
    #expect(abs(fine - (18.1 + 2.1 / Elementary.power(16, 0.58))) < 1e-3)
    #expect(abs(coarse - 20.2) < 1e-9)
  }

  @Test(arguments: surfaces, [1e10, 1e12, 1e14])
  func `the inference-aware optimum is a minimum, and smaller than the compute-optimal model`(
    id: String, served: Double
  ) throws {
    let law = try law(id)
    let function = try #require(law.lossFunction)
    let compute = Quantity<Operations>(1e23)
    let loss = try #require(law.optimalLoss(for: compute))
    let demand = Quantity<Tokens>(served)
    func total(_ size: ModelSize) -> Double {
      (law.operations(size) + InferenceAware.operations(serving: demand, parameters: size.parameters, law: law)).value
    }
    let best = try InferenceAware.leastOperations(at: loss, serving: demand, law: law)
    #expect(abs(function.loss(best) - loss) < 1e-9)
    #expect(best.parameters <= law.optimum(for: compute).parameters)
    for factor in [0.9, 0.97, 1.03, 1.1] {
      let parameters = best.parameters * factor
      guard let tokens = function.tokens(for: loss, parameters: parameters) else { continue }
      #expect(total(ModelSize(parameters: parameters, tokens: tokens)) > total(best), "×\(factor)")
    }
  }

  @Test func `with nothing to serve, the optimum is the compute-optimal model`() throws {
    let law = try law("besiroglu")
    let loss = try #require(law.optimalLoss(for: Quantity(1e22)))
    let best = try InferenceAware.leastOperations(at: loss, serving: Quantity(1), law: law)
    #expect(abs(best.parameters / law.optimum(for: Quantity(1e22)).parameters - 1) < 1e-4)
  }

  @Test func `an optimum is not overtrained, and a small model wins its training back by serving`() throws {
    let law = try law("besiroglu")
    let none = try Overtraining(law.optimum(for: Quantity(1e23)), law: law)
    #expect(abs(none.excess - 1) < 1e-6)
    let found = try Overtraining(size(8e9, 15e12), law: law)
    #expect(found.excess > 1)
    #expect(found.lossAtSameOperations < found.loss)
    #expect(found.operationsAtSameLoss < found.operations)
    let tokens = try #require(found.breakEven)
    let mine = found.operations.value + 2 * 8e9 * tokens.value
    let theirs = found.operationsAtSameLoss.value + 2 * found.atSameLoss.parameters.value * tokens.value
    #expect(abs(mine / theirs - 1) < 1e-9)
    #expect(try Overtraining(size(300e9, 1e11), law: law).breakEven == nil)
  }

  @Test(arguments: [(1.8172, "besiroglu"), (1.0, "besiroglu"), (-3, "hoffmann"), (0, "sardana")])
  func `a loss at or below the irreducible one is refused`(loss: Double, id: String) throws {
    let law = try law(id)
    let floor = try #require(law.lossFunction?.surface.irreducible)
    do {
      _ = try law.operations(reaching: loss)
      Issue.record("\(loss) was reached")
    } catch .unreachableLoss(_, law: _, floor: let told) {
      #expect(abs(told - floor) < 1e-6)
    }
  }

  @Test(arguments: [(70e9, 1.4e12, 1.937), (280e9, 300e9, 1.993)])
  func `the published surface gives Chinchilla and Gopher their losses`(
    parameters: Double, tokens: Double, loss: Double
  ) throws {
    // Hoffmann et al. 2022, equation 10: 1.69 + 406.4/N^0.34 + 410.7/D^0.28.
    let surface = try #require(
      LossSurface(
        irreducible: 1.69, parameterWeight: 406.4, parameterExponent: 0.34, tokenWeight: 410.7, tokenExponent: 0.28))
    #expect(abs(surface.loss(size(parameters, tokens)) - loss) < 5e-4)
  }

  @Test func `tokens to train on for a worth are what the worth of tokens turns back`() throws {
    let repeated = try #require(try limited("muennighoff", to: 1e11).lossFunction?.repeated)
    for worth in [1e9, 1e11, 2e11, 5e11, 1.5e12] {
      let tokens = try #require(repeated.tokens(worth: worth))
      #expect(abs(repeated.effectiveTokens(Quantity(tokens)).value / worth - 1) < 1e-9)
      #expect(tokens >= worth)
    }
    // No number of repeats is worth more than 1 + R* = 16.4 times the unique tokens (Muennighoff et al. 2023).
    #expect(repeated.tokens(worth: 16.5e11) == nil)
  }

  @Test func `laws without a loss say so`() throws {
    #expect(throws: ScalingError.noLoss(law: "llama3")) { try law("llama3").operations(reaching: 2) }
    #expect(throws: ScalingError.noLoss(law: "rule-20")) { try Overtraining(size(1e9, 1e10), law: law("rule-20")) }
    #expect(throws: ScalingError.noLoss(law: "kaplan")) {
      try InferenceAware.leastOperations(at: 2, serving: Quantity(1e9), law: law("kaplan"))
    }
  }

  @Test(arguments: [
    (-1.0, 1.0, 1.0, 1.0, 1.0), (1, 0, 1, 1, 1), (1, 1, -1, 1, 1), (1, 1, 1, .nan, 1), (1, 1, 1, 1, .infinity),
    (.nan, 1, 1, 1, 1),
  ])
  func `constants that make no law are refused`(_ e: Double, _ a: Double, _ alpha: Double, _ b: Double, _ beta: Double)
  {
    #expect(
      LossSurface(
        irreducible: e, parameterWeight: a, parameterExponent: alpha, tokenWeight: b, tokenExponent: beta) == nil)
  }

  @Test func `what lies outside the fit is told, and nothing inside it`() throws {
    let (law, deepseek) = (try law("besiroglu"), try law("deepseek"))
    #expect(law.extrapolations(size(1e9, 2e10)).isEmpty)
    #expect(
      law.extrapolations(size(70e9, 1.4e12)) == [
        "70B parameters (fitted on 70M to 16B)", "1.4T tokens (fitted on 5B to 500B)",
      ])
    #expect(deepseek.extrapolations(size(1e10, 1e12)).first == "6.00e22 FLOP (fitted on 1.00e17 to 2.00e20)")
  }
}
