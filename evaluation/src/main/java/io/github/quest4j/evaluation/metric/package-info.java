/** Scores of answers, and what counts of them say. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.evaluation.metric;
