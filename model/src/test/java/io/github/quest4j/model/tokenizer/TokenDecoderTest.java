package io.github.quest4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenDecoderTest {
  private final Tokenizer tokenizer =
      Tokenizers.of(Toy.bytePair("gpt-2", List.of("a b", "ð Ł"), "<x>").build());

  @Test
  void holdsBackAnUnfinishedCharacter() {
    TokenDecoder decoder = tokenizer.decoder();
    assertThat(decoder.next('h')).isEqualTo("h");
    assertThat(decoder.next(257)).isEmpty(); // f0 9f
    assertThat(decoder.next(0x99)).isEmpty();
    assertThat(decoder.next(0x82)).isEqualTo("🙂");
    assertThat(decoder.next(256)).isEqualTo("ab");
    assertThat(decoder.flush()).isEmpty();
  }

  @Test
  void replacesWhatStaysUnfinishedAndStartsAnew() {
    TokenDecoder decoder = tokenizer.decoder();
    assertThat(decoder.next(0xe6)).isEmpty();
    assertThat(decoder.next('a')).isEqualTo("\ufffda");
    assertThat(decoder.next(0xe6)).isEmpty();
    assertThat(decoder.next(0x9d)).isEmpty();
    assertThat(decoder.flush()).isEqualTo("\ufffd");
    assertThat(decoder.flush()).isEmpty();
    assertThat(decoder.next('a')).isEqualTo("a");
  }

  @Test
  void controlTokensAreShownOnRequest() {
    assertThat(tokenizer.decoder().next(258)).isEmpty();
    assertThat(tokenizer.decoder(true).next(258)).isEqualTo("<x>");
  }

  @Test
  void streamsWhatDecodeGives() {
    Random random = new Random(2);
    for (int i = 0; i < 500; i++) {
      int[] ids =
          random.nextBoolean()
              ? tokenizer.encode(RandomText.of(random, 20), false, true)
              : random.ints(40, 0, tokenizer.size()).toArray();
      TokenDecoder decoder = tokenizer.decoder(true);
      StringBuilder streamed = new StringBuilder();
      for (int id : ids) {
        String text = decoder.next(id);
        streamed.append(text);
        // A cut character would leave half of a surrogate pair at an end.
        assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
            .isEqualTo(text);
      }
      streamed.append(decoder.flush());
      assertThat(streamed.toString()).isEqualTo(tokenizer.decode(ids, true));
    }
  }
}
