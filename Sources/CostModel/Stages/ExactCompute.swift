/// How the FLOP of training are counted. Hours do not depend on it: efficiencies stand for the rule.
public enum FlopCount: String, CaseIterable, Sendable {
  /// C = 6·N·D, with attention beyond the context that efficiencies stand for.
  case sixND = "6nd"
  /// Every matrix and all attention of the architecture.
  case exact
}

extension TrainingCompute {
  /// FLOP of a forward pass by the architecture: 2 for each parameter of a matrix, attention at the length of the
  /// sequences, recurrences, the output head.
  static func exactForward(
    _ architecture: Architecture, _ tokens: Expression<Tokens>, _ length: Expression<SequenceLength>
  ) -> Expression<Operations> {
    matrices(architecture, tokens)
      + attention(architecture, tokens, length).named(
        "FLOP of attention, forward", note: "scores and weighted values, by the mask and window of each layer")
  }

  private static func matrices(_ architecture: Architecture, _ tokens: Expression<Tokens>) -> Expression<Operations> {
    let operations = architecture.operations(context: Quantity(1))
    let perToken = operations.forward.value - operations.attention.value
    return (Expression<Per<Operations, Tokens>>(constant: perToken) * tokens).named(
      "FLOP of matrices, forward", note: "2 for each parameter of a matrix that works on a token, output head included")
  }

  /// Forward and backward passes: three times the forward pass.
  static func exactTraining(
    _ model: ModelShape, _ tokens: Expression<Tokens>, _ length: Expression<SequenceLength>
  ) -> Expression<Operations>? {
    model.known.map { exactForward($0, tokens, length) * 3 }
  }

  /// Forward passes alone, so many of them.
  static func exactReading(
    _ model: ModelShape, _ tokens: Expression<Tokens>, _ length: Expression<SequenceLength>, times: Double = 1
  ) -> Expression<Operations>? {
    model.known.map { exactForward($0, tokens, length) * Expression(constant: times) }
  }

  /// Training beside frozen weights: without the gradients of matrices, but all those of attention, which has none.
  static func exactFrozen(
    _ model: ModelShape, _ tokens: Expression<Tokens>, _ length: Expression<SequenceLength>
  ) -> Expression<Operations>? {
    model.known.map {
      matrices($0, tokens) * 2 + attention($0, tokens, length) * 3
    }
  }

  /// Answers token by token, each of which sees the prompt and what is written of the answer.
  static func exactDecoding(_ generation: Generation) -> Expression<Operations>? {
    generation.model.known.map { architecture in
      let (prompt, all) = (generation.prompt, generation.prompt + generation.answer)
      let whole = attention(architecture, all * generation.answers, all)
      return matrices(architecture, generation.answer * generation.answers) + whole
        - attention(architecture, prompt * generation.answers, prompt)
    }
  }
}

extension Work {
  /// 6ND where the stage tells it from attention, else what efficiencies count.
  var ruleOfThumb: Expression<Operations> {
    (sixND ?? operations).named("FLOP by 6ND")
  }

  /// The FLOP of all phases by the architecture; by the rule where a phase has a model of unknown architecture.
  var exactOperations: Expression<Operations> {
    Expression.sum(phases.map { ($0.exact ?? $0.operations).named("exact FLOP, \($0.name)") })
      .named("exact FLOP", note: "all matrices, the output head, attention at the length of sequences")
  }
}

extension Estimate {
  /// Exact FLOP over those of the rule.
  var exactOverRule: Expression<Ratio> {
    (work.exactOperations / work.ruleOfThumb).named("exact FLOP over 6ND")
  }

  /// The MFU of exact FLOP in the same hours.
  var exactMFU: Expression<Ratio> {
    (run.mfu.named("MFU of the FLOP that efficiencies count") * (work.exactOperations / work.operations)).named(
      "effective MFU, exact",
      note:
        "efficiencies are those of 6ND, and of attention beyond their context: the same hours do more FLOP by the exact count, or fewer"
    )
  }
}
