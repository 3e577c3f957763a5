/** Continuous batching: many requests at once over one engine. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.engine.schedule;
