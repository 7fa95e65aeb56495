import TableBytes
import TextFormats

/// What a page that can be played with has besides: its script, the policy that lets no other run, and the place for the
/// controls, which stays hidden where no script runs.
enum PlayPage {
  /// The script between the marks that let readers of XML pass over it.
  static let script: String = {
    let file = embeddedScript()
    let text = String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.count), as: UTF8.self)
    return "//<![CDATA[\n" + text + "//]]>"
  }()

  /// What a policy says of scripts: this one alone, by its digest.
  static var policy: String { "; script-src 'sha256-\(SHA256.base64(of: script.utf8))'" }

  /// The place for the controls, and the data that they work on.
  static func section(_ play: Play) -> [Markup] {
    [
      .element(
        .section, [.id("play"), Attribute("aria-labelledby", "play-heading"), Attribute("hidden", "hidden")],
        [.element(.h2, [.id("play-heading")], ["Try other values"])]),
      .data("play-data", play.json),
    ]
  }
}
