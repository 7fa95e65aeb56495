/// What being taken away costs a cluster of spot nodes: the hours there over those of accelerators that are kept.
package struct SpotRework: Sendable {
  /// Interruptions of accelerators that are kept.
  let kept: Reliability
  /// The same with preemptions.
  let spot: Reliability

  /// goodput(n) without preemptions over goodput(n) with them: see ``Reliability/goodput(accelerators:)``.
  func hours(on accelerators: Expression<Accelerators>) -> Expression<Ratio> {
    (kept.goodput(accelerators: accelerators.count).share
      / spot.goodput(accelerators: accelerators.count).share.named("goodput on spot nodes"))
      .named("hours on spot nodes over those on nodes that are kept", note: "rework and restarts after preemptions")
  }
}

extension ScenarioBuilder {
  /// What preemptions cost the request; nil for accelerators that are kept, or of which a share alone is spot.
  func spotRework() throws(ScenarioError) -> SpotRework? {
    guard rentsSpotAlone else { return nil }
    let kept = try Reliability(inputs)
    return SpotRework(kept: kept, spot: try kept.onSpotNodes(request, of: accelerator, in: catalog))
  }
}
