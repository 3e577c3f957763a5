/**
 * Runs cells: prompts prefilled once, forked for every selector and budget, results kept in a file.
 */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.evaluation.run;
