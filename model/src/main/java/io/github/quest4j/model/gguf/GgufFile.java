package io.github.quest4j.model.gguf;

import static io.github.quest4j.model.gguf.GgufException.quote;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open GGUF model: metadata and tensors of one file, or of all files of a split model. The files
 * are mapped, not read: a tensor's pages come from the disk when they are touched.
 *
 * <p>Instances may be read by several threads. Closing releases the mappings; reading a tensor's
 * data or a metadata array afterwards throws {@link IllegalStateException}.
 */
public final class GgufFile implements AutoCloseable {
  private final Arena arena;
  private final List<GgufPart> parts;
  private final Map<String, GgufTensor> tensors;

  private GgufFile(Arena arena, List<GgufPart> parts) {
    this.arena = arena;
    this.parts = parts;
    this.tensors = Collections.unmodifiableMap(merge(parts));
  }

  /**
   * Opens a model. Any part of a split model opens all of them.
   *
   * @throws GgufException if the file, or a part beside it, is missing, unreadable, truncated or
   *     not a little-endian GGUF file of version 2 or 3
   */
  @SuppressWarnings("MustBeClosedChecker") // the file that is returned closes the arena
  public static GgufFile open(Path path) {
    Arena arena = Arena.ofShared();
    try {
      List<GgufPart> parts =
          GgufSplit.parts(openPart(path, arena), sibling -> openPart(sibling, arena));
      return new GgufFile(arena, parts);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /**
   * A model that lies in memory in the format of a file.
   *
   * @param name stands for the path in messages
   * @param bytes of one file that is not split
   * @param arena that holds them; closed with the model, or at once if the model is unsound
   * @throws GgufException as {@link #open}
   */
  public static GgufFile of(String name, MemorySegment bytes, Arena arena) {
    try {
      return new GgufFile(arena, List.of(GgufReader.read(Path.of(name), bytes.asReadOnly())));
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private static GgufPart openPart(Path path, Arena arena) {
    if (!Files.exists(path)) {
      throw new GgufException(path + ": there is no such file");
    }
    if (!Files.isRegularFile(path)) {
      throw new GgufException(
          path + (Files.isDirectory(path) ? ": is a directory" : ": is not a regular file"));
    }
    if (!Files.isReadable(path)) {
      throw new GgufException(path + ": may not be read; check its permissions");
    }
    MemorySegment segment;
    try (FileChannel channel = FileChannel.open(path)) {
      if (channel.size() == 0) {
        throw new GgufException(path + ": is empty");
      }
      segment = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw new GgufException(path + ": cannot be mapped: " + e.getMessage(), e);
    }
    return GgufReader.read(path, segment);
  }

  private static Map<String, GgufTensor> merge(List<GgufPart> parts) {
    Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    for (GgufPart part : parts) {
      for (GgufTensor tensor : part.tensors()) {
        if (tensors.put(tensor.name(), tensor) != null) {
          throw new GgufException(
              part.path() + ": tensor " + quote(tensor.name()) + " is in an earlier part too");
        }
      }
    }
    return tensors;
  }

  /** The file, or the first part of a split model. */
  public Path path() {
    return parts.getFirst().path();
  }

  /** The files of the model in order: one, unless it is split. */
  public List<Path> paths() {
    return parts.stream().map(GgufPart::path).toList();
  }

  /** The format's version, 2 or 3. */
  public int version() {
    return parts.getFirst().version();
  }

  /** Bytes of all files. */
  public long bytes() {
    return parts.stream().mapToLong(GgufPart::bytes).sum();
  }

  /** The model's metadata; for a split model, that of its first part. */
  public GgufMetadata metadata() {
    return parts.getFirst().metadata();
  }

  /** All tensors in the order of the file, also those of types that are not supported. */
  public List<GgufTensor> tensors() {
    return List.copyOf(tensors.values());
  }

  /** Whether there is a tensor of this name, of any type. */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /**
   * A tensor to compute with.
   *
   * @throws GgufException if it is missing or its type is not supported
   */
  public GgufTensor tensor(String name) {
    return optionalTensor(name)
        .orElseThrow(() -> new GgufException(path() + ": tensor " + quote(name) + " is missing"));
  }

  /**
   * A tensor to compute with, of the given dimensions, the contiguous one first; trailing
   * dimensions of 1 do not matter.
   *
   * @throws GgufException if it is missing, has other dimensions, or its type is not supported
   */
  public GgufTensor tensor(String name, long... dims) {
    GgufTensor tensor = tensor(name);
    Shape expected = Shape.of(dims);
    if (!tensor.shape().equals(expected)) {
      throw new GgufException(
          "%s: tensor %s has shape %s; expected %s"
              .formatted(path(), quote(name), tensor.shape(), expected));
    }
    return tensor;
  }

  /**
   * A tensor to compute with, or empty if there is none of this name.
   *
   * @throws GgufException if its type is not supported
   */
  public Optional<GgufTensor> optionalTensor(String name) {
    GgufTensor tensor = tensors.get(name);
    if (tensor != null && !tensor.type().supported()) {
      throw new GgufException(
          "%s: tensor %s has type %s, which is not supported; use a model in Q4_K_M, Q8_0 or another supported type"
              .formatted(path(), quote(name), tensor.type()));
    }
    return Optional.ofNullable(tensor);
  }

  /** Whether the model was closed. */
  public boolean isClosed() {
    return !arena.scope().isAlive();
  }

  /** Releases the mapped files. Closing again does nothing. */
  @Override
  public synchronized void close() {
    if (!isClosed()) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return path() + " (GGUF version " + version() + ", " + tensors.size() + " tensors)";
  }
}
