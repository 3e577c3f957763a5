package io.github.quest4j.model.chat.jinja;

import java.time.LocalDateTime;

/**
 * What one rendering carries along: its time, its place in the template, and what is left of its
 * limits.
 */
final class Rendering {
  private static final int CHARACTERS_PER_STEP = 16;

  final LocalDateTime now;
  int line = 1;

  private final Limits limits;
  private long steps;
  private int depth;

  Rendering(Limits limits, LocalDateTime now) {
    this.limits = limits;
    this.now = now;
  }

  void step() {
    steps(1);
  }

  void steps(long count) {
    steps += count;
    if (steps > limits.steps()) {
      throw new TemplateError(
          "the template runs too long: more than %d steps".formatted(limits.steps()));
    }
  }

  void enter() {
    steps(1);
    if (++depth > limits.depth()) {
      throw new TemplateError(
          "the template nests too deeply: more than %d levels".formatted(limits.depth()));
    }
  }

  void exit() {
    depth--;
  }

  /** Asked before a text of this length is built. */
  void reserve(long characters) {
    if (characters > limits.characters()) {
      throw new TemplateError(
          "the template makes a text that is too long: more than %d characters"
              .formatted(limits.characters()));
    }
    steps(Math.max(characters, 0) / CHARACTERS_PER_STEP);
  }

  /** Asked before so many characters are added to a text. */
  void extend(long length, int added) {
    if (length + added > limits.characters()) {
      reserve(length + added);
    }
    steps(added / CHARACTERS_PER_STEP);
  }

  /** Accounts for going through so many characters. */
  void read(int characters) {
    steps(characters / CHARACTERS_PER_STEP);
  }

  /**
   * Accounts for looking for one text in another, which Java does without a table: at worst each
   * place is tried in full.
   */
  void search(int length, int wanted) {
    long tries = Math.max((long) length - wanted + 1, 0);
    steps(length / 64 + tries * wanted / 4096);
  }

  /** Asked before a list of this size is built. */
  void reserveItems(long items) {
    reserve(items);
    steps(Math.max(items, 0) / 4);
  }
}
