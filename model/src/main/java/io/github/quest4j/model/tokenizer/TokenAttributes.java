package io.github.quest4j.model.tokenizer;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What each token is used as: its type, corrected where files are known to be wrong. Many files
 * mark end-of-turn tokens as plain text or name no end-of-turn token at all, so llama.cpp knows
 * such tokens by their texts; the texts and their effects are the same here.
 */
final class TokenAttributes {
  static final int NORMAL = 1;
  static final int UNKNOWN = 1 << 1;
  static final int CONTROL = 1 << 2;
  static final int USER_DEFINED = 1 << 3;
  static final int BYTE = 1 << 4;

  /** White space before the token is dropped where it is found in a text. */
  static final int STRIP_LEFT = 1 << 5;

  /** White space after the token is dropped where it is found in a text. */
  static final int STRIP_RIGHT = 1 << 6;

  private static final List<String> END_OF_TURN =
      List.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "<|end_of_text|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "<｜end▁of▁sentence｜>",
          "<end_of_utterance>");
  private static final List<String> MORE_ENDS =
      List.of(
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "</s>",
          "<|eom_id|>",
          "[EOS]",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "[e~[");

  private final Vocabulary vocabulary;
  private final PieceIndex index;
  private final byte[] flags; // [tokens]
  private final BitSet endOfGeneration = new BitSet();

  TokenAttributes(Vocabulary vocabulary, PieceIndex index) {
    this.vocabulary = vocabulary;
    this.index = index;
    flags = new byte[vocabulary.size()];
    for (int id = 0; id < flags.length; id++) {
      flags[id] =
          (byte)
              switch (vocabulary.type(id)) {
                case NORMAL -> NORMAL;
                case UNKNOWN -> UNKNOWN;
                case CONTROL -> CONTROL;
                case USER_DEFINED -> USER_DEFINED;
                case BYTE -> BYTE;
                case UNUSED, UNDEFINED -> 0;
              };
    }
    findEnds();
    correctKnownModels();
    setStripping();
  }

  private void findEnds() {
    int endOfTurn = known(SpecialToken.EOT, END_OF_TURN);
    int endOfMessage = known(SpecialToken.EOM, List.of("<|eom_id|>"));
    known(
        SpecialToken.FIM_PREFIX,
        List.of(
            "<|fim_prefix|>",
            "<fim-prefix>",
            "<fim_prefix>",
            "<｜fim▁begin｜>",
            "<PRE>",
            "▁<PRE>",
            "<|code_prefix|>",
            "<|prefix|>"));
    known(
        SpecialToken.FIM_SUFFIX,
        List.of(
            "<|fim_suffix|>",
            "<fim-suffix>",
            "<fim_suffix>",
            "<｜fim▁hole｜>",
            "<SUF>",
            "▁<SUF>",
            "<|code_suffix|>",
            "<|suffix|>"));
    known(
        SpecialToken.FIM_MIDDLE,
        List.of(
            "<|fim_middle|>",
            "<fim-middle>",
            "<fim_middle>",
            "<｜fim▁end｜>",
            "<MID>",
            "▁<MID>",
            "<|code_middle|>",
            "<|middle|>"));
    int[] ends = {
      known(
          SpecialToken.FIM_PAD, List.of("<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]")),
      known(
          SpecialToken.FIM_REPOSITORY,
          List.of("<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>")),
      known(SpecialToken.FIM_SEPARATOR, List.of("<|file_sep|>")),
      vocabulary.id(SpecialToken.EOS).orElse(PieceIndex.NONE),
      endOfTurn,
      endOfMessage
    };
    for (int id : ends) {
      if (id >= 0) {
        endOfGeneration.set(id);
      }
    }
    for (List<String> texts : List.of(END_OF_TURN, MORE_ENDS)) {
      for (String text : texts) {
        int id = index.find(text);
        if (id >= 0) {
          endOfGeneration.set(id);
          flags[id] |= CONTROL;
        }
      }
    }
  }

  /** The token that the metadata names, else the first of these texts, made a control token. */
  private int known(SpecialToken role, List<String> texts) {
    if (vocabulary.id(role).isPresent()) {
      return vocabulary.id(role).getAsInt();
    }
    for (String text : texts) {
      int id = index.find(text);
      if (id >= 0) {
        flags[id] |= CONTROL;
        return id;
      }
    }
    return PieceIndex.NONE;
  }

  private void correctKnownModels() {
    // The channels of gpt-oss are part of its answers and must be shown.
    for (String text : List.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>")) {
      int id = index.find(text);
      if (id >= 0) {
        flags[id] = USER_DEFINED;
      }
    }
    // Where other tokens end an answer, <|end|> only ends a part of it.
    boolean calls = isEnd("<|call|>") || isEnd("<|calls|>");
    if (isEnd("<|end|>") && calls && (isEnd("<|return|>") || isEnd("<|flush|>"))) {
      noEnd("<|end|>", USER_DEFINED);
    }
    // Gemma 4 and PLaMo have </s> as a piece of HTML.
    if (isEnd("</s>") && (isEnd("<|tool_response>") || isEnd("<|plamo:eos|>"))) {
      noEnd("</s>", NORMAL);
    }
  }

  private boolean isEnd(String text) {
    int id = index.find(text);
    return id >= 0 && endOfGeneration.get(id);
  }

  private void noEnd(String text, int flag) {
    int id = index.find(text);
    endOfGeneration.clear(id);
    flags[id] = (byte) flag;
  }

  private void setStripping() {
    String name = vocabulary.modelName().toLowerCase(Locale.ROOT);
    if (name.contains("phi-3") || name.contains("phi3")) {
      for (int id : specials()) {
        flags[id] |= STRIP_RIGHT;
      }
      for (String text : List.of("<unk>", "<s>", "<|endoftext|>")) {
        int id = index.find(text);
        if (id >= 0) {
          flags[id] &= ~STRIP_RIGHT;
        }
      }
    } else if (name.contains("modern-bert") && index.find("[MASK]") >= 0) {
      flags[index.find("[MASK]")] |= STRIP_LEFT;
    }
  }

  boolean is(int token, int anyOf) {
    return (flags[token] & anyOf) != 0;
  }

  boolean isEndOfGeneration(int token) {
    return endOfGeneration.get(token);
  }

  /** The tokens that are looked for in a text before it is split, longest first, then by id. */
  int[] specials() {
    return IntStream.range(0, flags.length)
        .filter(id -> is(id, CONTROL | USER_DEFINED | UNKNOWN))
        .boxed()
        .sorted(Comparator.comparingInt(id -> -index.length(id)))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
