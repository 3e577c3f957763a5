package io.github.quest4j.engine.constrain;

import org.jspecify.annotations.Nullable;

/**
 * A JSON string, quotes included: valid UTF-8 or escapes, from {@code least} to {@code most}
 * characters (Unicode code points) long. The number of characters is part of the state.
 */
final class StringAutomaton implements Automaton {

  /** The most characters that are counted. */
  static final int LONGEST = 1_000_000;

  /** In place of a number of characters: any. */
  static final int ANY = Integer.MAX_VALUE;

  /** Where one is in a string; letters name what has to follow. */
  private enum Place {
    BEFORE,
    INSIDE,
    END,
    TAIL1, // that many UTF-8 bytes
    TAIL2,
    TAIL3,
    AFTER_E0, // UTF-8 whose second byte is restricted
    AFTER_ED,
    AFTER_F0,
    AFTER_F4,
    ESCAPE,
    HEX4, // that many hex digits
    HEX_AFTER_D,
    HEX3,
    HEX2,
    HEX1,
    HIGH2, // that many hex digits of a high surrogate
    HIGH1,
    LOW_ESCAPE, // the escape of a low surrogate
    LOW_U,
    LOW_D,
    LOW3,
    CONTROL4, // the escape of a control character that has no short one
    CONTROL3,
    CONTROL2,
    CONTROL1_OF_0,
    CONTROL1_OF_1
  }

  private static final TableAutomaton FREE = table(false);
  private static final TableAutomaton CANONICAL = table(true);
  // States are numbered as they are found: the start, then by its one way on the inside.
  private static final int BEFORE = 0;
  private static final int INSIDE = 1;

  private final TableAutomaton characters;
  private final int least;
  private final int most;
  private final int states;

  private StringAutomaton(TableAutomaton characters, int least, int most) {
    this.characters = characters;
    this.least = least;
    this.most = most;
    this.states = characters.states();
  }

  /** Any way of writing a string. */
  static StringAutomaton free(int least, int most) {
    return new StringAutomaton(FREE, least, most);
  }

  /** Only the shortest way of writing it: escapes for what cannot be written otherwise. */
  static StringAutomaton canonical(int least, int most) {
    return new StringAutomaton(CANONICAL, least, most);
  }

  private static TableAutomaton table(boolean canonical) {
    return TableAutomaton.of(
            Place.BEFORE,
            (place, octet) -> next(place, octet, canonical),
            place -> place == Place.END ? 0 : NONE,
            new WorkBudget())
        .orElseThrow();
  }

  private static @Nullable Place next(Place place, int b, boolean canonical) {
    return switch (place) {
      case BEFORE -> b == '"' ? Place.INSIDE : null;
      case INSIDE -> inside(b);
      case END -> null;
      case TAIL1 -> in(b, 0x80, 0xbf, Place.INSIDE);
      case TAIL2 -> in(b, 0x80, 0xbf, Place.TAIL1);
      case TAIL3 -> in(b, 0x80, 0xbf, Place.TAIL2);
      case AFTER_E0 -> in(b, 0xa0, 0xbf, Place.TAIL1);
      case AFTER_ED -> in(b, 0x80, 0x9f, Place.TAIL1);
      case AFTER_F0 -> in(b, 0x90, 0xbf, Place.TAIL2);
      case AFTER_F4 -> in(b, 0x80, 0x8f, Place.TAIL2);
      case ESCAPE -> escape(b, canonical);
      case HEX4 -> b == 'd' || b == 'D' ? Place.HEX_AFTER_D : hex(b, Place.HEX3);
      // D8 to DB begin a high surrogate; DC to DF, a low one alone, is no character.
      case HEX_AFTER_D ->
          b >= '0' && b <= '7'
              ? Place.HEX2
              : b == '8' || b == '9' || b == 'a' || b == 'b' || b == 'A' || b == 'B'
                  ? Place.HIGH2
                  : null;
      case HEX3 -> hex(b, Place.HEX2);
      case HEX2 -> hex(b, Place.HEX1);
      case HEX1 -> hex(b, Place.INSIDE);
      case HIGH2 -> hex(b, Place.HIGH1);
      case HIGH1 -> hex(b, Place.LOW_ESCAPE);
      case LOW_ESCAPE -> b == '\\' ? Place.LOW_U : null;
      case LOW_U -> b == 'u' ? Place.LOW_D : null;
      case LOW_D -> b == 'd' || b == 'D' ? Place.LOW3 : null;
      case LOW3 -> b >= 'c' && b <= 'f' || b >= 'C' && b <= 'F' ? Place.HEX2 : null;
      case CONTROL4 -> b == '0' ? Place.CONTROL3 : null;
      case CONTROL3 -> b == '0' ? Place.CONTROL2 : null;
      case CONTROL2 -> b == '0' ? Place.CONTROL1_OF_0 : b == '1' ? Place.CONTROL1_OF_1 : null;
      case CONTROL1_OF_0 -> "01234567BEF".indexOf(b) >= 0 ? Place.INSIDE : null;
      case CONTROL1_OF_1 -> "0123456789ABCDEF".indexOf(b) >= 0 ? Place.INSIDE : null;
    };
  }

  private static @Nullable Place inside(int b) {
    if (b < 0x80) {
      return b == '"' ? Place.END : b == '\\' ? Place.ESCAPE : b < 0x20 ? null : Place.INSIDE;
    }
    return switch (b) {
      case 0xe0 -> Place.AFTER_E0;
      case 0xed -> Place.AFTER_ED;
      case 0xf0 -> Place.AFTER_F0;
      case 0xf4 -> Place.AFTER_F4;
      default ->
          b < 0xc2 || b > 0xf4
              ? null
              : b < 0xe0 ? Place.TAIL1 : b < 0xf0 ? Place.TAIL2 : Place.TAIL3;
    };
  }

  private static @Nullable Place escape(int b, boolean canonical) {
    if (b == 'u') {
      return canonical ? Place.CONTROL4 : Place.HEX4;
    }
    boolean known = "\"\\bfnrt".indexOf(b) >= 0 || b == '/' && !canonical;
    return known ? Place.INSIDE : null;
  }

  private static @Nullable Place in(int b, int from, int to, Place then) {
    return b >= from && b <= to ? then : null;
  }

  private static @Nullable Place hex(int b, Place then) {
    boolean digit = b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F';
    return digit ? then : null;
  }

  @Override
  public int next(int state, int octet) {
    int place = state % states;
    int next = characters.next(place, octet);
    if (next == DEAD) {
      return DEAD;
    }
    int count = state / states;
    if (place == INSIDE) {
      boolean end = characters.label(next) != NONE;
      if (end ? count < least : count == most) {
        return DEAD;
      }
    }
    boolean counts = next == INSIDE && place != BEFORE;
    return (counts ? counted(count) : count) * states + next;
  }

  /** One character more, as far as it matters. */
  private int counted(int count) {
    return most == ANY ? Math.min(count + 1, least) : count + 1;
  }

  @Override
  public int label(int state) {
    return characters.label(state % states);
  }

  @Override
  public long alike(int state, int octets) {
    int count = state / states;
    // A byte is at most one character, so what is farther away than that is out of sight.
    int lacking = Math.clamp(least - (long) count, 0, octets + 1);
    int room = (int) Math.min(most - (long) count, octets + 1);
    return ((long) lacking * (octets + 2) + room) * states + state % states;
  }
}
