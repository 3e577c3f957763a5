/** HTTP: connections, routes, streams, and what is refused. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.server.http;
