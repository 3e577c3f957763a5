package io.github.quest4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonNullSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Schema elements become JSON Schema, also within another one. */
class SchemasTest {

  private static final JsonObjectSchema TREE =
      JsonObjectSchema.builder()
          .addProperty(
              "left",
              JsonAnyOfSchema.builder()
                  .anyOf(
                      JsonReferenceSchema.builder().reference("a/b").build(), new JsonNullSchema())
                  .build())
          .addProperty(
              "all",
              JsonArraySchema.builder()
                  .items(JsonNumberSchema.builder().description("n").build())
                  .build())
          .addEnumProperty("kind", List.of("x", "y"))
          .definitions(Map.of("a/b", JsonRawSchema.from("{\"$ref\": \"#\"}")))
          .required("kind")
          .additionalProperties(false)
          .build();

  @Test
  void elementsBecomeJsonSchema() {
    assertThat(Schemas.of(TREE))
        .hasToString(
            "{\"type\":\"object\",\"properties\":{"
                + "\"left\":{\"anyOf\":[{\"$ref\":\"#/$defs/a~1b\"},{\"type\":\"null\"}]},"
                + "\"all\":{\"type\":\"array\",\"items\":{\"type\":\"number\",\"description\":\"n\"}},"
                + "\"kind\":{\"type\":\"string\",\"enum\":[\"x\",\"y\"]}},"
                + "\"required\":[\"kind\"],\"additionalProperties\":false,"
                + "\"$defs\":{\"a/b\":{\"$ref\":\"#\"}}}");
  }

  @Test
  void referencesMoveWithTheirSchema() {
    ToolOffer offer =
        ToolOffer.of(
            ChatRequestParameters.builder()
                .toolSpecifications(
                    ToolSpecification.builder().name("f").build(),
                    ToolSpecification.builder().name("g").parameters(TREE).build())
                .build());
    String schema = offer.schema(Optional.of(Schemas.of(TREE))).toString();
    assertThat(schema)
        .contains("{\"$ref\":\"#/anyOf/1/properties/arguments/$defs/a~1b\"}")
        .contains("{\"$ref\":\"#/anyOf/1/properties/arguments\"}")
        .contains("{\"$ref\":\"#/anyOf/2/$defs/a~1b\"}")
        .contains("{\"const\":\"f\"}");
  }

  @Test
  void unknownElementsAreRefused() {
    JsonSchemaElement odd = () -> "odd";
    assertThatThrownBy(() -> Schemas.of(odd))
        .isExactlyInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("not supported");
  }
}
