/** The arithmetic of attention: scalar specifications and the Vector API kernels beside them. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.attention.kernel;
