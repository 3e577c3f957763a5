package io.github.quest4j.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may use a server, and what cannot be meant. */
class ServerOptionsTest {

  @TempDir Path folder;

  @Test
  void othersNeedAKeyUnlessItIsSaidTwice() {
    ServerOptions open = ServerOptions.defaults().withHost("0.0.0.0");
    assertThatThrownBy(open::address)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--api-key-file")
        .hasMessageContaining("--allow-no-key");
    assertThat(open.withAllowNoKey(true).address().isAnyLocalAddress()).isTrue();
    assertThat(open.withKeys(ApiKeys.of(List.of("k"))).address().isAnyLocalAddress()).isTrue();
    for (String own : List.of("127.0.0.1", "localhost", "::1", "127.9.9.9")) {
      assertThat(ServerOptions.defaults().withHost(own).address().isLoopbackAddress()).isTrue();
    }
  }

  @Test
  void keysAreReadALine() throws Exception {
    Path file = folder.resolve("keys");
    Files.writeString(file, "# mine\nfirst-key\n\n  second \n#third\n");
    ApiKeys keys = ApiKeys.read(file);
    assertThat(keys.opens("first-key")).isTrue();
    assertThat(keys.opens("second")).isTrue();
    assertThat(List.of("third", "#third", "", "first-ke", "# mine")).noneMatch(keys::opens);
    Files.writeString(file, "# none\n");
    assertThatThrownBy(() -> ApiKeys.read(file)).hasMessageContaining("holds no API key");
    Files.writeString(file, "good\nse cret\n");
    assertThatThrownBy(() -> ApiKeys.read(file))
        .hasMessageContaining("API key 2")
        .hasMessageNotContaining("cret");
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    assertThatThrownBy(() -> ServerOptions.defaults().withPort(70_000))
        .hasMessageContaining("port");
    assertThatThrownBy(() -> ServerOptions.defaults().withCorsOrigins(List.of("example.org")))
        .hasMessageContaining("not an origin");
    assertThatThrownBy(() -> Limits.defaults().withIdleTime(Duration.ZERO))
        .hasMessageContaining("idle time");
    assertThatThrownBy(() -> Limits.defaults().withBodyBytes(0)).hasMessageContaining("body");
  }
}
