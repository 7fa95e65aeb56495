extension ServingEstimate {
  /// Its results, in order.
  enum Name: String, ResultName {
    case copySize = "accelerators_per_copy"
    case batch
    case readerSpeed = "tokens_per_second_per_reader"
    case timePerToken = "time_per_token_s"
    case timeToFirstToken = "time_to_first_token_s"
    case throughput = "tokens_per_second_per_accelerator"
    case input = "input_usd_per_million_tokens"
    case output = "output_usd_per_million_tokens"
    case request = "usd_per_request"
    case energy = "energy_wh"
    case carbon = "carbon_g"
    case water = "water_ml"
    case copies
    case accelerators
    case month = "usd_per_month"
    case requestAtVolume = "usd_per_request_at_volume"
    case monthWithSpare = "usd_per_month_with_spare"
    case lifetime = "lifetime_usd"
    case lifetimeEnergy = "lifetime_energy_kwh"
    case lifetimeCarbon = "lifetime_carbon_kg"
    case lifetimeWater = "lifetime_water_l"
    case training = "training_usd"
    case total = "total_usd"
    case inferenceShare = "inference_share"
    case parity = "parity_days"

    var section: String {
      switch self {
      case .copySize, .batch, .readerSpeed, .timePerToken, .timeToFirstToken, .throughput: "at full load"
      case .input, .output, .request, .energy, .carbon, .water: "at the mean load"
      case .copies, .accelerators, .month, .requestAtVolume, .monthWithSpare, .lifetime, .lifetimeEnergy,
        .lifetimeCarbon, .lifetimeWater:
        "whole copies, all day"
      case .training, .total, .inferenceShare, .parity: "against training"
      }
    }
  }
}
