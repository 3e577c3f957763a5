package io.github.quest4j.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.quest4j.model.tokenizer.Tokenizers;
import io.github.quest4j.model.tokenizer.Vocabulary;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is not supported is refused in a sentence that names the place, and nothing is ignored. */
class RefusalTest {

  private static Constraints constraints;

  @BeforeAll
  static void open() {
    constraints = new Constraints(RealTokenizers.smollm2());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"oneOf":[{}]} | the keyword "oneOf" at #/oneOf is not supported: use anyOf
          {"properties":{"a/b":{"patternProperties":{}}}} | the keyword "patternProperties" at #/properties/a~1b/patternProperties is not supported
          {"type":"array","items":{"type":"array","uniqueItems":true}} | the keyword "uniqueItems" at #/items/uniqueItems is not supported
          {"anyOf":[{"type":"null"},{"not":{}}]} | the keyword "not" at #/anyOf/1/not is not supported
          {"$ref":"#/$defs/a","$defs":{"a":{"if":{}}}} | the keyword "if" at #/$defs/a/if is not supported
          {"$ref":"#/$defs/a","$defs":{"a":{}},"type":"object"} | the keyword "type" at #/type is not supported beside "$ref"
          {"anyOf":[{}],"minimum":3} | the keyword "minimum" at #/minimum is not supported beside "anyOf"
          {"enum":["a"],"maxLength":3} | the keyword "maxLength" at #/maxLength is not supported beside "enum"
          {"$ref":"other.json"} | the reference at #/$ref is not to a place of this schema, as #/$defs/name is
          {"$ref":"#/$defs/b","$defs":{}} | the reference at #/$ref is not to a place of this schema, as #/$defs/name is
          {"$ref":"#/%zz"} | the reference at #/$ref is not to a place of this schema, as #/$defs/name is
          {"type":"text"} | the keyword "type" at #/type must be one or several of object, array, string, number, integer, boolean, null
          {"type":[]} | the keyword "type" at #/type must be one or several of object, array, string, number, integer, boolean, null
          {"properties":[]} | the keyword "properties" at #/properties must be an object
          {"properties":{"a":3}} | the schema at #/properties/a must be an object
          {"properties":{"a":false}} | the schema at #/properties/a is false, which nothing satisfies
          {"required":"a"} | the keyword "required" at #/required must be an array of strings
          {"properties":{},"required":["a"]} | the keyword "required" at #/required names "a", which properties does not describe
          {"enum":[]} | the keyword "enum" at #/enum must be an array that is not empty
          {"enum":[1],"type":"string"} | no value of the enum at # is of the type asked for
          {"minLength":-1} | the keyword "minLength" at #/minLength must be a whole number
          {"minLength":1.5} | the keyword "minLength" at #/minLength must be a whole number
          {"minLength":1e999999999} | the keyword "minLength" at #/minLength is more than the supported 1000000
          {"minItems":2000000} | the keyword "minItems" at #/minItems is more than the supported 1000000
          {"minLength":4,"maxLength":3} | no string satisfies all keywords of the schema at #
          {"minItems":4,"maxItems":3} | no array satisfies both minItems and maxItems of the schema at #
          {"minimum":4,"maximum":3} | no number satisfies all keywords of the schema at #
          {"type":"integer","exclusiveMinimum":3,"exclusiveMaximum":4} | no number satisfies all keywords of the schema at #
          {"minimum":1e30} | no number satisfies all keywords of the schema at #
          {"minimum":"1"} | the keyword "minimum" at #/minimum must be a number
          {"exclusiveMinimum":true} | the keyword "exclusiveMinimum" at #/exclusiveMinimum must be a number
          {"minimum":1e-999} | the keyword "minimum" at #/minimum has more than the supported 400 digits after the point
          {"multipleOf":0} | the keyword "multipleOf" at #/multipleOf must be greater than zero
          {"multipleOf":0.1234567890123} | the keyword "multipleOf" at #/multipleOf has more digits than are supported, 9 from the first to the last
          {"format":"uri"} | the format "uri" at #/format is not supported: known are date, date-time, duration, email, hostname, ipv4, ipv6, time, uuid
          {"pattern":3} | the keyword "pattern" at #/pattern must be a string
          {"pattern":"^(?=a)b"} | the pattern at #/pattern has a group that begins with (?=, which is not supported
          {"pattern":"(a)\\\\1"} | the pattern at #/pattern has the escape \\1, which is not supported
          {"pattern":"\\\\p{L}"} | the pattern at #/pattern has the escape \\p, which is not supported
          {"pattern":"\\\\bx"} | the pattern at #/pattern has the escape \\b, which is not supported
          {"pattern":"a^b"} | the pattern at #/pattern has an anchor in the middle, which is not supported
          {"pattern":"(a$)"} | the pattern at #/pattern has an anchor in the middle, which is not supported
          {"pattern":"a{3,2}"} | the pattern at #/pattern is malformed: its {…} is no number of repetitions
          {"pattern":"a{99999}"} | the pattern at #/pattern has more than 10000 repetitions, which is not supported
          {"pattern":"(a"} | the pattern at #/pattern is malformed: a ( is not closed
          {"pattern":"a)"} | the pattern at #/pattern is malformed: a ) has no (
          {"pattern":"[a"} | the pattern at #/pattern is malformed: it ends too early
          {"pattern":"[b-a]"} | the pattern at #/pattern is malformed: a range in […] is in the wrong order
          {"pattern":"*a"} | the pattern at #/pattern is malformed: nothing stands before a *
          {"pattern":"^[]$"} | no string satisfies all keywords of the schema at #
          {"pattern":"^a$","format":"date"} | no string satisfies all keywords of the schema at #
          {"pattern":"^abc$","maxLength":2} | no string satisfies all keywords of the schema at #
          {"$ref":"#"} | the schema at # cannot be satisfied: it requires itself without end
          {"properties":{"a":{"$ref":"#"}},"required":["a"]} | the schema at # cannot be satisfied: it requires itself without end
          {"type":"array","items":{"$ref":"#"},"minItems":1} | the schema at # cannot be satisfied: it requires itself without end
          {"const":"\\uD8C0\\uDC00"} | the text at # has the byte F1, for which the tokenizer has no token
          """)
  void refuses(String schema, String message) {
    assertThatThrownBy(() -> constraints.jsonSchema(Json.parse(schema)))
        .isInstanceOf(ConstraintException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "3", "null", "\"object\""})
  void refusesWhatIsNoSchema(String schema) {
    assertThatThrownBy(() -> constraints.jsonSchema(Json.parse(schema)))
        .isInstanceOf(ConstraintException.class)
        .hasMessage("the schema at # must be an object");
  }

  /** Where a number of the schema was read as a double and is beyond it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"minimum":1e999} | the keyword "minimum" at #/minimum must be a number
          {"const":[1e999]} | a number of the enum or const at # is too large
          """)
  void refusesInfinity(String schema, String message) {
    JsonNode read = new JsonMapper().readTree(schema);
    assertThatThrownBy(() -> constraints.jsonSchema(read))
        .isInstanceOf(ConstraintException.class)
        .hasMessage(message);
  }

  @Test
  void annotationsHaveNoEffect() {
    String annotations =
        """
        {"$schema":"s","$id":"i","$comment":"c","title":"t","description":"d","default":1,
         "examples":[1],"deprecated":true,"readOnly":true,"writeOnly":true,"type":"null"}\
        """;
    TokenConstraint.State state = constraints.jsonSchema(Json.parse(annotations)).begin();
    int[] text = RealTokenizers.smollm2().encode("null", false, false);
    for (int token : text) {
      state.accept(token);
    }
    assertThat(state.mayEnd()).isTrue();
  }

  @Test
  void tooDeep() {
    assertThat(constraints.jsonSchema(Json.parse(nested(10)))).isNotNull();
    assertRefused(
        nested(11),
        "the schema is too large at #"
            + "/items".repeat(10)
            + ": it has more than 10 levels of nesting");
    String anyOf = "{\"anyOf\":[".repeat(33) + "{}" + "]}".repeat(33);
    assertRefused(
        anyOf,
        "the schema is too large at #"
            + "/anyOf/0".repeat(32)
            + ": it has more than 32 levels of anyOf");
  }

  private static String nested(int levels) {
    return "{\"items\":".repeat(levels) + "{}" + "}".repeat(levels);
  }

  @Test
  void tooMany() {
    assertThat(constraints.jsonSchema(Json.parse(properties(5000)))).isNotNull();
    assertRefused(
        properties(5001), "the schema is too large at #: it has more than 5000 properties");
    assertThat(constraints.jsonSchema(Json.parse(values(1000)))).isNotNull();
    assertRefused(
        values(1001),
        "the schema is too large at #: it has more than 1000 values of enum and const");
    assertRefused(
        "{\"const\":\"" + "a".repeat(120_000) + "\"}",
        "the schema is too large at #: it has more than 120000 characters in names and enum values");
    assertRefused(
        "{\"anyOf\":["
            + IntStream.range(0, 129)
                .mapToObj(i -> "{\"minimum\":" + i + "}")
                .collect(Collectors.joining(","))
            + "]}",
        "the schema is too large at #: it has more than 128 alternatives");
  }

  private static String properties(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"p" + i + "\":{}")
        .collect(Collectors.joining(",", "{\"properties\":{", "}}"));
  }

  private static String values(int count) {
    return IntStream.range(0, count)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(",", "{\"enum\":[", "]}"));
  }

  /** Patterns whose automata explode, and large repetitions. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a|b)*a(a|b){24}$",
        "^((a{1,100}){1,100}){1,100}$",
        "^.{10000}.{10000}$",
        "(x.{1,500}y){1,500}"
      })
  void tooMuchWork(String pattern) {
    assertThatThrownBy(
            () -> constraints.jsonSchema(Json.parse("{\"pattern\":\"" + pattern + "\"}")))
        .isInstanceOf(ConstraintException.class)
        .hasMessageContaining("too much work to compile")
        .hasMessageContaining("#/pattern");
  }

  @Test
  void aTokenizerWithoutAByte() {
    List<String> pieces = List.of("<unk>", "<s>", "</s>", "a");
    Vocabulary vocabulary =
        Vocabulary.builder("llama", "", pieces).types(new int[] {2, 3, 3, 1}).build();
    assertThatThrownBy(() -> new Constraints(Tokenizers.of(vocabulary)))
        .isInstanceOf(ConstraintException.class)
        .hasMessage("the tokenizer cannot be constrained: it has no token for the single byte 20");
  }

  private static void assertRefused(String schema, String message) {
    assertThatThrownBy(() -> constraints.jsonSchema(Json.parse(schema)))
        .isInstanceOf(ConstraintException.class)
        .hasMessage(message);
  }
}
