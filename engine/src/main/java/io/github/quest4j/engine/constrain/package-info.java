/**
 * Constrained sampling: which tokens may come next, so that a text is what JSON or a schema asks.
 */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.engine.constrain;
