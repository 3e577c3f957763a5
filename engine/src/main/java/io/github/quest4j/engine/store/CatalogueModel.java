package io.github.quest4j.engine.store;

import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.ModelDefaults;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
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
 * @param defaults options that suit this model, of those that {@link ModelDefaults} knows, and
 *     their values
 * @param evidence one or two sentences on what the defaults come from: what was measured, commit,
 *     date, and where it can be read; empty where nothing was measured
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
    Map<String, String> defaults,
    String evidence) {

  /**
   * Checks and copies. An absent {@code defaults} or {@code evidence} is empty.
   *
   * @throws IllegalArgumentException naming the model, if the entry is incomplete or its defaults
   *     are none
   */
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
      @Nullable Map<String, String> defaults,
      @Nullable String evidence) {
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
    this.defaults =
        defaults == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
    this.evidence = evidence == null ? "" : evidence;
    if (!name.matches("[a-z0-9][a-z0-9.-]*")) {
      throw new IllegalArgumentException("not a catalogue name: " + name);
    }
    if (!file.matches("[A-Za-z0-9][A-Za-z0-9._-]*\\.gguf")) {
      throw new IllegalArgumentException("not a name for a model file: " + file);
    }
    if (bytes <= 0 || contextLength <= 0 || sources.isEmpty()) {
      throw new IllegalArgumentException("an incomplete catalogue entry: " + name);
    }
    try {
      engineOptions();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("defaults of " + name + ": " + e.getMessage(), e);
    }
  }

  /** The general defaults, but for those that this model has of its own. */
  public EngineOptions engineOptions() {
    return ModelDefaults.apply(EngineOptions.defaults(), defaults);
  }
}
