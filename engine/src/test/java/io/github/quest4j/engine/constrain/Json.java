package io.github.quest4j.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON strictly and validates it with a validator that is not ours. */
final class Json {

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  static JsonNode parse(String text) {
    return STRICT.readTree(text);
  }

  /** Refuses two members of one name. */
  static JsonNode parseWithoutDuplicates(String text) {
    return STRICT
        .rebuild()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build()
        .readTree(text);
  }

  static boolean isValid(JsonNode schema, JsonNode document) {
    return errors(schema, document).isEmpty();
  }

  static void requireValid(JsonNode schema, String text) {
    assertThat(errors(schema, parse(text))).as(text).isEmpty();
  }

  // The validator knows a list of top-level domains; RFC 5321 does not.
  private static final String MAILBOX =
      "^(?=[^@]{1,64}@)(?=.{1,254}$)(?![.])(?!.*[.][.])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+(?<![.])"
          + "@(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)[.])+[A-Za-z]{2,63}$";

  private static List<Error> errors(JsonNode schema, JsonNode document) {
    String judged =
        schema.toString().replace("\"format\":\"email\"", "\"pattern\":\"" + MAILBOX + "\"");
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(parse(judged))
        .validate(
            document,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
  }
}
