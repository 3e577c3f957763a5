package io.github.quest4j.engine.constrain;

import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Makes the constraints for a tokenizer. Making this takes some hundred milliseconds, for it sorts
 * the vocabulary; a program makes it once for a model. What is found out about a constraint's
 * states while text is generated is kept here, within limits, and serves later ones as well.
 *
 * <p>Texts are JSON in valid UTF-8 with little white space: nothing, a space or an indented new
 * line between elements, nothing or a space after a colon, and perhaps one space before all of it.
 * Numbers have at most 20 digits before and after their point and three in their exponent. Values
 * about which a schema says nothing are at most 64 levels deep.
 *
 * <p>Thread-safe.
 */
public final class Constraints {

  private final TokenConstraint.Shared vocabulary;
  private final JsonGrammar grammar;

  /**
   * Constraints on the text of a tokenizer.
   *
   * @throws ConstraintException if it has not the tokens that some text would need
   */
  public Constraints(Tokenizer tokenizer) {
    TokenTrie trie = new TokenTrie(tokenizer);
    grammar = new JsonGrammar(new WritableBytes(trie));
    int[] ends =
        IntStream.range(0, tokenizer.size()).filter(tokenizer::isEndOfGeneration).toArray();
    vocabulary = new TokenConstraint.Shared(tokenizer, new Walks(trie, tokenizer.size()), ends);
  }

  /** Any JSON object. */
  public TokenConstraint jsonObject() {
    return new TokenConstraint(vocabulary, grammar.object());
  }

  /**
   * JSON that a schema describes. Members of an object come in the order of {@code properties}.
   *
   * <p>Supported are {@code type} (one or several), {@code enum}, {@code const}, {@code anyOf},
   * {@code $ref} within the schema, recursion included, and {@code $defs}; for objects {@code
   * properties}, {@code required} and {@code additionalProperties}, which where it is absent beside
   * {@code properties} is taken as false; for arrays {@code items}, {@code minItems} and {@code
   * maxItems}; for strings {@code pattern}, {@code minLength}, {@code maxLength} and {@code format}
   * (date, time, date-time, duration, email, hostname, ipv4, ipv6, uuid); for numbers {@code
   * minimum}, {@code maximum}, {@code exclusiveMinimum}, {@code exclusiveMaximum} and {@code
   * multipleOf}. Without a {@code type} the other keywords say it; without any of them everything
   * is allowed. Values of {@code enum}, names, and strings with a pattern or format are written
   * with the shortest escapes. Annotations such as {@code title} have no effect. All else is
   * refused.
   *
   * @throws ConstraintException if the schema asks for what is not supported, cannot be satisfied,
   *     or is beyond the limits; the message names the place
   */
  public TokenConstraint jsonSchema(JsonNode schema) {
    return new TokenConstraint(vocabulary, new SchemaCompiler(schema, grammar).compile());
  }
}
