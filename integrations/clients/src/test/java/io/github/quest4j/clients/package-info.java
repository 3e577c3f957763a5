/** The server as the clients that people have see it. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.clients;
