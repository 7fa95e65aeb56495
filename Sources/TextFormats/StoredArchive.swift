/// A zip archive whose files are stored as they are (PKWARE, APPNOTE.TXT 6.3): every reader of zip reads it.
package enum StoredArchive {
  /// The archive of some files.
  ///
  /// - Parameter files: Names in ASCII, and contents below 4 GiB.
  /// - Returns: The bytes of the archive, the same for the same files.
  package static func bytes(of files: [(name: String, content: [UInt8])]) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for file in files {
      let offset = UInt32(truncatingIfNeeded: archive.count)
      // Version 1.0, no flags, stored, 1980-01-01: the same input is the same archive.
      var header: [UInt8] = []
      for field: UInt16 in [10, 0, 0, 0, 0x21] { header.append(field) }
      for field in [checksum(of: file.content), size(of: file.content), size(of: file.content)] { header.append(field) }
      header.append(UInt16(truncatingIfNeeded: file.name.utf8.count))
      header.append(UInt16(0))
      archive.append(UInt32(0x0403_4B50))
      archive += header
      archive += file.name.utf8
      archive += file.content
      directory.append(UInt32(0x0201_4B50))
      directory.append(UInt16(10))
      directory += header
      for field: UInt16 in [0, 0, 0] { directory.append(field) }
      directory.append(UInt32(0))
      directory.append(offset)
      directory += file.name.utf8
    }
    let start = UInt32(truncatingIfNeeded: archive.count)
    let count = UInt16(truncatingIfNeeded: files.count)
    archive += directory
    archive.append(UInt32(0x0605_4B50))
    for field: UInt16 in [0, 0, count, count] { archive.append(field) }
    archive.append(size(of: directory))
    archive.append(start)
    archive.append(UInt16(0))
    return archive
  }

  private static func size(of content: [UInt8]) -> UInt32 { UInt32(truncatingIfNeeded: content.count) }

  /// The cyclic redundancy check of ISO 3309, with the polynomial 0xEDB88320.
  package static func checksum(of content: [UInt8]) -> UInt32 {
    var rest: UInt32 = 0xFFFF_FFFF
    for byte in content { rest = rest >> 8 ^ table[Int((rest ^ UInt32(byte)) & 0xFF)] }
    return ~rest
  }

  private static let table: [UInt32] = (0..<256).map { start in
    (0..<8).reduce(UInt32(start)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
  }
}

extension [UInt8] {
  /// Appends a number, its lowest byte first.
  fileprivate mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
  }
}
