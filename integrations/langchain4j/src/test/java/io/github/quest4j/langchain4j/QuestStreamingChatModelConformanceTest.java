package io.github.quest4j.langchain4j;

import dev.langchain4j.model.chat.common.StreamingMode;

/** SmolLM2 passes LangChain4j's tests of a streaming model with handlers. */
class QuestStreamingChatModelConformanceTest extends StreamingConformance {

  QuestStreamingChatModelConformanceTest() {
    super(StreamingMode.HANDLER);
  }
}
