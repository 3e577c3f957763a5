/** The model that a server serves, while it loads, while it runs and while it drains. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.server.model;
