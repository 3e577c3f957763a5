package io.github.quest4j.benchmarks.load;

import java.io.IOException;
import javax.net.ssl.SSLException;

/** Says why a server could not be asked. */
public final class Unreached {

  private Unreached() {}

  /**
   * One sentence.
   *
   * @param address as the user gave it
   * @param remedy what helps where nobody answers
   * @param cause what the connection ended with
   */
  public static String sentence(String address, String remedy, IOException cause) {
    if (cause instanceof SSLException) {
      return "%s is not trusted or speaks no TLS (%s): a certificate of your own goes into a trust store (keytool -importcert), named by QUEST_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE"
          .formatted(address, String.valueOf(cause.getMessage()).replaceFirst("^\\(\\w+\\) ", ""));
    }
    return "no server answers at " + address + ": " + remedy;
  }
}
