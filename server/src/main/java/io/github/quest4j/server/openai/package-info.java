/** OpenAI's requests read into the engine's, and its results written as OpenAI's answers. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.server.openai;
