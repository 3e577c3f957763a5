package io.github.quest4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/**
 * Which Quest4J this is.
 *
 * @param version the project's version
 * @param commit the commit it was built from, {@code unknown} outside a repository
 */
record Version(String version, String commit) {

  static Version read() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      // said as unknown below
    }
    return new Version(
        properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
  }

  /** For example {@code Quest4J 0.1.0 (commit 0123abc, JDK 25.0.3+9-LTS)}. */
  String line() {
    return "Quest4J "
        + version
        + " (commit "
        + commit
        + ", JDK "
        + System.getProperty("java.runtime.version")
        + ")";
  }
}
