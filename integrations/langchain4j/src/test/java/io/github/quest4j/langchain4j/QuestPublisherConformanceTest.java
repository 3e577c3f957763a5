package io.github.quest4j.langchain4j;

import dev.langchain4j.model.chat.common.StreamingMode;

/** SmolLM2 passes LangChain4j's tests of a streaming model with publishers. */
class QuestPublisherConformanceTest extends StreamingConformance {

  QuestPublisherConformanceTest() {
    super(StreamingMode.PUBLISHER);
  }
}
