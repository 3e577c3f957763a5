package io.github.quest4j.server.http;

import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.config.ServerOptions;
import java.util.Locale;
import java.util.Set;

/**
 * Which names a server that is open to this machine without a key may be called by. A page of
 * another site could have its own name resolve to this machine and then read answers as if they
 * were its own (DNS rebinding); its name gives it away.
 */
final class HostCheck {

  private static final Set<String> OWN = Set.of("localhost", "127.0.0.1", "[::1]");

  private final boolean asked;
  private final String host;

  HostCheck(ServerOptions options) {
    this.asked = options.address().isLoopbackAddress() && !options.keys().asked();
    this.host = options.host().toLowerCase(Locale.ROOT);
  }

  /**
   * Checks the header {@code Host}.
   *
   * @throws ApiException 403 for a name that is not this machine's own
   */
  void check(String header) {
    if (!asked) {
      return;
    }
    String name = header.strip().toLowerCase(Locale.ROOT).replaceFirst(":\\d{1,5}$", "");
    if (!OWN.contains(name) && !name.equals(host)) {
      throw ApiException.http(
          403,
          "host_not_allowed",
          "this server answers to this machine's own names only (localhost, 127.0.0.1): give it an"
              + " API key to use it by another");
    }
  }
}
