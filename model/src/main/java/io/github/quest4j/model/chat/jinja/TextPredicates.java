package io.github.quest4j.model.chat.jinja;

import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** The methods of Python's strings that ask: where something is, and what the characters are. */
@SuppressWarnings("CharacterGetNumericValue") // all numerals count, as in Python
final class TextPredicates {
  static final Map<String, TextMethods.Method> ALL =
      Map.ofEntries(
          Map.entry("find", (self, args, r) -> search(self, args, false, false, r)),
          Map.entry("rfind", (self, args, r) -> search(self, args, true, false, r)),
          Map.entry("index", (self, args, r) -> search(self, args, false, true, r)),
          Map.entry("rindex", (self, args, r) -> search(self, args, true, true, r)),
          Map.entry("count", (self, args, r) -> count(self, args, r)),
          Map.entry("startswith", (self, args, r) -> bounded(self, args, "startswith")),
          Map.entry("endswith", (self, args, r) -> bounded(self, args, "endswith")),
          Map.entry("isalpha", every(Character::isLetter)),
          Map.entry("isdigit", every(TextPredicates::isDigit)),
          Map.entry("isdecimal", every(Character::isDigit)),
          Map.entry("isnumeric", every(TextPredicates::isNumeric)),
          Map.entry("isalnum", every(c -> Character.isLetter(c) || isNumeric(c))),
          Map.entry("isspace", every(Text::isSpace)),
          Map.entry("isascii", (self, args, r) -> self.codePoints().allMatch(c -> c < 0x80)),
          Map.entry(
              "isprintable", (self, args, r) -> self.codePoints().allMatch(Text::isPrintable)),
          Map.entry("isupper", (self, args, r) -> Text.isUpper(self)),
          Map.entry("islower", (self, args, r) -> Text.isLower(self)),
          Map.entry("istitle", (self, args, r) -> isTitle(self)),
          Map.entry("isidentifier", (self, args, r) -> isIdentifier(self)));

  private TextPredicates() {}

  private static TextMethods.Method every(IntPredicate test) {
    return (self, args, r) -> !self.isEmpty() && self.codePoints().allMatch(test);
  }

  /** Decimal digits, and those in superscript, subscript, circles and brackets. */
  private static boolean isDigit(int c) {
    return Character.isDigit(c)
        || c == 0xb2
        || c == 0xb3
        || c == 0xb9
        || c == 0x2070
        || (c >= 0x2074 && c <= 0x2079)
        || (c >= 0x2080 && c <= 0x2089)
        || (c >= 0x2460 && c <= 0x2468)
        || (c >= 0x2474 && c <= 0x247c)
        || (c >= 0x2488 && c <= 0x2490);
  }

  private static boolean isNumeric(int c) {
    return switch (Character.getType(c)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  private static boolean isTitle(String text) {
    return text.codePoints().anyMatch(Character::isLetter) && Text.title(text).equals(text);
  }

  private static boolean isIdentifier(String text) {
    return !text.isEmpty()
        && (text.charAt(0) == '_' || Character.isUnicodeIdentifierStart(text.codePointAt(0)))
        && text.codePoints().skip(1).allMatch(Character::isUnicodeIdentifierPart);
  }

  /** The part of a string between the optional start and end arguments, and where it starts. */
  private record Window(String text, int start, boolean valid) {
    static Window of(String self, Args.Bound bound) {
      int length = Text.length(self);
      long start = edge(bound.get("start"), 0, length);
      long end = edge(bound.get("end"), length, length);
      if (start > end || start > length) {
        return new Window("", 0, false);
      }
      return new Window(
          self.substring(Text.offset(self, (int) start), Text.offset(self, (int) end)),
          (int) start,
          true);
    }

    private static long edge(Object value, int otherwise, int length) {
      if (value == None.NONE) {
        return otherwise;
      }
      long index = Numbers.index(value);
      long at = index < 0 ? Math.max(index + length, 0) : index;
      return otherwise == length ? Math.min(at, length) : Math.min(at, length + 1L);
    }
  }

  private static Object search(
      String self, Args args, boolean fromRight, boolean strict, Rendering r) {
    Args.Bound bound = args.bind(strict ? "index" : "find", "sub", "start", "end");
    String part = bound.text("sub");
    r.search(self.length(), part.length());
    Window window = Window.of(self, bound);
    int at = -1;
    if (window.valid()) {
      at = fromRight ? window.text().lastIndexOf(part) : window.text().indexOf(part);
    }
    if (at < 0 && strict) {
      throw new TemplateError("substring not found");
    }
    return at < 0 ? -1L : (long) window.start() + window.text().codePointCount(0, at);
  }

  private static Object count(String self, Args args, Rendering r) {
    Args.Bound bound = args.bind("count", "sub", "start", "end");
    String part = bound.text("sub");
    r.search(self.length(), part.length());
    Window window = Window.of(self, bound);
    if (!window.valid()) {
      return 0L;
    }
    if (part.isEmpty()) {
      return Text.length(window.text()) + 1L;
    }
    long found = 0;
    for (int at = window.text().indexOf(part);
        at >= 0;
        at = window.text().indexOf(part, at + part.length())) {
      found++;
    }
    return found;
  }

  private static Object bounded(String self, Args args, String method) {
    Args.Bound bound = args.bind(method, "prefix", "start", "end");
    Object wanted = bound.need("prefix");
    Window window = Window.of(self, bound);
    List<Object> any = wanted instanceof TupleValue tuple ? tuple.items : List.of(wanted);
    boolean found = false;
    for (Object one : any) {
      String part = Types.string(one);
      if (part == null) {
        throw new TemplateError(
            "%s first arg must be str or a tuple of str, not %s"
                .formatted(method, Types.name(one)));
      }
      found |=
          window.valid()
              && (method.equals("startswith")
                  ? window.text().startsWith(part)
                  : window.text().endsWith(part));
    }
    return found;
  }
}
