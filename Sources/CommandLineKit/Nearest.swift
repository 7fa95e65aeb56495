/// The candidate that a misspelt word most likely meant; nil when none is near.
///
/// Near is a third of the word in slips (a letter too many, missing, wrong or swapped with its neighbor), or a word that
/// starts the candidate, which is nearer than any slip, and nearest where the candidate has a break behind it. Case does
/// not matter, nor do breaks in a word that starts a candidate; of equals the first in the alphabet wins.
package func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
  let word = word.lowercased()
  guard !word.isEmpty else { return nil }
  let length = word.utf8.count
  var best: (candidate: String, distance: Int)?
  for candidate in candidates {
    let other = candidate.lowercased()
    // As many slips as letters more or fewer: a word of thousands is near to none.
    guard length - other.utf8.count <= max(1, length / 3) else { continue }
    let start = start(word, of: other)
    let distance = start ?? slips(from: word, to: other)
    guard start != nil || distance <= max(1, word.count / 3), distance < max(word.count, 2) else { continue }
    if let known = best, (known.distance, known.candidate) <= (distance, candidate) { continue }
    best = (candidate, distance)
  }
  return best?.candidate
}

/// The option that a misspelt one most likely meant; nil when none is near. The dashes that all have in common do not
/// make two of them alike.
package func nearestOption(to name: String, in names: some Sequence<String>) -> String? {
  guard name.hasPrefix("--"), name.count > 3 else { return nearest(to: name, in: names) }
  let words = names.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
  return nearest(to: String(name.dropFirst(2)), in: words).map { "--" + $0 }
}

/// How near a word is to a candidate that it starts, below any number of slips; nil where it does not start it.
///
/// A word of numbers is no beginning of another number: `gpt-3` starts `gpt3-175b`, and `gpt-3.5` less so.
private func start(_ word: String, of candidate: String) -> Int? {
  let wanted = word.filter { $0.isLetter || $0.isNumber }
  guard wanted.count >= 3 || word.count >= 3 && candidate.hasPrefix(word) else { return nil }
  var rest = wanted[...]
  var place = candidate.startIndex
  while let next = rest.first, place < candidate.endIndex {
    let letter = candidate[place]
    if letter == next { rest.removeFirst() } else if letter.isLetter || letter.isNumber { return nil }
    place = candidate.index(after: place)
  }
  guard rest.isEmpty else { return nil }
  guard place < candidate.endIndex else { return -2 }
  let behind = candidate[place]
  let isBreak = !behind.isLetter && !behind.isNumber && behind != "."
  return isBreak ? -1 : 0
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
