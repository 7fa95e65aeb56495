/// Something to cost: a stage of training, a model to size, a model to serve.
///
/// Every input is a property, under the name of its ``Setting``: `run.accelerators = 2048`, `run.price = 2.5`. What is not
/// set comes from the tables. Numbers are in base units (FLOP, tokens, hours, USD), and a range stands for what is
/// uncertain.
@dynamicMemberLookup
public protocol Job: Sendable {
  /// Everything said of it.
  var inputs: JobInputs { get set }
}

/// What is said of a job: everything that jobs share, and the settings and choices of its own kind.
public struct JobInputs: Sendable {
  /// Model, hardware, money and place.
  var request = Request()
  /// The model by its name in the tables or on Hugging Face; its parameters are then counted.
  var model: String?
  /// The published run whose settings count where nothing is said.
  var like: String?
  /// Settings of the job's own kind.
  var settings = InputValues()
  /// Choices of the job's own kind, by id.
  var choices: [String: String] = [:]

  /// Nothing said.
  public init() {}

  /// The request, with the architecture of the model where one is named.
  func request(in catalog: TableCatalog) throws(ScenarioError) -> Request {
    guard let model else { return request }
    let (known, warnings) = try Inputs.look { () throws(CatalogError) in try catalog.knownModel(model) }
    var request = request
    request.model = known
    request[Settings.parameters] = Ranged(known.architecture.parameterCount.total)
    request.notes += warnings.map { Message($0) }
    return request
  }
}

extension Job {
  /// An input that all jobs share, as `accelerators`, `price` or `powerUsageEffectiveness`; nil where it is not given.
  @_disfavoredOverload
  public subscript<Measure>(dynamicMember path: KeyPath<Settings.Type, Setting<Measure>>) -> Ranged<Measure>? {
    get { inputs.request[Settings.self[keyPath: path]] }
    set { inputs.request[Settings.self[keyPath: path]] = newValue }
  }

  /// An input of this kind of job, as `examples` of fine-tuning; nil where it is not given.
  public subscript<Measure>(dynamicMember path: KeyPath<Self.Type, Setting<Measure>>) -> Ranged<Measure>? {
    get { inputs.settings[Self.self[keyPath: path]] }
    set { inputs.settings[Self.self[keyPath: path]] = newValue }
  }

  /// A choice of this kind of job, as `tuning` of fine-tuning; nil where nothing is chosen.
  public subscript(dynamicMember path: KeyPath<Self.Type, Choice>) -> String? {
    get { inputs.choices[Self.self[keyPath: path].id] }
    set { inputs.choices[Self.self[keyPath: path].id] = newValue }
  }

  /// What is no quantity: `accelerator`, `precision`, `region`, `provider`, `tier`, `isOwned`.
  @_disfavoredOverload
  public subscript<Value>(dynamicMember path: WritableKeyPath<Request, Value>) -> Value {
    get { inputs.request[keyPath: path] }
    set { inputs.request[keyPath: path] = newValue }
  }

  /// The model by its name in the tables or on Hugging Face; nil where its parameters are given.
  public var model: String? {
    get { inputs.model }
    set { inputs.model = newValue }
  }

  /// The job with another value of one input.
  public func with<Measure>(_ path: WritableKeyPath<Self, Ranged<Measure>?>, _ value: Ranged<Measure>) -> Self {
    var copy = self
    copy[keyPath: path] = value
    return copy
  }

  /// The job with an input that lies in a range four times out of five.
  public func with<Measure>(_ path: WritableKeyPath<Self, Ranged<Measure>?>, _ range: ClosedRange<Double>) -> Self {
    with(path, Ranged(range))
  }
}

extension Ranged: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// A value taken as certain, in base units.
  public init(floatLiteral value: Double) { self.init(Quantity(value)) }

  /// A value taken as certain, in base units.
  public init(integerLiteral value: Int) { self.init(Quantity(Double(value))) }

  /// A value that lies in a range four times out of five; the typical one is in its middle on a logarithmic scale.
  public init(_ range: ClosedRange<Double>) {
    let (low, high) = (range.lowerBound, range.upperBound)
    self.init(Self.middle(low, high), low: low, high: high)
  }

  /// The typical value of a range of which only the ends are known.
  static func middle(_ low: Double, _ high: Double) -> Double {
    low == high ? low : low > 0 ? (low * high).squareRoot() : (low + high) / 2
  }
}
