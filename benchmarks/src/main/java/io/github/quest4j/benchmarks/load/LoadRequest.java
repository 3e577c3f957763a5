package io.github.quest4j.benchmarks.load;

/**
 * One request.
 *
 * @param maxTokens of the answer
 */
record LoadRequest(Role role, String prompt, int maxTokens) {}
