/** How a server is set up: options, limits, keys. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.server.config;
