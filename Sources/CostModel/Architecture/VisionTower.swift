/// A vision transformer with what carries its output into the language model.
package struct VisionTower: Sendable, Equatable {
  /// Width.
  package var width: Int
  /// Layers.
  package var layerCount: Int
  /// The attention of a layer.
  package var attention: Attention
  /// The network of a layer.
  package var network: Perceptron
  /// Parameters of the norms of a layer, and of its other vectors.
  package var normParameters: Int
  /// Numbers in a patch: channels, frames and pixels.
  package var patchSize: Int
  /// Whether the patch embedding has a bias.
  package var hasPatchBias = true
  /// Learned positions.
  package var positions: Int
  /// Everything else: norms outside of layers, a class token, mergers and the projector.
  package var additionalParameters = 0.0

  /// A tower with attention over the whole width.
  package init(
    width: Int, layerCount: Int, network: Perceptron, normParameters: Int, patchSize: Int, positions: Int
  ) {
    self.width = width
    self.layerCount = layerCount
    self.network = network
    self.normParameters = normParameters
    self.patchSize = patchSize
    self.positions = positions
    attention = Attention(queryHeads: 1, keyValueHeads: 1, headSize: width)
    attention.hasInputBias = true
    attention.hasOutputBias = true
  }

  /// All parameters.
  package var parameters: Quantity<Parameters> {
    let hidden = Double(width)
    let layer =
      attention.weights(hidden: hidden).count + network.weights(hidden: hidden).count + Double(normParameters)
    let patches = hidden * Double(patchSize) + (hasPatchBias ? hidden : 0)
    return Quantity(layer * Double(layerCount) + patches + Double(positions) * hidden + additionalParameters)
  }

  /// Parameters of a matrix, with a bias for each output where there is one.
  package static func linear(_ inputs: Int, _ outputs: Int, hasBias: Bool = true) -> Double {
    Double(inputs) * Double(outputs) + (hasBias ? Double(outputs) : 0)
  }
}
