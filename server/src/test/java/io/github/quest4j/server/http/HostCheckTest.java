package io.github.quest4j.server.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.config.ServerOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A site whose name was made to lead to this machine is not this machine. */
class HostCheckTest {

  private final HostCheck check = new HostCheck(ServerOptions.defaults());

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1:1234", "[::1]:80", "LOCALHOST:8080", "[::1]"})
  void ownNames(String host) {
    assertThatCode(() -> check.check(host)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.nip.io:80", ""})
  void otherNames(String host) {
    assertThatThrownBy(() -> check.check(host))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("this machine's own names only");
  }
}
