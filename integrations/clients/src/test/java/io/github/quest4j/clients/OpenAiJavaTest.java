package io.github.quest4j.clients;

import static io.github.quest4j.clients.RunningServer.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.ResponseFormatJsonObject;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionTokenLogprob;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionChoice;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.completions.CompletionUsage;
import com.openai.models.models.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Answers of the server, as openai-java reads and checks them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiJavaTest {

  private static final String QUESTION = "What is the capital of France?";

  private final RunningServer server = RunningServer.withKey();
  private final OpenAIClient client =
      OpenAIOkHttpClient.builder()
          .baseUrl(server.api())
          .apiKey(RunningServer.KEY)
          .maxRetries(0)
          .build();

  @AfterAll
  void close() {
    client.close();
    server.close();
  }

  private static ChatCompletionCreateParams.Builder chat() {
    return ChatCompletionCreateParams.builder()
        .model(MODEL)
        .addUserMessage(QUESTION)
        .temperature(0)
        .maxCompletionTokens(32);
  }

  private ChatCompletion ask(ChatCompletionCreateParams.Builder params) {
    return client.chat().completions().create(params.build()).validate();
  }

  private List<ChatCompletionChunk> stream(ChatCompletionCreateParams.Builder params) {
    try (StreamResponse<ChatCompletionChunk> response =
        client.chat().completions().createStreaming(params.build())) {
      return response.stream().map(ChatCompletionChunk::validate).toList();
    }
  }

  private static String text(ChatCompletion answer, int choice) {
    return answer.choices().get(choice).message().content().orElseThrow();
  }

  @Test
  void aChatIsAnswered() {
    ChatCompletion answer = ask(chat());
    assertThat(text(answer, 0)).contains("Paris");
    assertThat(answer.model()).isEqualTo(MODEL);
    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    CompletionUsage usage = answer.usage().orElseThrow();
    assertThat(usage.totalTokens()).isEqualTo(usage.promptTokens() + usage.completionTokens());
    assertThat(usage.promptTokensDetails().orElseThrow().cachedTokens()).isPresent();
  }

  @Test
  @SuppressWarnings("deprecation") // people still send max_tokens
  void aConversationWithASystemMessageAndAnswersIsTaken() {
    ChatCompletion answer =
        ask(
            ChatCompletionCreateParams.builder()
                .model(MODEL)
                .addSystemMessage("You answer in one word.")
                .addUserMessage("The capital of Italy?")
                .addAssistantMessage("Rome")
                .addUserMessage("And of France?")
                .temperature(0)
                .maxTokens(16));
    assertThat(text(answer, 0)).contains("Paris");
  }

  @Test
  void aStreamIsTheSameAnswerAndEndsWithTheUsage() {
    List<ChatCompletionChunk> chunks =
        stream(
            chat().streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build()));
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    chunks.forEach(accumulator::accumulate);
    ChatCompletion whole = ask(chat());
    assertThat(text(accumulator.chatCompletion(), 0)).isEqualTo(text(whole, 0));
    assertThat(chunks).hasSizeGreaterThan(4);
    assertThat(chunks.getLast().choices()).isEmpty();
    assertThat(chunks.getLast().usage().orElseThrow().completionTokens())
        .isEqualTo(whole.usage().orElseThrow().completionTokens());
    assertThat(chunks.subList(0, chunks.size() - 1))
        .allSatisfy(chunk -> assertThat(chunk.usage()).isEmpty());
  }

  @Test
  void aStreamMayBeLeft() {
    var params = chat().maxCompletionTokens(1_500).build();
    try (StreamResponse<ChatCompletionChunk> response =
        client.chat().completions().createStreaming(params)) {
      assertThat(response.stream().limit(3)).hasSize(3);
    }
    assertThat(text(ask(chat()), 0)).contains("Paris");
  }

  @Test
  void severalChoicesAreDrawnAndASeedRepeatsThem() {
    List<String> first = drawn(11);
    assertThat(first).hasSize(3);
    assertThat(first.stream().distinct().count()).isGreaterThan(1);
    assertThat(drawn(11)).isEqualTo(first);
    assertThat(drawn(12)).isNotEqualTo(first);
  }

  @SuppressWarnings("deprecation") // people still send a seed
  private List<String> drawn(long seed) {
    ChatCompletion answer =
        ask(
            ChatCompletionCreateParams.builder()
                .model(MODEL)
                .addUserMessage("Tell me a story.")
                .temperature(1.2)
                .topP(0.95)
                .presencePenalty(0.3)
                .frequencyPenalty(0.3)
                .n(3)
                .seed(seed)
                .maxCompletionTokens(12));
    assertThat(answer.choices().stream().map(ChatCompletion.Choice::index))
        .containsExactly(0L, 1L, 2L);
    return answer.choices().stream().map(c -> c.message().content().orElseThrow()).toList();
  }

  @Test
  void aStopStringEndsTheTextBeforeIt() {
    String whole = text(ask(chat()), 0);
    String before = whole.substring(0, whole.indexOf("Paris"));
    assertThat(text(ask(chat().stop("Paris")), 0)).isEqualTo(before);
    assertThat(text(ask(chat().stopOfStrings(List.of("Lyon", "Paris"))), 0)).isEqualTo(before);
  }

  @Test
  void lengthIsToldWhereTheTextIsCutOff() {
    ChatCompletion answer = ask(chat().maxCompletionTokens(2));
    assertThat(answer.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
    assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(2);
  }

  @Test
  void logprobsComeWithTheirAlternatives() {
    ChatCompletion answer = ask(chat().logprobs(true).topLogprobs(3));
    List<ChatCompletionTokenLogprob> tokens =
        answer.choices().getFirst().logprobs().orElseThrow().content().orElseThrow();
    StringBuilder text = new StringBuilder();
    for (ChatCompletionTokenLogprob token : tokens) {
      text.append(token.token());
      assertThat(token.logprob()).isBetween(-50.0, 0.0);
      assertThat(token.topLogprobs()).hasSize(3);
      assertThat(token.topLogprobs().getFirst().logprob()).isEqualTo(token.logprob()); // greedy
    }
    assertThat(text.toString()).startsWith(text(answer, 0));
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    stream(chat().logprobs(true).topLogprobs(3)).forEach(accumulator::accumulate);
    assertThat(accumulator.chatCompletion().choices().getFirst().logprobs().orElseThrow().content())
        .contains(tokens);
  }

  @Test
  void aJsonObjectIsOne() {
    ChatCompletion answer =
        ask(
            chat()
                .responseFormat(ResponseFormatJsonObject.builder().build())
                .maxCompletionTokens(200));
    assertThat(text(answer, 0).strip()).startsWith("{").endsWith("}");
  }

  @Test
  void tokensInACompletionAreCountedAndTold() {
    Completion answer =
        client
            .completions()
            .create(
                CompletionCreateParams.builder()
                    .model(MODEL)
                    .promptOfArrayOfStrings(List.of("The capital of France is", "One, two, three,"))
                    .temperature(0)
                    .maxTokens(6)
                    .logprobs(2)
                    .build())
            .validate();
    assertThat(answer.choices()).hasSize(2);
    CompletionChoice choice = answer.choices().getFirst();
    assertThat(choice.text()).contains("Paris");
    assertThat(answer.choices().get(1).text()).contains("four");
    CompletionChoice.Logprobs logprobs = choice.logprobs().orElseThrow();
    assertThat(String.join("", logprobs.tokens().orElseThrow())).isEqualTo(choice.text());
    assertThat(logprobs.tokenLogprobs().orElseThrow()).hasSize(6);
    assertThat(logprobs.topLogprobs().orElseThrow()).hasSize(6);
    assertThat(logprobs.textOffset().orElseThrow()).hasSize(6);
  }

  @Test
  void aCompletionIsStreamed() {
    CompletionCreateParams.Builder params =
        CompletionCreateParams.builder()
            .model(MODEL)
            .prompt("The capital of France is")
            .temperature(0)
            .maxTokens(6);
    String whole = client.completions().create(params.build()).choices().getFirst().text();
    params.streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build());
    StringBuilder text = new StringBuilder();
    List<CompletionUsage> usages = new ArrayList<>();
    try (StreamResponse<Completion> response =
        client.completions().createStreaming(params.build())) {
      response.stream()
          .forEach(part -> {
            part.choices().forEach(choice -> text.append(choice.text()));
            part.usage().ifPresent(usages::add);
          });
    }
    assertThat(text.toString()).isEqualTo(whole);
    assertThat(usages).singleElement().matches(usage -> usage.completionTokens() == 6);
  }

  @Test
  void theModelIsListed() {
    List<Model> models = client.models().list().items();
    assertThat(models).singleElement().matches(model -> model.validate().id().equals(MODEL));
    assertThat(client.models().retrieve(MODEL).id()).isEqualTo(MODEL);
    assertThat(Optional.of(client.models().retrieve(MODEL))).contains(models.getFirst());
  }
}
