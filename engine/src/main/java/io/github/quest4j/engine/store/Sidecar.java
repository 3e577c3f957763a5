package io.github.quest4j.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is remembered beside a model file, so that it is hashed once and not at every start.
 *
 * @param model what a user types to get the file
 * @param sha256 the file's sum when it was hashed
 * @param bytes its size then
 * @param modifiedMillis its time of modification then
 * @param from where it came from
 */
record Sidecar(String model, String sha256, long bytes, long modifiedMillis, String from) {

  static Path pathOf(Path model) {
    return model.resolveSibling(model.getFileName() + ".json");
  }

  /** The note beside {@code model}; an unreadable one counts as absent. */
  static Optional<Sidecar> read(Path model) throws IOException {
    Path path = pathOf(model);
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JsonMapper.shared().readValue(Files.readString(path), Sidecar.class));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** The note for {@code file} as it lies there now. */
  static Sidecar of(Path file, String model, String sha256, String from) throws IOException {
    return new Sidecar(
        model, sha256, Files.size(file), Files.getLastModifiedTime(file).toMillis(), from);
  }

  void write(Path model) throws IOException {
    Path path = pathOf(model);
    Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
    Files.writeString(temporary, JsonMapper.shared().writeValueAsString(this));
    Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whether {@code file} still has the size and time that it had when it was hashed. */
  boolean unchanged(Path file) throws IOException {
    return Files.size(file) == bytes
        && Files.getLastModifiedTime(file).toMillis() == modifiedMillis;
  }
}
