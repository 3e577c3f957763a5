/** Tools that a model may call: how it is told of them, and its calls read from its text. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.engine.tool;
