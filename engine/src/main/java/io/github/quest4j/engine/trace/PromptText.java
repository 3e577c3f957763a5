package io.github.quest4j.engine.trace;

import io.github.quest4j.engine.Prompt;
import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.List;

/**
 * The text behind the tokens of a prompt, cut into passages: the sentences and lines of what the
 * caller wrote, 64 tokens long at most. What a chat template puts around it belongs to none, nor
 * does content that a template changed beyond its surrounding white space. Immutable.
 */
public final class PromptText {

  private final TokenTexts tokens;
  private final List<Passage> passages;

  private PromptText(TokenTexts tokens, List<Passage> passages) {
    this.tokens = tokens;
    this.passages = passages;
  }

  /**
   * The text of a prompt.
   *
   * @param prompt what the caller gave
   * @param tokens what {@link io.github.quest4j.engine.Engine#tokens} made of it
   * @throws IllegalArgumentException if a token is outside the vocabulary
   */
  public static PromptText of(Tokenizer tokenizer, Prompt prompt, int[] tokens) {
    TokenTexts texts = TokenTexts.of(tokenizer, tokens);
    return new PromptText(texts, Passages.of(texts, Contents.of(texts, prompt)));
  }

  /** The tokens decoded, control tokens by their names. */
  public String text() {
    return tokens.text();
  }

  /** Tokens of the prompt. */
  public int tokens() {
    return tokens.tokens();
  }

  /**
   * First character of a token in {@link #text()}. Tokens that share a character all begin and end
   * with it.
   */
  public int start(int token) {
    return tokens.start(token);
  }

  /** The character behind a token's last one. */
  public int end(int token) {
    return tokens.end(token);
  }

  /** In the order of the prompt. */
  public List<Passage> passages() {
    return passages;
  }

  /** A passage's text. */
  public String text(Passage passage) {
    return text().substring(start(passage.fromToken()), end(passage.toToken() - 1)).strip();
  }
}
