/** Reads GGUF model files: metadata and tensors, in one file or split over several. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.model.gguf;
