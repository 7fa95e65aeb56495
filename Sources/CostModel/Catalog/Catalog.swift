/// The tables an estimate draws on. Look-ups ignore case.
package protocol Catalog: Sendable {
  /// The accelerator of that id or alias.
  func accelerator(_ name: String) throws(CatalogError) -> Accelerator
  /// The region of that id or alias.
  func region(_ name: String) throws(CatalogError) -> Region
  /// The factor of that id.
  func factor(_ id: String) throws(CatalogError) -> Factor
  /// The row of a table of factors; nil where there is none of that id.
  func factor(_ id: String, in table: String) throws(CatalogError) -> Factor?
  /// Location-based carbon intensity in gCO2e per kWh of a row of the table of grids; nil where there is none.
  func grid(_ id: String) throws(CatalogError) -> Sourced?
  /// That of a region in a year; nil where no row is of that year.
  func grid(region: Region, year: Int) throws(CatalogError) -> Sourced?
  /// The years that a region's carbon intensity is known for.
  func gridYears(region: Region) throws(CatalogError) -> [Int]
  /// The ids of a table.
  func ids(in table: String) throws(CatalogError) -> [String]
  /// What a provider charges for tokens.
  func tokenPrice(_ id: String) throws(CatalogError) -> TokenPriceRow
  /// What providers charge by the token for training a model of a size.
  func managedPrices(
    method: String, tuning: String, parameters: Double, architecture: ArchitectureClass
  ) throws(CatalogError) -> [ManagedPrice]
  /// The efficiency of training passes after pre-training.
  func stageEfficiency(_ kind: StageEfficiency.Kind) throws(CatalogError) -> StageEfficiency
  /// The efficiency of pre-training, fitted on published runs.
  func publishedEfficiency() throws(CatalogError) -> PublishedEfficiency
  /// The market row of an accelerator for a commitment; where no tier is given, of the first that has one, in the order
  /// of ``ProviderTier``.
  func marketPrice(
    accelerator: String, commitment: Commitment, tier: ProviderTier?
  ) throws(CatalogError) -> MarketPrice?
  /// The provider of that id or alias.
  func provider(_ name: String) throws(CatalogError) -> Provider
  /// All providers.
  func providers() throws(CatalogError) -> [Provider]
  /// All price rows of an accelerator.
  func prices(accelerator: String) throws(CatalogError) -> [Price]
  /// All price rows.
  func prices() throws(CatalogError) -> [Price]
  /// An accelerator with its links, as a training step sees it; nil where the links are not known.
  func trainingHardware(_ name: String) throws(CatalogError) -> TrainingHardware?
  /// The fitted constants of the time of a training step; nil where there are none.
  func stepConstants() throws(CatalogError) -> StepConstants?
  /// The critical batch of pre-training by its FLOP: the largest that still trains well; nil where no law tells it.
  func criticalBatch() throws(CatalogError) -> OptimumCurve.Power?
  /// The MFU of tuned steps on an accelerator by the size of the model; nil where it is not known.
  func tunedEfficiency(
    accelerator: String, _ architecture: ArchitectureClass
  ) throws(CatalogError) -> TunedEfficiency?
  /// Where what was found of its rows is kept, for many estimates; nil keeps nothing.
  var memory: TableMemory? { get }
}

/// What a catalog of one's own may leave out: there is nothing of it.
extension Catalog {
  /// Nothing is kept.
  package var memory: TableMemory? { nil }
  /// No grids beside the regions' own.
  package func grid(_ id: String) throws(CatalogError) -> Sourced? { nil }
  /// No grids of other years.
  package func grid(region: Region, year: Int) throws(CatalogError) -> Sourced? { nil }
  /// The market row of an accelerator for a commitment, of the first tier that has one.
  package func marketPrice(accelerator: String, commitment: Commitment) throws(CatalogError) -> MarketPrice? {
    try marketPrice(accelerator: accelerator, commitment: commitment, tier: nil)
  }
  /// A seller of unknown kind.
  package func provider(_ name: String) throws(CatalogError) -> Provider {
    Provider(id: name.lowercased(), name: name, tier: nil, kind: .rental)
  }
  /// No providers.
  package func providers() throws(CatalogError) -> [Provider] { [] }
  /// No other years.
  package func gridYears(region: Region) throws(CatalogError) -> [Int] { [] }
  /// No links.
  package func trainingHardware(_ name: String) throws(CatalogError) -> TrainingHardware? { nil }
  /// No tuned steps.
  package func tunedEfficiency(
    accelerator: String, _ architecture: ArchitectureClass
  ) throws(CatalogError) -> TunedEfficiency? { nil }
  /// No law of batches.
  package func criticalBatch() throws(CatalogError) -> OptimumCurve.Power? { nil }
  /// No fit of steps.
  package func stepConstants() throws(CatalogError) -> StepConstants? { nil }
  /// No providers of fine-tuning.
  package func managedPrices(
    method: String, tuning: String, parameters: Double, architecture: ArchitectureClass
  ) throws(CatalogError) -> [ManagedPrice] { [] }
}

/// A look-up that failed.
public enum CatalogError: Error, Sendable, Equatable {
  /// No row has that name; `known` lists what may have been meant.
  case unknown(kind: String, name: String, table: String, known: [String])
  /// A name fits several rows; `candidates` are their ids.
  case ambiguous(kind: String, name: String, table: String, candidates: [String])
  /// There are figures of no such accelerator or model, and why; with a model's published size.
  case notCovered(kind: String, name: String, reason: String, parameters: Double?, activeParameters: Double?)
  /// The run is known by name alone, for want of what `reason` says; `nearest` is the id of one that others estimate.
  case undisclosed(run: String, reason: String, nearest: String)
  /// A table does not say what it should; names the file, the row and the field.
  case malformed(file: String, row: String?, field: String?, problem: String)
  /// Several things are wrong with one file, in its order.
  indirect case several([CatalogError])
}

/// What is wrong with the parts of a file, gathered so that all of it is told at once.
package struct CatalogErrors {
  /// Thousands of them are one mistake.
  private static let most = 20

  private var errors: [CatalogError] = []
  private var count = 0

  /// None yet.
  package init() {}

  /// Whether nothing is wrong.
  package var isEmpty: Bool { errors.isEmpty }

  /// Adds what is wrong with a part.
  package mutating func add(_ error: CatalogError) {
    count += 1
    if errors.count < Self.most { errors.append(error) }
  }

  /// The value of a part; nil where it is wrong, which is remembered.
  package mutating func gather<Part>(_ part: () throws(CatalogError) -> Part) -> Part? {
    do { return try part() } catch {
      add(error)
      return nil
    }
  }

  /// What is wrong, and how much more where there is too much to list.
  func all(of file: String) -> [CatalogError] {
    let rest = count - errors.count
    let more = CatalogError.malformed(file: file, row: nil, field: nil, problem: "\(rest) more like these")
    return rest > 0 ? errors + [more] : errors
  }

  /// Throws what is wrong.
  package func check(file: String) throws(CatalogError) {
    let all = all(of: file)
    guard let first = all.first else { return }
    throw all.count == 1 ? first : .several(all)
  }
}
