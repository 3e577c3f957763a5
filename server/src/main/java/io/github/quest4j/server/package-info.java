/** A server of OpenAI's API over one model. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.server;
