package io.github.quest4j.engine.store;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the server said of the file whose beginning lies in a part file: by it the server can tell
 * whether the rest still belongs to it (RFC 9110, If-Range). Empty strings stand for absent ones.
 */
record PartNote(String etag, String lastModified) {
  private static final PartNote NOTHING = new PartNote("", "");

  static PartNote of(HttpHeaders headers) {
    return new PartNote(
        headers.firstValue("etag").orElse(""), headers.firstValue("last-modified").orElse(""));
  }

  static PartNote read(Path part) throws IOException {
    Path path = pathOf(part);
    if (!Files.isRegularFile(path)) {
      return NOTHING;
    }
    try {
      return JsonMapper.shared().readValue(Files.readString(path), PartNote.class);
    } catch (JacksonException e) {
      return NOTHING;
    }
  }

  void write(Path part) throws IOException {
    Files.writeString(pathOf(part), JsonMapper.shared().writeValueAsString(this));
  }

  /** Whether the server can be asked for the rest only. */
  boolean resumable() {
    return !validator().isEmpty();
  }

  /** The value of If-Range: a weak entity tag must not be used there. */
  String validator() {
    return etag.isEmpty() || etag.startsWith("W/") ? lastModified : etag;
  }

  /** The bytes at hand; 0 if there is no part file. */
  static long length(Path part) throws IOException {
    return Files.isRegularFile(part) ? Files.size(part) : 0;
  }

  /** Deletes the part file and the note. */
  static void discard(Path part) throws IOException {
    Files.deleteIfExists(part);
    Files.deleteIfExists(pathOf(part));
  }

  /** Deletes the note, since the part file has become the file. */
  static void forget(Path part) throws IOException {
    Files.deleteIfExists(pathOf(part));
  }

  private static Path pathOf(Path part) {
    return part.resolveSibling(part.getFileName() + ".json");
  }
}
