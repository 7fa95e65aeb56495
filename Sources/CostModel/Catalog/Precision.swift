/// The number format of the matrix multiplications.
public enum Precision: String, CaseIterable, Sendable {
  /// The default of the field since 2020.
  case bf16
  /// Half precision, with loss scaling; the fastest format of accelerators before Ampere.
  case fp16
  /// Eight-bit floating point with per-tensor or per-block scales.
  case fp8
  /// Four-bit floating point with block scales (NVFP4, MXFP4).
  case fp4
  /// Nineteen-bit inputs with 32-bit accumulation.
  case tf32

  /// The format that people call so: `nvfp4`, `mxfp8`, `float8`, `bfloat16`, `half`.
  public init?(named name: String) {
    let plain = name.lowercased().filter { $0.isLetter || $0.isNumber }
    switch plain {
    case "bf16", "bfloat16", "brainfloat16", "bfp16", "bf16mixed": self = .bf16
    case "fp16", "float16", "half", "f16", "fp16mixed": self = .fp16
    case "fp8", "float8", "f8", "mxfp8", "e4m3", "fp8e4m3", "e5m2", "fp8mixed", "float8e4m3fn": self = .fp8
    case "fp4", "float4", "nvfp4", "mxfp4", "e2m1", "f4": self = .fp4
    case "tf32", "tensorfloat32", "tensorfloat": self = .tf32
    default: return nil
    }
  }

  /// As the field prints it.
  public var name: String { rawValue.uppercased() }
}
