package io.github.quest4j.engine.constrain;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the patterns of JSON Schema: ECMA-262's regular expressions, by code points, without what
 * no automaton can do (back references, assertions inside) and without Unicode properties. A
 * pattern may be found anywhere in a text unless its alternatives are anchored.
 */
final class RegexParser {

  private static final int MOST_REPETITIONS = 10_000;
  private static final int DEEPEST = 100;
  private static final String SYNTAX = "^$\\.*+?()[]{}|/";

  private final String pattern;
  private final String place;
  private int at;
  private int depth;

  private RegexParser(String pattern, String place) {
    this.pattern = pattern;
    this.place = place;
  }

  /**
   * Parses a pattern; the result matches whole texts.
   *
   * @param place of the keyword, for messages
   * @throws ConstraintException if the pattern is malformed or has what is not supported
   */
  static Regex parse(String pattern, String place) {
    return new RegexParser(pattern, place).search();
  }

  private ConstraintException unsupported(String what) {
    return new ConstraintException(
        "the pattern at " + place + " has " + what + ", which is not supported");
  }

  private ConstraintException malformed(String what) {
    return new ConstraintException("the pattern at " + place + " is malformed: " + what);
  }

  private boolean more() {
    return at < pattern.length();
  }

  private boolean take(char c) {
    if (more() && pattern.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private int codePoint() {
    if (!more()) {
      throw malformed("it ends too early");
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      throw malformed("it has half of a surrogate pair");
    }
    return c;
  }

  private Regex search() {
    List<Regex> options = new ArrayList<>();
    do {
      boolean begins = take('^');
      List<Regex> parts = new ArrayList<>();
      if (!begins) {
        parts.add(Regex.ANYTHING);
      }
      parts.add(row());
      if (!take('$')) {
        parts.add(Regex.ANYTHING);
      }
      options.add(new Regex.Row(parts));
    } while (take('|'));
    if (more()) {
      throw pattern.charAt(at) == ')'
          ? malformed("a ) has no (")
          : unsupported("an anchor in the middle");
    }
    return new Regex.Choice(options);
  }

  private Regex choice() {
    List<Regex> options = new ArrayList<>();
    do {
      options.add(row());
    } while (take('|'));
    return options.size() == 1 ? options.getFirst() : new Regex.Choice(options);
  }

  private Regex row() {
    List<Regex> parts = new ArrayList<>();
    while (more() && "|)$^".indexOf(pattern.charAt(at)) < 0) {
      parts.add(quantified(atom()));
    }
    return new Regex.Row(parts);
  }

  private Regex atom() {
    int c = codePoint();
    return switch (c) {
      case '(' -> group();
      case '[' -> new Regex.Characters(set());
      case '.' -> new Regex.Characters(CodePoints.DOT);
      case '\\' -> new Regex.Characters(escape(false));
      case '*', '+', '?' -> throw malformed("nothing stands before a " + (char) c);
      case '{', '}', ']' ->
          throw malformed("a lone " + (char) c + " must be written \\" + (char) c);
      default -> new Regex.Characters(CodePoints.of(c, c));
    };
  }

  private Regex group() {
    if (++depth > DEEPEST) {
      throw unsupported("more than " + DEEPEST + " groups in each other");
    }
    if (take('?') && !take(':')) {
      throw unsupported("a group that begins with (?" + (more() ? pattern.charAt(at) : ""));
    }
    Regex inside = choice();
    if (!take(')')) {
      throw more() ? unsupported("an anchor in the middle") : malformed("a ( is not closed");
    }
    depth--;
    return inside;
  }

  private Regex quantified(Regex part) {
    int least;
    int most = Regex.ENDLESS;
    if (take('*')) {
      least = 0;
    } else if (take('+')) {
      least = 1;
    } else if (take('?')) {
      least = 0;
      most = 1;
    } else if (take('{')) {
      least = number();
      if (!take(',')) {
        most = least;
      } else if (more() && pattern.charAt(at) != '}') {
        most = number();
      }
      if (!take('}') || most < least) {
        throw malformed("its {…} is no number of repetitions");
      }
    } else {
      return part;
    }
    take('?'); // lazy or not, the texts are the same
    return new Regex.Repeat(part, least, most);
  }

  private int number() {
    int n = 0;
    int start = at;
    while (more() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
      n = n * 10 + pattern.charAt(at++) - '0';
      if (n > MOST_REPETITIONS) {
        throw unsupported("more than " + MOST_REPETITIONS + " repetitions");
      }
    }
    if (at == start) {
      throw malformed("its {…} is no number of repetitions");
    }
    return n;
  }

  private CodePoints escape(boolean inSet) {
    int c = codePoint();
    return switch (c) {
      case 'd' -> CodePoints.DIGIT;
      case 'D' -> CodePoints.DIGIT.not();
      case 'w' -> CodePoints.WORD;
      case 'W' -> CodePoints.WORD.not();
      case 's' -> CodePoints.SPACE;
      case 'S' -> CodePoints.SPACE.not();
      case 't' -> CodePoints.of('\t', '\t');
      case 'n' -> CodePoints.of('\n', '\n');
      case 'v' -> CodePoints.of(0x0b, 0x0b);
      case 'f' -> CodePoints.of('\f', '\f');
      case 'r' -> CodePoints.of('\r', '\r');
      case 'x' -> hex(2);
      case 'u' -> take('{') ? braced() : hex(4);
      default -> {
        if (SYNTAX.indexOf(c) < 0 && !(c == '-' && inSet) && !(c < 0x80 && isPunctuation(c))) {
          throw unsupported("the escape \\" + Character.toString(c));
        }
        yield CodePoints.of(c, c);
      }
    };
  }

  private static boolean isPunctuation(int c) {
    return c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
  }

  private CodePoints hex(int digits) {
    if (at + digits > pattern.length()) {
      throw malformed("an escape ends too early");
    }
    int c = hexValue(pattern.substring(at, at += digits));
    if (Character.isSurrogate((char) c)) {
      throw unsupported("the escape of a surrogate");
    }
    return CodePoints.of(c, c);
  }

  private CodePoints braced() {
    int end = pattern.indexOf('}', at);
    if (end < 0 || end - at > 6) {
      throw malformed("an escape ends too late");
    }
    int c = hexValue(pattern.substring(at, end));
    at = end + 1;
    if (c > Character.MAX_CODE_POINT) {
      throw malformed("an escape is beyond Unicode");
    }
    return CodePoints.of(c, c);
  }

  private int hexValue(String digits) {
    if (digits.isEmpty()
        || !digits.chars().allMatch(d -> Character.digit(d, 16) >= 0 && d < 0x80)) {
      throw malformed("an escape is no hexadecimal number");
    }
    return Integer.parseInt(digits, 16);
  }

  private CodePoints set() {
    boolean negated = take('^');
    CodePoints set = new CodePoints(List.of());
    while (!take(']')) {
      CodePoints from = member();
      if (at + 1 < pattern.length() && pattern.charAt(at) == '-' && pattern.charAt(at + 1) != ']') {
        at++;
        CodePoints to = member();
        set = set.or(CodePoints.of(single(from), ordered(single(from), single(to))));
      } else {
        set = set.or(from);
      }
    }
    return negated ? set.not() : set;
  }

  private CodePoints member() {
    int c = codePoint();
    if (c != '\\') {
      return CodePoints.of(c, c);
    }
    if (take('b')) {
      return CodePoints.of('\b', '\b');
    }
    return escape(true);
  }

  private int single(CodePoints set) {
    if (set.ranges().size() != 1
        || set.ranges().getFirst().from() != set.ranges().getFirst().to()) {
      throw malformed("a range in […] has more than a character at its end");
    }
    return set.ranges().getFirst().from();
  }

  private int ordered(int from, int to) {
    if (to < from) {
      throw malformed("a range in […] is in the wrong order");
    }
    return to;
  }
}
