package io.github.quest4j.engine.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One file that the store shall have.
 *
 * @param model what the user types for it
 * @param path where it shall lie
 * @param bytes its size, or -1 where it is not known beforehand
 * @param sha256 its sum where it is known beforehand
 * @param sources where it may come from, in order
 */
record Target(String model, Path path, long bytes, Optional<String> sha256, List<Source> sources) {

  /** The folder in which it shall lie. */
  Path folder() {
    return path.resolveSibling("");
  }

  /** Short words for it: a catalogue name, or the file's name where an address was typed. */
  String label() {
    return model.contains("/") ? path.getFileName().toString() : model;
  }

  /** Where the file grows until it is whole. */
  Path part() {
    return path.resolveSibling(path.getFileName() + ".part");
  }

  /** A short name that is this file's alone, for its lock and its temporary folder. */
  String key() {
    return path.getFileName()
        + "-"
        + Sha256.of(path.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 12);
  }
}
