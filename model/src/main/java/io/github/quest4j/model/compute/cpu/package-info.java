/** The CPU backend: threads, kernels and the work split between them. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.model.compute.cpu;
