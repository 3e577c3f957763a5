/** From logits to text: penalties, truncation, the draw, stop strings, log probabilities. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.engine.sample;
