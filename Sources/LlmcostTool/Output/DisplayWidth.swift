extension String {
  /// The columns a terminal shows it in: one for each scalar, as none of ours are wide or combining.
  ///
  /// Counting characters instead would take most of the time that a table takes to print.
  var displayWidth: Int { utf8.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
}
