package io.github.quest4j.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Valid texts, cut into the tokens that they have, are accepted; others are not. */
class AcceptanceTest {

  private static Map<String, Tokenizer> tokenizers;
  private static Map<String, Constraints> constraints;
  private static Map<String, JsonNode> schemas;

  @BeforeAll
  static void open() {
    tokenizers = RealTokenizers.all();
    constraints = new HashMap<>();
    tokenizers.forEach((name, tokenizer) -> constraints.put(name, new Constraints(tokenizer)));
    schemas = Schemas.all();
  }

  private static void check(JsonNode schema, String text, boolean expected) {
    for (Map.Entry<String, Tokenizer> model : tokenizers.entrySet()) {
      TokenConstraint constraint =
          Objects.requireNonNull(constraints.get(model.getKey())).jsonSchema(schema);
      assertThat(accepts(constraint, model.getValue(), text))
          .as("%s: %s", model.getKey(), text)
          .isEqualTo(expected);
    }
  }

  private static boolean accepts(TokenConstraint constraint, Tokenizer tokenizer, String text) {
    TokenConstraint.State state = constraint.begin();
    for (int token : tokenizer.encode(text, false, false)) {
      if (!state.allows(token)) {
        return false;
      }
      state.accept(token);
    }
    return state.mayEnd();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          event | {"name":"Fair","date":"Friday","participants":["Ann","Bob"]} | true
          event | { "name": "Fair", "date": "Friday", "participants": [] } | true
          event | {"date":"Friday","name":"Fair","participants":[]} | false
          event | {"name":"Fair","date":"Friday"} | false
          event | {"name":"Fair","date":"Friday","participants":[],"x":1} | false
          event | {"name":"Fair","date":"Friday","participants":["Ann",]} | false
          event | {"name":"Füße 😀 \\u00e9\\ud83d\\ude00\\n","date":"","participants":[""]} | true
          event | {"name":"\\ud83d","date":"","participants":[]} | false
          event | {"name":"\\ude00","date":"","participants":[]} | false
          event | {"name":"\\x","date":"","participants":[]} | false
          steps | {"steps":[{"explanation":"8x = -30","output":"x"}],"final_answer":"x"} | true
          interface | {"type":"form","label":"L","children":[{"type":"div","label":"","children":[],"attributes":[]}],"attributes":[{"name":"a","value":"b"}]} | true
          interface | {"type":"forms","label":"L","children":[],"attributes":[]} | false
          moderation | {"is_violating":false,"category":null,"explanation_if_violating":null} | true
          moderation | {"is_violating":true,"category":"self_harm","explanation_if_violating":"x"} | true
          moderation | {"is_violating":"no","category":null,"explanation_if_violating":null} | false
          linked list | {"linked_list":{"value":1,"next":{"value":-2.5e10,"next":null}}} | true
          linked list | {"linked_list":{"value":1,"next":{"value":2}}} | false
          anyOf | {"item":{"name":"A","age":3}} | true
          anyOf | {"item":{"number":"1","name":7,"city":"C"}} | true
          anyOf | {"item":{"name":7,"city":"C"}} | false
          alike | {"kind":"a","size":3} | true
          alike | {"kind":"a","size":"b"} | true
          alike | {"kind":"none"} | true
          alike | {"kind":"a"} | false
          restricted | {"name":"N","username":"@n_1","email":"a.b@example.com"} | true
          restricted | {"name":"N","username":"n_1","email":"a.b@example.com"} | false
          restricted | {"name":"N","username":"@n_1","email":"a..b@example.com"} | false
          weather | {"location":"Oslo","unit":"C","temperature":-130.0} | true
          weather | {"location":"Oslo","unit":null,"temperature":130.01} | false
          optional | {"b":""} | true
          optional | {"a":1,"ab":true,"é\\n\\"":null,"b":"12345","c":[1]} | true
          optional | {"ab":true,"b":"123456"} | false
          optional | {"ab":true,"a":1,"b":""} | false
          optional | {"ab":true} | false
          others | {"ab":true,"zz":[true],"abc":[]} | true
          others | {"a":1,"ab":true,"b":null,"c":[true,false]} | true
          others | {"zz":[true],"ab":true} | false
          others | {"ab":true,"a":[]} | false
          others | {"ab":true,"c":[true,false,true]} | false
          map | {"x":0,"y":12} | true
          map | {"x":13} | false
          anything | [{"a":[1,2.0e-3,"x",null,true]}] | true
          anything | 01 | false
          anything | {"a" 1} | false
          items | [[1],[true,2]] | true
          items | [[1]] | false
          items | [[1],[],[2]] | false
          items | [[1],[2],[3],[4],[5]] | false
          lengths | ["abc","😀😀😀😀😀😀"] | true
          lengths | ["ab"] | false
          lengths | ["abcdefg"] | false
          date | "2024-02-29" | true
          date | "2023-02-29" | false
          date | "1900-02-29" | false
          date | "2023-04-31" | false
          date-time | "2024-12-31T23:59:59.999Z" | true
          date-time | "2024-12-31 23:59:59Z" | false
          time | "23:59:59+01:00" | true
          time | "24:00:00Z" | false
          duration | "P1Y2M3DT4H5M6S" | true
          duration | "P1Y3D" | false
          duration | "P" | false
          ipv4 | "192.168.0.255" | true
          ipv4 | "192.168.0.256" | false
          ipv6 | "2001:db8::1" | true
          ipv6 | "::" | true
          ipv6 | "1:2:3:4:5:6:7:8:9" | false
          ipv6 | "1::2::3" | false
          uuid | "123e4567-e89b-12d3-a456-426614174000" | true
          uuid | "123e4567e89b12d3a456426614174000" | false
          hostname | "a-b.example.org" | true
          hostname | "-a.org" | false
          constants | {"x":[1,{}]} | true
          constants | 12 | true
          constants | 1.5 | true
          constants | 2 | false
          pattern anywhere | "ab12xcd" | true
          pattern anywhere | "éé" | true
          pattern anywhere | "aéé" | false
          pattern and format | "1999-05-05" | true
          pattern and format | "2000-05-31" | true
          pattern and format | "2000-05-30" | false
          small steps | 0.05 | true
          small steps | 0.07 | false
          small steps | 0.0 | false
          small steps | 1 | true
          """)
  void acceptsWhatIsValid(String schema, String text, boolean expected) {
    check(Objects.requireNonNull(schemas.get(schema)), text, expected);
    if (expected) {
      Json.requireValid(Objects.requireNonNull(schemas.get(schema)), text);
    }
  }

  /** As models like to write. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\n  \"name\": \"Fair\",\n  \"date\": \"Friday\",\n  \"participants\": [\n    \"Ann\",\n    \"Bob\"\n  ]\n}",
        "{\n\t\"name\": \"Fair\",\n\t\"date\": \"Friday\",\n\t\"participants\": [\"Ann\"]\n}",
        " {\"name\":\"Fair\",\"date\":\"Friday\",\"participants\":[]}"
      })
  void acceptsIndentation(String text) {
    check(Objects.requireNonNull(schemas.get("event")), text, true);
  }

  @Test
  void aNameIsNotWrittenTwiceInDisguise() {
    // The escape of "a": the name is "ab", whose value is a boolean.
    String name = "\\" + "u0061b";
    check(
        Objects.requireNonNull(schemas.get("others")), "{\"ab\":true,\"" + name + "\":[]}", false);
  }

  @Test
  void referencesGoAnywhereInTheSchema() {
    JsonNode schema =
        Json.parse(
            """
            {"type":"object","properties":{"a~/b":{"type":"integer"},
             "c":{"$ref":"#/properties/a~0~1b"},"d":{"$ref":"#/%24defs/x"}},
             "required":["a~/b","c","d"],"$defs":{"x":{"$ref":"#/$defs/y"},"y":{"enum":["y"]}}}\
            """);
    check(schema, "{\"a~/b\":1,\"c\":2,\"d\":\"y\"}", true);
    check(schema, "{\"a~/b\":1,\"c\":\"y\",\"d\":\"y\"}", false);
  }

  @Test
  void aReferenceToItselfAddsNothing() {
    check(Json.parse("{\"anyOf\":[{\"$ref\":\"#\"},{\"type\":\"null\"}]}"), "null", true);
  }
}
