package io.github.quest4j.engine.store;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model that the catalogue knows by name.
 *
 * @param name what the user types
 * @param description one line
 * @param licence the licence's short name
 * @param licenceUrl where the licence can be read
 * @param file the file's name in the store
 * @param bytes the file's size
 * @param sha256 the file's SHA-256, lower-case hexadecimal
 * @param contextLength the longest context the model was trained for, in tokens
 * @param chat whether the model has a chat template
 * @param sources where it comes from, the first that works wins
 * @param defaults the command line's options that suit this model, without dashes, and their values
 */
public record CatalogueModel(
    String name,
    String description,
    String licence,
    URI licenceUrl,
    String file,
    long bytes,
    String sha256,
    int contextLength,
    boolean chat,
    List<Source> sources,
    Map<String, String> defaults) {

  /** Checks and copies. An absent {@code defaults} is empty. */
  public CatalogueModel(
      String name,
      String description,
      String licence,
      URI licenceUrl,
      String file,
      long bytes,
      String sha256,
      int contextLength,
      boolean chat,
      List<Source> sources,
      @Nullable Map<String, String> defaults) {
    this.name = name;
    this.description = description;
    this.licence = licence;
    this.licenceUrl = licenceUrl;
    this.file = file;
    this.bytes = bytes;
    this.sha256 = Sha256.requireHex(sha256);
    this.contextLength = contextLength;
    this.chat = chat;
    this.sources = List.copyOf(sources);
    this.defaults = defaults == null ? Map.of() : Map.copyOf(defaults);
    if (!name.matches("[a-z0-9][a-z0-9.-]*")) {
      throw new IllegalArgumentException("not a catalogue name: " + name);
    }
    if (!file.matches("[A-Za-z0-9][A-Za-z0-9._-]*\\.gguf")) {
      throw new IllegalArgumentException("not a name for a model file: " + file);
    }
    if (bytes <= 0 || contextLength <= 0 || sources.isEmpty()) {
      throw new IllegalArgumentException("an incomplete catalogue entry: " + name);
    }
  }
}
