package io.github.quest4j.attention.kernel;

/** Chooses kernels, without loading a class of the Vector API where the module is absent. */
final class KernelProvider {

  static final class Best {
    static final Kernels KERNELS = choose();

    private Best() {}
  }

  private KernelProvider() {}

  private static Kernels choose() {
    System.Logger log = System.getLogger("io.github.quest4j.attention");
    if ("scalar".equals(System.getProperty("quest.kernels"))) {
      log.log(System.Logger.Level.WARNING, "scalar kernels, as -Dquest.kernels=scalar asks");
      return Kernels.scalar();
    }
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      log.log(
          System.Logger.Level.WARNING,
          "slow scalar kernels: start java with --add-modules jdk.incubator.vector");
      return Kernels.scalar();
    }
    return VectorKernels.create();
  }
}
