/** The loops over keys and digests: the scalar specification and its Vector API counterpart. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.attention.kernel;
