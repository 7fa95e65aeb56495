import TextFormats

/// The whole document as one tree, or chosen columns of its records.
struct JSONFormat: DocumentFormat {
  let name = "json"
  let hasColumns = true
  let showsEveryRange = true
  let showsRemarks = true

  func text(of document: Document, in settings: OutputSettings) throws(Failure) -> String {
    guard let columns = settings.columns else { return document.json.prettyText() }
    return document.records.json(try document.records.chosen(columns)).prettyText()
  }
}
