package io.github.quest4j.engine.constrain;

import org.jspecify.annotations.Nullable;

/**
 * What stands between the values of objects and arrays, white space included: what models write,
 * and no more than that, so that none can write white space for ever. Between elements that is
 * nothing, a space, or a new line and its indentation; after a colon nothing or a space.
 */
final class Separators {

  /** Labels: another element follows. */
  static final int MORE = 0;

  /** Labels: the object or array is closed. */
  static final int CLOSE = 1;

  private static final int SPACES = 40; // of indentation
  private static final int TABS = 16;

  /** Between a name and its value. */
  static final Block COLON = Literals.of(":", ": ");

  private static final int KINDS = 3;
  private static final Automaton[] OBJECT = all('{', '}');
  private static final Automaton[] ARRAY = all('[', ']');

  private Separators() {}

  /** From the brace on, or from the end of a member's value on. */
  static Automaton object(boolean open, boolean more, boolean close) {
    return OBJECT[index(open, more, close)];
  }

  /** From the bracket on, or from the end of an element on. */
  static Automaton array(boolean open, boolean more, boolean close) {
    return ARRAY[index(open, more, close)];
  }

  private static int index(boolean open, boolean more, boolean close) {
    int kind = more && close ? 0 : more ? 1 : 2;
    return open ? kind : KINDS + kind;
  }

  private static Automaton[] all(char open, char close) {
    Automaton[] all = new Automaton[2 * KINDS];
    for (boolean first : new boolean[] {true, false}) {
      all[index(first, true, true)] = automaton(first ? open : ',', true, first, close);
      all[index(first, true, false)] = automaton(first ? open : ',', true, first, NO_CLOSE);
      all[index(first, false, true)] = automaton(first ? open : NO_MORE, false, first, close);
    }
    return all;
  }

  private static final char NO_CLOSE = 0;
  private static final char NO_MORE = 0;

  private enum Phase {
    START,
    GAP, // white space, nothing yet
    FULL, // white space, no more of it
    SPACES,
    TABS,
    CLOSED
  }

  /**
   * @param last white space after which only the closing bracket may come
   */
  private record Place(Phase phase, int count, boolean last) {}

  /**
   * @param sign what comes first, {@link #NO_MORE} where only the end may
   * @param open whether the sign opens, so that the end may follow it
   */
  private static Automaton automaton(char sign, boolean more, boolean open, char close) {
    return TableAutomaton.of(
            new Place(Phase.START, 0, false),
            (place, octet) -> next(place, octet, sign, open, close),
            place ->
                place.phase == Phase.CLOSED
                    ? CLOSE
                    : place.phase != Phase.START && !place.last && more ? MORE : Automaton.NONE,
            new WorkBudget())
        .orElseThrow();
  }

  private static @Nullable Place next(Place place, int octet, char sign, boolean open, char close) {
    if (place.phase == Phase.CLOSED) {
      return null;
    }
    if (place.phase == Phase.START) {
      if (sign != NO_MORE && octet == sign) {
        return new Place(Phase.GAP, 0, false);
      }
      if (open) {
        return null;
      }
    }
    boolean mayClose = open || place.phase == Phase.START || place.last;
    if (close != NO_CLOSE && octet == close && mayClose) {
      return new Place(Phase.CLOSED, 0, false);
    }
    boolean last = place.last || place.phase == Phase.START;
    return last && close == NO_CLOSE ? null : space(place, octet, last);
  }

  private static @Nullable Place space(Place place, int octet, boolean last) {
    boolean nothingYet = place.phase == Phase.START || place.phase == Phase.GAP;
    return switch (octet) {
      case ' ' ->
          nothingYet
              ? new Place(Phase.FULL, 0, last)
              : place.phase == Phase.SPACES && place.count < SPACES
                  ? new Place(Phase.SPACES, place.count + 1, last)
                  : null;
      case '\n' -> nothingYet ? new Place(Phase.SPACES, 0, last) : null;
      case '\t' ->
          place.phase == Phase.SPACES && place.count == 0
              ? new Place(Phase.TABS, 1, last)
              : place.phase == Phase.TABS && place.count < TABS
                  ? new Place(Phase.TABS, place.count + 1, last)
                  : null;
      default -> null;
    };
  }
}
