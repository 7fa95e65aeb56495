import CommandLineKit
import CostModel

/// Options that say what energy, carbon and water cover.
struct FootprintOptions: Sendable {
  var terms = Request.FootprintTerms()

  /// Whether the making of the hardware counts.
  var countsEmbodied: Bool {
    terms.countsEmbodied || terms.embodiedAccelerator != nil || terms.embodiedServer != nil
      || terms.embodiedWater != nil
  }

  static let group = OptionGroup<FootprintOptions>(
    "Energy, carbon and water",
    [
      Option("--power-draw", as: RangeOption<Ratio>.self, help: "average draw over the rated power of the servers") {
        $0.terms.draw = $1.value
      },
      Option(
        "--idle", as: RangeOption<Ratio>.self,
        help: "energy of waiting hardware over that of computing, as 0.59 for BLOOM (default: not counted)"
      ) { $0.terms.idle = $1.value },
      Option(
        "--carbon", as: CarbonAccounting.self,
        help: "location: the grid's average (default); market: electricity under contract counts as zero"
      ) { $0.terms.accounting = $1 },
      Option(
        "--contracted", as: RangeOption<Ratio>.self,
        help: "share of the electricity under contract for clean power, with --carbon market"
      ) { $0.terms.contracted = $1.value },
      Option(
        "--grid", as: String.self, placeholder: "id", completing: .nothing,
        help: "carbon intensity of this grid; see 'llmcost tables grid-carbon'"
      ) { $0.terms.grid = $1 },
      Option("--grid-year", as: WholeNumber.self, placeholder: "year", help: "the region's grid in this year, as 2023")
      {
        $0.terms.gridYear = $1.value
      },
      Option(
        "--wue", as: RangeOption<Per<Liters, KilowattHours>>.self, placeholder: "l",
        help: "liters evaporated on site for each kWh of the servers"
      ) { $0.terms.waterOnSite = $1.value },
      Option(switch: "--embodied", help: "count the making of the hardware, by share of its life") {
        $0.terms.countsEmbodied = true
      },
      Option(
        "--embodied-accelerator", as: RangeOption<GramsCO2e>.self, placeholder: "mass",
        help: "emissions of making an accelerator, as 164kg"
      ) { $0.terms.embodiedAccelerator = Self.perAccelerator($1.value) },
      Option(
        "--embodied-server", as: RangeOption<GramsCO2e>.self, placeholder: "mass",
        help: "emissions of making its share of the server, as 312kg"
      ) { $0.terms.embodiedServer = Self.perAccelerator($1.value) },
      Option(
        "--embodied-water", as: RangeOption<Liters>.self, placeholder: "volume",
        help: "water of making an accelerator, as 103L"
      ) { $0.terms.embodiedWater = Self.perAccelerator($1.value) },
      Option(switch: "--equivalents", help: "liken the footprint to homes, cars, people and pools") {
        $0.terms.likens = true
      },
    ])

  private static func perAccelerator<Amount>(_ value: Ranged<Amount>) -> Ranged<Per<Amount, Accelerators>> {
    Ranged(value.typical.value, low: value.low.value, high: value.high.value)
  }
}

/// Options of what a cloud bills besides accelerators; off unless asked for.
struct ExtraOptions: Sendable {
  var terms = Request.ExtraTerms()

  static let group = OptionGroup<ExtraOptions>(
    "Cloud extras",
    [
      Option("--corpus-storage", as: StorageClass.self, help: "class of storage that holds the corpus") {
        $0.terms.corpusStorage = $1
      },
      Option("--checkpoint-storage", as: StorageClass.self, help: "class of storage that holds the checkpoints") {
        $0.terms.checkpointStorage = $1
      },
      Option("--egress", as: RangeOption<Bytes>.self, placeholder: "size", help: "data that leaves the cloud, as 20TB")
      {
        $0.terms.egress = $1.value
      },
      Option(
        "--egress-price", as: RangeOption<Per<Dollars, Bytes>>.self,
        help: "USD per TB, or 0.09/GB, that leaves it (default: free, as at GPU clouds, up to list prices)"
      ) { $0.terms.egressPrice = $1.value },
      Option(
        "--host-cpus", as: RangeOption<Ratio>.self, placeholder: "n",
        help: "virtual processors for each accelerator that load data, besides those of its instance"
      ) { $0.terms.hostCPUs = $1.value },
      Option(
        "--host-cpu-price", as: RangeOption<Per<Dollars, AcceleratorHours>>.self,
        help: "USD for one of them and hour"
      ) { $0.terms.hostCPUPrice = $1.value },
    ])
}

extension CarbonAccounting: OptionValue {}
extension StorageClass: OptionValue {}
