/**
 * The Jinja language as chat templates use it: lexer, parser, interpreter, and the Python values,
 * filters, tests and methods it knows.
 */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.model.chat.jinja;
