/// A use of a stage that help shows: inputs as people write them, and what they are for.
package struct StageExample: Sendable {
  /// Inputs by their ids, each with its value as it is written; an empty value for a switch.
  package let inputs: [(id: String, value: String)]
  /// What it shows, in a line.
  package let meaning: String

  /// A use of a stage.
  init(_ inputs: KeyValuePairs<String, String>, _ meaning: String) {
    self.inputs = inputs.map { ($0.key, $0.value) }
    self.meaning = meaning
  }
}
