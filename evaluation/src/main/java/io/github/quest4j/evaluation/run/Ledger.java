package io.github.quest4j.evaluation.run;

import io.github.quest4j.evaluation.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The cells measured so far, a line of JSON each, in a file that only grows. A run that was
 * interrupted finds here what it need not do again; a cell counts as done only if all that decides
 * it is the same. One process writes at a time.
 */
public final class Ledger implements AutoCloseable {

  private static final long MOST_BYTES = 1L << 30;

  private final JsonMapper json = JsonMapper.builder().build();
  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;
  private final Map<List<Object>, Row> rows = new LinkedHashMap<>();

  /**
   * Opens the file, making it and its folder where there is none. A last line that was cut off in
   * writing is dropped.
   *
   * @throws EvaluationException if it cannot be used, is in use by another run, or a line of it is
   *     no result, with the line's number
   */
  public static Ledger open(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      boolean done = false;
      try {
        Ledger ledger = new Ledger(file, channel, lock(file, channel));
        ledger.read();
        done = true;
        return ledger;
      } finally {
        if (!done) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw new EvaluationException("cannot keep results in " + file + ": " + e.getMessage(), e);
    }
  }

  private Ledger(Path file, FileChannel channel, FileLock lock) {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
  }

  private static FileLock lock(Path file, FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new EvaluationException("another run is writing to " + file);
    }
    return lock;
  }

  private void read() throws IOException {
    if (channel.size() > MOST_BYTES) {
      throw new EvaluationException(
          file + " is larger than " + (MOST_BYTES >> 20) + " MiB: give another file");
    }
    // Through the channel: closing another one of this file would give up its lock.
    ByteBuffer content = ByteBuffer.allocate((int) channel.size());
    while (content.hasRemaining() && channel.read(content) >= 0) {
      // goes on
    }
    byte[] bytes = content.array();
    int from = 0;
    int line = 1;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        if (i > from) {
          take(new String(bytes, from, i - from, StandardCharsets.UTF_8), line);
        }
        from = i + 1;
        line++;
      }
    }
    if (from < bytes.length) { // cut off in writing
      channel.truncate(from);
    }
    channel.position(from);
  }

  private void take(String text, int line) {
    try {
      Row row = json.readValue(text, Row.class);
      if (row == null || row.task() == null || row.settings() == null || row.result() == null) {
        throw new EvaluationException(file + ", line " + line + " is not a result");
      }
      rows.put(key(row), row);
    } catch (JacksonException e) {
      throw new EvaluationException(file + ", line " + line + " is not a result", e);
    }
  }

  /** All that decides a cell; numbers as JSON would give them back. */
  private List<Object> key(Row row) {
    return List.of(
        row.task(),
        row.model(),
        row.item(),
        row.selector(),
        row.tokenBudget(),
        json.writeValueAsString(row.settings()));
  }

  /** The cell that has all but the result in common with {@code row}, where it was measured. */
  public Optional<Row> find(Row row) {
    return Optional.ofNullable(rows.get(key(row)));
  }

  /**
   * Adds a cell; it is in the file when this returns.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public void add(Row row) {
    byte[] line = (json.writeValueAsString(row) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      ByteBuffer buffer = ByteBuffer.wrap(line);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rows.put(key(row), row);
  }

  /** Cells in the file. */
  public int size() {
    return rows.size();
  }

  @Override
  public void close() {
    try (channel) {
      lock.release();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
