package io.github.quest4j.cli;

import io.github.quest4j.engine.store.CatalogueModel;
import io.github.quest4j.engine.store.ModelStore;
import io.github.quest4j.engine.store.StoredModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** The models that are known and those that are here. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "List the known models, pull one, or tell about one.",
    subcommands = {
      ModelsCommand.ListModels.class,
      ModelsCommand.Pull.class,
      ModelsCommand.About.class
    })
final class ModelsCommand implements Callable<Integer> {

  @Mixin private CommonMixin common = new CommonMixin();

  /** Without more, the list. */
  @Override
  public Integer call() {
    return new ListModels().list(common);
  }

  /** {@code quest models list}. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "The catalogue, and what else is in the store.")
  static final class ListModels implements Callable<Integer> {

    @Mixin private CommonMixin common = new CommonMixin();

    @Override
    public Integer call() {
      return list(common);
    }

    int list(CommonMixin options) {
      ModelStore store = ModelStore.open();
      List<Map<String, Object>> rows = new ArrayList<>();
      for (CatalogueModel model : store.catalogue().models()) {
        rows.add(describe(model, store.stored(model.name()), store));
      }
      for (StoredModel stored : store.stored()) {
        if (store.catalogue().find(stored.model()).isEmpty()) {
          rows.add(describe(stored));
        }
      }
      if (options.json) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("store", store.home().toString());
        all.put("models", rows);
        print(all);
        return ExitCodes.OK;
      }
      System.out.printf("%-14s %9s  %-19s %-7s %s%n", "NAME", "SIZE", "LICENCE", "STORED", "WHAT");
      for (Map<String, Object> row : rows) {
        System.out.printf(
            Locale.ROOT,
            "%-14s %6.1f MB  %-19s %-7s %s%n",
            row.get("name"),
            ((Number) row.getOrDefault("bytes", 0L)).longValue() / 1e6,
            row.getOrDefault("licence", "-"),
            Boolean.TRUE.equals(row.get("stored")) ? "yes" : "no",
            row.getOrDefault("description", row.getOrDefault("path", "")));
      }
      return ExitCodes.OK;
    }
  }

  /** {@code quest models pull}. */
  @Command(
      name = "pull",
      mixinStandardHelpOptions = true,
      description = "Bring a model into the store, or check the one that is there.")
  static final class Pull implements Callable<Integer> {

    @Mixin private CommonMixin common = new CommonMixin();

    @Parameters(
        arity = "0..1",
        paramLabel = "MODEL",
        description =
            "a catalogue name, hf:OWNER/REPO/FILE.gguf or an address (default: the default model)")
    private Optional<String> model = Optional.empty();

    @Override
    public Integer call() {
      ModelStore store = ModelStore.open();
      String name = model.orElse(store.catalogue().defaultModel());
      Path path = Models.pull(store, name, common);
      if (common.json) {
        print(describe(name, path, store));
      } else {
        System.out.println(path);
      }
      return ExitCodes.OK;
    }
  }

  /** {@code quest models info}. */
  @Command(
      name = "info",
      mixinStandardHelpOptions = true,
      description = "What the catalogue and the store know about a model; nothing is pulled.")
  static final class About implements Callable<Integer> {

    @Mixin private CommonMixin common = new CommonMixin();

    Supplier<ModelStore> opening = ModelStore::open;

    @Parameters(
        arity = "0..1",
        paramLabel = "MODEL",
        description = "a catalogue name, hf:OWNER/REPO/FILE.gguf, an address or a path")
    private Optional<String> model = Optional.empty();

    @Override
    public Integer call() {
      ModelStore store = opening.get();
      String name = model.orElse(store.catalogue().defaultModel());
      Optional<CatalogueModel> known = store.catalogue().find(name.toLowerCase(Locale.ROOT));
      Optional<StoredModel> stored = store.stored(name);
      Map<String, Object> info = describe(name, known, stored, store);
      store
          .known(name)
          .ifPresent(entry -> {
            if (known.isEmpty()) {
              info.put("catalogue_name", entry.name());
            }
            info.put("defaults", entry.defaults());
            info.put("evidence", entry.evidence());
          });
      if (common.json) {
        print(info);
      } else {
        info.forEach(
            (key, value) -> System.out.printf("%-15s %s%n", key.replace('_', ' '), text(value)));
      }
      return ExitCodes.OK;
    }

    private static Map<String, Object> describe(
        String name,
        Optional<CatalogueModel> known,
        Optional<StoredModel> stored,
        ModelStore store) {
      if (known.isPresent()) {
        return ModelsCommand.describe(known.get(), stored, store);
      }
      if (stored.isPresent()) {
        return ModelsCommand.describe(stored.get());
      }
      if (Files.exists(Path.of(name))) {
        return ModelsCommand.describe(name, store.resolve(name), store);
      }
      Map<String, Object> info = new LinkedHashMap<>();
      info.put("name", name);
      info.put("stored", false);
      return info;
    }
  }

  /** Options as they are typed, and a dash for what there is not. */
  private static String text(Object value) {
    String text =
        value instanceof Map<?, ?> options
            ? options.entrySet().stream()
                .map(option -> "--" + option.getKey() + " " + option.getValue())
                .collect(Collectors.joining(" "))
            : value.toString();
    return text.isEmpty() ? "-" : text;
  }

  private static Map<String, Object> describe(
      CatalogueModel model, Optional<StoredModel> stored, ModelStore store) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", model.name());
    row.put("default", model.name().equals(store.catalogue().defaultModel()));
    row.put("description", model.description());
    row.put("licence", model.licence());
    row.put("licence_url", model.licenceUrl().toString());
    row.put("bytes", model.bytes());
    row.put("sha256", model.sha256());
    row.put("context_length", model.contextLength());
    row.put("chat", model.chat());
    row.put("sources", model.sources().stream().map(source -> source.label()).toList());
    row.put("stored", stored.isPresent());
    stored.ifPresent(file -> {
      row.put("path", file.path().toString());
      row.put("from", file.from());
    });
    return row;
  }

  private static Map<String, Object> describe(StoredModel stored) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", stored.model());
    row.put("bytes", stored.bytes());
    row.put("sha256", stored.sha256());
    row.put("stored", true);
    row.put("path", stored.path().toString());
    row.put("from", stored.from());
    return row;
  }

  private static Map<String, Object> describe(String name, Path path, ModelStore store) {
    Optional<StoredModel> stored = store.stored(name);
    if (stored.isPresent()) {
      return describe(stored.get());
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", name);
    try {
      row.put("bytes", Files.size(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    row.put("stored", false);
    row.put("path", path.toString());
    return row;
  }

  private static void print(Object value) {
    System.out.println(
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(value));
  }
}
