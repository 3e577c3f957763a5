package io.github.quest4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import io.github.quest4j.engine.Engine;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Tools are called, forced or not, and their results are read. */
class ToolCallsTest {

  private static final UserMessage QUESTION = UserMessage.from("What is the weather in Munich?");
  private static final ToolSpecification WEATHER =
      ToolSpecification.builder()
          .name("getWeather")
          .description("Tells the weather in a city")
          .parameters(JsonObjectSchema.builder().addStringProperty("city").required("city").build())
          .build();
  private static final ToolSpecification ADD =
      ToolSpecification.builder()
          .name("add_two_numbers")
          .parameters(
              JsonObjectSchema.builder().addIntegerProperty("a").addIntegerProperty("b").build())
          .build();

  private static ChatRequest.Builder asked(ToolSpecification... tools) {
    return ChatRequest.builder().messages(QUESTION).toolSpecifications(tools);
  }

  @Test
  void forcedCallsHaveTheToolsArguments() {
    called(TestModel.smollm2(), asked(WEATHER).toolChoice(ToolChoice.REQUIRED).build());
  }

  /** As the model likes it. */
  @EnabledIf(
      value = "io.github.quest4j.langchain4j.TestModel#hasQwen",
      disabledReason = "QUEST_TEST_MODELS names no folder with Qwen2.5-Coder-0.5B-Instruct")
  @Test
  void qwenCallsThroughItsOwnTemplate() {
    called(TestModel.qwen(), asked(WEATHER, ADD).build());
  }

  private static void called(Path path, ChatRequest request) {
    try (Engine engine = TestModel.open(path);
        QuestChatModel chat = QuestChatModel.builder().engine(engine).build();
        QuestStreamingChatModel streaming =
            QuestStreamingChatModel.builder().engine(engine).build()) {
      ChatResponse response = chat.chat(request);
      assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
      assertThat(response.aiMessage().text()).isNull();
      ToolExecutionRequest call = response.aiMessage().toolExecutionRequests().getFirst();
      assertThat(call.name()).isEqualTo("getWeather");
      assertThat(call.arguments()).isEqualTo("{\"city\":\"Munich\"}");

      Streamed streamed = Streamed.of(streaming, request);
      AiMessage message = streamed.response.join().aiMessage();
      assertThat(streamed.calls).isEqualTo(message.toolExecutionRequests());
      assertThat(streamed.calls.getFirst().arguments()).isEqualTo(call.arguments());
      assertThat(streamed.text).isEmpty();
    }
  }

  @Test
  void resultsAreReadAndNoneMeansNoTools() {
    try (Engine engine = TestModel.open(TestModel.smollm2());
        QuestChatModel chat = QuestChatModel.builder().engine(engine).maxOutputTokens(24).build()) {
      ToolExecutionRequest call =
          ToolExecutionRequest.builder()
              .id("1")
              .name("getWeather")
              .arguments("{\"city\": \"Munich\"}")
              .build();
      ChatRequest told =
          ChatRequest.builder()
              .messages(
                  QUESTION,
                  AiMessage.from(call),
                  ToolExecutionResultMessage.from(call, "It is snowing, 3 degrees below zero."))
              .build();
      assertThat(chat.chat(told).aiMessage().text()).containsIgnoringCase("snow");
      ChatResponse none = chat.chat(asked(WEATHER, ADD).toolChoice(ToolChoice.NONE).build());
      ChatResponse without = chat.chat(ChatRequest.builder().messages(QUESTION).build());
      assertThat(none.tokenUsage()).isEqualTo(without.tokenUsage());
    }
  }
}
