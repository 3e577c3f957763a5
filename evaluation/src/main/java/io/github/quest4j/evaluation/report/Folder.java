package io.github.quest4j.evaluation.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Writes files into a folder, whole or not at all. */
final class Folder {

  private Folder() {}

  /**
   * Makes the folder if need be, writes all files under other names, then renames them.
   *
   * @param texts by file name
   * @throws ReportException if that cannot be done
   */
  static void write(Path folder, Map<String, String> texts) {
    Map<Path, Path> moves = new LinkedHashMap<>();
    try {
      try {
        Files.createDirectories(folder);
        for (Map.Entry<String, String> text : texts.entrySet()) {
          Path last = folder.resolve(text.getKey());
          if (Files.isDirectory(last)) {
            throw new FileAlreadyExistsException(last.toString(), null, "a folder is in the way");
          }
          Path first = folder.resolve("." + text.getKey() + "." + UUID.randomUUID() + ".tmp");
          moves.put(first, last);
          Files.writeString(first, text.getValue(), StandardCharsets.UTF_8);
        }
        for (Map.Entry<Path, Path> move : moves.entrySet()) {
          Files.move(
              move.getKey(),
              move.getValue(),
              StandardCopyOption.ATOMIC_MOVE,
              StandardCopyOption.REPLACE_EXISTING);
        }
      } finally {
        for (Path first : moves.keySet()) {
          Files.deleteIfExists(first);
        }
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /** Makes the folder and sees whether it takes a file. */
  static void probe(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, ".report", ".tmp"));
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static ReportException unusable(Path folder, IOException e) {
    return new ReportException(
        "the report cannot be written to " + folder + ": " + reason(e) + "; name another folder",
        e);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case FileAlreadyExistsException f when f.getReason() == null ->
          f.getFile() + " is a file, not a folder";
      case FileAlreadyExistsException f -> f.getFile() + ": " + f.getReason();
      case AccessDeniedException a -> "no permission to write " + a.getFile();
      case FileSystemException f when f.getReason() != null -> f.getFile() + ": " + f.getReason();
      default -> e.toString();
    };
  }
}
