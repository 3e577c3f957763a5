package io.github.quest4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.server.config.ServerOptions;
import io.github.quest4j.server.config.TlsFiles;
import io.github.quest4j.server.model.ModelSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate. */
class TlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  private KeyStore certificate() throws Exception {
    Path file = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "quest",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit")
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    return KeyStore.getInstance(file.toFile(), PASSWORD);
  }

  private Path pem(String name, String kind, byte[] bytes) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }

  @Test
  void speaksTlsAndStreams() throws Exception {
    KeyStore store = certificate();
    Path key = pem("key.pem", "PRIVATE KEY", store.getKey("quest", PASSWORD).getEncoded());
    Path chain = pem("chain.pem", "CERTIFICATE", store.getCertificate("quest").getEncoded());
    ServerOptions options = TestServer.options().withTls(new TlsFiles(chain, key));
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, PASSWORD);
    trusted.setCertificateEntry("quest", store.getCertificate("quest"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    ModelSource source = new ModelSource(List.of("smollm2"), TestServer::engine);
    try (QuestServer server = QuestServer.start(options, source, "test");
        HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      server.loaded().join();
      assertThat(server.address()).startsWith("https://");
      String body =
          "{\"prompt\": \"Once\", \"stream\": true, \"max_tokens\": 30, \"ignore_eos\": true}";
      for (int i = 0; i < 2; i++) { // over one connection
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/v1/completions"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
      }
    }
  }

  @Test
  void aCertificateThatIsNoneIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("no.pem"), "no certificate");
    ServerOptions options = TestServer.options().withTls(new TlsFiles(file, file));
    ModelSource source = new ModelSource(List.of("smollm2"), TestServer::engine);
    assertThatThrownBy(() -> QuestServer.start(options, source, "test").close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no.pem");
  }
}
