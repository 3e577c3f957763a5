package io.github.quest4j.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
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

/** SmolLM2 passes LangChain4j's own tests of a chat model, but for what it is too small for. */
class QuestChatModelConformanceTest extends AbstractChatModelIT {

  private final Engine engine = TestModel.open(TestModel.smollm2());
  private final Scheduler scheduler = Scheduler.start(engine, SchedulerOptions.defaults());

  @AfterAll
  void close() {
    scheduler.close();
    engine.close();
  }

  @Override
  protected List<ChatModel> models() {
    return List.of(QuestChatModel.builder().scheduler(scheduler).build());
  }

  @Override
  protected ChatModel createModelWith(ChatRequestParameters parameters) {
    return QuestChatModel.builder()
        .scheduler(scheduler)
        .defaultRequestParameters(parameters)
        .build();
  }

  @Override
  protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
    return QuestChatRequestParameters.builder().maxOutputTokens(maxOutputTokens).build();
  }

  @Override
  protected Class<? extends ChatResponseMetadata> chatResponseMetadataType(ChatModel model) {
    return QuestChatResponseMetadata.class;
  }

  @Override
  protected boolean supportsChatAsync() {
    return true;
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
  protected void should_respect_system_message(ChatModel model) {}

  @Disabled(Exclusions.FORGETS)
  @ParameterizedTest
  @MethodSource("models")
  @Override
  protected void should_respect_multiple_messages(ChatModel model) {}

  @Disabled(Exclusions.CALLS_NOTHING)
  @ParameterizedTest
  @MethodSource("modelsSupportingTools")
  @Override
  protected void should_execute_a_tool_then_answer(ChatModel model) {}

  @Disabled(Exclusions.CALLS_NOTHING)
  @ParameterizedTest
  @MethodSource("modelsSupportingTools")
  @Override
  protected void should_execute_a_tool_without_arguments_then_answer(ChatModel model) {}

  @Disabled(Exclusions.CALLS_NOTHING)
  @ParameterizedTest
  @MethodSource("modelsSupportingTools")
  @Override
  protected void should_execute_multiple_tools_in_parallel_then_answer(ChatModel model) {}

  @Disabled(Exclusions.CALLS_AGAIN)
  @ParameterizedTest
  @MethodSource("modelsSupportingTools")
  @Override
  protected void should_execute_a_tool_then_answer_respecting_JSON_response_format_with_schema(
      ChatModel model) {}
}
