import CostModel
import TextFormats

/// Finds the claims that words mean: by id, topic and the words of their statements.
struct ClaimSearch {
  /// The claims found.
  let claims: [Claim]
  /// What to say of them, where they have not all of the words.
  private(set) var note: String?

  /// Claims that were not searched for.
  init(_ claims: [Claim]) { self.claims = claims }

  init(_ text: String, among all: [Claim]) {
    let search = WordSearch(text)
    let found = search.best(all, Self.texts)
    guard found.isEmpty else {
      claims = found
      return
    }
    // A sentence has words and figures of its own: more than half of them tell what it is about.
    let counts = all.map { search.found(in: Self.texts($0)) }
    guard let most = counts.max(), 2 * most > search.count else {
      claims = []
      return
    }
    claims = zip(all, counts).filter { $0.1 == most }.map(\.0)
    note = "no claim has all of the words of '\(text)'; what is shown has the most of them"
  }

  private static func texts(_ claim: Claim) -> [String] {
    [claim.id, claim.statement] + ["topic", "aliases"].map { TableListing.cell(claim.row, $0).bare }
  }
}
