package io.github.quest4j.server.http;

import io.github.quest4j.server.api.ApiException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which endpoint answers which path. A path is exact, or ends with {@code /} and stands for all
 * that begin with it and have something behind it.
 */
final class Routes {

  /**
   * A path.
   *
   * @param label what logs and metrics call it, so that they do not grow with what clients send
   * @param open whether no key is asked for
   */
  record Route(String label, boolean open, Map<String, Endpoint> methods) {

    /** The methods that there are. */
    String allowed() {
      TreeSet<String> allowed = new TreeSet<>(methods.keySet());
      if (allowed.contains("GET")) {
        allowed.add("HEAD");
      }
      return String.join(", ", allowed);
    }
  }

  private final Map<String, Route> routes = new LinkedHashMap<>();

  /** Adds an endpoint that asks for a key. */
  Routes add(String method, String path, Endpoint endpoint) {
    return add(method, path, false, endpoint);
  }

  /** Adds an endpoint that all may use. */
  Routes open(String method, String path, Endpoint endpoint) {
    return add(method, path, true, endpoint);
  }

  private Routes add(String method, String path, boolean open, Endpoint endpoint) {
    String label = path.endsWith("/") && path.length() > 1 ? path + "{name}" : path;
    routes
        .computeIfAbsent(path, p -> new Route(label, open, new LinkedHashMap<>()))
        .methods()
        .put(method, endpoint);
    return this;
  }

  /**
   * The route of a path.
   *
   * @throws ApiException 404
   */
  Route of(String path) {
    Route exact = routes.get(path);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, Route> entry : routes.entrySet()) {
      String prefix = entry.getKey();
      if (prefix.length() > 1
          && prefix.endsWith("/")
          && path.startsWith(prefix)
          && path.length() > prefix.length()) {
        return entry.getValue();
      }
    }
    throw ApiException.http(404, "not_found", "there is nothing at this address");
  }
}
