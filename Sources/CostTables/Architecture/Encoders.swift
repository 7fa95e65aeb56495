import CostModel
import TextFormats

/// What reads images, video and sound in a multimodal configuration.
enum Encoders {
  /// The encoders that a configuration names.
  static func read(
    _ outer: ConfigurationFields, textHidden: Int, warnings: inout [String]
  ) throws(ConfigurationError) -> [Encoder] {
    var encoders: [Encoder] = []
    for (field, name) in [("vision_config", "vision"), ("audio_config", "audio")] {
      guard let part = try outer.nested(field), part.object.members?.isEmpty == false else { continue }
      encoders.append(Encoder(name: name, parameters: nil))
      warnings.append("\(part.path.dropLast()): the \(name) encoder is not counted")
    }
    return encoders
  }
}
