package io.github.quest4j.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.store.ModelStore;
import io.github.quest4j.server.QuestServer;
import io.github.quest4j.server.config.ServerOptions;
import io.github.quest4j.server.model.ModelSource;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.Keys;

/** The page and the real server with the real model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageServedTest {

  private static final String QUESTION = "What is the combination of the iron box?";
  private static final int CONTEXT = 2_048;

  private Browser browser;
  private QuestServer server;

  @BeforeAll
  void start() {
    browser = Browser.start();
    server = serve(0);
  }

  private static QuestServer serve(int port) {
    ModelSource source =
        new ModelSource(
            List.of("smollm2"),
            () ->
                Engine.open(
                    ModelStore.open().resolve("smollm2"),
                    EngineOptions.defaults().withThreads(2).withContext(CONTEXT)));
    QuestServer server = QuestServer.start(ServerOptions.defaults().withPort(port), source, "test");
    server.loaded().join();
    return server;
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aModelsAnswerShowsItsEvidenceAndTheSecondQuestionFindsTheDocumentRead() {
    browser.size(1280, 800);
    browser.openPage(server.address());
    browser.complaints();
    browser.await("the model is named", () -> browser.text("#model").equals("smollm2"));
    browser.sample();
    browser.await(
        "its tokens are counted", () -> browser.text("#document-size").contains("tokens"));
    assertThat(browser.text("#document-size")).contains("2,048");
    browser.find("#length").sendKeys("64");
    browser.click("#layers");
    browser.ask(QUESTION);
    assertThat(browser.text(".turn .words")).contains("7 4 1 9");
    assertThat(browser.text(".turn .figures")).contains("pages read");
    assertThat(browser.shown(".turn .problem")).isFalse();
    assertThat(browser.text("#strip")).contains("layers");
    browser.hover("7");
    assertThat(browser.lit().getFirst()).startsWith("Its combination is 7 4 1 9, and it is");
    browser.click(".turn .tools button");
    Path saved = browser.downloaded();

    browser.find("input[value=quest]").sendKeys(Keys.ARROW_RIGHT);
    browser.ask("Who was the first keeper?");
    String figures = browser.text(".turn:last-of-type .figures");
    assertThat(figures).containsPattern("tokens cached\\s+[1-9][0-9,]* of 1,[0-9]{3}");
    assertThat(browser.complaints()).isEmpty();

    browser.open(saved.toUri().toString());
    browser.hover("7");
    assertThat(browser.lit().getFirst()).startsWith("Its combination is 7 4 1 9, and it is");
  }

  @Test
  void anAnswerIsStoppedAndAServerThatGoesComesBack() {
    browser.size(1280, 800);
    browser.openPage(server.address());
    browser.document("The keeper counts the waves. ".repeat(40));
    browser.begin("Write down everything that you know about the sea.");
    browser.await("words come", () -> browser.all("[role=option]").size() > 2);
    if (browser.shown("#stop")) {
      browser.click("#stop");
    }
    browser.await("it has stopped", () -> browser.shown("#ask"));
    browser.await(
        "the server is idle", () -> server.loaded().join().scheduler().stats().running() == 0);

    int port = server.port();
    server.close();
    browser.begin("Is anybody there?");
    browser.await("the banner is shown", () -> browser.shown("#banner"));
    server = serve(port);
    browser.await("the banner has gone", () -> !browser.shown("#banner"));
    browser.ask("Is anybody there?");
    assertThat(browser.shown(".turn:last-of-type .problem")).isFalse();
    assertThat(browser.all(".turn:last-of-type [role=option]")).isNotEmpty();
  }
}
