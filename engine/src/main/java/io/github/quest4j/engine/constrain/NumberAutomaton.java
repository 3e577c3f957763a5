package io.github.quest4j.engine.constrain;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON number within bounds, compared digit by digit, exactly. Numbers are written with at most
 * {@link #DIGITS} digits before and after the point; with an exponent only where nothing is asked
 * of their size.
 */
final class NumberAutomaton {

  /** The most digits before the point, and after it. */
  static final int DIGITS = 20;

  private static final int EXPONENT_DIGITS = 3;

  /**
   * What is asked of a number.
   *
   * @param integer whether it is written without a point and an exponent
   * @param multipleOf greater than zero
   */
  record Range(
      boolean integer, Optional<Bound> low, Optional<Bound> high, Optional<BigDecimal> multipleOf) {

    /** Any number, or any integer. */
    static Range any(boolean integer) {
      return new Range(integer, Optional.empty(), Optional.empty(), Optional.empty());
    }

    boolean isAny() {
      return low.isEmpty() && high.isEmpty() && multipleOf.isEmpty();
    }
  }

  /** A bound and whether the number may be equal to it. */
  record Bound(BigDecimal value, boolean inclusive) {}

  private enum Phase {
    START,
    SIGN,
    ZERO,
    WHOLE,
    POINT,
    FRACTION,
    E,
    E_SIGN,
    EXPONENT
  }

  /**
   * What of the digits so far matters.
   *
   * @param digits read in this phase
   * @param low how the digits so far compare with those of the lower bound, without signs
   * @param high likewise
   * @param rest the digits as an integer, modulo the divisor
   */
  private record Place(
      Phase phase, boolean negative, int digits, int low, int high, boolean nonZero, int rest) {}

  private final Range range;
  private final @Nullable Magnitude low;
  private final @Nullable Magnitude high;
  private final int divisor; // of the number times ten to the scale
  private final int scale;

  private NumberAutomaton(Range range) {
    this.range = range;
    low = range.low.map(bound -> new Magnitude(bound.value)).orElse(null);
    high = range.high.map(bound -> new Magnitude(bound.value)).orElse(null);
    BigDecimal multiple = range.multipleOf.orElse(BigDecimal.ONE).stripTrailingZeros();
    scale = Math.max(0, multiple.scale());
    divisor = multiple.scaleByPowerOfTen(scale).intValueExact();
  }

  /**
   * The numbers of a range; empty if there are none.
   *
   * @throws ConstraintException if the budget is exceeded
   * @throws ArithmeticException if the divisor's digits are no int
   */
  static Optional<TableAutomaton> of(Range range, WorkBudget budget) {
    NumberAutomaton number = new NumberAutomaton(range);
    Place start = new Place(Phase.START, false, 0, 0, 0, false, 0);
    return TableAutomaton.of(start, number::next, number::label, budget);
  }

  private @Nullable Place next(Place p, int b) {
    boolean digit = b >= '0' && b <= '9';
    return switch (p.phase) {
      case START -> b == '-' ? with(p, Phase.SIGN, true) : digit ? first(p, b - '0') : null;
      case SIGN -> digit ? first(p, b - '0') : null;
      case ZERO -> afterWhole(p, b);
      case WHOLE -> !digit ? afterWhole(p, b) : p.digits < DIGITS ? whole(p, b - '0') : null;
      case POINT -> digit ? fraction(p, b - '0') : null;
      case FRACTION ->
          digit
              ? p.digits < Math.min(DIGITS, fractionDigits()) ? fraction(p, b - '0') : null
              : exponent(p, b);
      case E ->
          b == '+' || b == '-'
              ? with(p, Phase.E_SIGN, p.negative)
              : digit ? with(p, Phase.EXPONENT, p.negative) : null;
      case E_SIGN -> digit ? with(p, Phase.EXPONENT, p.negative) : null;
      case EXPONENT ->
          digit && p.digits < EXPONENT_DIGITS - 1
              ? new Place(p.phase, p.negative, p.digits + 1, 0, 0, false, 0)
              : null;
    };
  }

  private int fractionDigits() {
    return range.multipleOf.isPresent() ? scale : DIGITS;
  }

  private static Place with(Place p, Phase phase, boolean negative) {
    return new Place(phase, negative, 0, p.low, p.high, p.nonZero, p.rest);
  }

  private Place first(Place p, int digit) {
    return digit == 0
        ? with(p, Phase.ZERO, p.negative)
        : whole(with(p, Phase.WHOLE, p.negative), digit);
  }

  private Place whole(Place p, int digit) {
    return new Place(
        Phase.WHOLE,
        p.negative,
        p.digits + 1,
        compareWhole(low, p.low, p.digits, digit),
        compareWhole(high, p.high, p.digits, digit),
        p.nonZero || digit != 0,
        rest(p.rest, digit));
  }

  private int rest(int rest, int digit) {
    return (int) ((rest * 10L + digit) % divisor);
  }

  private static int compareWhole(@Nullable Magnitude bound, int soFar, int at, int digit) {
    if (bound == null || soFar != 0) {
      return soFar;
    }
    return at < bound.whole.length() ? Integer.signum(digit - (bound.whole.charAt(at) - '0')) : 1;
  }

  /** The comparison of whole numbers of any length, given that of their common digits. */
  private static int compareLengths(@Nullable Magnitude bound, int soFar, int digits) {
    if (bound == null || digits == bound.whole.length()) {
      return soFar;
    }
    return digits < bound.whole.length() ? -1 : 1;
  }

  private @Nullable Place afterWhole(Place p, int b) {
    if (b != '.') {
      return exponent(p, b);
    }
    if (range.integer || fractionDigits() == 0) {
      return null;
    }
    return new Place(
        Phase.POINT,
        p.negative,
        0,
        compareLengths(low, p.low, p.digits),
        compareLengths(high, p.high, p.digits),
        p.nonZero,
        p.rest);
  }

  private @Nullable Place exponent(Place p, int b) {
    boolean may = !range.integer && range.isAny() && (b == 'e' || b == 'E');
    return may ? with(p, Phase.E, p.negative) : null;
  }

  private Place fraction(Place p, int digit) {
    return new Place(
        Phase.FRACTION,
        p.negative,
        p.digits + 1,
        compareFraction(low, p.low, p.digits, digit),
        compareFraction(high, p.high, p.digits, digit),
        p.nonZero || digit != 0,
        rest(p.rest, digit));
  }

  private static int compareFraction(@Nullable Magnitude bound, int soFar, int at, int digit) {
    if (bound == null || soFar != 0) {
      return soFar;
    }
    int other = at < bound.fraction.length() ? bound.fraction.charAt(at) - '0' : 0;
    return Integer.signum(digit - other);
  }

  private int label(Place p) {
    boolean end =
        switch (p.phase) {
          case START, SIGN, POINT, E, E_SIGN -> false;
          case ZERO, WHOLE, FRACTION -> inRange(p) && isMultiple(p);
          case EXPONENT -> true;
        };
    return end ? 0 : Automaton.NONE;
  }

  private boolean isMultiple(Place p) {
    int rest = p.rest;
    int fraction = p.phase == Phase.FRACTION ? p.digits : 0;
    for (int i = fraction; i < scale; i++) {
      rest = rest(rest, 0);
    }
    return rest == 0;
  }

  private boolean inRange(Place p) {
    if (low != null) {
      int compared = compare(p, low, p.low);
      if (compared < 0 || compared == 0 && !range.low.orElseThrow().inclusive) {
        return false;
      }
    }
    if (high != null) {
      int compared = compare(p, high, p.high);
      return compared < 0 || compared == 0 && range.high.orElseThrow().inclusive;
    }
    return true;
  }

  /** Compares the number, ended here, with a bound. */
  private static int compare(Place p, Magnitude bound, int soFar) {
    int sign = !p.nonZero ? 0 : p.negative ? -1 : 1;
    if (sign != bound.sign || sign == 0) {
      return Integer.compare(sign, bound.sign);
    }
    int magnitude = p.phase == Phase.FRACTION ? soFar : compareLengths(bound, soFar, p.digits);
    int fraction = p.phase == Phase.FRACTION ? p.digits : 0;
    if (magnitude == 0 && fraction < bound.fraction.length()) {
      magnitude = -1;
    }
    return sign * magnitude;
  }

  /** The digits of a bound. */
  private static final class Magnitude {
    final int sign;
    final String whole; // without leading zeros; empty for zero
    final String fraction; // without trailing zeros

    Magnitude(BigDecimal value) {
      sign = value.signum();
      String digits = value.abs().stripTrailingZeros().toPlainString();
      int point = digits.indexOf('.');
      String before = point < 0 ? digits : digits.substring(0, point);
      whole = before.equals("0") ? "" : before;
      fraction = point < 0 ? "" : digits.substring(point + 1);
    }
  }
}
