/// Text for terminals that show ASCII alone.
enum ASCIIText {
  /// The text with each character that is not ASCII replaced by one that is, so that columns stay where they are.
  static func text(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.isASCII { result.unicodeScalars.append(scalar) } else { result += replacement(of: scalar) }
    }
    return result
  }

  private static func replacement(of scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "–", "—", "−", "‐", "‑", "─": "-"
    case "×": "x"
    case "÷": "/"
    case "·", "…": "."
    case "⌈": "["
    case "⌉": "]"
    case "│", "▏": "|"
    case "└", "├", "┤": "+"
    case "→": ">"
    case "█": "#"
    case "░": "="
    case "●": "o"
    case "⅓": "(1/3)"
    case "²": "^2"
    case "‘", "’": "'"
    case "“", "”": "\""
    case "á", "à", "â", "ä", "ã", "å": "a"
    case "é", "è", "ê", "ë": "e"
    case "í", "ì", "î", "ï": "i"
    case "ó", "ò", "ô", "ö", "õ", "ø": "o"
    case "ú", "ù", "û", "ü": "u"
    case "ç": "c"
    case "ñ": "n"
    case "α": "a"
    case "β": "b"
    default: "?"
    }
  }
}
