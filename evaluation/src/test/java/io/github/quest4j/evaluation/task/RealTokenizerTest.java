package io.github.quest4j.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.engine.ModelTokenizer;
import io.github.quest4j.engine.store.ModelStore;
import io.github.quest4j.model.gguf.GgufFile;
import io.github.quest4j.model.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lengths and cuts with the tokenizer of SmolLM2, where a token is no word. */
class RealTokenizerTest {

  @Test
  void lengthsAreKeptToAUnit() throws IOException {
    try (GgufFile file = GgufFile.open(ModelStore.open().resolve("smollm2"))) {
      Tokenizer tokenizer = ModelTokenizer.of(file);
      TokenCount tokens = text -> tokenizer.encode(text, true, true).length;
      for (int length : new int[] {1_023, 4_096}) {
        List<Item> items = new ArrayList<>(Passkey.items(length, 2, 1, tokens));
        for (Needle.Kind kind : Needle.Kind.values()) {
          items.addAll(Needle.items(kind, length, 2, 1, tokens));
        }
        for (Ruler.Kind kind : Ruler.Kind.values()) {
          items.addAll(Ruler.items(kind, length, 2, 1, tokens));
        }
        assertThat(items)
            .allSatisfy(item ->
                assertThat(tokens.of(item.prompt()))
                    .isLessThanOrEqualTo(length)
                    .isGreaterThan(length - 40));
      }
    }
  }

  @Test
  void cutPromptsFitTheContext() throws IOException {
    try (GgufFile file = GgufFile.open(ModelStore.open().resolve("smollm2"))) {
      Tokenizer tokenizer = ModelTokenizer.of(file);
      TextTokens tokens =
          new TextTokens() {
            @Override
            public int[] encode(String text) {
              return tokenizer.encode(text, false, false);
            }

            @Override
            public String decode(int[] ids) {
              return tokenizer.decode(ids);
            }
          };
      String text = "Überall hängt Wäsche 洗濯物 🧺 over the lane. ".repeat(300) + "Who washed it?";
      for (int context = 64; context < 160; context++) {
        String kept = Truncation.middle(text, context, tokens);
        assertThat(tokens.encode(kept).length).isBetween(context - 8, context);
        assertThat(kept).startsWith("Überall").endsWith("Who washed it?");
      }
    }
  }
}
