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

  /// As the field prints it.
  public var name: String { rawValue.uppercased() }
}
