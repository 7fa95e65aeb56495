/// The values that make sense for each input of a request; outside them lies a slip of the pen.
enum Limits {
  static let parameters = 1e3...1e16
  static let tokens = 1.0...1e18
  static let contextLength = 1.0...1e9
  static let epochs = 1e-6...1e4
  static let accelerators = 1.0...1e9
  static let hours = 1e-3...8.766e6
  static let storageTime = 0.0...8.766e6
  static let mfu = 1e-4...1.0
  static let price = 1e-4...1e4
  static let rentalTerm = 1.0...87_660.0
  static let electricity = 1e-4...10.0
  static let powerUsageEffectiveness = 1.0...5.0
  static let carbonIntensity = 0.0...5e3
  static let research = 1.0...1e4
  static let checkpoints = 0.0...1e6
  static let share = 0.0...1.0
  static let purchase = 1.0...1e8
  static let serverFactor = 1.0...10.0
  static let networkShare = 0.0...0.9
  static let lifetime = 730.5...438_300.0
  static let hardwareAge = 0.0...438_300.0
  static let resale = 0.0...0.95
  static let capitalCost = 0.0...1.0
  static let utilization = 0.01...1.0
  static let pricePerKilowatt = 0.0...1e6
  static let staff = 0.0...1e7
  static let waterOnSite = 0.0...100.0
  static let embodied = 0.0...1e9
  static let idle = 0.0...100.0
  static let bytes = 0.0...1e21
  static let perByte = 0.0...1e-6
  static let hostCPUs = 0.0...1e4
  static let any = 0.0...Double.greatestFiniteMagnitude
}
