package io.github.quest4j.langchain4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of docs/architecture.md for this module: whom it knows, and who knows it. */
@AnalyzeClasses(packages = "io.github.quest4j", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule knowsTheEngineAndLangChain4jsPublicApi =
      classes()
          .that()
          .resideInAPackage("io.github.quest4j.langchain4j..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify..",
              "tools.jackson..",
              "dev.langchain4j.agent.tool..",
              "dev.langchain4j.data.message..",
              "dev.langchain4j.exception..",
              "dev.langchain4j.model..",
              "io.github.quest4j.attention",
              "io.github.quest4j.model.chat",
              "io.github.quest4j.engine..",
              "io.github.quest4j.langchain4j..");

  @ArchTest
  static final ArchRule nothingBelowKnowsIt =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.github.quest4j.langchain4j..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.github.quest4j.langchain4j..", "dev.langchain4j..");
}
