package io.github.quest4j.server.model;

import io.github.quest4j.engine.Engine;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Where a server's model comes from.
 *
 * @param names that requests may call it by; the first is what answers say
 * @param opening opens it, which may take long; whoever runs the server closes what comes of it
 */
public record ModelSource(List<String> names, Callable<Engine> opening) {

  /** Keeps an own copy. */
  public ModelSource {
    names = List.copyOf(names);
  }
}
