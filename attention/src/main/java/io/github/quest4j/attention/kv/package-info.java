/**
 * The paged KV cache: pages, their digests, the pool that owns them and the tables that lease them.
 */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.attention.kv;
