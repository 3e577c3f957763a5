package io.github.quest4j.engine.store;

import io.github.quest4j.engine.EngineOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder where model files are kept, and the way to everything that may stand after {@code -m}:
 * a catalogue name, {@code hf:OWNER/REPO/FILE.gguf}, an http(s) address, or the path of a GGUF
 * file.
 *
 * <p>A file appears under its name only once it is whole and its SHA-256 is the expected one. Two
 * processes may use one store: one pulls, the other waits. Safe for use by several threads.
 */
public final class ModelStore {

  /** Everything that differs between the real store and one in a test. */
  record Settings(
      Catalogue catalogue,
      URI huggingFace,
      Map<String, String> environment,
      Disk disk,
      HttpDownload.Patience patience) {

    static Settings of(Catalogue catalogue, Map<String, String> environment) {
      return new Settings(
          catalogue,
          URI.create(environment.getOrDefault("QUEST_HF_URL", HUGGING_FACE)),
          environment,
          Disk.real(),
          HttpDownload.Patience.usual());
    }
  }

  private static final String HUGGING_FACE = "https://huggingface.co";

  private final Path home;
  private final Catalogue catalogue;
  private final Targets targets;
  private final Puller puller;

  ModelStore(Path home, Settings settings) {
    this.home = home.toAbsolutePath().normalize();
    this.catalogue = settings.catalogue();
    this.targets = new Targets(this.home.resolve("models"));
    this.puller = new Puller(this.home, settings);
  }

  /** The store in a folder of the caller's choice. Nothing is created before the first pull. */
  public static ModelStore open(Path home) {
    return open(home, Catalogue.builtIn());
  }

  /** Likewise, with a catalogue of the caller's own. */
  public static ModelStore open(Path home, Catalogue catalogue) {
    return new ModelStore(home, Settings.of(catalogue, System.getenv()));
  }

  /** The user's store: {@code $QUEST_HOME}, or {@code ~/.cache/quest4j} where that is not set. */
  public static ModelStore open() {
    String home = System.getenv("QUEST_HOME");
    return open(
        home == null || home.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "quest4j")
            : Path.of(home));
  }

  /** The folder in which everything lies. */
  public Path home() {
    return home;
  }

  /** The models known by name. */
  public Catalogue catalogue() {
    return catalogue;
  }

  /** Like {@link #resolve(String, PullListener)}, silently. */
  public Path resolve(String model) {
    return resolve(model, PullListener.silent());
  }

  /**
   * The model's file, pulled first where it is not here. A file whose size and time are those of
   * the last check is not hashed again. Of a split model the first file is returned; the others lie
   * beside it.
   *
   * @param model a catalogue name, {@code hf:OWNER/REPO[@REVISION]/FILE.gguf}, an http(s) address
   *     (a sum may follow it: {@code #sha256=…}), or a path
   * @throws ModelStoreException if there is no such model or it cannot be pulled; its cause is an
   *     {@link InterruptedException} if the thread was interrupted
   */
  public Path resolve(String model, PullListener listener) {
    return provide(model, false, listener);
  }

  /**
   * Like {@link #resolve(String, PullListener)}, but a file that is here is read and its sum
   * compared, and a damaged one is pulled again.
   */
  public Path pull(String model, PullListener listener) {
    return provide(model, true, listener);
  }

  private Path provide(String model, boolean check, PullListener listener) {
    ModelReference reference = ModelReference.parse(model, catalogue);
    if (reference instanceof ModelReference.Local local) {
      return local.path();
    }
    List<Target> files = targets.of(reference);
    try {
      for (Target file : files) {
        puller.provide(file, check, listener);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelStoreException(
          "the pull of " + model + " was interrupted; the next pull resumes it", e);
    } catch (IOException e) {
      throw new ModelStoreException("cannot use the model store " + home + ": " + reason(e), e);
    }
    return files.getFirst().path();
  }

  /**
   * The catalogue's entry of a model; nothing is pulled. What is not asked for by its name there,
   * but by a path or an address, is taken for a catalogue's model if the file is here and its name
   * and size are those of the entry; its SHA-256 is not computed.
   *
   * @param model as {@link #resolve(String, PullListener)} takes it
   * @throws ModelStoreException if there is no such model
   */
  public Optional<CatalogueModel> known(String model) {
    return switch (ModelReference.parse(model, catalogue)) {
      case ModelReference.Known known -> Optional.of(known.model());
      case ModelReference.Local local -> catalogue.find(local.path());
      case ModelReference.Remote remote -> catalogue.find(targets.of(remote).getFirst().path());
    };
  }

  /**
   * The defaults with which to open a model: those of its entry in the catalogue, the general ones
   * for what that does not name, or where there is no entry.
   *
   * @param model as {@link #known} takes it
   */
  public EngineOptions engineOptions(String model) {
    return known(model).map(CatalogueModel::engineOptions).orElseGet(EngineOptions::defaults);
  }

  /** The file of that model if it is in the store; nothing is pulled or checked. */
  public Optional<StoredModel> stored(String model) {
    ModelReference reference = ModelReference.parse(model, catalogue);
    if (reference instanceof ModelReference.Local) {
      return Optional.empty();
    }
    return stored(targets.of(reference).getFirst().path());
  }

  /** All models in the store, in the order of their paths. */
  public List<StoredModel> stored() {
    Path models = home.resolve("models");
    if (!Files.isDirectory(models)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(models)) {
      return walk.filter(path -> path.toString().endsWith(".gguf"))
          .sorted()
          .flatMap(path -> stored(path).stream())
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new ModelStoreException("cannot read the model store " + home + ": " + e, e);
    }
  }

  private static Optional<StoredModel> stored(Path path) {
    try {
      if (!Files.isRegularFile(path)) {
        return Optional.empty();
      }
      return Sidecar.read(path)
          .map(note ->
              new StoredModel(note.model(), path, note.bytes(), note.sha256(), note.from()));
    } catch (IOException e) {
      throw new ModelStoreException("cannot read " + path + ": " + e, e);
    }
  }

  /** What an input or output error of the store means to a user. */
  static String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e) {
      case IOException full when message.contains("No space left") ->
          "the disk is full; free some space or set QUEST_HOME to a folder on another disk";
      case IOException fixed when message.contains("Read-only file system") ->
          "it cannot be written; set QUEST_HOME to a folder that can";
      case AccessDeniedException denied -> "no permission to write " + denied.getFile();
      case FileAlreadyExistsException exists -> exists.getFile() + " is not a folder";
      default -> message;
    };
  }
}
