package io.github.quest4j.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.GenerationResult;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What LangChain4j tells of a response, and what reading for it cost: pages, those selected, bytes
 * read per token, attention missed, tokens of the prompt that were cached.
 */
public final class QuestChatResponseMetadata extends ChatResponseMetadata {

  private final AttentionOptions attention;
  private final GenerationResult.KvUse kv;
  private final GenerationResult.Timing timing;
  private final int cachedTokens;

  private QuestChatResponseMetadata(Builder builder) {
    super(builder);
    this.attention = builder.attention;
    this.kv = builder.kv;
    this.timing = builder.timing;
    this.cachedTokens = builder.cachedTokens;
  }

  /** Of a generation. */
  static Builder builder(GenerationResult result) {
    return new Builder(result.attention(), result.kv(), result.timing(), result.cachedTokens());
  }

  /** How decode steps attended. */
  public AttentionOptions attention() {
    return attention;
  }

  /** The cache at the end and what was read of it: pages, bytes, missed attention. */
  public GenerationResult.KvUse kv() {
    return kv;
  }

  /** Seconds, prefill and decode apart; other requests' share of the steps included. */
  public GenerationResult.Timing timing() {
    return timing;
  }

  /** Tokens of the prompt that had been read for an earlier request. */
  public int cachedTokens() {
    return cachedTokens;
  }

  @Override
  public Builder toBuilder() {
    Builder builder = new Builder(attention, kv, timing, cachedTokens);
    toBuilder(builder);
    return builder;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof QuestChatResponseMetadata that
        && super.equals(that)
        && attention.equals(that.attention)
        && kv.equals(that.kv)
        && timing.equals(that.timing)
        && cachedTokens == that.cachedTokens;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), attention, kv, timing, cachedTokens);
  }

  @Override
  public String toString() {
    return "QuestChatResponseMetadata{"
        + super.toString()
        + ", attention="
        + attention
        + ", kv="
        + kv
        + ", timing="
        + timing
        + ", cachedTokens="
        + cachedTokens
        + "}";
  }

  /** Makes the same with other common fields. */
  public static final class Builder extends ChatResponseMetadata.Builder<Builder> {

    private final AttentionOptions attention;
    private final GenerationResult.KvUse kv;
    private final GenerationResult.Timing timing;
    private final int cachedTokens;

    private Builder(
        AttentionOptions attention,
        GenerationResult.KvUse kv,
        GenerationResult.Timing timing,
        int cachedTokens) {
      this.attention = attention;
      this.kv = kv;
      this.timing = timing;
      this.cachedTokens = cachedTokens;
    }

    @Override
    public QuestChatResponseMetadata build() {
      return new QuestChatResponseMetadata(this);
    }
  }
}
