package io.github.quest4j.langchain4j;

import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * LangChain4j's parameters of a request with Quest's own: how decode steps attend, and the seed.
 * What is not set is as the model object says, else as the engine does. Immutable.
 */
public final class QuestChatRequestParameters extends DefaultChatRequestParameters {

  /** Nothing is set. */
  public static final QuestChatRequestParameters EMPTY = builder().build();

  private final @Nullable String attention;
  private final @Nullable Integer tokenBudget;
  private final @Nullable String scorer;
  private final @Nullable Long seed;

  private QuestChatRequestParameters(Builder builder) {
    super(builder);
    this.attention = builder.attention;
    this.tokenBudget = builder.tokenBudget;
    this.scorer = builder.scorer;
    this.seed = builder.seed;
  }

  /** Makes parameters. */
  public static Builder builder() {
    return new Builder();
  }

  /** The same parameters as ones of this class. */
  static QuestChatRequestParameters of(ChatRequestParameters parameters) {
    return parameters instanceof QuestChatRequestParameters quest
        ? quest
        : builder().overrideWith(parameters).build();
  }

  /** What decode steps read, a name that {@code AttentionOptions} knows: quest, dense, … */
  public Optional<String> attention() {
    return Optional.ofNullable(attention);
  }

  /** Tokens that a sparse step reads per list. */
  public OptionalInt tokenBudget() {
    return tokenBudget == null ? OptionalInt.empty() : OptionalInt.of(tokenBudget);
  }

  /** How pages are scored; the engine must have been opened with this scorer. */
  public Optional<String> scorer() {
    return Optional.ofNullable(scorer);
  }

  /** Of the draw; where it is not set, each request has another one. */
  public OptionalLong seed() {
    return seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
  }

  @Override
  public QuestChatRequestParameters overrideWith(ChatRequestParameters that) {
    return builder().overrideWith(this).overrideWith(that).build();
  }

  @Override
  public QuestChatRequestParameters defaultedBy(ChatRequestParameters that) {
    return builder().overrideWith(that).overrideWith(this).build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof QuestChatRequestParameters that
        && super.equals(that)
        && Objects.equals(attention, that.attention)
        && Objects.equals(tokenBudget, that.tokenBudget)
        && Objects.equals(scorer, that.scorer)
        && Objects.equals(seed, that.seed);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), attention, tokenBudget, scorer, seed);
  }

  @Override
  public String toString() {
    return "QuestChatRequestParameters{"
        + super.toString()
        + ", attention="
        + attention
        + ", tokenBudget="
        + tokenBudget
        + ", scorer="
        + scorer
        + ", seed="
        + seed
        + "}";
  }

  /** Makes parameters; what is not called stays unset. */
  public static final class Builder extends DefaultChatRequestParameters.Builder<Builder> {

    private @Nullable String attention;
    private @Nullable Integer tokenBudget;
    private @Nullable String scorer;
    private @Nullable Long seed;

    private Builder() {}

    /** As {@link QuestChatRequestParameters#attention()}. */
    public Builder attention(String value) {
      attention = value;
      return this;
    }

    /** As {@link QuestChatRequestParameters#tokenBudget()}. */
    public Builder tokenBudget(int value) {
      tokenBudget = value;
      return this;
    }

    /** As {@link QuestChatRequestParameters#scorer()}. */
    public Builder scorer(String value) {
      scorer = value;
      return this;
    }

    /** As {@link QuestChatRequestParameters#seed()}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    @Override
    public Builder overrideWith(ChatRequestParameters parameters) {
      super.overrideWith(parameters);
      if (parameters instanceof QuestChatRequestParameters quest) {
        quest.attention().ifPresent(this::attention);
        quest.tokenBudget().ifPresent(this::tokenBudget);
        quest.scorer().ifPresent(this::scorer);
        quest.seed().ifPresent(this::seed);
      }
      return this;
    }

    @Override
    public QuestChatRequestParameters build() {
      return new QuestChatRequestParameters(this);
    }
  }
}
