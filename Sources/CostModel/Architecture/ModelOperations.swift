/// How much of the forward pass is done again in the backward pass, to save memory.
package enum Recomputation: String, CaseIterable, Sendable {
  /// Nothing.
  case none
  /// Attention scores and weighted values (Korthikanti et al. 2022, section 5).
  case selective
  /// The forward pass of every layer; the output head is not computed again.
  case full
}

/// The FLOP that one token takes, averaged over a sequence. A multiply and an add count as two.
package struct ModelOperations: Sendable, Equatable {
  /// Two for each parameter of a matrix in the layers that works on the token.
  package var matrices: Quantity<Per<Operations, Tokens>>
  /// Attention scores and weighted values at the context, causal mask and window exploited.
  package var attention: Quantity<Per<Operations, Tokens>>
  /// State updates and convolutions.
  package var recurrence: Quantity<Per<Operations, Tokens>>
  /// The output head, tied or not.
  package var outputHead: Quantity<Per<Operations, Tokens>>

  /// The forward pass.
  package var forward: Quantity<Per<Operations, Tokens>> { matrices + attention + recurrence + outputHead }

  /// A training step: the backward pass takes twice the forward pass, recomputation comes on top.
  package func training(_ recomputation: Recomputation = .none) -> Quantity<Per<Operations, Tokens>> {
    switch recomputation {
    case .none: forward * 3
    case .selective: forward * 3 + attention
    case .full: forward * 4 - outputHead
    }
  }
}

extension Architecture {
  /// The FLOP of one token at a context length.
  ///
  /// F = 2·m + Σ over layers of 2·q·(d_k + d_v)·c + s: m the parameters of all matrices that work on a token, output
  /// head included and input look-up not; c the mean number of positions attended to; s the recurrences. Kernels that
  /// compute the masked half as well do more.
  ///
  /// - Parameter context: Tokens of a sequence.
  /// - Returns: The FLOP of one token, averaged over the sequence.
  package func operations(context: Quantity<SequenceLength>) -> ModelOperations {
    let hidden = Double(hiddenSize)
    let length = max(context.value, 1)
    var (matrices, attention, recurrence) = (0.0, 0.0, 0.0)
    for layer in layers {
      matrices += Double(layer.additionalMatrices)
      for mixer in layer.mixers {
        matrices += mixer.weights(hidden: hidden).matrices
        switch mixer {
        case .attention(let heads):
          for span in heads.spans {
            attention += span.operationsPerPosition * span.reach.meanPositions(context: length)
          }
        case .latent(let heads): attention += heads.operations(context: length)
        case .compressed(let heads):
          for span in heads.spans {
            attention += span.operationsPerPosition * span.reach.meanPositions(context: length)
          }
        case .recurrence(let recurrent): recurrence += recurrent.operations(hidden: hidden)
        }
      }
      for feedForward in layer.feedForwards {
        switch feedForward {
        case .dense(let network): matrices += network.weights(hidden: hidden).matrices
        case .experts(let mixture):
          matrices += mixture.expertWeights(hidden: hidden).matrices * Double(mixture.perToken)
          matrices += mixture.router(hidden: hidden).matrices + mixture.sharedWeights(hidden: hidden).matrices
        }
      }
    }
    let head = Double(embedding.vocabularySize) * Double(embedding.width)
    return ModelOperations(
      matrices: Quantity(2 * (matrices + 2 * inputProjection + perLayerProjection + outerMatrices)),
      attention: Quantity(attention),
      recurrence: Quantity(recurrence), outputHead: Quantity(2 * head))
  }

  /// Training by the rule C = 6·N·D: six for each active parameter.
  ///
  /// Source: Kaplan et al. 2020, Scaling Laws for Neural Language Models, section 2.1.
  package var ruleOfThumbOperations: Quantity<Per<Operations, Tokens>> { Quantity(6 * parameterCount.active.value) }
}
