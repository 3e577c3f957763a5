package io.github.quest4j.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import io.github.quest4j.model.chat.Message;
import io.github.quest4j.model.chat.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** LangChain4j's messages as those that chat templates render. */
final class Conversation {

  private static final JsonMapper JSON = JsonMapper.shared();

  private Conversation() {}

  /**
   * The same conversation.
   *
   * @throws UnsupportedFeatureException if a message holds more than text
   * @throws InvalidRequestException if the arguments of a call are no JSON object
   */
  static List<Message> of(List<ChatMessage> messages) {
    return messages.stream().map(Conversation::message).toList();
  }

  /**
   * Refuses what is not text.
   *
   * @throws UnsupportedFeatureException naming it
   */
  static void check(List<ChatMessage> messages) {
    messages.forEach(message -> {
      switch (message) {
        case UserMessage user -> text(user.contents());
        case ToolExecutionResultMessage result -> text(result.contents());
        case AiMessage ai -> requireNoMedia(ai);
        case SystemMessage system -> {}
        default ->
            throw new UnsupportedFeatureException(
                "messages of type " + message.type() + " are not supported");
      }
    });
  }

  private static void requireNoMedia(AiMessage ai) {
    if (!ai.images().isEmpty() || !ai.audios().isEmpty()) {
      throw new UnsupportedFeatureException(
          "image and audio content in messages is not supported: the model reads text only");
    }
  }

  private static Message message(ChatMessage message) {
    return switch (message) {
      case SystemMessage system -> Message.system(system.text());
      case UserMessage user -> user(user);
      case AiMessage ai -> assistant(ai);
      case ToolExecutionResultMessage result ->
          Message.tool(
              Objects.requireNonNullElse(result.id(), ""),
              Objects.requireNonNullElse(result.toolName(), ""),
              text(result.contents()));
      default -> throw new IllegalStateException(message.type() + " was checked before");
    };
  }

  private static Message user(UserMessage user) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    Optional.ofNullable(user.name()).ifPresent(name -> fields.put("name", name));
    return new Message("user", text(user.contents()), fields);
  }

  private static Message assistant(AiMessage ai) {
    String text = Objects.requireNonNullElse(ai.text(), "");
    Message message =
        ai.hasToolExecutionRequests()
            ? Message.assistant(
                text, ai.toolExecutionRequests().stream().map(Conversation::call).toList())
            : Message.assistant(text);
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(message.fields());
    Optional.ofNullable(ai.thinking()).ifPresent(t -> fields.put("reasoning_content", t));
    return new Message(message.role(), text, fields);
  }

  private static ToolCall call(ToolExecutionRequest request) {
    String arguments = Objects.requireNonNullElse(request.arguments(), "");
    try {
      return new ToolCall(
          Objects.requireNonNullElse(request.id(), ""),
          request.name(),
          arguments.isBlank() ? Map.of() : JSON.readValue(arguments, new TypeReference<>() {}));
    } catch (JacksonException e) {
      throw new InvalidRequestException(
          "the arguments of a call of " + request.name() + " are no JSON object", e);
    }
  }

  /** The text of contents, each a line of its own. */
  private static String text(List<Content> contents) {
    List<String> texts = new ArrayList<>();
    for (Content content : contents) {
      if (!(content instanceof TextContent text)) {
        throw new UnsupportedFeatureException(
            content.type().name().toLowerCase(Locale.ROOT)
                + " content in messages is not supported: the model reads text only");
      }
      texts.add(text.text());
    }
    return String.join("\n", texts);
  }
}
