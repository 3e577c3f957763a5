package io.github.quest4j.server.page;

import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium that is on the page. */
final class Browser implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60); // a test that waits this long fails

  private final ChromeDriver driver;
  private final Path downloads;

  private Browser(ChromeDriver driver, Path downloads) {
    this.driver = driver;
    this.downloads = downloads;
  }

  /**
   * Starts one with a window of 1280 x 800. Where there is no Chromium or no chromedriver the test
   * is skipped, unless QUEST_REQUIRE_BROWSER=1.
   */
  static Browser start() {
    Path chromium = program("chromium", "chromium-browser", "google-chrome");
    Path chromedriver = program("chromedriver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
    options.addArguments("--window-size=1280,800");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(chromedriver.toFile()).build();
    try {
      Path downloads = Files.createTempDirectory("quest4j-page");
      ChromeDriver driver = new ChromeDriver(service, options);
      driver.executeCdpCommand(
          "Browser.setDownloadBehavior",
          Map.of("behavior", "allow", "downloadPath", downloads.toString()));
      return new Browser(driver, downloads);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path program(String... names) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String name : names) {
      Optional<Path> found =
          Arrays.stream(path.split(File.pathSeparator, -1))
              .map(folder -> Path.of(folder, name))
              .filter(Files::isExecutable)
              .findFirst();
      if (found.isPresent()) {
        return found.get();
      }
    }
    String why = names[0] + " is not installed, so the page is not tested in a browser";
    if ("1".equals(System.getenv("QUEST_REQUIRE_BROWSER"))) {
      throw new IllegalStateException(why);
    }
    System.out.println("SKIPPED: " + why);
    Assumptions.abort(why);
    throw new AssertionError("not reached");
  }

  ChromeDriver driver() {
    return driver;
  }

  /** Opens an address, and nothing that was there before stays. */
  void open(String address) {
    driver.get(address);
  }

  /** Opens the page and waits until it has found the server. */
  void openPage(String address) {
    open(address);
    await("the page is connected", () -> text("#state").equals("connected"));
  }

  /** Runs a script before any page's own scripts, from the next page on; returns its handle. */
  String before(String script) {
    Map<String, Object> answer =
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
    return String.valueOf(answer.get("identifier"));
  }

  /** Takes back a script that ran before pages. */
  void noLongerBefore(String handle) {
    driver.executeCdpCommand(
        "Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", handle));
  }

  /** Makes the screen so large, as a phone's where it is narrow. */
  void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** Sets a media feature, as {@code prefers-color-scheme}. */
  void media(String feature, String value) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", feature, "value", value))));
  }

  WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  List<WebElement> all(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  String text(String selector) {
    return find(selector).getText();
  }

  boolean shown(String selector) {
    return all(selector).stream().anyMatch(WebElement::isDisplayed);
  }

  void click(String selector) {
    find(selector).click();
  }

  /** A value of the page. */
  Object script(String script, Object... arguments) {
    return Optional.ofNullable(driver.executeScript(script, arguments)).orElse("");
  }

  /** Takes the sample as the document. */
  void sample() {
    click("#sample");
    await("the document is shown", () -> shown("#text"));
  }

  /** Puts a text into the field and takes it as the document. */
  void document(String text) {
    script(
        "const p = document.getElementById('paste'); p.value = arguments[0];"
            + "p.dispatchEvent(new Event('input'));",
        text);
    click("#use");
    await("the document is shown", () -> shown("#text"));
  }

  /** Asks, and waits for the end of the answer. */
  void ask(String question) {
    begin(question);
    await("the answer is complete", () -> shown("#ask"));
  }

  /** Asks, and does not wait. */
  void begin(String question) {
    find("#question").sendKeys(question + Keys.ENTER);
  }

  /** A word of the last answer. */
  WebElement word(String text) {
    return all(".turn:last-of-type [role=option], .answer [role=option]").stream()
        .filter(word -> word.getText().equals(text))
        .findFirst()
        .orElseGet(() -> fail("the answer has no word " + text));
  }

  /** Points at a word and waits until it is looked at. */
  void hover(String text) {
    WebElement word = word(text);
    new Actions(driver).moveToElement(word).perform();
    await(
        text + " is looked at",
        () -> String.valueOf(word.getDomAttribute("class")).contains("looked"));
  }

  /** Takes the pointer off the words. */
  void unhover() {
    new Actions(driver).moveToElement(find("h1")).perform();
    await("no word is looked at", () -> all(".looked").isEmpty());
  }

  /**
   * The passages that are lit, strongest first: by highlights, or by spans where there are none.
   */
  List<String> lit() {
    Object found =
        script(
            """
            if (CSS.highlights) return [5, 4, 3, 2, 1].flatMap((step) =>
                [...(CSS.highlights.get(`read-${step}`) ?? [])].map((range) => range.toString()));
            return [5, 4, 3, 2, 1].flatMap((step) =>
                [...document.querySelectorAll(`.text .read-${step}`)].map((span) => span.textContent));
            """);
    return strings(found);
  }

  /** A list of strings that a script gave. */
  static List<String> strings(Object found) {
    return found instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
  }

  /** Waits for something that the page does by itself. */
  void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        fail("after %s it is not so that %s", LIMIT, what);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail("interrupted while waiting until " + what);
      }
    }
  }

  /** The file that was downloaded, which is then forgotten here. */
  Path downloaded() {
    await("a file is downloaded", () -> !files(downloads).isEmpty());
    Path file = files(downloads).getFirst();
    try {
      return Files.move(file, Files.createTempDirectory("quest4j-saved").resolve("answer.html"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".html")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What the browser complained of since this was last asked: errors, refused scripts and styles.
   */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
