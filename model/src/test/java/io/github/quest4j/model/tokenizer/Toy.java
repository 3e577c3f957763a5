package io.github.quest4j.model.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Small vocabularies for tests. */
final class Toy {
  static final int BYTES = 256;

  private Toy() {}

  /**
   * A byte-level vocabulary: the 256 byte letters in the order of bytes, then what the merges make,
   * then control tokens.
   */
  static Vocabulary.Builder bytePair(String pre, List<String> merges, String... controls) {
    ByteLevel letters = new ByteLevel();
    Set<String> pieces = new LinkedHashSet<>();
    for (int b = 0; b < BYTES; b++) {
      pieces.add(String.valueOf(letters.letter(b)));
    }
    merges.forEach(merge -> pieces.add(merge.replace(" ", "")));
    int ordinary = pieces.size();
    pieces.addAll(Arrays.asList(controls));
    int[] types = new int[pieces.size()];
    Arrays.fill(types, 0, ordinary, 1);
    Arrays.fill(types, ordinary, types.length, 3);
    return Vocabulary.builder("gpt2", pre, List.copyOf(pieces)).types(types).merges(merges);
  }

  /**
   * A SentencePiece vocabulary: unknown, begin, end, 256 byte tokens from id 3, then the pieces.
   *
   * @param scores of the pieces
   */
  static Vocabulary.Builder sentencePiece(List<String> pieces, float... scores) {
    List<String> all = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int b = 0; b < BYTES; b++) {
      all.add(String.format("<0x%02X>", b));
    }
    int first = all.size();
    all.addAll(pieces);
    int[] types = new int[all.size()];
    types[0] = 2;
    types[1] = 3;
    types[2] = 3;
    Arrays.fill(types, 3, first, 6);
    Arrays.fill(types, first, types.length, 1);
    float[] allScores = new float[all.size()];
    System.arraycopy(scores, 0, allScores, first, scores.length);
    return Vocabulary.builder("llama", "", all).types(types).scores(allScores);
  }

  /** Pieces of the ids, bars between. */
  static String pieces(Tokenizer tokenizer, int[] ids) {
    List<String> pieces = new ArrayList<>();
    for (int id : ids) {
      pieces.add(tokenizer.vocabulary().pieces().get(id));
    }
    return String.join("|", pieces);
  }
}
