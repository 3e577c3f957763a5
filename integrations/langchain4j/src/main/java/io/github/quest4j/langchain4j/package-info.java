/** LangChain4j's chat models over an engine in the same process. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.langchain4j;
