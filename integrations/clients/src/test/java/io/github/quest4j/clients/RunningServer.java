package io.github.quest4j.clients;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.store.ModelStore;
import io.github.quest4j.server.QuestServer;
import io.github.quest4j.server.config.ApiKeys;
import io.github.quest4j.server.config.ServerOptions;
import io.github.quest4j.server.model.ModelSource;
import java.util.List;

/** The real model behind the real server, at a port of its own. */
final class RunningServer implements AutoCloseable {

  /** The model's name. */
  static final String MODEL = "smollm2";

  /** A key that opens a server that asks for one. */
  static final String KEY = "a-key-of-the-tests";

  private final QuestServer server;

  private RunningServer(QuestServer server) {
    this.server = server;
  }

  static RunningServer open() {
    return start(ApiKeys.NONE);
  }

  static RunningServer withKey() {
    return start(ApiKeys.of(List.of(KEY)));
  }

  private static RunningServer start(ApiKeys keys) {
    ServerOptions options = ServerOptions.defaults().withPort(0).withKeys(keys);
    ModelSource source = new ModelSource(List.of(MODEL), RunningServer::engine);
    RunningServer started = new RunningServer(QuestServer.start(options, source, "test"));
    started.server.loaded().join();
    return started;
  }

  private static Engine engine() {
    return Engine.open(
        ModelStore.open().resolve(MODEL),
        EngineOptions.defaults().withThreads(2).withContext(2_048));
  }

  /** Where it is, without a slash at the end. */
  String address() {
    return server.address();
  }

  /** What clients call the base URL. */
  String api() {
    return address() + "/v1";
  }

  @Override
  public void close() {
    server.close();
  }
}
