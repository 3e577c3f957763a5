/** Pages of prompts that were read before, found again by their tokens. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.engine.prefix;
