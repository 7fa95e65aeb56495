/// An accelerator's name taken apart: `A100-80GB-SXM4` is of family `a100`, form `sxm`, with 80 GB.
package struct AcceleratorName: Sendable {
  /// The letters and digits of the name, without remarks.
  private(set) var whole = ""
  /// The same without vendor, form and memory.
  private(set) var family = ""
  /// `sxm`, `pcie` or `nvl`.
  private(set) var form: String?
  /// Memory in GB.
  private(set) var gigabytes: Double?

  /// Makers, product lines and remarks, which tell no accelerator from another.
  private static let remarks: Set<String> = [
    "nvidia", "amd", "intel", "google", "aws", "amazon", "huawei", "microsoft", "habana", "tesla", "geforce",
    "instinct",
    "radeon", "dgx", "hgx", "gpu", "gpus", "accelerator", "tensor", "core", "hbm2", "hbm2e", "hbm3", "hbm3e", "gddr6",
    "gddr6x", "gddr7", "oam", "ac", "generation", "edition", "workstation", "superchip", "baremetal", "bm", "cloud",
    "memory", "aws", "vram", "nvlink",
  ]
  /// Architectures, which do not count beside a card's own name.
  private static let architectures: Set<String> = ["blackwell", "hopper", "ampere", "lovelace", "volta", "turing"]
  private static let forms = ["sxm", "pcie", "nvl"]

  package init(_ name: String) {
    let bytes = Array(name.lowercased().utf8)
    var architecture = ""
    for word in bytes.split(whereSeparator: { !Self.isWord($0) }) {
      let text = String(decoding: word, as: UTF8.self)
      if !Self.remarks.contains(text) { whole += text }
      if let form = Self.form(word) {
        self.form = self.form ?? form
      } else if let memory = Self.gigabytes(word) {
        gigabytes = gigabytes ?? memory
      } else if Self.architectures.contains(text) {
        architecture += text
      } else if !Self.remarks.contains(text) {
        family += text
      }
    }
    // What names an architecture alone, or with a word that tells nothing by itself, as Blackwell Ultra.
    if family.isEmpty || !family.contains(where: \.isNumber) { family = architecture + family }
    // A form written on without a break, as in H100NVL or A100SXM4.
    for form in Self.forms where self.form == nil && family.hasPrefix(form) == false {
      let trimmed = form == "sxm" && family.last?.isNumber == true ? String(family.dropLast()) : family
      guard trimmed.hasSuffix(form) else { continue }
      self.form = form
      family = String(trimmed.dropLast(form.utf8.count))
      break
    }
  }

  /// The form that a text of lower case names in a word of its own.
  package static func form(in text: [UInt8]) -> String? {
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, isWord(text[end]) { end += 1 }
      if end - start >= 3, let form = form(text[start..<end]) { return form }
      start = end + 1
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")) || isDigit(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func form(_ word: ArraySlice<UInt8>) -> String? {
    switch word.first {
    case UInt8(ascii: "p"): return word.elementsEqual("pcie".utf8) ? "pcie" : nil
    case UInt8(ascii: "n"): return word.elementsEqual("nvl".utf8) ? "nvl" : nil
    case UInt8(ascii: "s"):
      // SXM has generations: sxm4, sxm5.
      guard word.starts(with: "sxm".utf8) else { return nil }
      return word.count == 3 || isDigit(word[word.startIndex + 3]) ? "sxm" : nil
    default: return nil
    }
  }

  private static func gigabytes(_ word: ArraySlice<UInt8>) -> Double? {
    let digits = word.prefix(while: isDigit)
    guard !digits.isEmpty, digits.count <= 4 else { return nil }
    let unit = word[digits.endIndex...]
    guard unit.elementsEqual("gb".utf8) || unit.elementsEqual("g".utf8) || unit.elementsEqual("gib".utf8) else {
      return nil
    }
    return digits.reduce(0) { $0 * 10 + Double($1 - UInt8(ascii: "0")) }
  }
}
