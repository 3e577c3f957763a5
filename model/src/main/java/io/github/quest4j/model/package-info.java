/** From a GGUF file to logits. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.model;
