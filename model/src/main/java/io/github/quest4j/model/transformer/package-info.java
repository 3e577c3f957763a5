/**
 * Decoder-only transformers: their architectures as data, and the one forward pass that runs them
 * all.
 */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.model.transformer;
