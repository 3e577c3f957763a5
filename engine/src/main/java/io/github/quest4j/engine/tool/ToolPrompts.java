package io.github.quest4j.engine.tool;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.model.chat.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prompts of conversations in which tools are on offer, were called and have answered. Models whose
 * template takes tools are told of them by it, all others in the manner of Hermes: the tools in the
 * system message, calls and results as text within tags.
 */
public final class ToolPrompts {

  private static final String CALLS = "tool_calls";
  private static final JsonMapper JSON = JsonMapper.shared();

  private ToolPrompts() {}

  /**
   * The prompt of a conversation.
   *
   * @param tools on offer, each {@code {"type": "function", "function": {"name", "description",
   *     "parameters"}}} as plain Java; may be none
   * @param forced whether the answer is to begin within a call: the prompt then ends with its tag
   * @throws io.github.quest4j.engine.EngineException if the model has no chat template
   * @throws io.github.quest4j.model.chat.ChatTemplateException if the template refuses
   */
  public static Prompt of(
      Engine engine,
      List<Message> messages,
      List<? extends Map<String, ? extends @Nullable Object>> tools,
      boolean forced) {
    boolean known = engine.chatTemplate().filter(t -> t.source().contains("tools")).isPresent();
    String text =
        known
            ? engine.render(messages, tools)
            : engine.render(told(messages.stream().map(ToolPrompts::plain).toList(), tools));
    String prompt = forced ? text + ToolCallScanner.OPEN + "\n" : text;
    int[] ids = engine.tokenizer().encode(prompt, false, true);
    return Prompt.tokens(Arrays.stream(ids).boxed().toList());
  }

  private static List<Message> told(
      List<Message> messages, List<? extends Map<String, ? extends @Nullable Object>> tools) {
    if (tools.isEmpty()) {
      return messages;
    }
    String text =
        tools.stream()
            .map(JSON::writeValueAsString)
            .collect(
                Collectors.joining(
                    "\n",
                    "You may call functions to assist the user. They are described by these JSON"
                        + " signatures:\n<tools>\n",
                    "\n</tools>\nFor each call answer with a JSON object of name and arguments"
                        + " within tags:\n"
                        + ToolCallScanner.OPEN
                        + "\n{\"name\": <function-name>, \"arguments\": <arguments-object>}\n"
                        + ToolCallScanner.CLOSE));
    List<Message> all = new ArrayList<>(messages);
    if (!all.isEmpty() && all.getFirst().role().equals("system")) {
      all.set(0, Message.system(all.getFirst().content() + "\n\n" + text));
    } else {
      all.addFirst(Message.system(text));
    }
    return all;
  }

  /** The same message without roles and fields that a template may not know. */
  private static Message plain(Message message) {
    if (message.role().equals("tool")) {
      return Message.user("<tool_response>\n" + message.content() + "\n</tool_response>");
    }
    if (!(message.fields().get(CALLS) instanceof List<?> calls)) {
      return message;
    }
    StringBuilder text = new StringBuilder(message.content().toString());
    for (Object call : calls) {
      Map<?, ?> function = (Map<?, ?>) ((Map<?, ?>) call).get("function");
      text.append(text.isEmpty() ? "" : "\n")
          .append(ToolCallScanner.OPEN)
          .append('\n')
          .append(JSON.writeValueAsString(function))
          .append('\n')
          .append(ToolCallScanner.CLOSE);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(message.fields());
    fields.remove(CALLS);
    return new Message(message.role(), text.toString(), fields);
  }
}
