/** What a server counts. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.server.metrics;
