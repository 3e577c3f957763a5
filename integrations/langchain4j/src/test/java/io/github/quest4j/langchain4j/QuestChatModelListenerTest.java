package io.github.quest4j.langchain4j;

import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.schedule.Scheduler;
import io.github.quest4j.engine.schedule.SchedulerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** LangChain4j's own tests of listeners. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuestChatModelListenerTest extends AbstractChatModelListenerIT {

  private final Engine engine = TestModel.open(TestModel.smollm2());
  private final Scheduler scheduler = Scheduler.start(engine, SchedulerOptions.defaults());

  @AfterAll
  void close() {
    scheduler.close();
    engine.close();
  }

  @Override
  protected ChatModel createModel(ChatModelListener listener) {
    return model(scheduler, listener);
  }

  private QuestChatModel model(Scheduler on, ChatModelListener listener) {
    return QuestChatModel.builder()
        .scheduler(on)
        .temperature(temperature())
        .topP(topP())
        .maxOutputTokens(maxTokens())
        .listeners(listener)
        .build();
  }

  @Override
  protected String modelName() {
    return engine.name();
  }

  @Override
  protected ChatModel createFailingModel(ChatModelListener listener) {
    Scheduler closed = Scheduler.start(engine, SchedulerOptions.defaults());
    closed.close();
    return model(closed, listener);
  }

  @Override
  protected Class<? extends Exception> expectedExceptionClass() {
    return NonRetriableException.class;
  }
}
