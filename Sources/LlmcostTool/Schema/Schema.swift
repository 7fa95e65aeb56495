import CostModel
import TextFormats

/// A JSON Schema of the draft 2020-12, put together from what is declared.
struct Schema: Sendable {
  /// A member of an object.
  typealias Member = (name: String, schema: Schema)

  /// Its keywords.
  private var keywords: [JSONMember]
  /// Whether an object has to have it.
  private(set) var isRequired = true

  private init(_ keywords: [JSONMember]) { self.keywords = keywords }

  /// Anything.
  static let any = Schema([])
  static let text = Schema([("type", .string("string"))])
  static let flag = Schema([("type", .string("boolean"))])
  /// A number that is always known.
  static let count = Schema([("type", .string("number"))])
  /// A number, or null where it is not known or not finite.
  static let number = count.orNull

  /// One of some words.
  static func words(_ words: some Sequence<String>) -> Schema {
    Schema([("type", .string("string")), ("enum", .array(words.map(JSONDocument.string)))])
  }

  /// One value alone.
  static func constant(_ value: JSONDocument) -> Schema { Schema([("const", value)]) }

  static func list(_ element: Schema) -> Schema { Schema([("type", .string("array")), ("items", element.json)]) }

  /// A definition that stands apart; see ``Schema/document(title:)``.
  static func reference(_ name: String) -> Schema { Schema([("$ref", .string("#/$defs/" + name))]) }

  static func either(_ schemas: Schema...) -> Schema { either(schemas) }
  static func either(_ schemas: [Schema]) -> Schema {
    schemas.count == 1 ? schemas[0] : Schema([("anyOf", .array(schemas.map(\.json)))])
  }

  /// An object with these members, and others of one kind where there may be any.
  static func object(_ members: [Member], others: Schema? = nil) -> Schema {
    var keywords: [JSONMember] = [
      ("type", .string("object")), ("properties", .object(members.map { ($0.name, $0.schema.json) })),
    ]
    let required = members.filter(\.schema.isRequired).map { JSONDocument.string($0.name) }
    if !required.isEmpty { keywords.append(("required", .array(required))) }
    keywords.append(("additionalProperties", others?.json ?? .boolean(false)))
    return Schema(keywords)
  }

  /// The columns of records, or the members made from them.
  static func row<Row>(_ fields: [[Field<Row>]]) -> Schema { .object(members(fields)) }

  static func members<Row>(_ fields: [[Field<Row>]]) -> [Member] { fields.flatMap { $0 }.map { ($0.name, $0.schema) } }

  /// Declared results, each with the ends of its range; those that are there only where they are asked for may be missing.
  static func results(_ keys: [ResultKey]) -> [Member] {
    keys.flatMap { key in
      JSONDocument.names(of: key.key).map { ($0, key.presence == .absent ? Schema.number.optional : .number) }
    }
  }

  // MARK: - The same with more said of it

  /// The same, which an object may lack.
  var optional: Schema { with { $0.isRequired = false } }

  /// The same, or null.
  var orNull: Schema {
    guard case .string(let type)? = keywords.first(where: { $0.0 == "type" })?.1,
      !keywords.contains(where: { $0.0 == "enum" })
    else { return .either(self, Schema([("type", .string("null"))])) }
    return with { schema in
      schema.keywords = schema.keywords.map {
        $0.0 == "type" ? ("type", .array([.string(type), .string("null")])) : $0
      }
    }
  }

  /// The same with a sentence on it.
  func saying(_ description: String) -> Schema {
    description.isEmpty ? self : with { $0.keywords.append(("description", .string(description))) }
  }

  /// The same within limits, which hold for numbers alone.
  func within(_ limits: ClosedRange<Double>) -> Schema {
    with {
      $0.keywords += [("minimum", .number(limits.lowerBound)), ("maximum", .number(limits.upperBound))]
    }
  }

  private func with(_ change: (inout Schema) -> Void) -> Schema {
    var schema = self
    change(&schema)
    return schema
  }

  // MARK: - As JSON

  var json: JSONDocument { .object(keywords) }

  /// A document of its own, with the definitions that it refers to.
  ///
  /// - Parameters:
  ///   - title: What it is of.
  ///   - definitions: Definitions of its own, before those that all share.
  /// - Returns: The schema with its draft.
  func document(title: String, definitions: [Member] = []) -> JSONDocument {
    var used: [JSONMember] = definitions.map { ($0.name, $0.schema.json) }
    var isGrowing = true
    while isGrowing {
      let text = JSONDocument.object(keywords + used).text()
      let missing = Definitions.all.filter { shared in
        !used.contains { $0.0 == shared.name } && text.contains("\"#/$defs/\(shared.name)\"")
      }
      used += missing.map { ($0.name, $0.schema.json) }
      isGrowing = !missing.isEmpty
    }
    return .object(
      [("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("title", .string(title))] + keywords
        + (used.isEmpty ? [] : [("$defs", .object(used))]))
  }
}

/// The schemas of what a command prints: the document of JSON, and a row of JSON Lines.
struct Answer: Sendable {
  /// Of `--format json`.
  var json: Schema
  /// Of a line of `--format jsonl`.
  var row: Schema

  /// A document of members behind the version of the schema and the command.
  ///
  /// - Parameters:
  ///   - command: The word behind `llmcost`.
  ///   - members: The members of its own.
  ///   - row: A row of JSON Lines.
  init(_ command: String, _ members: [Schema.Member], row: Schema) {
    json = .object(
      [
        ("schemaVersion", .constant(.number(Document.schemaVersion))), ("command", .constant(.string(command))),
      ] + members + [("notes", .list(.text))])
    self.row = row
  }

  /// Records alone.
  init(rows row: Schema) {
    json = .list(row)
    self.row = row
  }

  init(json: Schema, row: Schema) { (self.json, self.row) = (json, row) }

  /// One answer or another.
  static func either(_ one: Answer, _ other: Answer) -> Answer {
    Answer(json: .either(one.json, other.json), row: .either(one.row, other.row))
  }
}
