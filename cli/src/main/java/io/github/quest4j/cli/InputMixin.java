package io.github.quest4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where the text comes from: {@code -p TEXT}, {@code -f FILE} or {@code -} for standard input. */
final class InputMixin {

  private static final long MAX_BYTES = 256L << 20;

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "the text itself")
  @Nullable String prompt;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "a file that holds the text, in UTF-8; with -p, the text of -p follows it")
  @Nullable Path file;

  @Parameters(
      arity = "0..1",
      paramLabel = "-",
      description = "a lone dash reads the text from standard input")
  @Nullable String dash;

  /** The text; empty where none was given. */
  Optional<String> text() throws IOException {
    if (dash != null && !dash.equals("-")) {
      throw new UsageException("unexpected argument: " + dash + " (put the text behind -p)");
    }
    if (dash != null && (file != null || prompt != null)) {
      throw new UsageException("a lone dash reads standard input: give it without -p and -f");
    }
    if (dash != null) {
      return Optional.of(decode("standard input", read("standard input", System.in)));
    }
    if (file != null) {
      return Optional.of(readFile(file) + (prompt == null ? "" : prompt));
    }
    return Optional.ofNullable(prompt);
  }

  /** A whole file as UTF-8. */
  static String readFile(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(file + " is a directory, not a file");
    }
    if (!Files.exists(file)) {
      throw new IllegalArgumentException("no such file: " + file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return decode(file.toString(), read(file.toString(), in));
    }
  }

  private static byte[] read(String name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes((int) MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(name + " has more than " + (MAX_BYTES >> 20) + " MiB");
    }
    return bytes;
  }

  private static String decode(String name, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          name + " is not UTF-8 text: convert it first (iconv -t UTF-8)", e);
    }
  }
}
