package io.github.quest4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.CustomMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.message.VideoContent;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.schedule.Scheduler;
import io.github.quest4j.engine.schedule.SchedulerOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What cannot be served ends in one clear sentence and the exception that LangChain4j has for it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {

  private final Engine engine = TestModel.open(TestModel.smollm2());
  private final QuestChatModel chat = QuestChatModel.builder().engine(engine).build();

  @AfterAll
  void close() {
    chat.close();
    engine.close();
  }

  private void refused(ChatMessage message, String what) {
    ChatRequest request = ChatRequest.builder().messages(message).build();
    assertThatThrownBy(() -> chat.chat(request))
        .isExactlyInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining(what)
        .hasMessageContaining("not supported");
  }

  @Test
  void onlyTextIsRead() {
    refused(UserMessage.from(ImageContent.from("http://localhost/a.png")), "image");
    refused(UserMessage.from(AudioContent.from("http://localhost/a.wav")), "audio");
    refused(UserMessage.from(VideoContent.from("http://localhost/a.mp4")), "video");
    refused(UserMessage.from(PdfFileContent.from("http://localhost/a.pdf")), "pdf");
    refused(CustomMessage.from(Map.of("a", "b")), "CUSTOM");
  }

  private void invalid(ChatRequestParameters parameters, String sentence) {
    ChatRequest request =
        ChatRequest.builder().messages(UserMessage.from("Hi")).parameters(parameters).build();
    assertThatThrownBy(() -> chat.chat(request))
        .isExactlyInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(sentence);
  }

  private static ChatRequestParameters schema(String raw) {
    return ChatRequestParameters.builder()
        .responseFormat(
            ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(
                    JsonSchema.builder().name("a").rootElement(JsonRawSchema.from(raw)).build())
                .build())
        .build();
  }

  @Test
  void badValuesAreNamed() {
    invalid(ChatRequestParameters.builder().temperature(-1.0).build(), "temperature");
    invalid(ChatRequestParameters.builder().topP(2.0).build(), "top-p");
    invalid(ChatRequestParameters.builder().maxOutputTokens(0).build(), "max tokens");
    invalid(ChatRequestParameters.builder().toolChoice(ToolChoice.REQUIRED).build(), "no tools");
    invalid(schema("{\"oneOf\": []}"), "oneOf");
    invalid(QuestChatRequestParameters.builder().attention("eager").build(), "eager");
    invalid(QuestChatRequestParameters.builder().tokenBudget(3).build(), "token budget 3");
    invalid(QuestChatRequestParameters.builder().scorer("minmax").build(), "open it with that");
    assertThatThrownBy(() -> chat.chat("word ".repeat(3_000)))
        .isExactlyInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("context of 2048");
    ToolExecutionRequest broken = ToolExecutionRequest.builder().name("f").arguments("[1").build();
    assertThatThrownBy(() -> chat.chat(AiMessage.from(broken), UserMessage.from("Hi")))
        .isExactlyInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("arguments of a call of f");
  }

  @Test
  void buildersWantOneThingToRunOn() {
    assertThatThrownBy(() -> QuestChatModel.builder().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("either an engine or a scheduler");
    try (Scheduler scheduler = Scheduler.start(engine, SchedulerOptions.defaults())) {
      assertThatThrownBy(() -> QuestChatModel.builder().engine(engine).scheduler(scheduler).build())
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() ->
              QuestChatModel.builder()
                  .scheduler(scheduler)
                  .schedulerOptions(SchedulerOptions.defaults())
                  .build())
          .hasMessageContaining("options of its own");
    }
  }

  @Test
  void aModelClosesItsOwnSchedulerOnly() {
    try (Scheduler scheduler = Scheduler.start(engine, SchedulerOptions.defaults())) {
      QuestChatModel.builder().scheduler(scheduler).build().close();
      try (QuestChatModel other =
          QuestChatModel.builder().scheduler(scheduler).maxOutputTokens(1).build()) {
        assertThat(other.chat("Hi")).isNotEmpty();
      }
    }
    QuestChatModel closed = QuestChatModel.builder().engine(engine).build();
    closed.close();
    assertThatThrownBy(() -> closed.chat("Hi"))
        .isExactlyInstanceOf(NonRetriableException.class)
        .hasMessage("the model is closed");
  }

  @Test
  void aFullQueueIsALimitOfRate() throws InterruptedException {
    SchedulerOptions one = SchedulerOptions.defaults().withRunning(1).withQueue(0);
    try (Scheduler scheduler = Scheduler.start(engine, one);
        QuestChatModel model = QuestChatModel.builder().scheduler(scheduler).build();
        QuestStreamingChatModel streaming =
            QuestStreamingChatModel.builder().scheduler(scheduler).build()) {
      ChatRequest story =
          ChatRequest.builder().messages(UserMessage.from("Tell me a long story.")).build();
      Streamed first = Streamed.of(streaming, story, 40);
      while (scheduler.active() == 0) {
        Thread.onSpinWait();
      }
      assertThatThrownBy(() -> model.chat("Hi")).isExactlyInstanceOf(RateLimitException.class);
      Streamed second = Streamed.of(streaming, story);
      assertThatThrownBy(second.response::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseExactlyInstanceOf(RateLimitException.class);
      first.cancelled.join();
      assertThat(scheduler.awaitIdle(Duration.ofMinutes(1))).isTrue();
    }
  }

  @Test
  void anInterruptedCallerStaysInterrupted() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> chat.chat("Hi"))
          .isExactlyInstanceOf(NonRetriableException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }
}
