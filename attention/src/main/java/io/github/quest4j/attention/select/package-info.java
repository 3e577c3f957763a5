/** What a decode step reads: scorers of pages, and the selectors that choose by their scores. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.attention.select;
