package io.github.quest4j.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What goes wrong is told in words, and the page goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageFaultsTest {

  private static final String QUESTION = "What is the combination?";

  private Browser browser;
  private CannedServer server;

  @BeforeAll
  void start() {
    browser = Browser.start();
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void serve() throws IOException {
    browser.size(1280, 800);
    server = CannedServer.start();
  }

  @AfterEach
  void unserve() {
    server.close();
  }

  private void open() {
    browser.openPage(server.address());
    browser.sample();
  }

  @Test
  void anAnswerStopsAndKeepsWhatCame() {
    server.hold();
    open();
    browser.begin(QUESTION);
    browser.await("three tokens have come", () -> browser.all("[role=option]").size() == 3);
    assertThat(browser.shown("#ask")).isFalse();
    browser.click("#stop");
    browser.await("it has stopped", () -> browser.shown("#ask"));
    assertThat(browser.text(".turn")).contains("Stopped.").contains("The number is");
    browser.hover("number");
    assertThat(browser.lit()).isNotEmpty();
    server.release();
    browser.ask(QUESTION);
    assertThat(browser.text(".turn:last-of-type .words")).endsWith("bakery.");
  }

  @Test
  void readingIsShownUntilTheAnswerBegins() {
    server.hold();
    open();
    browser.begin(QUESTION);
    browser.await("an answer is being written", () -> browser.shown(".words [role=option]"));
    assertThat(browser.shown(".turn progress")).isFalse();
    assertThat(browser.find(".turn progress").getDomProperty("max")).isEqualTo("2048");
    server.release();
    browser.await("the answer is complete", () -> browser.shown("#ask"));
  }

  @Test
  void aServerThatGoesIsToldAndFoundAgain() throws IOException {
    server.hold();
    open();
    browser.begin(QUESTION);
    browser.await("three tokens have come", () -> browser.all("[role=option]").size() == 3);
    int port = server.port();
    server.close();
    browser.await("the banner is shown", () -> browser.shown("#banner"));
    assertThat(browser.text("#banner")).contains("cannot be reached");
    assertThat(browser.text("#state")).isEqualTo("not connected");
    assertThat(browser.text(".turn .problem")).contains("server");
    assertThat(browser.text(".turn .words")).startsWith("The number is");
    server = CannedServer.startAgain(port);
    browser.await("the banner has gone", () -> !browser.shown("#banner"));
    browser.await("the page is connected", () -> browser.text("#state").equals("connected"));
    browser.click(".turn .tools button:last-child");
    browser.await("it is answered", () -> browser.text(".turn:last-of-type").contains("bakery."));
  }

  @Test
  void aKeyIsAskedForOnceAndForgottenWithTheSession() {
    server.require("secret-7");
    browser.open(server.address());
    browser.await("the key is asked for", () -> browser.shown("#key"));
    browser.find("#key").sendKeys("wrong\n");
    browser.await(
        "the wrong key is gone", () -> "".equals(browser.find("#key").getDomProperty("value")));
    browser.await("the key is still asked for", () -> browser.shown("#key"));
    browser.find("#key").sendKeys("secret-7\n");
    browser.await("the key has been taken", () -> !browser.shown("#key"));
    browser.await("the model is named", () -> browser.text("#model").equals("canned"));
    browser.sample();
    browser.ask(QUESTION);
    assertThat(browser.text(".turn .words")).endsWith("bakery.");
    assertThat(browser.script("return JSON.stringify(localStorage)").toString())
        .doesNotContain("secret-7");
    assertThat(browser.script("return sessionStorage.getItem('quest4j.key')"))
        .isEqualTo("secret-7");
    browser.script("sessionStorage.clear()");
  }

  @Test
  void noKeyIsAskedForWhereNoneIsNeeded() {
    open();
    browser.ask(QUESTION);
    assertThat(browser.shown("#key")).isFalse();
  }

  @Test
  void refusalsAreSentences() {
    open();
    server.refuseOnce(429, "{\"error\":{\"message\":\"the queue is full\"}}");
    browser.ask(QUESTION);
    assertThat(browser.text(".turn:last-of-type .problem"))
        .contains("as many requests as it takes")
        .contains("7 s")
        .contains("canned-1");
    server.refuseOnce(
        400, "{\"error\":{\"message\":\"must be at least 32\",\"param\":\"quest.token_budget\"}}");
    browser.ask(QUESTION);
    assertThat(browser.text(".turn:last-of-type .problem"))
        .contains("Must be at least 32. (field quest.token_budget)");
    server.refuseOnce(413, "not json");
    browser.ask(QUESTION);
    assertThat(browser.text(".turn:last-of-type .problem")).contains("too large");
    assertThat(browser.shown("#banner")).isFalse();
    browser.click(".turn:last-of-type .tools button:last-child");
    browser.await(
        "it is asked again", () -> browser.text(".turn:last-of-type").contains("bakery."));
  }

  @Test
  void anAnswerThatBreaksOffIsNotTakenForWhole() {
    server.breakOff();
    open();
    browser.ask(QUESTION);
    assertThat(browser.text(".turn .problem")).contains("before it was complete");
    assertThat(browser.text(".turn .words")).isEqualTo("The number is");
    assertThat(browser.text("#state")).isEqualTo("connected");
  }

  @Test
  void aModelThatCannotBeTracedAnswersAllTheSame() {
    server.refuseTraces();
    open();
    browser.ask(QUESTION);
    assertThat(browser.text(".turn .words")).endsWith("bakery.");
    assertThat(browser.text(".turn")).contains("does not tell where");
    assertThat(browser.all(".known")).isEmpty();
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void filesThatAreNoTextAreRefusedInWords() {
    browser.openPage(server.address());
    browser.script(
        """
        const files = new DataTransfer();
        files.items.add(new File([new Uint8Array([0xff, 0xfe, 0x00])], 'picture.bin'));
        const drop = new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true});
        document.body.dispatchEvent(drop);
        """);
    browser.await(
        "it is refused",
        () -> browser.text("#intake-problem").contains("picture.bin is not a text"));
    browser.script(
        """
        const files = new DataTransfer();
        files.items.add(new File(['\\uFEFFA dropped text.\\r\\nThe end.\\n'], 'note.txt', {type: 'text/plain'}));
        const drop = new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true});
        document.body.dispatchEvent(drop);
        """);
    browser.await("it is shown", () -> browser.shown("#text"));
    assertThat(browser.text("#document-title")).isEqualTo("note.txt");
    browser.ask(QUESTION);
    assertThat(server.requests().getLast().path("messages").path(0).path("content").asString())
        .as("line ends as they are shown, no byte order mark")
        .isEqualTo("A dropped text.\nThe end.\n\n" + QUESTION);
  }
}
