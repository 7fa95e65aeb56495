import TextFormats

/// One object of JSON a line.
struct JSONLinesFormat: RowFormat {
  let name = "jsonl"
  let end = "}\n"

  func header(_ names: [String]) -> String { "" }
  func lead(_ name: String, at index: Int) -> String {
    (index == 0 ? "{" : ",") + JSONDocument.string(name).text() + ":"
  }
  func cell(_ value: JSONDocument) -> String { value.text() }
}
