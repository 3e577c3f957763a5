/** Products of activations with GGUF weights, read in place from a mapped file. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.model.compute.cpu.matmul;
