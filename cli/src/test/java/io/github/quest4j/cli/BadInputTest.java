package io.github.quest4j.cli;

import static io.github.quest4j.cli.Ended.quest;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.engine.store.ModelStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input: one clear sentence on standard error, an exit code, nothing on standard output. */
@Isolated("it takes the place of standard output and error")
class BadInputTest {

  @TempDir Path folder;

  private static void refused(String sentence, String... command) {
    Ended ended = quest(command);
    assertThat(ended.err()).startsWith("quest: ").contains(sentence).hasLineCount(1);
    assertThat(ended.code()).isIn(ExitCodes.FAILED, ExitCodes.USAGE);
    assertThat(ended.out()).isEmpty();

    String[] verbosely = Arrays.copyOf(command, command.length + 1);
    verbosely[command.length] = "--verbose";
    Ended verbose = quest(verbosely);
    assertThat(verbose.code()).isEqualTo(ended.code());
    assertThat(verbose.err()).endsWith(ended.err());
    if (ended.code() == ExitCodes.FAILED) {
      assertThat(verbose.err()).contains("\tat io.github.quest4j");
    }
  }

  private static byte[] beginning(int bytes) throws IOException {
    try (InputStream in = Files.newInputStream(ModelStore.open().resolve("smollm2"))) {
      return in.readNBytes(bytes);
    }
  }

  private static byte[] header(long tensors, long keys) {
    return ByteBuffer.allocate(64)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("GGUF".getBytes(StandardCharsets.US_ASCII))
        .putInt(3)
        .putLong(tensors)
        .putLong(keys)
        .array();
  }

  static Stream<Object[]> files() throws IOException {
    return Stream.of(
        new Object[] {beginning(1_000_000), "is truncated: "},
        new Object[] {beginning(4_000_000), "the file is truncated or damaged"},
        new Object[] {beginning(3), "is truncated: the magic number needs 4 bytes"},
        new Object[] {new byte[0], "is empty"},
        new Object[] {new byte[100], "is not a GGUF file"},
        new Object[] {"<!doctype html>".getBytes(StandardCharsets.UTF_8), "looks like a web page"},
        new Object[] {header(1L << 62, 1), "number of tensors is 4611686018427387904, above"},
        new Object[] {header(-1, 1), "number of tensors is 18446744073709551615, above"},
        new Object[] {header(1, 1 << 16), "is truncated: 65536 metadata keys do not fit"},
        new Object[] {header(0, 0), "key 'general.architecture' is missing"});
  }

  @ParameterizedTest
  @MethodSource("files")
  void modelsThatAreNone(byte[] content, String sentence) throws IOException {
    Path file = Files.write(folder.resolve("m.gguf"), content);

    refused(sentence, "run", "-m", file.toString(), "-p", "hi", "-n", "1");
    assertThat(quest("run", "-m", file.toString(), "-p", "hi").err()).contains(file.toString());
  }

  @Test
  void modelsThatAreNotThere() throws IOException {
    Path directory = Files.createDirectory(folder.resolve("d.gguf"));
    for (String command : new String[] {"run", "tokenize"}) {
      refused("a directory, not a GGUF file: ", command, "-m", directory.toString(), "-p", "x");
      refused("there is no such model file: ", command, "-m", directory + "/x", "-p", "x");
      refused("unknown model 'smolm2': the known names are", command, "-m", "smolm2", "-p", "x");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--token-budget 31; token budget 31 is smaller than two pages of 16 tokens",
        "--token-budget 100 --page-size 64; smaller than two pages of 64 tokens: give at least 128",
        "--token-budget many; Invalid value for option '--token-budget': 'many' is neither a number nor auto",
        "--attention dense,quest; unknown attention policy: dense,quest",
        "--token-budget -1; token budget is not in 0..16777216: -1",
        "--page-size 12; page size is not a power of two from 8 to 128: 12",
        "--page-size 256; page size is not a power of two from 8 to 128: 256",
        "--context 8193; context 8193 is beyond the model's own",
        "--context -1; context is negative: -1",
        "--scorer maxmin; unknown scorer: maxmin (known: sketch, minmax, minmax8, shrunk, meanstd, oracle)",
        "--attention quset; unknown attention policy: quset (known: quest, dense, streaming, h2o",
        "--attention snapkv --token-budget 32; smaller than what snapkv keeps: give at least 33",
        "--attention h2o --gqa head; policy h2o keeps one list per KV head: give --gqa group",
        "--gqa each; unknown GQA mode: each (known: group, head)",
        "--kv-type f17; unknown KV type: f17 (known: f16, f32)",
        "--threads 0; threads is not in 1..1024: 0",
        "--sink-pages -1; sink pages is not in 0..",
        "--kv-memory 0; --kv-memory is not in 1..8796093022207: 0",
        "--kv-memory 9999999999999; --kv-memory is not in 1..8796093022207",
        "-n 0; max tokens is not positive: 0",
        "-n many; Invalid value for option '--max-tokens': 'many' is not an int",
        "--temperature -1; temperature is not in 0..100: -1.0",
        "--top-p 0; top-p is not in (0, 1]: 0.0",
        "--no-such-option; Unknown option: '--no-such-option'",
        "extra; unexpected argument: extra",
      })
  void optionsOfRun(String options, String sentence) {
    String[] command = ("run -q -p hi " + options).split(" ", -1);
    refused(sentence, command);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--chunks 0; chunks: at least 1 is needed, not 0",
        "--context 2; context of a chunk: at least 4 is needed, not 2",
        "--context 9000; context 9000 is beyond the model's own",
        "--context 600; the text has 4 tokens, fewer than one chunk of 600",
        "--sparse --skip 0; tokens to skip: at least 1 is needed, not 0",
        "--sparse --tokens 0; tokens to predict: at least 1 is needed, not 0",
        "--sparse --skip 3000 --tokens 5; the text has 4 tokens: too few to skip 3000 and read 5",
      })
  void optionsOfPerplexity(String options, String sentence) throws IOException {
    Path text = Files.writeString(folder.resolve("t.txt"), "One two three four");
    refused(sentence, ("perplexity -q -f " + text + " " + options).split(" ", -1));
  }

  @Test
  void textsThatCannotBeRead() throws IOException {
    Path latin = Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xe9, 'b'});
    for (String command : new String[] {"run", "tokenize", "perplexity", "render"}) {
      refused(latin + " is not UTF-8 text: convert it first", command, "-f", latin.toString());
      refused("no such file: " + folder, command, "-f", folder.resolve("none").toString());
      refused(folder + " is a directory, not a file", command, "-f", folder.toString());
    }
    refused("no prompt: give it with -p TEXT", "run");
    refused("the prompt is empty", "run", "-q", "--raw", "-p", "");
  }

  @Test
  void addressesThatAreNone() {
    refused("not of the form hf:OWNER/REPO/FILE.gguf", "models", "pull", "hf:../x");
    refused("not a valid address: http://a b", "models", "pull", "http://a b");
    refused("only #sha256=", "models", "pull", "http://127.0.0.1/a.gguf#md5=1");
  }
}
