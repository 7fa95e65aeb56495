extension Settings {
  /// USD for an accelerator.
  public static let purchasePrice = Setting<Per<Dollars, Accelerators>>(
    "purchase-price", "purchase price", 1...1e8, else: .found("the accelerator's"), need: .ownershipOrMethod,
    in: [.runs, .cluster],
    help: "USD for one accelerator; \(input: "server-factor", as: "1") if that is its share of a server")
  /// Server price over that of its accelerators.
  public static let serverFactor = Setting<Ratio>(
    "server-factor", "server price over accelerators'", 1...10, key: "server_cost_factor", placeholder: "n",
    else: .found("the accelerator's"), need: .ownershipOrMethod, in: [.runs, .cluster],
    help: "server price over that of its accelerators")
  /// The network's share of the cluster's price.
  public static let networkShare = Setting<Ratio>(
    "network-share", "network's share of the cluster price", 0...0.9, else: .row("network-cost-share"),
    need: .ownershipOrMethod, in: [.runs, .cluster], help: "network's share of the cluster price")
  /// Over how long the cluster is written off.
  public static let hardwareLife = Setting<Hours>(
    "hardware-life", "years of life", Hours.perMonth...438_300, key: "lifetime",
    else: .row("depreciation-years", scale: Hours.perYear), need: .ownershipOrEmbodied,
    in: [.runs, .cluster], help: "over how long it is written off, as 5y")
  /// How old the hardware is at the start of the run.
  public static let hardwareAge = Setting<Hours>(
    "hardware-age", "age of the hardware", 0...438_300, need: .ownershipOrMethod,
    in: [.runs, .cluster], help: "age of the hardware at the start, as 18mo; with price-performance")
  /// What it sells for in the end, as a share of its price.
  public static let resale = Setting<Ratio>(
    "resale", "resale value, as a share of the price", 0...0.95, else: .found("0"), need: .ownership,
    in: [.runs, .cluster], help: "what it sells for in the end, of its price")
  /// What capital costs in a year, as a share.
  public static let costOfCapital = Setting<Ratio>(
    "cost-of-capital", "cost of capital a year", 0...1, else: .row("cost-of-capital"), need: .ownership,
    in: [.runs, .cluster], help: "interest a year on the capital tied up, as 9%")
  /// The share of its life that the cluster computes.
  public static let utilization = Setting<Ratio>(
    "utilization", "utilization over the lifetime", 0.01...1, else: .row("ownership-utilization"),
    need: .ownershipOrEmbodied, help: "share of its life that the cluster computes")
  /// USD to build a kW of facility.
  public static let facilityPrice = Setting<Per<Dollars, Power>>(
    "facility-price", "price of the facility", 0...1e6, entry: Entry(.dollars, scale: 1e-3),
    else: .row("facility-usd-per-kw"), need: .ownership, in: [.runs, .cluster],
    help: "USD to build a MW of facility, as 11.3M")
  /// USD for a kW and month of colocation.
  public static let colocationPrice = Setting<Per<Dollars, Power>>(
    "colocation-price", "colocation of a kW for a month", 0...1e6, entry: Entry(.dollars),
    else: .row("colocation-usd-per-kw-month"), need: .ownership,
    in: [.runs, .cluster], help: "USD for a kW of servers and month of colocation, electricity apart")
  /// USD of staff and upkeep for an accelerator and year.
  public static let staff = Setting<Per<Dollars, Accelerators>>(
    "staff", "staff and upkeep of an accelerator a year", 0...1e7, entry: Entry(.dollars), need: .ownership,
    in: [.runs, .cluster], help: "USD of staff and upkeep for an accelerator and year")
  /// The rent that ownership is compared with.
  public static let against = Setting<Per<Dollars, AcceleratorHours>>(
    "against", "rent", 1e-4...1e4, else: .found("the market's on demand"), need: .ownership,
    help: "rent that ownership is held against")
}

extension Settings {
  /// Power usage effectiveness: the facility's energy over that of its servers.
  public static let powerUsageEffectiveness = Setting<Ratio>(
    "pue", "PUE", 1...5, placeholder: "n", else: .row("pue-default"), in: .all,
    help: "power usage effectiveness of the datacenter")
  /// Grams CO2e per kWh.
  public static let carbonIntensity = Setting<Per<GramsCO2e, KilowattHours>>(
    "carbon-intensity", "grid carbon intensity", 0...5e3, placeholder: "g", else: .found("the region's"),
    in: .all, help: "grams CO2e per kWh")
  /// Average draw over rated power.
  public static let powerDraw = Setting<Ratio>(
    "power-draw", "average draw over rated power", 1e-4...1, else: .row("power-draw"),
    in: [.runs, .cluster], help: "average draw over the rated power of the servers")
  /// Energy of waiting hardware over that of computing.
  public static let idle = Setting<Ratio>(
    "idle", "energy of waiting over that of computing", 0...100, else: .found("not counted"),
    help: "energy of waiting hardware over that of computing, as 0.59 for BLOOM")
  /// The share of the electricity that contracts count as free of carbon.
  public static let contracted = Setting<Ratio>(
    "contracted", "share of the electricity under contract", 0...1,
    in: [.runs, .cluster],
    help: "share of the electricity under contract for clean power, with \(input: "carbon", as: "market")")
  /// Liters evaporated on site for each kWh of the servers.
  public static let waterOnSite = Setting<Per<Liters, KilowattHours>>(
    "wue", "water evaporated on site", 0...100, placeholder: "l", else: .row("wue-default"),
    in: [.runs, .cluster], help: "liters evaporated on site for each kWh of the servers")
  /// Grams CO2e for making an accelerator.
  public static let embodiedAccelerator = Setting<Per<GramsCO2e, Accelerators>>(
    "embodied-accelerator", "embodied carbon of an accelerator", 0...1e9, placeholder: "mass",
    entry: Entry(.gramsCO2e), else: .found("the accelerator's"),
    help: "emissions of making an accelerator, as 164kg")
  /// Grams CO2e for making the server around an accelerator, for each accelerator.
  public static let embodiedServer = Setting<Per<GramsCO2e, Accelerators>>(
    "embodied-server", "embodied carbon of its share of the server", 0...1e9, placeholder: "mass",
    entry: Entry(.gramsCO2e), else: .found("that of servers at large"),
    help: "emissions of making its share of the server, as 312kg")
  /// Liters of water consumed in making an accelerator.
  public static let embodiedWater = Setting<Per<Liters, Accelerators>>(
    "embodied-water", "water of making an accelerator", 0...1e9, placeholder: "volume", entry: Entry(.liters),
    else: .found("the accelerator's"), help: "water of making an accelerator, as 103L")
}
