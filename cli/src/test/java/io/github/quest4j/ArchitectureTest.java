package io.github.quest4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of docs/architecture.md: who may know whom. */
@AnalyzeClasses(packages = "io.github.quest4j", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule modulesDependOnlyOnThoseAbove =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("io.github.quest4j..")
          .layer("attention")
          .definedBy("io.github.quest4j.attention..")
          .layer("model")
          .definedBy("io.github.quest4j.model..")
          .layer("engine")
          .definedBy("io.github.quest4j.engine..")
          .layer("server")
          .definedBy("io.github.quest4j.server..")
          .layer("evaluation")
          .definedBy("io.github.quest4j.evaluation..")
          .layer("benchmarks")
          .definedBy("io.github.quest4j.benchmarks..")
          .layer("cli")
          .definedBy("io.github.quest4j.cli..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("benchmarks")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("evaluation")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("server")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("engine")
          .mayOnlyBeAccessedByLayers("server", "evaluation", "benchmarks", "cli")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers("engine", "server", "evaluation", "benchmarks", "cli");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.github.quest4j.(*).(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule attentionAndModelUseTheJdkOnly =
      classes()
          .that()
          .resideInAnyPackage("io.github.quest4j.attention..", "io.github.quest4j.model..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "jdk.incubator.vector..", "org.jspecify..", "io.github.quest4j..");

  @ArchTest
  static final ArchRule kernelsKnowNoPagesTheCacheKnowsNoPolicy =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.github.quest4j.attention.kernel..", "io.github.quest4j.attention.kv..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.quest4j.attention.select..");

  @ArchTest
  static final ArchRule readersKnowNoComputation =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.github.quest4j.model.gguf..",
              "io.github.quest4j.model.tokenizer..",
              "io.github.quest4j.model.chat..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.github.quest4j.attention..",
              "io.github.quest4j.model.compute..",
              "io.github.quest4j.model.transformer..");

  @ArchTest
  static final ArchRule transformersKnowNoDevice =
      noClasses()
          .that()
          .resideInAPackage("io.github.quest4j.model.transformer..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.github.quest4j.model.compute.cpu..");

  @ArchTest
  static final ArchRule nobodyUsesUnsafe =
      noClasses().should().dependOnClassesThat().haveFullyQualifiedName("sun.misc.Unsafe");
}
