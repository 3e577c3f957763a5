package io.github.quest4j.evaluation.run;

/**
 * A selector and what it may read.
 *
 * @param tokenBudget tokens; 0 for dense
 */
public record Cell(Variant variant, int tokenBudget) {}
