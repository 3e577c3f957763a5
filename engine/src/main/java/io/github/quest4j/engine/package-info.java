/** The public API: open a model, generate, measure. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.engine;
