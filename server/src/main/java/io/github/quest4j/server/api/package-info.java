/** What requests and answers are made of: JSON fields and errors. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.server.api;
