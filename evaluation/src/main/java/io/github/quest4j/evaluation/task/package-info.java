/** The questions that are asked of a model, and how answers are graded. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.evaluation.task;
