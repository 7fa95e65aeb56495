import Testing

@testable import CostModel

@Suite struct RunLogTests {
  /// The share of a log's checks at which the pace of the rest lies within the range.
  private static func inside(_ log: RunLog, _ fit: PaceFit) -> Double {
    let checks = log.checks
    let held = checks.filter { check in
      let variance =
        PaceFit.own(check.variance, share: check.share)
        + PaceFit.law(check.share) * fit.deviation * fit.deviation
      return check.change.magnitude <= Distribution.ninetiethPercentile * variance.squareRoot()
    }
    return Double(held.count) / Double(checks.count)
  }

  @Test func `The range holds four in five checks of logs that it has not seen`() throws {
    let logs = try TableCatalog.shared.runLogs()
    #expect(logs.count >= 5 && Set(logs.map(\.stage)).count >= 3 && Set(logs.map(\.trainer)).count >= 3)
    var (held, checks) = (0.0, 0.0)
    var shares: [Double] = []
    for log in logs {
      let fit = try #require(PaceFit(logs.filter { $0.id != log.id }))
      let (share, count) = (Self.inside(log, fit), Double(log.checks.count))
      (held, checks) = (held + share * count, checks + count)
      shares.append(share)
      print("\(log.id): \(Int(count)) checks, \(Int((share * 100).rounded())) % inside, half ±\(fit.deviation)")
    }
    let mean = shares.reduce(0, +) / Double(shares.count)
    print("inside: \(held / checks) of \(checks) checks, \(mean) by logs")
    #expect((0.75...0.9).contains(mean))
    #expect((0.7...0.9).contains(held / checks))
  }

  @Test func `A pace is as uncertain as its steps are uneven`() {
    var (even, uneven) = (Pace(), Pace())
    for index in 0..<100 {
      even.add(steps: 10, seconds: 20)
      uneven.add(steps: 10, seconds: index.isMultiple(of: 2) ? 10 : 30)
    }
    #expect(even.variance < 1e-12 && even.secondsPerStep == 2 && uneven.secondsPerStep == 2)
    // Deviation of an interval 10 of 20, of the mean of a hundred a tenth.
    #expect(abs(uneven.variance.squareRoot() / 0.05 - 1) < 0.01)
    #expect(even.startUp(steps: 1, seconds: 192) == 190 && even.startUp(steps: 1, seconds: 3) == 0)
    #expect(uneven.startUp(steps: 10, seconds: 40) == 0, "as slow as others are")
    #expect(Pace().variance == 0 && Pace().startUp(steps: 1, seconds: 100) == 0 && Pace().secondsPerStep == nil)
  }

  @Test func `A log with times that do not rise is refused`() throws {
    for points in [
      "\"steps\": [1, 2, 3, 4, 5, 6], \"seconds\": [1, 2, 3, 4, 5]",
      "\"steps\": [1, 2, 3, 4, 5, 5], \"seconds\": [1, 2, 3, 4, 5, 6]", "\"steps\": [1], \"seconds\": [1]",
      "\"steps\": [1, 2, 3, 4, 5, 6], \"seconds\": [1, 2, 3, \"4\", 5, 6]", "\"steps\": 6",
    ] {
      let text =
        "{\"table\": \"run-logs\", \"rows\": [{\"id\": \"x\", \"stage\": \"sft\", \"trainer\": \"y\", \(points), "
        + "\"asOf\": \"2026\", \"assumption\": \"z\"}]}"
      let tables = TableSet(overlays: [try Overlay(file: "mine.json", bytes: Array(text.utf8))])
      #expect(throws: CatalogError.self) { try TableCatalog(tables).runLogs() }
    }
  }
}
