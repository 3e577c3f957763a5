package io.github.quest4j.engine.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.TestModels;
import io.github.quest4j.model.chat.Message;
import io.github.quest4j.model.chat.ToolCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** SmolLM2's template knows no tools, so its prompts say them in words. */
class ToolPromptsTest {

  private static final List<Message> CONVERSATION =
      List.of(
          Message.system("Be brief."),
          Message.user("How is Ulm?"),
          Message.assistant("", List.of(new ToolCall("1", "weather", Map.of("city", "Ulm")))),
          Message.tool("1", "weather", "sunny"));
  private static final List<Map<String, Object>> TOOLS =
      List.of(Map.of("type", "function", "function", Map.of("name", "weather")));

  @Test
  void tellsOfToolsCallsAndResults() {
    try (Engine engine = Engine.open(TestModels.smollm2(), EngineOptions.defaults())) {
      String told = text(engine, ToolPrompts.of(engine, CONVERSATION, TOOLS, true));
      assertThat(told)
          .startsWith("<|im_start|>system\nBe brief.\n\nYou may call functions")
          .contains("\"name\":\"weather\"", "<|im_start|>user\nHow is Ulm?<|im_end|>")
          .contains(
              "<tool_call>\n{\"name\":\"weather\",\"arguments\":{\"city\":\"Ulm\"}}\n</tool_call>")
          .contains("<|im_start|>user\n<tool_response>\nsunny\n</tool_response><|im_end|>")
          .endsWith("<|im_start|>assistant\n<tool_call>\n");
      String without =
          text(engine, ToolPrompts.of(engine, CONVERSATION.subList(0, 2), List.of(), false));
      assertThat(without).isEqualTo(engine.render(CONVERSATION.subList(0, 2)));
    }
  }

  private static String text(Engine engine, Prompt prompt) {
    StringBuilder text = new StringBuilder();
    for (int token : engine.tokens(prompt)) {
      text.append(engine.tokenizer().piece(token));
    }
    return text.toString();
  }
}
