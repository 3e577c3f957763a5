package io.github.quest4j.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** A word of an answer lights up what it was read from. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageEvidenceTest {

  private static final String QUESTION = "What is the combination?";

  private Browser browser;
  private CannedServer server;

  @BeforeAll
  void start() throws IOException {
    browser = Browser.start();
    server = CannedServer.start();
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

  @BeforeEach
  void open() {
    browser.size(1280, 800);
    browser.openPage(server.address());
  }

  @Test
  void wordsAreGroupedOfTokensAndTheDocumentComesFirst() {
    browser.sample();
    browser.ask(QUESTION);
    assertThat(browser.all("[role=option]").stream().map(WebElement::getText))
        .containsExactly("The", "number", "is", "7419,", "from", "the", "bakery.");
    assertThat(server.requests().getLast().path("messages").path(0).path("content").asString())
        .startsWith("The Harbour Log of Skelling Sound\n")
        .endsWith("\n\n" + QUESTION);
  }

  @Test
  void hoveringLightsUpWhatAWordWasReadFrom() {
    browser.sample();
    browser.ask(QUESTION);
    assertThat(browser.lit()).isEmpty();
    browser.hover("7419,");
    // The comma was read from elsewhere; the union has both, and the digits' sentence is the best.
    assertThat(browser.lit())
        .hasSize(2)
        .anyMatch(text -> text.startsWith(CannedAnswer.NUMBER) && text.endsWith("leaves."))
        .anyMatch(text -> text.startsWith(CannedAnswer.HUM));
    assertThat(browser.lit().getFirst()).as("the strongest").startsWith(CannedAnswer.NUMBER);
    assertThat(inSight(CannedAnswer.NUMBER)).isTrue();
    assertThat(browser.all(".best")).isNotEmpty();
    assertThat(framed()).startsWith(CannedAnswer.NUMBER);
    assertThat(browser.text("#caption")).contains("7419,").contains("read from").contains("%");
    browser.unhover();
    assertThat(browser.lit()).isEmpty();
    assertThat(browser.all(".best")).isEmpty();
  }

  /** Whether the beginning of a passage is within the part of the document that can be seen. */
  private boolean inSight(String text) {
    browser.await("the document has come to rest", () -> within(text));
    return within(text);
  }

  private boolean within(String text) {
    return Boolean.TRUE.equals(
        browser.script(
            """
            const box = document.querySelector('.text').getBoundingClientRect();
            for (const highlight of CSS.highlights.values()) for (const range of highlight) {
              const at = range.getBoundingClientRect();
              if (range.toString().startsWith(arguments[0])) return at.top >= box.top && at.bottom <= box.bottom;
            }
            return false;
            """,
            text));
  }

  /** The text under the frame's first line. */
  private String framed() {
    return String.valueOf(
        browser.script(
            """
            const frame = document.querySelector('.best').getBoundingClientRect();
            const at = document.caretPositionFromPoint(frame.left + 4, frame.top + frame.height / 2);
            return at.offsetNode.data.slice(at.offset).trimStart();
            """));
  }

  @Test
  void theArrowKeysWalkThroughTheWords() {
    browser.sample();
    browser.ask(QUESTION);
    assertThat(browser.all("[role=option][tabindex='0']")).hasSize(1);
    WebElement first = browser.word("The");
    browser.script("arguments[0].focus()", first);
    first.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    browser.driver().switchTo().activeElement().sendKeys(Keys.ARROW_RIGHT);
    assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("7419,");
    assertThat(browser.all("[role=option][tabindex='0']")).hasSize(1);
    assertThat(browser.lit()).anyMatch(text -> text.startsWith(CannedAnswer.NUMBER));
    browser.driver().switchTo().activeElement().sendKeys(Keys.END);
    assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("bakery.");
    assertThat(browser.lit()).anyMatch(text -> text.startsWith(CannedAnswer.BAKERY));
    assertThat(browser.lit()).noneMatch(text -> text.startsWith(CannedAnswer.NUMBER));
    browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
    browser.script("document.getElementById('question').focus()");
    assertThat(browser.lit()).as("a word that is held stays lit").isNotEmpty();
    WebElement held = browser.word("bakery.");
    assertThat(held.getDomAttribute("aria-selected")).isEqualTo("true");
    browser.script("arguments[0].focus()", held);
    held.sendKeys(Keys.ESCAPE);
    assertThat(held.getDomAttribute("aria-selected")).isEqualTo("false");
    assertThat(browser.lit()).isEmpty();
  }

  @Test
  void theStripShowsPagesAndLayersAndScrollsTheDocument() {
    browser.sample();
    browser.click("#layers");
    browser.ask(QUESTION);
    WebElement strip = browser.find("#strip");
    assertThat(strip.isDisplayed()).isTrue();
    assertThat(strip.getText()).contains("pages").contains("layers");
    assertThat(Integer.parseInt(strip.getDomAttribute("aria-valuemax"))).isGreaterThan(50);
    browser.script("arguments[0].focus()", strip);
    strip.sendKeys(Keys.END);
    browser.await(
        "the end of the document is in sight",
        () ->
            Boolean.TRUE.equals(
                browser.script("return document.getElementById('text').scrollTop > 800")));
    assertThat(strip.getDomAttribute("aria-valuetext")).contains("Page ").contains("attention");
    browser.hover("bakery.");
    assertThat(painted(strip)).as("pixels of the strip that are painted").isGreaterThan(100);
  }

  private long painted(WebElement strip) {
    browser.script(
        "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    return ((Number)
            browser.script(
                """
                const canvas = arguments[0].querySelector('canvas');
                const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                let strong = 0;
                for (let i = 3; i < data.length; i += 4) if (data[i] > 200) strong++;
                return strong;
                """,
                strip))
        .longValue();
  }

  @Test
  void offsetsAreUtf16() {
    browser.document(
        "\uD83D\uDE00\uD83D\uDE00 Zoë’s box.\r\n\r\n"
            + CannedAnswer.NUMBER
            + ", so it is. The end.");
    browser.ask(QUESTION);
    browser.hover("7419,");
    assertThat(browser.lit()).containsExactly(CannedAnswer.NUMBER + ", so it is.");
  }

  @Test
  void withoutHighlightsSpansDoTheSame() {
    String handle = browser.before("Object.defineProperty(CSS, 'highlights', {value: undefined});");
    try {
      browser.openPage(server.address());
      browser.sample();
      browser.ask(QUESTION);
      Object before = browser.script("return document.getElementById('text').innerHTML");
      browser.hover("7419,");
      assertThat(browser.lit()).hasSize(2).anyMatch(text -> text.startsWith(CannedAnswer.NUMBER));
      browser.unhover();
      assertThat(browser.lit()).isEmpty();
      assertThat(browser.script("return document.getElementById('text').innerHTML"))
          .isEqualTo(before);
    } finally {
      browser.noLongerBefore(handle);
    }
  }

  @Test
  void aLongDocumentHasFewElements() {
    String line = "The quick keeper of the light wrote down the tide and went to bed at nine.\n";
    browser.document(line.repeat(2_000) + CannedAnswer.NUMBER + ".\n" + line.repeat(2_000));
    browser.ask(QUESTION);
    browser.hover("7419,");
    assertThat(browser.lit()).containsExactly(CannedAnswer.NUMBER + ".");
    assertThat(inSight(CannedAnswer.NUMBER)).isTrue();
    assertThat(browser.all("#text *").size()).isLessThan(500);
  }

  @Test
  void aSavedAnswerShowsItsEvidenceOffline() throws IOException {
    browser.sample();
    browser.click("#layers");
    browser.ask("Is </script> <b>safe</b>?");
    browser.click(".turn .tools button");
    Path saved = browser.downloaded();
    assertThat(Files.readString(saved)).doesNotContain("http://").doesNotContain("https://");
    browser.complaints();
    browser.open(saved.toUri().toString());
    assertThat(browser.text("h1")).isEqualTo("Is </script> <b>safe</b>?");
    browser.hover("bakery.");
    assertThat(browser.lit()).anyMatch(text -> text.startsWith(CannedAnswer.BAKERY));
    assertThat(inSight(CannedAnswer.BAKERY)).isTrue();
    assertThat(browser.text(".strip")).contains("layers");
    assertThat(browser.text(".figures")).contains("64 of 128").contains("2,000 of 2,048");
    browser.word("The").sendKeys(Keys.ARROW_RIGHT);
    assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("number");
    assertThat(browser.complaints()).isEmpty();
    assertThat(
            Browser.strings(
                browser.script(
                    "return performance.getEntriesByType('resource').map((entry) => entry.name)")))
        .isEqualTo(List.of());
  }
}
