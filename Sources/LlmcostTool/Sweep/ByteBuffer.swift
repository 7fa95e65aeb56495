import CostModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes that are appended to without checks in between: room is made once for each row.
///
/// One thread at a time has it: a worker fills it, then hands it over.
final class ByteBuffer: @unchecked Sendable {
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// How many bytes it holds.
  var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    start = .allocate(capacity: capacity)
  }

  deinit { start.deallocate() }

  /// The bytes.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

  /// Makes room for so many more bytes.
  @inline(__always)
  func reserve(_ more: Int) {
    if count + more > capacity { grow(more) }
  }

  private func grow(_ more: Int) {
    capacity = Swift.max(2 * capacity, count + more)
    let place = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    memcpy(place, start, count)
    start.deallocate()
    start = place
  }

  /// Appends bytes for which there is room.
  @inline(__always)
  func append(_ source: UnsafePointer<UInt8>, _ length: Int) {
    memcpy(start + count, source, length)
    count += length
  }

  /// Appends a byte for which there is room.
  @inline(__always)
  func append(_ byte: UInt8) {
    start[count] = byte
    count += 1
  }

  /// Appends bytes that it holds already, for which there is room.
  @inline(__always)
  func `repeat`(from first: Int, to last: Int) {
    memcpy(start + count, start + first, last - first)
    count += last - first
  }

  /// Appends a number for which there is room.
  @inline(__always)
  func append(_ number: Double) { count += Notation.write(number, at: start + count) }

  /// Appends bytes, making room.
  func append(_ bytes: [UInt8]) {
    reserve(bytes.count)
    bytes.withUnsafeBufferPointer { bytes in
      if let base = bytes.baseAddress { append(base, bytes.count) }
    }
  }
}
