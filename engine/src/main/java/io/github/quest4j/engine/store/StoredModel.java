package io.github.quest4j.engine.store;

import java.nio.file.Path;

/**
 * A model file in the store.
 *
 * @param model what a user types to get it: a catalogue name, {@code hf:…} or an address
 * @param path the file
 * @param bytes its size
 * @param sha256 its sum as it was checked when it came
 * @param from where it came from
 */
public record StoredModel(String model, Path path, long bytes, String sha256, String from) {}
