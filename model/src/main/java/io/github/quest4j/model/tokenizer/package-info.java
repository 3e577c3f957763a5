/** Tokenizers: text to token ids and back, with the same ids as llama.cpp gives. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.model.tokenizer;
