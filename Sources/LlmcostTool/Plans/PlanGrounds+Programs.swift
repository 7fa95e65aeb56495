import CostModel

extension PlanGrounds {
  /// A base for each way to pay: what whole terms cost depends on how long the program keeps its cluster.
  static func program(
    _ kind: Kind, _ request: PlanRequest, _ recipe: PlanRecipe, _ catalog: TableCatalog
  ) throws(Failure) -> [PlanSearch.Ground] {
    var builder = recipe.builder
    var words: [PlanJob.Word] = [("--gpu", kind.accelerator.id)]
    if !kind.isReference { words.append(("--precision", kind.precision.rawValue)) }
    func program(_ offer: RentalOffer, _ count: Int) throws(Failure) -> Program {
      try recipe.reading(
        words + [("--gpus", String(count))] + offer.words.filter { $0.option != "--start" }, &builder
      ).program
    }
    func isAlike(_ one: RentalOffer, _ other: RentalOffer) -> Bool {
      (one.commitment == .spot) == (other.commitment == .spot) && one.term?.length == other.term?.length
    }
    var kinds: [RentalOffer] = []
    for offer in kind.offers.joined() where !kinds.contains(where: { isAlike($0, offer) }) { kinds.append(offer) }
    guard let first = kinds.first else { return [] }
    let most = request.bounds.accelerators ?? request.bounds.most
    let usual = try program(first, Int(Swift.min(Double(kind.accelerator.acceleratorsPerNode ?? 1), most)))
    let fewest = try fewestAccelerators(usual, catalog)
    try check(fewest, within: most)
    let (sizes, deviation) = (PlanSizes(fewest: fewest, on: kind.accelerator), usual.hoursDeviation)
    var grounds: [PlanSearch.Ground] = []
    for offer in kinds {
      let points = try sizes.points(within: request.bounds) { count throws(Failure) in
        PlanBase.Point(try program(offer, count), on: count)
      }
      var base = PlanBase(
        kind.accelerator, kind.precision, isSpot: offer.commitment == .spot, points: points, deviation: deviation)
      (base.includesTerms, base.isScheduled) = (true, true)
      var offers = kind.offers.map { $0.filter { isAlike($0, offer) } }
      if recipe.movesData, let smallest = points.first {
        let count = Int(smallest.accelerators)
        offers = try charging(offers, beyond: smallest.fixed) { offer throws(Failure) in
          PlanBase.Point(try program(offer, count), on: count).fixed
        }
      }
      grounds.append(PlanSearch.Ground(base, offers: offers))
    }
    return grounds
  }

  /// The fewest accelerators that hold each stage of a program.
  private static func fewestAccelerators(_ program: Program, _ catalog: TableCatalog) throws(Failure) -> Int {
    var fewest = 1
    for part in program.parts {
      do throws(ScenarioError) {
        fewest = Swift.max(fewest, try part.estimate.fewestAccelerators(in: catalog) ?? 1)
      } catch {
        throw Failure(error)
      }
    }
    return fewest
  }
}
