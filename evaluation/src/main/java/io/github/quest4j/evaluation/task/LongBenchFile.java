package io.github.quest4j.evaluation.task;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a file of JSON lines with {@code id}, {@code prompt} and {@code answers}. */
final class LongBenchFile {

  /**
   * A line.
   *
   * @param id unique in the file
   * @param prompt with its question at the end, not empty
   * @param answers what would be right, one or more
   */
  record Question(String id, String prompt, List<String> answers) {}

  /** Bytes of a line at most. */
  static final int MOST_BYTES = 16 << 20;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Path file;
  private int line;

  private LongBenchFile(Path file) {
    this.file = file;
  }

  /**
   * All lines of a file, in order; empty lines are skipped.
   *
   * @throws IllegalArgumentException naming file and line, if a line is not such an object or there
   *     is none
   * @throws IOException if the file cannot be read
   */
  static List<Question> read(Path file) throws IOException {
    return new LongBenchFile(file).questions();
  }

  private List<Question> questions() throws IOException {
    List<Question> questions = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      while (nextLine(in, bytes)) {
        String text = text(bytes);
        if (text.isBlank()) {
          continue;
        }
        Question question = question(text);
        if (!ids.add(question.id())) {
          throw malformed("the id '" + question.id() + "' stands in an earlier line too");
        }
        questions.add(question);
      }
    }
    if (questions.isEmpty()) {
      throw new IllegalArgumentException(
          file + " has no questions; it needs a line of JSON for each");
    }
    return questions;
  }

  private boolean nextLine(InputStream in, ByteArrayOutputStream bytes) throws IOException {
    bytes.reset();
    line++;
    int next = in.read();
    if (next < 0) {
      return false;
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      if (bytes.size() == MOST_BYTES) {
        throw malformed("it is longer than %d MB".formatted(MOST_BYTES >> 20));
      }
      bytes.write(next);
    }
    return true;
  }

  private String text(ByteArrayOutputStream bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed("it is not UTF-8 text", e);
    }
  }

  private Question question(String text) {
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw malformed("it is not JSON at column " + e.getLocation().getColumnNr(), e);
    }
    if (!node.isObject()) {
      throw malformed("it is not a JSON object");
    }
    JsonNode id = field(node, "id");
    if (!id.isString() && !id.isIntegralNumber()) {
      throw malformed("'id' is neither a string nor a whole number");
    }
    JsonNode prompt = field(node, "prompt");
    if (!prompt.isString() || prompt.asString().isBlank()) {
      throw malformed("'prompt' is not a string with text in it");
    }
    return new Question(id.asString(), prompt.asString(), answers(field(node, "answers")));
  }

  private List<String> answers(JsonNode node) {
    List<String> answers = new ArrayList<>();
    if (node.isArray()) {
      for (JsonNode answer : node) {
        if (answer.isString()) {
          answers.add(answer.asString());
        }
      }
    }
    if (answers.isEmpty() || answers.size() != node.size()) {
      throw malformed("'answers' is not a list of one or more strings");
    }
    return List.copyOf(answers);
  }

  private JsonNode field(JsonNode node, String name) {
    if (!node.has(name)) {
      throw malformed("'" + name + "' is missing");
    }
    return node.get(name);
  }

  private IllegalArgumentException malformed(String why) {
    return new IllegalArgumentException("%s, line %d: %s".formatted(file, line, why));
  }

  private IllegalArgumentException malformed(String why, Exception cause) {
    return new IllegalArgumentException("%s, line %d: %s".formatted(file, line, why), cause);
  }
}
