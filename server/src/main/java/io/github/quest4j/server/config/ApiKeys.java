package io.github.quest4j.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys that open a server. Only their digests are held, and a key is compared with all of them
 * in a time that does not tell how much of it was right.
 */
public final class ApiKeys {

  /** No key is asked for. */
  public static final ApiKeys NONE = new ApiKeys(List.of());

  private static final int MAX_KEYS = 10_000;
  private static final int MAX_LENGTH = 1_024;
  private static final long MAX_FILE = 1 << 24;

  private final List<byte[]> digests;

  private ApiKeys(List<byte[]> digests) {
    this.digests = digests;
  }

  /**
   * Reads a file with a key in each line; what follows a {@code #} at a line's beginning is a
   * comment.
   *
   * @throws IllegalArgumentException if the file holds no key, or one that no header can carry
   */
  public static ApiKeys read(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE) {
      throw new IllegalArgumentException(file + " is too large for a file of keys");
    }
    List<String> keys = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String key = line.strip();
      if (!key.isEmpty() && !key.startsWith("#")) {
        keys.add(key);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(file + " holds no API key: write one in a line");
    }
    return of(keys);
  }

  /**
   * Of these keys.
   *
   * @throws IllegalArgumentException if one is empty, too long, or has characters that no header
   *     carries; the message does not tell it
   */
  public static ApiKeys of(List<String> keys) {
    if (keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException("more than " + MAX_KEYS + " API keys: " + keys.size());
    }
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      if (key.isEmpty()
          || key.length() > MAX_LENGTH
          || key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
        throw new IllegalArgumentException(
            "API key "
                + (i + 1)
                + " is not 1 to "
                + MAX_LENGTH
                + " visible ASCII characters without spaces");
      }
    }
    return new ApiKeys(keys.stream().map(ApiKeys::digest).toList());
  }

  /** Whether there are any. */
  public boolean asked() {
    return !digests.isEmpty();
  }

  /** Whether a key is one of them. */
  public boolean opens(String key) {
    byte[] digest = digest(key);
    boolean opens = false;
    for (byte[] known : digests) {
      opens |= MessageDigest.isEqual(known, digest);
    }
    return opens;
  }

  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
