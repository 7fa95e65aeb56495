/// FLOP, bytes and seconds of traffic of one training step, counted without any fitted constant: of one micro-batch on
/// the slowest pipeline stage of one accelerator, and of what happens once a step.
///
/// L layers, N_d of them dense and N_m with experts, T tokens of a micro-batch on an accelerator, S the share of the
/// layers on the slowest stage, G 3 passes (2 beside frozen weights), r the shares that are computed again; U and O the
/// bytes a second of links within and between domains of D accelerators. Sequence parallelism goes with tensor
/// parallelism throughout. Each member says its formula; `StepTime` turns them into seconds.
package struct StepCounts: Sendable, Equatable {
  /// 2·T·Λ/tp·S·(G + r), Λ = Σa + Σf + Σ(x·e + h + H·E) + prediction layers. FLOP.
  package var products = 0.0
  /// β·(weights + inputs and outputs)·(G + r), β 2, 1.2, 1 bytes at 16, 8, 4 bits. Bytes.
  package var productBytes = 0.0
  /// 2·T·Σ q·(d_q + d_v)·c/tp·S·(3.5 + r), c the positions that a token sees. FLOP.
  package var attention = 0.0
  /// 2·T/tp·(30·H·L + Σ 8·F + Σ 6·(q·d_q + κ) + Σ 8·S_w)·S·(1 + r/3). Bytes.
  package var memoryBytes = 0.0
  /// 2·T/tp·Σ(12·x·H + 8·x·M + 4·E)·S·(1 + r/3). Bytes.
  package var expertBytes = 0.0
  /// 2·T·V·H/tp·G where the last stage is the slowest. FLOP.
  package var head = 0.0
  /// 16·T·V/tp. Bytes.
  package var headBytes = 0.0
  /// L·S.
  package var layers = 0.0
  /// N_m·S.
  package var mixtureLayers = 0.0
  /// (10 + 4·r)·2·T·H·(tp − 1)/tp·L·S/U. Seconds of traffic.
  package var tensor = 0.0
  /// Seconds until those collectives start: (10 + 4·r)·L·S times the latency of the network, 3 µs over NVLink.
  package var tensorLatency = 0.0
  /// 3·(cp − 1)·2·T·κ/tp·L·S/U, or O between domains. Seconds.
  package var context = 0.0
  /// T/tp·H·bytes·(4 + 2·r)·N_m·S·min(x, distinct ranks)·(1 − 1/ep)/U. Seconds.
  package var expertUp = 0.0
  /// The same between domains, each token once to a domain. Seconds.
  package var expertOut = 0.0
  /// 4·T·H/tp·vp/U, or O where the cluster is larger than a domain. Seconds.
  package var transfer = 0.0
  /// Gathers and scatters of sharded weights in each micro-batch. Seconds.
  package var shard = 0.0
  /// Gradients and weights of replicas, once a step. Seconds.
  package var data = 0.0
  /// 30 bytes for each parameter of an accelerator's share over its bandwidth. Seconds.
  package var optimizer = 0.0
  /// Activations to the memory of the host and back, in each micro-batch. Seconds.
  package var activationOffload = 0.0
  /// Optimizer on the host, once a step: transfers and update. Seconds.
  package var optimizerOffload = 0.0
  /// m = B/(dp·b), at least 1.
  package var microBatches = 1.0
  /// (pp − 1)/vp: micro-batches that a pipeline stands idle.
  package var bubble = 0.0
  /// Forward and repeated work in passes of three, for the launches of an eager host.
  package var passes = 1.0

  /// Nothing.
  package init() {}
}

/// The layers of a pipeline's slowest stage.
struct StageShare: Sendable {
  /// Share of all layers.
  var layers: Double
  /// Share of the output head that adds to it.
  var head: Double

  /// Layers are spread as evenly as they go. Where embedding and head count as a layer each they fill the first and the
  /// last stage; those with experts are placed by hand in practice, which leaves 0.3 of the head to the slowest.
  init(layers: Double, pipeline: Int, hasExperts: Bool, isEstimated: Bool) {
    let stages = Double(pipeline)
    if pipeline == 1 {
      (self.layers, head) = (1, 1)
    } else if isEstimated, !hasExperts {
      // Nobody knows what the layers of an estimated shape divide by: they spread evenly.
      (self.layers, head) = (1 / stages, 1)
    } else if hasExperts {
      (self.layers, head) = (1 / stages, 0.3)
    } else if layers.truncatingRemainder(dividingBy: stages) == 0 {
      (self.layers, head) = (1 / stages, 1)
    } else if (layers + 2).truncatingRemainder(dividingBy: stages) == 0 {
      (self.layers, head) = ((layers + 2) / stages / layers, 0)
    } else {
      (self.layers, head) = ((layers / stages).rounded(.up) / layers, 0)
    }
  }
}
