/** What {@code quest bench serve} measures: a server under load, through OpenAI's API. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.benchmarks.load;
