import Synchronization
import TextFormats

/// What the rows of a table are called, and which row a name means.
struct TableNames: Sendable {
  /// What a name stands for.
  enum Meaning: Equatable {
    /// The row of that id.
    case row(String)
    /// One of several rows, by their ids: the name does not say which.
    case several([String])
    /// No row; ids and aliases that are a letter or two away.
    case none(near: [String])
  }

  /// The ids, aliases and names, in the order of the rows.
  let heads: [JSONLines.Head]
  private let ids: [String: String]
  private let style: NameStyle

  init(_ heads: [JSONLines.Head], table: String) {
    self.heads = heads
    style = NameStyle.of(table)
    var ids: [String: String] = [:]
    for head in heads {
      for alias in head.aliases where ids[alias.lowercased()] == nil { ids[alias.lowercased()] = head.id }
    }
    // An id wins over another row's alias.
    for head in heads { ids[head.id] = head.id }
    self.ids = ids
  }

  /// The row of an id or alias as it is written, in any case.
  func id(of name: String) -> String? { ids[name.lowercased()] }

  /// The longest text that is taken for a name.
  private static let longest = 120

  /// What a name stands for, as people type it: breaks and case do not count, nor what the kind's style leaves out.
  func meaning(of name: String) -> Meaning {
    if let id = id(of: name) { return .row(id) }
    guard name.utf8.count <= Self.longest else { return .none(near: []) }
    let typed = style.spellings(of: name)
    guard typed.contains(where: { !$0.isEmpty }) else { return .none(near: []) }
    // The spelling that leaves out least decides.
    for spelling in typed {
      let alike = rows { style.spellings(of: $0).first == spelling }
      if alike.count == 1 { return .row(alike[0]) }
      if alike.count > 1 { return .several(alike) }
    }
    let shortest = typed.last ?? ""
    let trimmed = rows { style.spellings(of: $0).last == shortest }
    if trimmed.count == 1 { return .row(trimmed[0]) }
    if trimmed.count > 1 { return .several(trimmed) }
    return style.isExtended ? longer(than: style.trimmed(name)) : .none(near: near(typed[0]))
  }

  /// Rows whose name says all that was typed, and more: the only one with that size, or else those to choose from.
  private func longer(than name: [String]) -> Meaning {
    let typed = NameStyle.parts(name.joined(separator: " "))
    // `gemma 4` is the beginning of `gemma-4-26b`, and stands apart in `gemma-3-4b`.
    let exact = rows { NameStyle.parts($0).starts(with: typed) }
    let found = exact.isEmpty ? rows { NameStyle.parts($0).begins(with: typed) } : exact
    if found.count == 1, NameStyle.saysSize(typed) { return .row(found[0]) }
    if found.count > 1 { return .several(found) }
    return .none(near: found.isEmpty ? near(name.joined()) : found)
  }

  /// The ids of rows with a name of some kind, each once.
  private func rows(where isMeant: (String) -> Bool) -> [String] {
    heads.filter { head in
      isMeant(head.id) || head.aliases.contains(where: isMeant) || style.readsNames && head.name.map(isMeant) == true
    }.map(\.id)
  }

  /// Names with the same numbers and first letter that are a slip or two away.
  private func near(_ typed: String) -> [String] {
    let digits = typed.filter(\.isNumber)
    let most = typed.utf8.count < 4 ? 0 : typed.utf8.count < 9 ? 1 : 2
    var found: [String] = []
    for head in heads {
      for name in [head.id] + head.aliases + (style.readsNames ? [head.name].compactMap(\.self) : []) {
        guard let spelling = style.spellings(of: name).first, spelling.first == typed.first,
          spelling.filter(\.isNumber) == digits, Slips.count(typed, spelling, atMost: most) <= most
        else { continue }
        found.append(name)
      }
    }
    return found
  }
}

/// The names of tables, read when they are first asked for.
final class TableNameCache: Sendable {
  /// Those of the built-in tables.
  static let builtIn = TableNameCache()

  private let known = Mutex<[String: TableNames]>([:])

  /// The names of a table, known or read now.
  func names(of table: String, _ read: () throws(CatalogError) -> TableNames) throws(CatalogError) -> TableNames {
    if let names = known.withLock({ $0[table] }) { return names }
    let names = try read()
    known.withLock { $0[table] = names }
    return names
  }
}

/// How far two words lie apart.
enum Slips {
  /// The fewest letters to insert, leave out, replace or swap with a neighbor; more than `most` counts as `most` and one.
  static func count(_ left: String, _ right: String, atMost most: Int) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard abs(left.count - right.count) <= most else { return most + 1 }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var fewest = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          fewest = min(fewest, beforeLast[j - 1] + 1)
        }
        row.append(fewest)
      }
      (beforeLast, last) = (last, row)
    }
    return min(last[right.count], most + 1)
  }
}

extension Array where Element == String {
  /// Whether the first part is the same, and the others follow in their order, with or without others between.
  fileprivate func begins(with parts: [String]) -> Bool {
    guard let first = parts.first, first == self.first else { return false }
    var rest = self[...]
    for part in parts {
      guard let place = rest.firstIndex(of: part) else { return false }
      rest = rest[(place + 1)...]
    }
    return true
  }
}
