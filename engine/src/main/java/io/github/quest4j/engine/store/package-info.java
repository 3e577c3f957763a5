/** Where models come from: the catalogue, the downloads and the folder that keeps them. */
@org.jspecify.annotations.NullMarked
package io.github.quest4j.engine.store;
