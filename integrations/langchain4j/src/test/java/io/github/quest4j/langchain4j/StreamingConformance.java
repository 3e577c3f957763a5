package io.github.quest4j.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.common.StreamingMode;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.schedule.Scheduler;
import io.github.quest4j.engine.schedule.SchedulerOptions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** LangChain4j's own tests of a streaming chat model, but for what SmolLM2 is too small for. */
abstract class StreamingConformance extends AbstractStreamingChatModelIT {

  private final Engine engine;
  private final Scheduler scheduler;
  private final StreamingMode mode;

  StreamingConformance(StreamingMode mode) {
    this.mode = mode;
    engine = TestModel.open(TestModel.smollm2());
    scheduler = Scheduler.start(engine, SchedulerOptions.defaults());
  }

  @AfterAll
  void close() {
    scheduler.close();
    engine.close();
  }

  @Override
  protected List<StreamingMode> streamingModes() {
    return List.of(mode);
  }

  @Override
  protected List<StreamingChatModel> baseModels() {
    return List.of(QuestStreamingChatModel.builder().scheduler(scheduler).build());
  }

  @Override
  protected StreamingChatModel createModelWith(ChatRequestParameters parameters) {
    return QuestStreamingChatModel.builder()
        .scheduler(scheduler)
        .defaultRequestParameters(parameters)
        .build();
  }

  @Override
  public StreamingChatModel createModelWith(ChatModelListener listener) {
    return QuestStreamingChatModel.builder().scheduler(scheduler).listeners(listener).build();
  }

  @Override
  protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
    return QuestChatRequestParameters.builder().maxOutputTokens(maxOutputTokens).build();
  }

  @Override
  protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(
      StreamingChatModel model) {
    return QuestChatResponseMetadata.class;
  }

  /** Calls are told when they are complete. */
  @Override
  protected boolean supportsPartialToolStreaming(StreamingChatModel model) {
    return false;
  }

  /** One engine runs one model: another name is refused, and that is tested. */
  @Override
  protected boolean supportsModelNameParameter() {
    return false;
  }

  /** The model reads text only: images are refused, and that is tested. */
  @Override
  protected boolean supportsSingleImageInputAsBase64EncodedString() {
    return false;
  }

  /** As for images in the request. */
  @Override
  protected boolean supportsSingleImageInputAsPublicURL() {
    return false;
  }

  @Disabled(Exclusions.GERMAN)
  @ParameterizedTest
  @MethodSource("models")
  @Override
  protected void should_respect_system_message(StreamingChatModel model) {}

  @Disabled(Exclusions.FORGETS)
  @ParameterizedTest
  @MethodSource("models")
  @Override
  protected void should_respect_multiple_messages(StreamingChatModel model) {}

  @Disabled(Exclusions.CALLS_NOTHING)
  @ParameterizedTest
  @MethodSource("modelsSupportingTools")
  @Override
  protected void should_execute_a_tool_then_answer(StreamingChatModel model) {}

  @Disabled(Exclusions.CALLS_NOTHING)
  @ParameterizedTest
  @MethodSource("modelsSupportingTools")
  @Override
  protected void should_execute_a_tool_without_arguments_then_answer(StreamingChatModel model) {}

  @Disabled(Exclusions.CALLS_NOTHING)
  @ParameterizedTest
  @MethodSource("modelsSupportingTools")
  @Override
  protected void should_execute_multiple_tools_in_parallel_then_answer(StreamingChatModel model) {}

  @Disabled(Exclusions.CALLS_AGAIN)
  @ParameterizedTest
  @MethodSource("modelsSupportingTools")
  @Override
  protected void should_execute_a_tool_then_answer_respecting_JSON_response_format_with_schema(
      StreamingChatModel model) {}
}
