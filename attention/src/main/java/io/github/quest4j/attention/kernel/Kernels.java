package io.github.quest4j.attention.kernel;

/**
 * The loops that this machine runs, chosen once at start.
 *
 * @param describe what was chosen, fit to be shown: {@code "vector, 512 bits"}
 * @param store how keys get into pages
 * @param seal how digests are made
 * @param score how pages are scored
 * @param attend attention over pages
 */
public record Kernels(
    String describe,
    StoreKernels store,
    SealKernels seal,
    ScoreKernels score,
    AttendKernels attend) {

  /** Whether they use the Vector API. */
  public boolean vectorised() {
    return describe.startsWith("vector");
  }

  /** The fastest that this JVM allows; one warning tells when a flag is missing. */
  public static Kernels best() {
    return KernelProvider.Best.KERNELS;
  }

  /** The specification: plain loops. */
  public static Kernels scalar() {
    return new Kernels(
        "scalar",
        new ScalarStoreKernels(),
        new ScalarSealKernels(),
        new ScalarScoreKernels(),
        new ScalarAttend());
  }
}
