/// How one copy of a model lies on accelerators while it is served.
package struct CopyLayout: Sendable, Equatable {
  /// Accelerators of the copy; what is not split otherwise is split over all of them (tensor parallelism).
  package var accelerators: Int
  /// Groups of accelerators that each hold all of the attention and serve sequences of their own; 1 where attention is
  /// split like the rest.
  package var attentionGroups: Int

  /// A copy on some accelerators.
  package init(accelerators: Int, attentionGroups: Int = 1) {
    self.accelerators = accelerators
    self.attentionGroups = attentionGroups
  }
}

/// Traffic between the accelerators of one copy, for a token and a layer, in numbers of the width of the residual stream.
///
/// Split over n accelerators, attention and feed-forward network each end in an all-reduce of the activations in 16
/// bits: 2·(n − 1)/n·2 bytes a number over the links of each accelerator. Where attention is not split, tokens travel to
/// their experts in 8 bits and back in 16. Beyond a node the part that leaves it takes the network: for an all-reduce
/// 2·(m − 1)/m·2 bytes over m nodes, shared by the accelerators of a node.
struct CopyTraffic: Sendable {
  /// Collective operations one after the other in a layer, each as often as accelerators halve.
  var rounds: Double
  /// Bytes over the links of an accelerator.
  var linkBytes: Double
  /// Bytes over its network.
  var networkBytes: Double

  init(_ layout: CopyLayout, node: Int, expertsPerToken: Double) {
    let (size, groups) = (Double(layout.accelerators), Double(layout.attentionGroups))
    let nodes = Swift.max(1, (size / Double(node)).rounded(.up))
    let inside = Swift.min(size, Double(node))
    func allReduce(_ count: Double) -> Double { 4 * (count - 1) / count }
    rounds = 2 * Elementary.logarithm(size) / Elementary.logarithm(2)
    guard layout.attentionGroups > 1 else {
      linkBytes = 2 * allReduce(inside)
      networkBytes = 2 * allReduce(nodes) / inside
      return
    }
    let split = size / groups
    linkBytes = allReduce(Swift.min(split, inside)) / groups
    networkBytes = split > inside ? allReduce(split / inside) / inside / groups : 0
    if expertsPerToken > 0 {
      let sent = 3 * Swift.min(expertsPerToken, size) / size
      linkBytes += sent * (size - 1) / size
      networkBytes += sent * (1 - 1 / nodes)
    } else {
      linkBytes += allReduce(inside)
      networkBytes += allReduce(nodes) / inside
    }
  }
}
