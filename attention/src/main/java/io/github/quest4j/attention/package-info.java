/** Query-aware sparse attention over a paged KV cache. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.attention;
