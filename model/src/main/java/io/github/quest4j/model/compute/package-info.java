/** The operations that an architecture calls, as an interface that every device implements. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.model.compute;
