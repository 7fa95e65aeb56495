/// The candidate that a misspelt word most likely meant; nil when none is near.
///
/// Near is a third of the word in slips (a letter too many, missing, wrong or swapped with its neighbor), or a word that
/// starts the candidate. Case does not matter; of equals the first in the alphabet wins.
package func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
  let word = word.lowercased()
  guard !word.isEmpty else { return nil }
  let length = word.utf8.count
  var best: (candidate: String, distance: Int)?
  for candidate in candidates {
    let other = candidate.lowercased()
    // As many slips as letters more or fewer: a word of thousands is near to none.
    guard length - other.utf8.count <= max(1, length / 3) else { continue }
    let isPrefix = word.count >= 3 && other.hasPrefix(word)
    let distance = isPrefix ? 0 : slips(from: word, to: other)
    guard isPrefix || distance <= max(1, word.count / 3), distance < max(word.count, 2) else { continue }
    if let known = best, (known.distance, known.candidate) <= (distance, candidate) { continue }
    best = (candidate, distance)
  }
  return best?.candidate
}

/// Optimal string alignment: the fewest insertions, deletions, replacements and swaps of neighbors.
func slips(from left: String, to right: String) -> Int {
  let (left, right) = (Array(left.utf8), Array(right.utf8))
  guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
  var beforeLast = [Int](repeating: 0, count: right.count + 1)
  var last = Array(0...right.count)
  for i in left.indices {
    var row = [i + 1]
    for j in right.indices {
      var fewest = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { fewest = min(fewest, beforeLast[j - 1] + 1) }
      row.append(fewest)
    }
    (beforeLast, last) = (last, row)
  }
  return last[right.count]
}
