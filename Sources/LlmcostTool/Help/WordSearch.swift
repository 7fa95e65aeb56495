/// Words that are looked for as people type them: neither case nor breaks count, nor an s at the end.
struct WordSearch {
  /// How well a text has a word.
  enum Fit: Int, Comparable {
    /// Within other words.
    case within
    /// At the start of a word.
    case start
    /// As words of its own.
    case whole

    static func < (left: Fit, right: Fit) -> Bool { left.rawValue < right.rawValue }
  }

  /// The words, each without its breaks.
  private let words: [[Character]]

  init(_ text: String) {
    words = text.split(separator: " ").map { Squeezed(String($0)).letters }.filter { !$0.isEmpty }
  }

  var isEmpty: Bool { words.isEmpty }
  var count: Int { words.count }

  /// How well all words are in the texts; nil where one is not.
  func fit(in texts: [String]) -> Fit? {
    let texts = texts.map(Squeezed.init)
    var worst = Fit.whole
    for word in words {
      guard let best = texts.compactMap({ $0.fit(of: word) }).max() else { return nil }
      worst = min(worst, best)
    }
    return words.isEmpty ? nil : worst
  }

  /// How many of the words begin words of the texts.
  func found(in texts: [String]) -> Int {
    let texts = texts.map(Squeezed.init)
    return words.count { word in texts.contains { $0.fit(of: word).map { $0 >= .start } ?? false } }
  }

  /// The entries that have the words best: as words of their own, or else at the start of words, or else anywhere.
  func best<Entry>(_ entries: [Entry], _ texts: (Entry) -> [String]) -> [Entry] {
    let fits = entries.map { fit(in: texts($0)) }
    guard let best = fits.compactMap(\.self).max() else { return [] }
    return zip(entries, fits).filter { $0.1 == best }.map(\.0)
  }
}

/// A text without case and breaks, and where its words begin and end.
private struct Squeezed {
  private(set) var letters: [Character] = []
  private var starts: Set<Int> = []
  private var ends: Set<Int> = []

  init(_ text: String) {
    let text = Array(text.lowercased())
    var isInWord = false
    for (place, letter) in text.enumerated() {
      if letter.isLetter || letter.isNumber {
        if !isInWord { starts.insert(letters.count) }
        letters.append(letter)
        isInWord = true
      } else if !Self.isDecimalPoint(place, text) {
        ends.insert(letters.count)
        isInWord = false
      }
    }
    ends.insert(letters.count)
  }

  /// Whether a point stands between digits, which it does not part: `4.5` does not have the word `4`.
  private static func isDecimalPoint(_ place: Int, _ text: [Character]) -> Bool {
    guard text[place] == ".", place > 0, place + 1 < text.count else { return false }
    return text[place - 1].isNumber && text[place + 1].isNumber
  }

  /// How well it has a word; nil where it has not.
  func fit(of word: [Character]) -> WordSearch.Fit? {
    var stems = [word]
    if word.count > 3, word.last == "s" { stems.append(Array(word.dropLast())) }
    return stems.compactMap { best(of: $0) }.max()
  }

  private func best(of word: [Character]) -> WordSearch.Fit? {
    guard !word.isEmpty, word.count <= letters.count else { return nil }
    var best: WordSearch.Fit?
    for place in 0...(letters.count - word.count) where letters[place..<(place + word.count)].elementsEqual(word) {
      let end = place + word.count
      let isEnd = ends.contains(end) || end < letters.count && letters[end] == "s" && ends.contains(end + 1)
      let fit: WordSearch.Fit = !starts.contains(place) ? .within : isEnd ? .whole : .start
      // Two letters are within nearly anything.
      if fit == .within, word.count < 3 { continue }
      best = max(best ?? fit, fit)
    }
    return best
  }
}
