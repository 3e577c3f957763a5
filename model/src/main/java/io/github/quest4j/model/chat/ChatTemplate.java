package io.github.quest4j.model.chat;

import io.github.quest4j.model.chat.jinja.Limits;
import io.github.quest4j.model.chat.jinja.Raised;
import io.github.quest4j.model.chat.jinja.Template;
import io.github.quest4j.model.chat.jinja.TemplateError;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's chat template, rendered as jinja2 does when Hugging Face transformers sets it up
 * (trim_blocks, lstrip_blocks, loop controls, {@code tojson} without HTML escapes, {@code
 * raise_exception}, {@code strftime_now}, {@code generation} blocks). Immutable and safe to share
 * between threads. Templates are not trusted: what one may use of time, memory and stack is
 * limited.
 */
public final class ChatTemplate {
  private final String source;
  private final Template template;

  private ChatTemplate(String source, Template template) {
    this.source = source;
    this.template = template;
  }

  /**
   * Parses a template.
   *
   * @throws ChatTemplateException with the line, where the source is not a Jinja template
   */
  public static ChatTemplate parse(String source) {
    try {
      return new ChatTemplate(source, Template.parse(source));
    } catch (TemplateError e) {
      throw wrapped(e);
    }
  }

  public String source() {
    return source;
  }

  /**
   * Renders with the default limits.
   *
   * @param variables plain Java: Map, Collection, String, Number, Boolean, null; order is kept
   * @param now the time that {@code strftime_now} tells
   * @throws TemplateRefusal where the template refuses its input, with its own words
   * @throws ChatTemplateException for any other failure
   * @throws IllegalArgumentException for a variable that is not plain Java
   */
  public String render(Map<String, ? extends @Nullable Object> variables, LocalDateTime now) {
    return render(variables, now, Limits.DEFAULT);
  }

  /** As {@link #render(Map, LocalDateTime)}, with limits of the caller's. */
  public String render(
      Map<String, ? extends @Nullable Object> variables, LocalDateTime now, Limits limits) {
    try {
      return template.render(variables, now, limits);
    } catch (TemplateError e) {
      throw wrapped(e);
    }
  }

  /**
   * Renders a conversation as {@code apply_chat_template} does.
   *
   * @param bosToken the token's text; empty where the model has none
   * @param eosToken the token's text; empty where the model has none
   * @param addGenerationPrompt whether the prompt ends where the assistant is to go on
   * @param tools JSON schemas of the tools on offer; the template sees none where the list is empty
   * @param now the time that {@code strftime_now} tells
   */
  public String renderChat(
      List<Message> messages,
      String bosToken,
      String eosToken,
      boolean addGenerationPrompt,
      List<? extends Map<String, ? extends @Nullable Object>> tools,
      LocalDateTime now) {
    Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    variables.put("messages", messages.stream().map(Message::variables).toList());
    variables.put("tools", tools.isEmpty() ? null : tools);
    variables.put("documents", null);
    variables.put("add_generation_prompt", addGenerationPrompt);
    variables.put("bos_token", bosToken);
    variables.put("eos_token", eosToken);
    return render(variables, now);
  }

  /** As the longer form, at the present time. */
  public String renderChat(
      List<Message> messages,
      String bosToken,
      String eosToken,
      boolean addGenerationPrompt,
      List<? extends Map<String, ? extends @Nullable Object>> tools) {
    return renderChat(
        messages,
        bosToken,
        eosToken,
        addGenerationPrompt,
        tools,
        LocalDateTime.now(ZoneId.systemDefault()));
  }

  private static ChatTemplateException wrapped(TemplateError e) {
    if (e instanceof Raised) {
      return new TemplateRefusal(e.reason(), e.line(), e);
    }
    String place = e.line() > 0 ? " (chat template, line " + e.line() + ")" : " (chat template)";
    return new ChatTemplateException(e.reason() + place, e.reason(), e.line(), e);
  }
}
