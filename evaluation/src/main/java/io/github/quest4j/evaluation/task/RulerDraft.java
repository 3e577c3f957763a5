package io.github.quest4j.evaluation.task;

import java.util.List;
import java.util.function.IntFunction;

/**
 * A prompt that has no length yet.
 *
 * @param context all before the question, with so many units of filler; the same for the same
 *     number
 * @param question ends the prompt, with the beginning of its answer
 * @param expected strings that an answer should contain, one or more
 */
record RulerDraft(IntFunction<String> context, String question, List<String> expected) {}
