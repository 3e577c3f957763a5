package io.github.quest4j.server;

import static io.github.quest4j.server.TestServer.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.server.api.Json;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Answers with a form: JSON, calls of tools, and what they were read from. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StructuredTest {

  private static final String WEATHER =
      "'tools': [{'type': 'function', 'function': {'name': 'weather', 'description': 'The weather',"
          + " 'parameters': {'type': 'object', 'properties': {'city': {'type': 'string',"
          + " 'maxLength': 20}}, 'required': ['city']}}}, {'type': 'function', 'function':"
          + " {'name': 'time'}}]";

  private final TestServer server = TestServer.start(TestServer.options());

  @AfterAll
  void close() {
    server.close();
  }

  private static String ask(String question, String more) {
    return "{'messages': [{'role': 'user', 'content': '%s'}], %s}".formatted(question, more);
  }

  @Test
  void aSchemaIsHeldTo() throws Exception {
    String format =
        "'temperature': 1, 'seed': 3, 'max_tokens': 80, 'response_format': {'type': 'json_schema',"
            + " 'json_schema': {'name': 'person', 'schema': {'type': 'object', 'properties':"
            + " {'name': {'type': 'string', 'maxLength': 12}, 'age': {'type': 'integer',"
            + " 'minimum': 0, 'maximum': 150}}, 'required': ['name', 'age']}}}";
    JsonNode answer = server.ask(CHAT, ask("Who are you?", format));
    JsonNode person = Json.parse(answer.at("/choices/0/message/content").stringValue());
    assertThat(person.propertyNames()).containsExactly("name", "age");
    assertThat(person.get("age").intValue()).isBetween(0, 150);
    String streamed =
        TestServer.text(server.stream(CHAT, ask("Who are you?", format + ", 'stream': true")), 0);
    assertThat(streamed).isEqualTo(answer.at("/choices/0/message/content").stringValue());
  }

  @Test
  void whatCannotBeHeldToIsRefused() throws Exception {
    String format =
        "'response_format': {'type': 'json_schema', 'json_schema': {'schema': {'not': {}}}}";
    HttpResponse<String> answer = server.post(CHAT, ask("Hi", format).replace('\'', '"'));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Json.parse(answer.body()).at("/error/param").stringValue())
        .isEqualTo("response_format.json_schema.schema");
  }

  @Test
  void aToolIsCalledWhereOneMustBe() throws Exception {
    String named =
        WEATHER + ", 'tool_choice': {'type': 'function', 'function': {'name': 'weather'}}";
    JsonNode choice =
        server
            .ask(CHAT, ask("The weather in Paris?", named + ", 'temperature': 0"))
            .at("/choices/0");
    assertThat(choice.get("finish_reason").stringValue()).isEqualTo("tool_calls");
    assertThat(choice.at("/message/content").isNull()).isTrue();
    assertThat(choice.at("/message/tool_calls")).hasSize(1);
    assertThat(choice.at("/message/tool_calls/0/function/name").stringValue()).isEqualTo("weather");
    JsonNode arguments =
        Json.parse(choice.at("/message/tool_calls/0/function/arguments").stringValue());
    assertThat(arguments.get("city").isString()).isTrue();
    List<JsonNode> chunks =
        server.stream(
            CHAT,
            ask(
                "Time?",
                WEATHER + ", 'tool_choice': 'required', 'temperature': 0, 'stream': true"));
    assertThat(TestServer.text(chunks, 0)).isEmpty();
    assertThat(chunks.getLast().at("/choices/0/finish_reason").stringValue())
        .isEqualTo("tool_calls");
    assertThat(chunks.stream().map(c -> c.at("/choices/0/delta/tool_calls/0/function/name")))
        .filteredOn(JsonNode::isString)
        .singleElement()
        .satisfies(name -> assertThat(name.stringValue()).isIn("weather", "time"));
  }

  @Test
  void toolsAreToldOfUnlessTheyAreNotToBeUsed() throws Exception {
    String few = ", 'max_tokens': 2";
    int with = promptTokens(WEATHER + few);
    int none = promptTokens(WEATHER + ", 'tool_choice': 'none'" + few);
    int without = promptTokens("'max_tokens': 2");
    assertThat(none).isEqualTo(without);
    assertThat(with).isGreaterThan(without + 60);
  }

  private int promptTokens(String more) throws Exception {
    return server.ask(CHAT, ask("Hi", more)).at("/usage/prompt_tokens").intValue();
  }

  private static String document() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      text.append("In the year ").append(1200 + 7 * i).append(" the village had ");
      text.append(i == 11 ? "a secret number, which is 7419" : (i + 3) + " wells").append(". ");
    }
    return text + " What is the secret number of the village?";
  }

  @Test
  void eachTokenTellsWhatItWasReadFrom() throws Exception {
    String document = document();
    String more =
        "'temperature': 0, 'max_tokens': 16, 'quest': {'token_budget': 256, 'trace': {'passages':"
            + " 3, 'layers': true}}";
    JsonNode answer = server.ask(CHAT, ask(document, more));
    String content = answer.at("/choices/0/message/content").stringValue();
    JsonNode tokens = answer.at("/choices/0/quest_trace/tokens");
    assertThat(texts(tokens)).isEqualTo(content);
    boolean needle = false;
    for (JsonNode token : tokens) {
      assertThat(token.get("passages").size()).isBetween(0, 3);
      for (JsonNode passage : token.get("passages")) {
        assertThat(passage.get("message").intValue()).isZero();
        assertThat(passage.get("layers")).hasSize(30);
        assertThat(passage.get("share").doubleValue()).isBetween(0.0, 1.0);
        needle |= source(document, passage).contains("which is 7419");
      }
    }
    assertThat(needle).isTrue();
    JsonNode pages = answer.at("/quest/prompt/pages");
    assertThat(pages.size()).isEqualTo(answer.at("/quest/strip").size());
    int last = 0;
    for (JsonNode page : pages) {
      if (page.get("end").intValue() > 0) {
        assertThat(page.get("start").intValue()).isBetween(last, document.length());
        last = page.get("start").intValue();
      }
    }
    assertThat(last).isGreaterThan(document.length() / 2);

    List<JsonNode> chunks = server.stream(CHAT, ask(document, more + ", 'stream': true"));
    assertThat(chunks.getFirst().at("/quest/prompt/pages")).isEqualTo(pages);
    assertThat(chunks.getLast().at("/quest/strip").size()).isEqualTo(pages.size());
    for (JsonNode chunk : chunks) {
      JsonNode text = chunk.at("/choices/0/delta/content");
      if (text.isString() && !text.stringValue().isEmpty()) {
        assertThat(texts(chunk.at("/choices/0/quest_trace/tokens"))).isEqualTo(text.stringValue());
      }
    }
  }

  private static String texts(JsonNode tokens) {
    StringBuilder texts = new StringBuilder();
    tokens.forEach(token -> texts.append(token.get("text").stringValue()));
    return texts.toString();
  }

  private static String source(String document, JsonNode passage) {
    return document.substring(passage.get("start").intValue(), passage.get("end").intValue());
  }

  @Test
  void everyPolicyCanBeTraced() throws Exception {
    for (String policy : List.of("dense", "streaming", "h2o", "tova", "snapkv")) {
      JsonNode answer =
          server.ask(
              CHAT,
              ask(
                  "One. Two. Three.",
                  "'max_tokens': 3, 'n': 2, 'quest': {'trace': true, 'attention': '"
                      + policy
                      + "'}"));
      assertThat(answer.at("/choices/1/quest_trace/tokens").size()).as(policy).isPositive();
    }
  }

  @Test
  void aTraceIsAskedForInOneWayOnly() throws Exception {
    for (String trace : List.of("5", "{'passages': 0}", "{'passages': 17}", "{'pages': 1}")) {
      HttpResponse<String> answer =
          server.post(CHAT, ask("Hi", "'quest': {'trace': " + trace + "}").replace('\'', '"'));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(Json.parse(answer.body()).at("/error/param").stringValue())
          .startsWith("quest.trace");
    }
  }
}
