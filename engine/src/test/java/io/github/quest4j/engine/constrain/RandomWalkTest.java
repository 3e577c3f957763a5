package io.github.quest4j.engine.constrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Whatever is drawn from what a constraint allows, the text is valid. */
class RandomWalkTest {

  private static final int WALKS = "1".equals(System.getenv("QUEST_TEST_FULL")) ? 500 : 15;

  @TestFactory
  Stream<DynamicTest> textsAreValid() {
    return RealTokenizers.all().entrySet().stream()
        .flatMap(model -> {
          Constraints constraints = new Constraints(model.getValue());
          return Schemas.all().entrySet().stream()
              .map(schema ->
                  DynamicTest.dynamicTest(
                      model.getKey() + ", " + schema.getKey(),
                      () -> walk(model.getValue(), constraints, schema)));
        });
  }

  private static void walk(
      Tokenizer tokenizer, Constraints constraints, Map.Entry<String, JsonNode> schema) {
    TokenConstraint constraint = constraints.jsonSchema(schema.getValue());
    int walks = tokenizer.size() < 100_000 ? WALKS : WALKS / 3; // large ones are slow
    for (int seed = 0; seed < walks; seed++) {
      String text = new RandomWalk(tokenizer, seed).write(constraint, seed % 5 * 10);
      Json.requireValid(schema.getValue(), text);
    }
  }

  @TestFactory
  Stream<DynamicTest> objectsAreJson() {
    return RealTokenizers.all().entrySet().stream()
        .map(model -> DynamicTest.dynamicTest(model.getKey(), () -> walkObjects(model.getValue())));
  }

  private static void walkObjects(Tokenizer tokenizer) {
    TokenConstraint constraint = new Constraints(tokenizer).jsonObject();
    for (int seed = 0; seed < 4 * WALKS; seed++) {
      String text = new RandomWalk(tokenizer, seed).write(constraint, seed % 60);
      assertThat(Json.parse(text).isObject()).as(text).isTrue();
    }
  }
}
