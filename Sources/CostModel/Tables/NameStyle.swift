/// How people write the names of one kind of thing, and what of it does not count.
struct NameStyle: Sendable {
  /// Whether the row's full name is one of its names.
  var readsNames = false
  /// Whether a name may leave out a part of the row's, as a model's active parameters.
  var isExtended = false
  /// Whether the name stands behind an owner's, as in `org/name`.
  var hasOwner = false
  /// Words at the start that do not count.
  var leading: Set<String> = []
  /// Words at the end that do not count.
  var trailing: Set<String> = []
  /// Whether a date or version at the end does not count, as `2507` and `v0.1`.
  var dropsVersions = false

  /// The style of a table's names.
  static func of(_ table: String) -> NameStyle {
    switch table {
    case "architectures": models
    case "providers": providers
    case "regions": regions
    default: NameStyle()
    }
  }

  private static let models = NameStyle(
    isExtended: true, hasOwner: true, leading: ["meta"],
    trailing: [
      "instruct", "it", "hf", "base", "chat", "pt", "sft", "dpo", "thinking", "reasoning", "preview", "latest", "text",
      "gguf", "awq", "gptq", "mlx", "bnb", "unsloth", "dynamic", "fp8", "bf16", "fp16", "nvfp4", "mxfp4", "fp4", "int4",
      "int8", "4bit", "8bit", "w4a16", "w8a8", "qat", "pretrained", "official",
    ], dropsVersions: true)

  private static let providers = NameStyle(
    readsNames: true, hasOwner: false, leading: ["the"],
    trailing: [
      "cloud", "ai", "labs", "lab", "inc", "com", "io", "gpu", "gpus", "platform", "services", "web", "compute",
      "corporation", "corp", "ltd", "llc", "technologies", "systems", "infrastructure",
    ])

  private static let regions = NameStyle(
    readsNames: true, leading: ["the", "state", "of", "region", "republic", "kingdom"],
    trailing: ["region", "state", "usa", "us"])

  /// A name without breaks and case, then without the words that do not count, one after another.
  func spellings(of name: String) -> [String] {
    let words = words(of: name)
    var spellings = [words.joined()]
    var rest = words[...]
    while let shorter = shorter(rest) {
      rest = shorter
      spellings.append(rest.joined())
    }
    return spellings
  }

  /// The words of a name that count.
  func trimmed(_ name: String) -> [String] {
    var rest = words(of: name)[...]
    while let shorter = shorter(rest) { rest = shorter }
    return Array(rest)
  }

  private func shorter(_ words: ArraySlice<String>) -> ArraySlice<String>? {
    guard words.count > 1, let first = words.first, let last = words.last else { return nil }
    if trailing.contains(last) || dropsVersions && Self.isVersion(last) { return words.dropLast() }
    return leading.contains(first) ? words.dropFirst() : nil
  }

  /// A date as `0324` or `20250514`, or a version as `v0.1`.
  private static func isVersion(_ word: String) -> Bool {
    let digits = word.filter(\.isNumber).count
    if digits == word.count {
      guard [4, 6, 8].contains(digits), let head = Int(word.prefix(2)) else { return false }
      // A month, a year as 25, or a year as 2025.
      return (1...12).contains(head) || (20...29).contains(head)
    }
    return word.hasPrefix("v") && word.dropFirst().allSatisfy { $0.isNumber || $0 == "." }
      && word.dropFirst().contains(".")
  }

  /// The words of a name in lower case: letters and digits, and dots between digits.
  private func words(of name: String) -> [String] {
    let name = name.lowercased()
    let own = hasOwner ? name.split(separator: "/").last.map(String.init) ?? name : name
    return Self.words(own)
  }

  private static func words(_ name: String) -> [String] {
    var words: [String] = []
    var word = ""
    let letters = Array(name)
    for (place, letter) in letters.enumerated() {
      let isDecimal =
        letter == "." && place > 0 && letters[place - 1].isNumber && place + 1 < letters.count
        && letters[place + 1].isNumber
      if letter.isLetter || letter.isNumber || isDecimal || letter == "+" {
        word.append(letter)
      } else if !word.isEmpty {
        words.append(word)
        word = ""
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// The words of a name, taken apart where letters and digits meet: `qwen3-235b` is `qwen`, `3`, `235`, `b`.
  static func parts(_ name: String) -> [String] {
    var parts: [String] = []
    for word in words(name.lowercased()) {
      var part = ""
      var wasNumber: Bool?
      for letter in word {
        let isNumber = letter.isNumber || letter == "."
        if let wasNumber, wasNumber != isNumber {
          parts.append(part)
          part = ""
        }
        part.append(letter)
        wasNumber = isNumber
      }
      if !part.isEmpty { parts.append(part) }
    }
    return parts
  }

  /// Whether the parts of a name state a number of parameters, as `70b`.
  static func saysSize(_ parts: [String]) -> Bool {
    zip(parts, parts.dropFirst()).contains { number, unit in
      ["b", "m", "t"].contains(unit) && number.allSatisfy { $0.isNumber || $0 == "." }
    }
  }
}
