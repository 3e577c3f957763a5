package io.github.quest4j.engine.constrain;

import java.util.List;

/** A regular expression, parsed. */
sealed interface Regex {

  /** One character of a set. */
  record Characters(CodePoints set) implements Regex {}

  /** All in a row; none is the empty text. */
  record Row(List<Regex> parts) implements Regex {}

  /** One of several. */
  record Choice(List<Regex> options) implements Regex {}

  /**
   * So many times.
   *
   * @param most {@link #ENDLESS} for no limit
   */
  record Repeat(Regex part, int least, int most) implements Regex {}

  /** In place of a number of repetitions. */
  int ENDLESS = Integer.MAX_VALUE;

  /** The empty text. */
  Regex NOTHING = new Row(List.of());

  /** Any text. */
  Regex ANYTHING = new Repeat(new Characters(CodePoints.ALL), 0, ENDLESS);
}
