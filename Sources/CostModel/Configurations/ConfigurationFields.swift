import TextFormats

/// The fields of one level of a configuration, over the defaults of its class.
///
/// As in the transformers library, null stands for "none" and a missing field for the default of the class.
struct ConfigurationFields {
  /// Which fields of a configuration were asked for, by their paths.
  final class Log {
    var paths: Set<String> = []
  }

  /// The most that a size can be, to keep every product within what is exact.
  static let maximum = 1 << 24

  /// The most layers, and the longest list of values for each.
  static let longestList = 1 << 12

  let object: JSONValue
  /// What stands before a field's name in messages, as `text_config.`
  let path: String
  var defaults: JSONValue?
  private let log: Log

  init(object: JSONValue, path: String, log: Log = Log()) {
    self.object = object
    self.path = path
    self.log = log
  }

  func failure(_ name: String, _ problem: String) -> ConfigurationError { .field(path: path + name, problem: problem) }

  /// The value under the first of some names that the configuration has, else that of the defaults; nil for null.
  func value(_ names: [String]) -> (name: String, value: JSONValue)? {
    for name in names { log.paths.insert(path + name) }
    let level = names.contains { object[$0] != nil } ? object : defaults
    for name in names {
      guard let value = level?[name] else { continue }
      if case .null = value.content { continue }
      return (name, value)
    }
    return nil
  }

  /// Parts of the configuration that state sizes and that nobody opened: further networks.
  var unopenedParts: [String] {
    (object.members ?? []).filter { member in
      member.name.hasSuffix("_config") && !log.paths.contains(path + member.name)
        && !["quantization_config", "compression_config", "generation_config", "img_token_compression_config"]
          .contains(member.name)
        && member.value.members?.contains { SizeField.isOne($0.name, $0.value) } == true
    }.map(\.name)
  }

  /// Whether the configuration itself has a field, null or not.
  func states(_ name: String) -> Bool {
    log.paths.insert(path + name)
    return object[name] != nil
  }

  /// The fields that state a size and that nobody asked for, with their values, down to the parts that were opened.
  var unreadSizes: [String] {
    var found: [String] = []
    for member in object.members ?? [] {
      if log.paths.contains(path + member.name) {
        // The encoders say themselves what they do not count.
        if member.value.members != nil, !["vision_config", "audio_config"].contains(member.name) {
          let part = ConfigurationFields(object: member.value, path: path + member.name + ".", log: log)
          if part.wasOpened { found += part.unreadSizes }
        }
      } else if SizeField.isOne(member.name, member.value) {
        found.append(path + member.name)
      }
    }
    return found
  }

  /// Whether any of the fields was asked for.
  private var wasOpened: Bool { object.members?.contains { log.paths.contains(path + $0.name) } ?? false }

  /// Whether a size that nothing works without is there: stated, or below the top, where parts of multimodal
  /// configurations leave out what their class has by default. At the top a missing one means a broken file.
  func mayBeDefault(_ names: [String]) -> Bool { !path.isEmpty || names.contains { object[$0] != nil } }

  /// The fields one level further down; nil where there is none.
  func nested(_ name: String) throws(ConfigurationError) -> ConfigurationFields? {
    guard let (_, value) = self.value([name]) else { return nil }
    guard value.members != nil else { throw failure(name, "expected an object, got \(value.kind)") }
    return ConfigurationFields(object: value, path: path + name + ".", log: log)
  }

  func integer(
    _ names: String..., from least: Int = 1, through most: Int = maximum
  ) throws(ConfigurationError) -> Int? {
    try integer(names, from: least, through: most)
  }

  func integer(
    _ names: [String], from least: Int = 1, through most: Int = maximum
  ) throws(ConfigurationError) -> Int? {
    guard let (name, value) = value(names) else { return nil }
    return try integer(value, name, from: least, through: most)
  }

  private func integer(
    _ value: JSONValue, _ name: String, from least: Int, through most: Int
  ) throws(ConfigurationError) -> Int {
    guard let number = value.number else { throw failure(name, "expected a whole number, got \(value.kind)") }
    guard let integer = Int(exactly: number) else {
      throw failure(name, "expected a whole number, got \(JSONDocument.numberText(number))")
    }
    guard integer >= least, integer <= most else {
      throw failure(name, "\(integer) is not between \(least) and \(most)")
    }
    return integer
  }

  /// A whole number for a layer: the same for all, or one of a list.
  func integer(
    _ names: String..., ofLayer layer: Int, from least: Int = 0, through most: Int = maximum
  ) throws(ConfigurationError) -> Int? {
    try integer(names, ofLayer: layer, from: least, through: most)
  }

  func integer(
    _ names: [String], ofLayer layer: Int, from least: Int = 0, through most: Int = maximum
  ) throws(ConfigurationError) -> Int? {
    guard let (name, value) = value(names) else { return nil }
    guard let list = value.array else { return try integer(value, name, from: least, through: most) }
    guard layer < list.count else { throw failure(name, "the list has \(list.count) values, fewer than the layers") }
    return try integer(list[layer], "\(name)[\(layer)]", from: least, through: most)
  }

  func integers(_ name: String) throws(ConfigurationError) -> [Int]? {
    guard let (_, value) = value([name]) else { return nil }
    guard let list = value.array else { throw failure(name, "expected a list, got \(value.kind)") }
    guard list.count <= Self.longestList else { throw failure(name, "the list has \(list.count) values, too many") }
    var integers: [Int] = []
    for (index, element) in list.enumerated() {
      integers.append(try integer(element, "\(name)[\(index)]", from: -1, through: Self.maximum))
    }
    return integers
  }

  func words(_ names: String...) throws(ConfigurationError) -> [String]? {
    guard let (name, value) = value(names) else { return nil }
    guard let list = value.array else { throw failure(name, "expected a list, got \(value.kind)") }
    guard list.count <= Self.longestList else { throw failure(name, "the list has \(list.count) values, too many") }
    var words: [String] = []
    for (index, element) in list.enumerated() {
      guard let word = element.string else {
        throw failure("\(name)[\(index)]", "expected a string, got \(element.kind)")
      }
      words.append(word)
    }
    return words
  }

  func boolean(_ names: String...) throws(ConfigurationError) -> Bool? { try boolean(names) }

  func boolean(_ names: [String]) throws(ConfigurationError) -> Bool? {
    guard let (name, value) = value(names) else { return nil }
    guard case .boolean(let boolean) = value.content else {
      throw failure(name, "expected true or false, got \(value.kind)")
    }
    return boolean
  }

  func text(_ name: String) throws(ConfigurationError) -> String? {
    guard let (_, value) = value([name]) else { return nil }
    guard let text = value.string else { throw failure(name, "expected a string, got \(value.kind)") }
    return text
  }

  /// A factor such as `expansion_ratio`.
  func number(_ name: String, in range: ClosedRange<Double>) throws(ConfigurationError) -> Double? {
    guard let (_, value) = value([name]) else { return nil }
    guard let number = value.number else { throw failure(name, "expected a number, got \(value.kind)") }
    guard range.contains(number) else {
      throw failure(
        name, "\(JSONDocument.numberText(number)) is not between \(range.lowerBound) and \(range.upperBound)")
    }
    return number
  }
}
