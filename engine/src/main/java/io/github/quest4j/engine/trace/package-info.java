/** Traced attention: which passages of the prompt each generated token was read from. */
@NullMarked
package io.github.quest4j.engine.trace;

import org.jspecify.annotations.NullMarked;
