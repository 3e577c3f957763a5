package io.github.quest4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.schedule.Scheduler;
import io.github.quest4j.engine.schedule.SchedulerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the models promise beyond LangChain4j's own tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuestModelsTest {

  private static final Duration LONG = Duration.ofMinutes(2);

  private final Engine engine = TestModel.open(TestModel.smollm2());
  private final Scheduler scheduler =
      Scheduler.start(engine, SchedulerOptions.defaults().withPrefixCache(false));
  private final QuestChatModel chat =
      QuestChatModel.builder().scheduler(scheduler).maxOutputTokens(24).build();
  private final QuestStreamingChatModel streaming =
      QuestStreamingChatModel.builder().scheduler(scheduler).maxOutputTokens(24).build();

  @AfterAll
  void close() {
    scheduler.close();
    assertThat(engine.pagesInUse()).isZero();
    engine.close();
  }

  private static ChatRequest request(String text, ChatRequestParameters parameters) {
    return ChatRequest.builder().messages(UserMessage.from(text)).parameters(parameters).build();
  }

  private static ChatRequest request(String text) {
    return request(text, QuestChatRequestParameters.EMPTY);
  }

  @Test
  void streamedAnswersAreThoseThatAreNot() throws Exception {
    ChatRequest request = request("Name three animals.");
    ChatResponse whole = chat.chat(request);
    String text = whole.aiMessage().text();
    Streamed streamed = Streamed.of(streaming, request);
    ChatResponse response = streamed.response.join();
    assertThat(response.aiMessage().text()).isEqualTo(text).isEqualTo(streamed.text.toString());
    assertThat(chat.chatAsync(request).join().aiMessage().text()).isEqualTo(text);
    assertThat(response.finishReason()).isEqualTo(whole.finishReason());
    assertThat(response.tokenUsage()).isEqualTo(whole.tokenUsage());
  }

  @Test
  void callersOnSeveralThreadsShareSteps() {
    List<String> questions =
        IntStream.range(0, 4).mapToObj(i -> "What is " + i + " times 7?").toList();
    List<String> alone = questions.stream().map(chat::chat).toList();
    try (Scheduler own = Scheduler.start(engine, SchedulerOptions.defaults())) {
      QuestChatModel model = QuestChatModel.builder().scheduler(own).maxOutputTokens(24).build();
      List<CompletableFuture<String>> together = questions.stream().map(model::chatAsync).toList();
      assertThat(together.stream().map(CompletableFuture::join)).isEqualTo(alone);
      assertThat((double) own.stats().decodeRows() / own.stats().steps()).isGreaterThan(2);
    }
  }

  @Test
  void cancelledAnswersGiveTheirPagesBack() throws InterruptedException {
    ChatRequest endless =
        request(
            "Tell me a long story about animals.",
            ChatRequestParameters.builder().maxOutputTokens(2_000).build());
    Scheduler own = Scheduler.start(engine, SchedulerOptions.defaults().withPrefixCache(false));
    try (own) {
      QuestStreamingChatModel told = QuestStreamingChatModel.builder().scheduler(own).build();
      Streamed handled = Streamed.of(told, endless, 3);
      assertThat(handled.cancelled.join()).isEqualTo(3);
      CompletableFuture<ChatResponse> future =
          QuestChatModel.builder().scheduler(own).build().chatAsync(endless);
      Subscriber subscriber = new Subscriber(1);
      told.chat(endless).subscribe(subscriber);
      subscriber.first.join();
      assertThat(engine.pagesInUse()).isPositive();
      subscriber.subscription.join().cancel();
      future.cancel(true);
      assertThat(own.awaitIdle(LONG)).isTrue();
      assertThat(engine.pagesInUse()).isZero();
      assertThat(handled.response).isNotDone();
    }
    assertThat(own.stats().cancelled()).isEqualTo(3);
    assertThat(own.stats().finished()).isZero();
  }

  @Test
  void schemasHold() {
    JsonObjectSchema person =
        JsonObjectSchema.builder()
            .addStringProperty("name")
            .addIntegerProperty("age")
            .addEnumProperty("role", List.of("author", "reader"))
            .addProperty("friend", JsonReferenceSchema.builder().reference("friend").build())
            .definitions(
                Map.of(
                    "friend",
                    JsonObjectSchema.builder().addBooleanProperty("old").required("old").build()))
            .required("name", "age", "role", "friend")
            .build();
    ResponseFormat format =
        ResponseFormat.builder()
            .type(ResponseFormatType.JSON)
            .jsonSchema(JsonSchema.builder().name("person").rootElement(person).build())
            .build();
    ChatRequestParameters parameters =
        ChatRequestParameters.builder().responseFormat(format).maxOutputTokens(100).build();
    ChatResponse response =
        chat.chat(request("Describe Ann, a reader of 30 years, as JSON.", parameters));
    assertThat(response.finishReason())
        .as(response.aiMessage().text())
        .isEqualTo(FinishReason.STOP);
    JsonNode json = JsonMapper.shared().readTree(response.aiMessage().text());
    assertThat(json.path("name").isString()).isTrue();
    assertThat(json.path("age").isIntegralNumber()).isTrue();
    assertThat(json.path("role").stringValue()).isIn("author", "reader");
    assertThat(json.path("friend").path("old").isBoolean()).isTrue();
  }

  @Test
  void drawsFollowTheSeed() {
    ChatRequestParameters seven =
        QuestChatRequestParameters.builder().temperature(1.5).seed(7).build();
    ChatRequestParameters eight =
        seven.overrideWith(QuestChatRequestParameters.builder().seed(8).build());
    String text = chat.chat(request("Tell me something.", seven)).aiMessage().text();
    assertThat(chat.chat(request("Tell me something.", seven)).aiMessage().text()).isEqualTo(text);
    assertThat(chat.chat(request("Tell me something.", eight)).aiMessage().text())
        .isNotEqualTo(text);
  }

  @Test
  void metadataTellsWhatWasRead() {
    String document =
        IntStream.range(0, 40)
            .mapToObj(i -> "House " + i + " has " + (3 * i + 1) + " windows.")
            .collect(Collectors.joining(" ", "", " How many windows has house 7?"));
    try (QuestChatModel model =
        QuestChatModel.builder().engine(engine).tokenBudget(64).maxOutputTokens(8).build()) {
      QuestChatResponseMetadata first = metadata(model.chat(request(document)));
      assertThat(first.attention().policy()).isEqualTo("quest");
      assertThat(first.attention().tokenBudget()).isEqualTo(64);
      assertThat(first.kv().pagesSelectedMean()).isLessThan(first.kv().pages());
      assertThat(first.kv().missedMassMean()).isPresent();
      assertThat(first.cachedTokens()).isZero();
      assertThat(first.tokenUsage().outputTokenCount()).isEqualTo(8);
      QuestChatResponseMetadata dense =
          metadata(
              model.chat(
                  request(
                      document, QuestChatRequestParameters.builder().attention("dense").build())));
      assertThat(dense.kv().selections()).isZero();
      assertThat(dense.kv().bytesReadPerToken()).isGreaterThan(first.kv().bytesReadPerToken());
      assertThat(dense.cachedTokens()).isGreaterThan(dense.tokenUsage().inputTokenCount() / 2);
      assertThat(dense.toBuilder().build()).isEqualTo(dense);
    }
  }

  private static QuestChatResponseMetadata metadata(ChatResponse response) {
    return (QuestChatResponseMetadata) response.metadata();
  }

  @Test
  void subscribersGetWhatTheyAskFor() {
    ChatRequest request = request("Name three animals.");
    Subscriber slow = new Subscriber(1);
    streaming.chat(request).subscribe(slow);
    slow.first.join();
    assertThat(slow.events).hasSize(1);
    slow.subscription.join().request(Long.MAX_VALUE);
    slow.end.join();
    assertThat(slow.events).hasSizeGreaterThan(3);

    Subscriber wrong = new Subscriber(0);
    streaming.chat(request).subscribe(wrong);
    assertThat(wrong.end.handle((r, e) -> e).join()).isInstanceOf(IllegalArgumentException.class);
    assertThat(wrong.events).isEmpty();
  }

  /** Asks for some events at first. */
  private static final class Subscriber implements Flow.Subscriber<ChatModelStreamingEvent> {

    final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    final CompletableFuture<ChatModelStreamingEvent> first = new CompletableFuture<>();
    final CompletableFuture<Boolean> end = new CompletableFuture<>();
    final List<ChatModelStreamingEvent> events = new ArrayList<>();
    private final int atFirst;

    Subscriber(int atFirst) {
      this.atFirst = atFirst;
    }

    @Override
    public void onSubscribe(Flow.Subscription value) {
      value.request(atFirst);
      subscription.complete(value);
    }

    @Override
    public void onNext(ChatModelStreamingEvent event) {
      events.add(event);
      first.complete(event);
    }

    @Override
    public void onError(Throwable error) {
      end.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      end.complete(true);
    }
  }
}
