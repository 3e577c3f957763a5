package io.github.quest4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static Vocabulary.Builder two() {
    return Vocabulary.builder("gpt2", "gpt-2", List.of("a", "b"));
  }

  @Test
  void statesWhatItWasGiven() {
    Vocabulary v =
        two()
            .modelName("m")
            .types(new int[] {6, 99})
            .scores(new float[] {1, 2})
            .merges(List.of("a b"))
            .id(SpecialToken.EOS, 1)
            .id(SpecialToken.BOS, 2)
            .id(SpecialToken.UNKNOWN, -1)
            .addEos(true)
            .build();
    assertThat(v.size()).isEqualTo(2);
    assertThat(v.pieces()).containsExactly("a", "b");
    assertThat(v.type(0)).isEqualTo(TokenType.BYTE);
    assertThat(v.type(1)).isEqualTo(TokenType.UNDEFINED);
    assertThat(v.score(1)).isEqualTo(2);
    assertThat(v.id(SpecialToken.EOS)).hasValue(1);
    assertThat(v.id(SpecialToken.BOS)).isEmpty();
    assertThat(v.id(SpecialToken.UNKNOWN)).isEmpty();
    assertThat(v.addBos()).isFalse();
    assertThat(v.addEos()).isTrue();
    assertThat(v.addSpacePrefix()).isFalse();
    assertThat(two().build().type(1)).isEqualTo(TokenType.NORMAL);
    assertThat(two().build().score(1)).isZero();
  }

  @Test
  void namesTheKeysOfItsRoles() {
    assertThat(SpecialToken.EOS.keys()).containsExactly("tokenizer.ggml.eos_token_id");
    assertThat(SpecialToken.FIM_PREFIX.keys())
        .containsExactly("tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id");
  }

  @Test
  void whatDoesNotFitIsSaid() {
    assertThatThrownBy(() -> Vocabulary.builder("gpt2", "gpt-2", List.of()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the vocabulary has no tokens (tokenizer.ggml.tokens)");
    assertThatThrownBy(() -> two().types(new int[] {1}).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tokenizer.ggml.token_type has 1 entries for 2 tokens");
    assertThatThrownBy(() -> two().scores(new float[] {1}).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tokenizer.ggml.scores has 1 entries for 2 tokens");
    assertThatThrownBy(() -> two().addBos(true).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokenizer.ggml.bos_token_id names none of the 2 tokens");
    assertThatThrownBy(() -> two().addEos(true).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tokenizer.ggml.eos_token_id names none of the 2 tokens");
  }
}
