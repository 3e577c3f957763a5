/** What {@code quest eval} measures: how much accuracy a choice of pages keeps, on real models. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.evaluation;
