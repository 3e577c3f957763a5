package io.github.quest4j.engine.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The models known by name.
 *
 * @param defaultModel the name that is meant where none is given
 * @param models in the order in which they are listed
 */
public record Catalogue(String defaultModel, List<CatalogueModel> models) {

  /** Copies the list and checks that names are unique and the default among them. */
  public Catalogue {
    models = List.copyOf(models);
    if (models.stream().map(CatalogueModel::name).distinct().count() != models.size()) {
      throw new IllegalArgumentException("a name stands twice in the catalogue");
    }
    if (models.stream().noneMatch(model -> model.name().equals(defaultModel))) {
      throw new IllegalArgumentException("the catalogue lacks its default model: " + defaultModel);
    }
  }

  /** The catalogue that comes with this version. */
  public static Catalogue builtIn() {
    return BuiltIn.CATALOGUE;
  }

  /** Read once: a start asks for it several times. */
  private static final class BuiltIn {
    private static final Catalogue CATALOGUE = readBuiltIn();
  }

  private static Catalogue readBuiltIn() {
    try (InputStream in = Catalogue.class.getResourceAsStream("catalogue.json")) {
      if (in == null) {
        throw new IllegalStateException("catalogue.json is missing from the jar");
      }
      return read(in);
    } catch (IOException e) {
      throw new IllegalStateException("catalogue.json cannot be read", e);
    }
  }

  /** Reads a catalogue from JSON. An unknown property is an error. */
  static Catalogue read(InputStream json) {
    return JsonMapper.builder()
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .build()
        .readValue(json, Catalogue.class);
  }

  /** The entry of that name. */
  public Optional<CatalogueModel> find(String name) {
    return models.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  /**
   * The entry whose file that is: same name, same size. The sum is not computed, since reading a
   * large file takes longer than opening a model, and what depends on it is no more than defaults.
   */
  Optional<CatalogueModel> find(Path file) {
    return models.stream()
        .filter(model -> file.endsWith(model.file()) && file.toFile().length() == model.bytes())
        .findFirst();
  }

  /** The names, the default marked, for messages: {@code smollm2 (default), other}. */
  String names() {
    return models.stream()
        .map(CatalogueModel::name)
        .map(name -> name.equals(defaultModel) ? name + " (default)" : name)
        .collect(Collectors.joining(", "));
  }
}
