/** What {@code quest bench} measures: decode and prefill of a model. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.benchmarks;
