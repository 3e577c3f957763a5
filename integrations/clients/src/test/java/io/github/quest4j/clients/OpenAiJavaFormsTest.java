package io.github.quest4j.clients;

import static io.github.quest4j.clients.RunningServer.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionNamedToolChoice;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Classes as schemas, calls of tools, errors: what openai-java makes of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiJavaFormsTest {

  private final RunningServer server = RunningServer.withKey();
  private final OpenAIClient client = client(RunningServer.KEY);

  /** A form that an answer is held to. */
  public static class Town {
    /** What it is called. */
    @JsonPropertyDescription("what the town is called")
    @Schema(pattern = "^[A-Z][a-z]{2,12}$")
    public String name = "";

    /** Of which kind. */
    public Size size = Size.SMALL;

    /** Inhabitants. */
    @Schema(minimum = "1", maximum = "10000000")
    public int inhabitants;

    /** The weeks of its markets. */
    @ArraySchema(maxItems = 3, schema = @Schema(minimum = "1", maximum = "52"))
    public List<Integer> markets = List.of();
  }

  /** How large a town is. */
  public enum Size {
    /** Fewer than others. */
    SMALL,
    /** More than others. */
    LARGE
  }

  /** A tool. */
  @JsonClassDescription("Tells the weather of a town.")
  public static class Weather {
    /** Where. */
    @JsonPropertyDescription("the town")
    @Schema(pattern = "^[A-Z][a-z]{2,12}$")
    public String town = "";
  }

  @AfterAll
  void close() {
    client.close();
    server.close();
  }

  private OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder().baseUrl(server.api()).apiKey(key).maxRetries(0).build();
  }

  private static ChatCompletionCreateParams.Builder chat(String question) {
    return ChatCompletionCreateParams.builder()
        .model(MODEL)
        .addUserMessage(question)
        .temperature(0)
        .maxCompletionTokens(400);
  }

  private ChatCompletion stream(ChatCompletionCreateParams params) {
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> response =
        client.chat().completions().createStreaming(params)) {
      response.stream().forEach(accumulator::accumulate);
    }
    return accumulator.chatCompletion();
  }

  @Test
  void anAnswerIsAnObjectOfTheClassAskedFor() {
    var params = chat("Describe the town Kiel.").responseFormat(Town.class).build();
    var answer = client.chat().completions().create(params).choices().getFirst();
    assertThat(answer.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    Town town = answer.message().content().orElseThrow();
    assertThat(town.name).matches("[A-Z][a-z]{2,12}");
    assertThat(town.inhabitants).isPositive();
    assertThat(town.markets).hasSizeLessThanOrEqualTo(3);
    assertThat(town.size).isIn(Size.SMALL, Size.LARGE);
    assertThat(stream(params.rawParams()).choices().getFirst().message().content())
        .isEqualTo(answer.message().rawMessage().content());
  }

  private static ChatCompletionMessageFunctionToolCall call(ChatCompletion answer) {
    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
    ChatCompletionMessage message = answer.choices().getFirst().message();
    assertThat(message.content()).isEmpty();
    assertThat(message.toolCalls().orElseThrow()).hasSize(1);
    return message.toolCalls().orElseThrow().getFirst().asFunction();
  }

  @Test
  void aToolIsCalledAndItsResultTaken() {
    ChatCompletionNamedToolChoice weather =
        ChatCompletionNamedToolChoice.builder()
            .function(
                ChatCompletionNamedToolChoice.Function.builder()
                    .name(Weather.class.getSimpleName())
                    .build())
            .build();
    ChatCompletionCreateParams.Builder params =
        chat("How is the weather in Paris?").addTool(Weather.class);
    ChatCompletion answer =
        client.chat().completions().create(params.toolChoice(weather).build()).validate();
    var call = call(answer);
    assertThat(call.function().name()).isEqualTo("Weather");
    assertThat(call.function().arguments(Weather.class).town).isNotEmpty();

    var streamed = call(stream(params.build()));
    assertThat(streamed.function()).isEqualTo(call.function());

    ChatCompletion last =
        client
            .chat()
            .completions()
            .create(
                params
                    .addMessage(answer.choices().getFirst().message())
                    .addMessage(
                        ChatCompletionToolMessageParam.builder()
                            .toolCallId(call.id())
                            .content("sunny, 21 degrees")
                            .build())
                    .toolChoice(ChatCompletionToolChoiceOption.Auto.NONE)
                    .maxCompletionTokens(24)
                    .build());
    assertThat(last.choices().getFirst().message().content().orElseThrow()).isNotBlank();
    assertThat(last.choices().getFirst().message().toolCalls()).isEmpty();
  }

  @Test
  void oneOfTheToolsIsCalledWhereOneMustBe() {
    var params =
        chat("Hello")
            .addTool(Weather.class)
            .toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED);
    assertThat(call(client.chat().completions().create(params.build())).function().name())
        .isEqualTo("Weather");
  }

  @Test
  void ourOwnFieldsPass() {
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                chat("Hello")
                    .maxCompletionTokens(4)
                    .putAdditionalBodyProperty(
                        "quest", JsonValue.from(Map.of("attention", "dense", "trace", true)))
                    .build());
    assertThat(String.valueOf(answer._allProperties().get("quest"))).contains("dense");
    assertThat(answer.choices().getFirst()._allProperties()).containsKey("quest_trace");
  }

  @Test
  void errorsAreTheOnesThatTheClientKnows() {
    var missing =
        catchThrowableOfType(
            NotFoundException.class,
            () -> client.chat().completions().create(chat("Hi").model("gpt-4o").build()));
    assertThat(missing.code()).contains("model_not_found");
    assertThat(missing).hasMessageContaining("gpt-4o");
    assertThatThrownBy(() -> client.models().retrieve("gpt-4o"))
        .isInstanceOf(NotFoundException.class);

    var bad =
        catchThrowableOfType(
            BadRequestException.class,
            () -> client.chat().completions().create(chat("Hi").topP(1.5).build()));
    assertThat(bad.param()).contains("top_p");
    assertThat(bad.type()).contains("invalid_request_error");
    assertThat(bad).hasMessageContaining("top_p");

    var streamed =
        catchThrowableOfType(
            BadRequestException.class, () -> stream(chat("Hi").temperature(-1).build()));
    assertThat(streamed.param()).contains("temperature");

    OpenAIClient stranger = client("another-key");
    var refused = catchThrowableOfType(UnauthorizedException.class, () -> stranger.models().list());
    assertThat(refused.code()).contains("invalid_api_key");
    stranger.close();
  }
}
