/** The {@code quest} command: it parses, calls and prints. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.cli;
