/** Fixed worker threads that share the tasks of one operation. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.attention.work;
