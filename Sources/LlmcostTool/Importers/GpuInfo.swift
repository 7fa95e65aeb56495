/// What SkyPilot's column `GpuInfo` says. It is printed by Python, not JSON: the two facts are picked out of the text.
struct GpuInfo {
  /// Memory in GB: of one accelerator or of the instance, in GiB although it says MiB, or 0, by the cloud.
  var gigabytes: Double?
  /// The names of the accelerators.
  var names = ""

  init(_ text: String) {
    let bytes = Array(text.utf8)
    if let place = Self.end(of: "'SizeInMiB':", in: bytes) {
      let digits = bytes[place...].drop { $0 == UInt8(ascii: " ") }
        .prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      if let size = Double(String(decoding: digits, as: UTF8.self)) { gigabytes = size >= 1000 ? size / 1024 : size }
    }
    if let place = Self.end(of: "'Name':", in: bytes) {
      let name = bytes[place...].drop { $0 == UInt8(ascii: " ") }.dropFirst().prefix { $0 != UInt8(ascii: "'") }
      names = String(decoding: name, as: UTF8.self)
    }
  }

  /// The place behind the first occurrence of a word.
  private static func end(of word: StaticString, in bytes: [UInt8]) -> Int? {
    let length = word.utf8CodeUnitCount
    guard bytes.count >= length else { return nil }
    return word.withUTF8Buffer { word in
      for start in 0...(bytes.count - length) where bytes[start] == word[0] && bytes[start + 1] == word[1] {
        if bytes[start..<(start + length)].elementsEqual(word) { return start + length }
      }
      return nil
    }
  }
}
