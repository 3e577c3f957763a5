package io.github.quest4j.server.model;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.schedule.Scheduler;
import java.time.Instant;
import java.util.List;

/**
 * A model that is served.
 *
 * @param names that requests may call it by; the first is what answers say
 * @param created when it was loaded
 */
public record ServedModel(List<String> names, Engine engine, Scheduler scheduler, Instant created) {

  /** Keeps an own copy. */
  public ServedModel {
    names = List.copyOf(names);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a model that is served has a name");
    }
  }

  /** What answers call it. */
  public String name() {
    return names.getFirst();
  }
}
