package io.github.quest4j.evaluation.run;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.evaluation.task.Prose;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Cuts stretches of a text, as many as are asked for, evenly spread. */
final class Stretches {

  /** Characters of a token, about, in prose that is generated in place of a text. */
  private static final int CHARACTERS = 6;

  private Stretches() {}

  static List<Stretch> of(Engine engine, String task, SuiteOptions options, List<Integer> lengths) {
    int longest = lengths.stream().mapToInt(Integer::intValue).max().orElse(0);
    String text =
        options
            .text()
            .orElseGet(
                () -> Prose.ofLength(longest * options.samples() * CHARACTERS, options.seed()));
    int[] tokens = engine.tokenizer().encode(text, false, false);
    OptionalInt bos = engine.beginningOfSequence();
    int head = bos.isPresent() ? 1 : 0;
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("text", fingerprint(text));
    settings.put("steps", options.steps());
    List<Stretch> stretches = new ArrayList<>();
    for (int length : lengths) {
      int body = length - head;
      if (options.steps() >= length) {
        throw new IllegalArgumentException(
            "a length of " + length + " leaves nothing before " + options.steps() + " steps");
      }
      if (tokens.length < body) {
        throw new IllegalArgumentException(
            "the text has %d tokens, too few for a context of %d: give a longer text or shorter --lengths"
                .formatted(tokens.length, length));
      }
      int samples = options.samples();
      for (int i = 0; i < samples; i++) {
        int from = samples == 1 ? 0 : (int) ((long) i * (tokens.length - body) / (samples - 1));
        int[] window = new int[length];
        bos.ifPresent(id -> window[0] = id);
        System.arraycopy(tokens, from, window, head, body);
        stretches.add(
            new Stretch(task, length + " from " + from, length, settings, window, options.steps()));
      }
    }
    return stretches;
  }

  private static String fingerprint(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
