/** Tables and pictures of what was measured. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.evaluation.report;
