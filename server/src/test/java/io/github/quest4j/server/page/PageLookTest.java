package io.github.quest4j.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/** What the page asks for, and that it can be used by everyone: names, contrast, narrow screens. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageLookTest {

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
    browser.media("prefers-color-scheme", "light");
    browser.openPage(server.address());
  }

  @Test
  void theSwitchAndTheSliderSayWhatIsAskedFor() {
    browser.sample();
    browser.script("document.getElementById('budget').focus()");
    browser.find("#budget").sendKeys(Keys.HOME);
    assertThat(browser.text("#budget-value")).isEqualTo("128");
    browser.ask(QUESTION);
    JsonNode quest = server.requests().getLast().path("quest");
    assertThat(quest.path("attention").asString()).isEqualTo("quest");
    assertThat(quest.path("token_budget").asInt()).isEqualTo(128);
    assertThat(quest.path("trace").path("layers").asBoolean()).isFalse();
    browser.find("#budget").sendKeys(Keys.END);
    assertThat(browser.text("#budget-value")).as("the context").isEqualTo("8,192");
    browser.find("input[value=quest]").sendKeys(Keys.ARROW_RIGHT);
    assertThat(browser.find("#budget").isEnabled()).isFalse();
    browser.click("#layers");
    browser.ask(QUESTION);
    JsonNode dense = server.requests().getLast().path("quest");
    assertThat(dense.path("attention").asString()).isEqualTo("dense");
    assertThat(dense.has("token_budget")).isFalse();
    assertThat(dense.path("trace").path("layers").asBoolean()).isTrue();
    assertThat(browser.text(".turn:last-of-type")).contains("Dense");
  }

  @Test
  void figuresTellWhatAnAnswerCost() {
    browser.sample();
    browser.ask(QUESTION);
    assertThat(browser.text(".figures"))
        .contains("tokens/s")
        .contains("to first token")
        .contains("64 of 128")
        .contains("1.5 MB")
        .contains("2,000 of 2,048")
        .contains("1.3 %");
  }

  @Test
  void aFollowUpSendsWhatWasSaidAndANewQuestionDoesNot() {
    browser.sample();
    assertThat(browser.shown("#follow-up")).isFalse();
    browser.ask(QUESTION);
    browser.ask("And where?");
    assertThat(server.requests().getLast().path("messages")).hasSize(1);
    browser.click("#follow-up");
    browser.ask("Why?");
    JsonNode messages = server.requests().getLast().path("messages");
    assertThat(messages).hasSize(3);
    assertThat(messages.path(0).path("content").asString()).endsWith("\n\nAnd where?");
    assertThat(messages.path(1).path("content").asString()).endsWith("bakery.");
    assertThat(messages.path(2).path("content").asString()).isEqualTo("Why?");
    assertThat(browser.all(".turn")).hasSize(3);
    browser.hover("bakery.");
    assertThat(browser.lit()).anyMatch(text -> text.startsWith(CannedAnswer.BAKERY));
  }

  @ParameterizedTest
  @ValueSource(ints = {320, 390, 1280})
  void everyWidthHoldsThePageAndLightsUp(int width) {
    browser.size(width, 760);
    browser.openPage(server.address());
    assertThat(overflow()).isLessThanOrEqualTo(0);
    browser.sample();
    browser.click("#layers");
    browser.ask(QUESTION);
    assertThat(overflow()).isLessThanOrEqualTo(0);
    browser.word("7419,").click();
    assertThat(browser.lit()).anyMatch(text -> text.startsWith(CannedAnswer.NUMBER));
    assertThat(browser.shown("#text")).as("the document is beside the answer").isTrue();
    assertThat(visibleHeight("#text")).isGreaterThan(60);
    assertThat(visibleHeight("#turns")).isGreaterThan(100);
    assertThat(clickable("#ask")).isTrue();
  }

  private long overflow() {
    return number(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
  }

  private long visibleHeight(String selector) {
    return number(
        "const r = document.querySelector(arguments[0]).getBoundingClientRect();"
            + "return Math.round(Math.min(innerHeight, r.bottom) - Math.max(0, r.top))",
        selector);
  }

  private boolean clickable(String selector) {
    return Boolean.TRUE.equals(
        browser.script(
            "const e = document.querySelector(arguments[0]); const r = e.getBoundingClientRect();"
                + "return e.contains(document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2))",
            selector));
  }

  private long number(String script, Object... arguments) {
    return ((Number) browser.script(script, arguments)).longValue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void everyTextCanBeRead(String colours) {
    browser.media("prefers-color-scheme", colours);
    server.refuseOnce(400, "{\"error\":{\"message\":\"no\"}}");
    browser.sample();
    browser.ask(QUESTION);
    browser.ask(QUESTION);
    browser.hover("7419,");
    assertThat(Browser.strings(browser.script(CONTRAST))).as("texts below 4.5 to 1").isEmpty();
  }

  /** Texts whose contrast with the nearest painted background is below 4.5 to 1. */
  private static final String CONTRAST =
      """
      const parse = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return m.length > 3 ? m : [...m.slice(0, 3), 1]; };
      const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
          .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (e) => {
        for (; e; e = e.parentElement) {
          const c = parse(getComputedStyle(e).backgroundColor);
          if (c[3] === 1) return c;
        }
        return [255, 255, 255];
      };
      const found = [];
      for (const e of document.querySelectorAll('body *')) {
        const text = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('');
        if (!text || !e.checkVisibility() || e.closest('.out-of-sight, :disabled')) continue;
        const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) found.push(text.slice(0, 40) + ' ' + ((a + 0.05) / (b + 0.05)).toFixed(2));
      }
      return found;
      """;

  @Test
  void everyControlHasAName() {
    assertThat(nameless()).isEmpty();
    browser.sample();
    browser.click("#layers");
    browser.ask(QUESTION);
    browser.word("7419,").click();
    assertThat(nameless()).isEmpty();
    assertThat(
            number(
                "return document.querySelectorAll('button, input, select, textarea, [tabindex]').length"))
        .isGreaterThan(15);
    assertThat(browser.find("#live").getDomAttribute("aria-live")).isEqualTo("polite");
    assertThat(browser.script("return document.documentElement.lang")).isEqualTo("en");
  }

  /** Controls without a name as the browser itself computes it for a screen reader. */
  private List<String> nameless() {
    return browser.all("button, input, select, textarea, a, [role], [tabindex='0']").stream()
        .filter(element ->
            element.isDisplayed() && String.valueOf(element.getAccessibleName()).isBlank())
        .filter(
            element -> !List.of("alert", "status", "presentation").contains(element.getAriaRole()))
        .map(element -> element.getTagName() + " " + element.getDomAttribute("class"))
        .toList();
  }

  @Test
  void theAnswerIsToldBySentencesNotByTokens() {
    browser.script(
        """
        window.told = [];
        new MutationObserver(() => told.push(document.getElementById('live').textContent))
            .observe(document.getElementById('live'), {childList: true, characterData: true, subtree: true});
        """);
    browser.sample();
    browser.ask(QUESTION);
    List<String> told = Browser.strings(browser.script("return window.told"));
    assertThat(told).anyMatch(text -> text.contains("The number is 7419, from the bakery."));
    assertThat(told.size()).isLessThan(5);
  }

  @Test
  void coloursFollowTheSystemUnlessChosen() {
    browser.media("prefers-color-scheme", "dark");
    Object dark =
        browser.script("return getComputedStyle(document.body.parentElement).backgroundColor");
    browser.click("#theme");
    assertThat(browser.find("#theme").getAccessibleName()).isEqualTo("Colours: light");
    Object light =
        browser.script("return getComputedStyle(document.body.parentElement).backgroundColor");
    assertThat(light).isNotEqualTo(dark);
    browser.openPage(server.address());
    assertThat(browser.find("#theme").getAccessibleName()).isEqualTo("Colours: light");
    browser.script("localStorage.clear()");
  }

  @Test
  void nothingComesFromElsewhereAndNothingIsRefused() {
    browser.complaints(); // of other tests
    browser.openPage(server.address());
    browser.sample();
    browser.click("#layers");
    browser.ask(QUESTION);
    browser.hover("7419,");
    assertThat(
            Browser.strings(
                browser.script(
                    "return performance.getEntriesByType('resource').map((entry) => entry.name)")))
        .isNotEmpty()
        .allMatch(name -> name.startsWith(server.address()));
    assertThat(browser.complaints()).isEmpty();
  }
}
