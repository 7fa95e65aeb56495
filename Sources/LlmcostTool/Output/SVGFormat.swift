/// The first chart alone.
struct SVGFormat: DocumentFormat {
  let name = "svg"

  func text(of document: Document, in settings: OutputSettings) throws(Failure) -> String {
    guard let chart = document.sections(.page).lazy.compactMap(\.chart).first else {
      throw Failure(
        "--format svg: there is no chart here", hint: "use one of \(Format.names { $0.name != name })", status: .usage)
    }
    return chart.standalone
  }
}
