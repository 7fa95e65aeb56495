/// Text broken into lines at spaces; a word that is longer by itself breaks behind a hyphen, a slash or the like, and
/// never within a number.
enum TextLines {
  /// The lines of a text.
  ///
  /// - Parameters:
  ///   - text: One line, which may be indented: its further lines are too.
  ///   - width: How wide lines may be.
  ///   - hanging: How much deeper further lines stand.
  /// - Returns: One line or more.
  static func wrapped(_ text: String, into width: Int, hanging: Int = 0) -> [String] {
    guard text.displayWidth > width else { return [text] }
    let indent = text.prefix { $0 == " " }.count
    let further = String(repeating: " ", count: min(indent + hanging, max(0, width - 8)))
    var lines: [String] = []
    var line = String(repeating: " ", count: min(indent, max(0, width - 8)))
    var isEmpty = true
    for word in text.dropFirst(indent).split(separator: " ") {
      for (index, piece) in pieces(of: String(word), into: width - further.count).enumerated() {
        let gap = isEmpty || index > 0 ? 0 : 1
        if !isEmpty, line.displayWidth + gap + piece.displayWidth > width {
          lines.append(line)
          line = further + piece
        } else {
          line += (gap == 1 ? " " : "") + piece
        }
        isEmpty = false
      }
    }
    return lines + [line]
  }

  /// The longest part of a text that stays on one line.
  static func longestPart(of text: String) -> Int {
    text.split(separator: " ").reduce(0) { max($0, parts(of: String($1)).map(\.displayWidth).max() ?? 0) }
  }

  /// The pieces of a word: the whole of it where there is room.
  private static func pieces(of word: String, into width: Int) -> [String] {
    word.displayWidth <= width ? [word] : parts(of: word)
  }

  /// The parts of a word between the places where it may break.
  private static func parts(of word: String) -> [String] {
    var parts: [String] = []
    var part = ""
    for character in word {
      part.append(character)
      let mayBreak = "-/_=?&+|".contains(character)
      // Text without such places, as of other scripts, breaks where it must.
      let mustBreak = part.utf8.count >= 40 && !character.isNumber && !",.".contains(character)
      if mayBreak || mustBreak {
        parts.append(part)
        part = ""
      }
    }
    return part.isEmpty ? parts : parts + [part]
  }
}
