package io.github.quest4j.model.tokenizer;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A model's vocabulary as its file states it: plain data that nothing changes.
 *
 * <p>Token ids are the indexes of {@link #pieces()}. The lists and arrays that the builder was
 * given are kept, not copied, because they are large; whoever gives them must not change them. A
 * list may be a view of an open file: a tokenizer reads it once, when it is made, and never again.
 */
public final class Vocabulary {
  private final String model;
  private final String pre;
  private final String modelName;
  private final List<String> pieces;
  private final int[] types;
  private final float[] scores;
  private final List<String> merges;
  private final Map<SpecialToken, Integer> ids;
  private final boolean addBos;
  private final boolean addEos;
  private final boolean addSpacePrefix;

  private Vocabulary(Builder b) {
    model = b.model;
    pre = b.pre;
    modelName = b.modelName;
    pieces = b.pieces;
    types = b.types;
    scores = b.scores;
    merges = b.merges;
    ids = new EnumMap<>(b.ids);
    addBos = b.addBos;
    addEos = b.addEos;
    addSpacePrefix = b.addSpacePrefix;
  }

  /**
   * Starts a vocabulary with the defaults that llama.cpp takes for this kind.
   *
   * @param model {@code tokenizer.ggml.model}: {@code gpt2} or {@code llama}
   * @param pre {@code tokenizer.ggml.pre}, empty if absent
   * @param pieces the tokens' texts, in the writing of their kind (byte-level letters, or {@code ▁}
   *     for a space)
   */
  public static Builder builder(String model, String pre, List<String> pieces) {
    return new Builder(model, pre, pieces);
  }

  /** {@code tokenizer.ggml.model}. */
  public String model() {
    return model;
  }

  /** {@code tokenizer.ggml.pre}, empty if absent. */
  public String pre() {
    return pre;
  }

  /** {@code general.name}, empty if absent; some tokenizers differ by the model's name only. */
  public String modelName() {
    return modelName;
  }

  /** Number of tokens. */
  public int size() {
    return pieces.size();
  }

  /** The tokens' texts as the file writes them. */
  public List<String> pieces() {
    return pieces;
  }

  /** The type of a token; {@link TokenType#NORMAL} where the file lists no types. */
  public TokenType type(int token) {
    return types.length == 0 ? TokenType.NORMAL : TokenType.of(types[token]);
  }

  /** The score of a token, higher merges first; 0 where the file lists no scores. */
  public float score(int token) {
    return scores.length == 0 ? 0 : scores[token];
  }

  /** Merges in order of rank, each two pieces with one space between. */
  public List<String> merges() {
    return merges;
  }

  /** The id that the metadata gives to a role. */
  public OptionalInt id(SpecialToken role) {
    Integer id = ids.get(role);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Whether a prompt begins with {@link SpecialToken#BOS}. */
  public boolean addBos() {
    return addBos;
  }

  /** Whether a prompt ends with {@link SpecialToken#EOS}. */
  public boolean addEos() {
    return addEos;
  }

  /** Whether text after nothing or after a special token is given a leading space. */
  public boolean addSpacePrefix() {
    return addSpacePrefix;
  }

  @Override
  public String toString() {
    return "Vocabulary[" + model + ", " + pre + ", " + size() + " tokens]";
  }

  /** Gathers a vocabulary; {@link #build} checks that its parts fit together. */
  public static final class Builder {
    private final String model;
    private final String pre;
    private final List<String> pieces;
    private String modelName = "";
    private int[] types = {};
    private float[] scores = {};
    private List<String> merges = List.of();
    private final Map<SpecialToken, Integer> ids = new EnumMap<>(SpecialToken.class);
    private boolean addBos;
    private boolean addEos;
    private boolean addSpacePrefix;

    private Builder(String model, String pre, List<String> pieces) {
      this.model = model;
      this.pre = pre;
      this.pieces = pieces;
      boolean sentencePiece = model.equals(Tokenizers.SENTENCE_PIECE);
      addSpacePrefix = sentencePiece;
      addBos = sentencePiece || PreTokenizer.addsBos(pre);
      if (sentencePiece) {
        defaultId(SpecialToken.UNKNOWN, 0);
        defaultId(SpecialToken.BOS, 1);
        defaultId(SpecialToken.EOS, 2);
      }
    }

    private void defaultId(SpecialToken role, int id) {
      if (id < pieces.size()) {
        ids.put(role, id);
      }
    }

    /** {@code general.name}. */
    public Builder modelName(String name) {
      modelName = name;
      return this;
    }

    /** {@code tokenizer.ggml.token_type}, [tokens]. */
    public Builder types(int[] types) {
      this.types = types;
      return this;
    }

    /** {@code tokenizer.ggml.scores}, [tokens]. */
    public Builder scores(float[] scores) {
      this.scores = scores;
      return this;
    }

    /** {@code tokenizer.ggml.merges}, in order of rank. */
    public Builder merges(List<String> merges) {
      this.merges = merges;
      return this;
    }

    /**
     * Gives a role to a token. An id outside the vocabulary is ignored, as in llama.cpp: files
     * exist whose metadata names tokens that were cut away.
     */
    public Builder id(SpecialToken role, int id) {
      if (id >= 0 && id < pieces.size()) {
        ids.put(role, id);
      }
      return this;
    }

    /** {@code tokenizer.ggml.add_bos_token}. */
    public Builder addBos(boolean add) {
      addBos = add;
      return this;
    }

    /** {@code tokenizer.ggml.add_eos_token}. */
    public Builder addEos(boolean add) {
      addEos = add;
      return this;
    }

    /** {@code tokenizer.ggml.add_space_prefix}. */
    public Builder addSpacePrefix(boolean add) {
      addSpacePrefix = add;
      return this;
    }

    /**
     * The vocabulary.
     *
     * @throws IllegalArgumentException if there are no pieces, or fewer types or scores than
     *     pieces, or a prompt must begin or end with a token that is not named
     */
    public Vocabulary build() {
      int n = pieces.size();
      if (n == 0) {
        throw new IllegalArgumentException("the vocabulary has no tokens (tokenizer.ggml.tokens)");
      }
      requireAll("tokenizer.ggml.token_type", types.length, n);
      requireAll("tokenizer.ggml.scores", scores.length, n);
      if (addBos && !ids.containsKey(SpecialToken.BOS)) {
        throw new IllegalArgumentException(
            "prompts must begin with a BOS token, but tokenizer.ggml.bos_token_id names none of the "
                + n
                + " tokens");
      }
      if (addEos && !ids.containsKey(SpecialToken.EOS)) {
        throw new IllegalArgumentException(
            "prompts must end with an EOS token, but tokenizer.ggml.eos_token_id names none of the "
                + n
                + " tokens");
      }
      return new Vocabulary(this);
    }

    private static void requireAll(String key, int length, int pieces) {
      if (length != 0 && length < pieces) {
        throw new IllegalArgumentException(
            key + " has " + length + " entries for " + pieces + " tokens");
      }
    }
  }
}
