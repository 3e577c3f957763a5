package io.github.quest4j.model.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The methods of Python's strings. */
final class TextMethods {
  /** A method's work on its string. */
  interface Method {
    Object call(String self, Args args, Rendering r);
  }

  private static final Map<String, Method> ALL = all();

  /** Methods of markup that leave the characters alone and so escape nothing. */
  private static final Set<String> ASKING =
      Set.of("find", "rfind", "index", "rindex", "count", "startswith", "endswith");

  private TextMethods() {}

  private static Map<String, Method> all() {
    Map<String, Method> all = new HashMap<>(TextPredicates.ALL);
    all.putAll(
        Map.ofEntries(
            Map.entry("upper", plain(Text::upper)),
            Map.entry("lower", plain(Text::lower)),
            Map.entry("casefold", plain(TextMethods::caseFold)),
            Map.entry("swapcase", plain(Text::swapCase)),
            Map.entry("title", plain(Text::title)),
            Map.entry("capitalize", plain(Text::capitalize)),
            Map.entry("strip", (self, args, r) -> strip(self, args, true, true, r)),
            Map.entry("lstrip", (self, args, r) -> strip(self, args, true, false, r)),
            Map.entry("rstrip", (self, args, r) -> strip(self, args, false, true, r)),
            Map.entry("split", (self, args, r) -> split(self, args, false, r)),
            Map.entry("rsplit", (self, args, r) -> split(self, args, true, r)),
            Map.entry("splitlines", TextMethods::splitLines),
            Map.entry("partition", (self, args, r) -> partition(self, args, false, r)),
            Map.entry("rpartition", (self, args, r) -> partition(self, args, true, r)),
            Map.entry("join", TextMethods::join),
            Map.entry("replace", TextMethods::replace),
            Map.entry("removeprefix", TextMethods::removePrefix),
            Map.entry("removesuffix", TextMethods::removeSuffix),
            Map.entry("ljust", (self, args, r) -> justify(self, args, "ljust", r)),
            Map.entry("rjust", (self, args, r) -> justify(self, args, "rjust", r)),
            Map.entry("center", (self, args, r) -> justify(self, args, "center", r)),
            Map.entry("zfill", TextMethods::zeroFill),
            Map.entry("expandtabs", TextMethods::expandTabs),
            Map.entry("format", BraceFormat::format),
            Map.entry("format_map", TextMethods::formatMap)));
    return Map.copyOf(all);
  }

  static @Nullable Callable find(String self, String name) {
    Method method = ALL.get(name);
    return method == null
        ? null
        : new Function(
            name,
            (args, r) -> {
              r.read(self.length());
              return method.call(self, args, r);
            });
  }

  /** Markup's methods escape their arguments and return markup. */
  static @Nullable Callable find(Markup self, String name) {
    Method method = ALL.get(name);
    if (method == null) {
      return null;
    }
    return new Function(
        name,
        (args, r) -> {
          r.read(self.text().length());
          if (ASKING.contains(name)) {
            return method.call(self.text(), args, r);
          }
          List<Object> escaped = new ArrayList<>();
          args.positional().forEach(value -> escaped.add(escaped(value, r)));
          Map<String, Object> named = new HashMap<>();
          args.named().forEach((key, value) -> named.put(key, escaped(value, r)));
          return markup(method.call(self.text(), new Args(escaped, named), r));
        });
  }

  private static Object escaped(Object value, Rendering r) {
    return switch (value) {
      case String text -> Markup.escape(text);
      case Markup markup -> markup.text();
      case ListValue list -> {
        var all = new ListValue();
        list.items.forEach(item -> all.items.add(Types.isString(item) ? escaped(item, r) : item));
        yield all;
      }
      default -> value;
    };
  }

  private static Object markup(Object result) {
    return switch (result) {
      case String text -> new Markup(text);
      case ListValue list -> new ListValue(list.items.stream().map(TextMethods::markup).toList());
      case TupleValue tuple ->
          new TupleValue(tuple.items.stream().map(TextMethods::markup).toList());
      default -> result;
    };
  }

  private static Method plain(UnaryOperator<String> change) {
    return (self, args, r) -> {
      args.bind("method");
      return change.apply(self);
    };
  }

  private static String caseFold(String text) {
    return Text.lower(Text.upper(text));
  }

  private static Object strip(String self, Args args, boolean left, boolean right, Rendering r) {
    Object chars = args.bind("strip", "chars").get("chars");
    if (chars instanceof Undefined || (chars != None.NONE && !Types.isString(chars))) {
      throw new TemplateError("strip arg must be None or str");
    }
    String set = Types.string(chars);
    r.search(self.length(), set == null ? 0 : set.length());
    String text = self;
    if (right) {
      text = set == null ? Text.stripRight(text) : Text.stripRight(text, set);
    }
    if (left) {
      text = set == null ? Text.stripLeft(text) : Text.stripLeft(text, set);
    }
    return text;
  }

  private static Object split(String self, Args args, boolean fromRight, Rendering r) {
    Args.Bound bound = args.bind("split", "sep", "maxsplit");
    Object separator = bound.get("sep");
    long most = bound.index("maxsplit", -1);
    List<String> parts;
    if (separator == None.NONE) {
      parts = words(self, most < 0 ? Long.MAX_VALUE : most, fromRight);
    } else {
      String text = Types.string(separator);
      if (text == null) {
        throw new TemplateError("must be str or None, not " + Types.name(separator));
      }
      if (text.isEmpty()) {
        throw new TemplateError("empty separator");
      }
      r.search(self.length(), text.length());
      parts = pieces(self, text, most < 0 ? Long.MAX_VALUE : most, fromRight);
    }
    r.reserveItems(parts.size());
    return new ListValue(parts);
  }

  static List<String> words(String text) {
    return words(text, Long.MAX_VALUE, false);
  }

  private static List<String> words(String text, long most, boolean fromRight) {
    List<String> words = new ArrayList<>();
    String rest = fromRight ? Text.stripRight(text) : Text.stripLeft(text);
    while (!rest.isEmpty() && words.size() < most) {
      int edge = fromRight ? rest.length() : 0;
      if (fromRight) {
        while (edge > 0 && !Text.isSpace(rest.charAt(edge - 1))) {
          edge--;
        }
        words.add(rest.substring(edge));
        rest = Text.stripRight(rest.substring(0, edge));
      } else {
        while (edge < rest.length() && !Text.isSpace(rest.charAt(edge))) {
          edge++;
        }
        words.add(rest.substring(0, edge));
        rest = Text.stripLeft(rest.substring(edge));
      }
    }
    if (!rest.isEmpty()) {
      words.add(rest);
    }
    if (fromRight) {
      Collections.reverse(words);
    }
    return words;
  }

  private static List<String> pieces(String text, String separator, long most, boolean fromRight) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    int end = text.length();
    while (pieces.size() < most) {
      int at =
          fromRight
              ? text.lastIndexOf(separator, end - separator.length())
              : text.indexOf(separator, start);
      if (at < 0 || (fromRight && end < separator.length())) {
        break;
      }
      pieces.add(
          fromRight ? text.substring(at + separator.length(), end) : text.substring(start, at));
      start = fromRight ? 0 : at + separator.length();
      end = fromRight ? at : end;
    }
    pieces.add(text.substring(start, end));
    if (fromRight) {
      Collections.reverse(pieces);
    }
    return pieces;
  }

  private static Object splitLines(String self, Args args, Rendering r) {
    List<String> lines =
        Text.lines(self, args.bind("splitlines", "keepends").flag("keepends", false));
    r.reserveItems(lines.size());
    return new ListValue(lines);
  }

  private static Object partition(String self, Args args, boolean fromRight, Rendering r) {
    String separator = args.bind("partition", "sep").text("sep");
    if (separator.isEmpty()) {
      throw new TemplateError("empty separator");
    }
    r.search(self.length(), separator.length());
    int at = fromRight ? self.lastIndexOf(separator) : self.indexOf(separator);
    if (at < 0) {
      return fromRight ? TupleValue.of("", "", self) : TupleValue.of(self, "", "");
    }
    return TupleValue.of(self.substring(0, at), separator, self.substring(at + separator.length()));
  }

  private static Object join(String self, Args args, Rendering r) {
    Object iterable = args.bind("join", "iterable").need("iterable");
    if (!Types.isIterable(iterable)) {
      throw new TemplateError("can only join an iterable");
    }
    var out = new Output(r);
    var items = Types.iterator(iterable, r);
    for (int i = 0; items.hasNext(); i++) {
      Object item = items.next();
      String text = Types.string(item);
      if (text == null) {
        throw new TemplateError(
            "sequence item %d: expected str instance, %s found".formatted(i, Types.name(item)));
      }
      out.append(i == 0 ? "" : self).append(text);
    }
    return out.toString();
  }

  private static Object replace(String self, Args args, Rendering r) {
    Args.Bound bound = args.bind("replace", "old", "new", "count");
    return replace(self, bound.text("old"), bound.text("new"), bound.index("count", -1), r);
  }

  /** Replaces the first {@code count} occurrences, all where it is negative. */
  static String replace(String text, String old, String now, long count, Rendering r) {
    var out = new Output(r);
    long left = count < 0 ? Long.MAX_VALUE : count;
    int start = 0;
    if (old.isEmpty()) {
      while (left > 0 && start <= text.length()) {
        out.append(now);
        int end = start == text.length() ? start + 1 : text.offsetByCodePoints(start, 1);
        out.append(text.substring(start, Math.min(end, text.length())));
        start = end;
        left--;
        r.step();
      }
      return out.append(text.substring(Math.min(start, text.length()))).toString();
    }
    r.search(text.length(), old.length());
    for (int at = text.indexOf(old); at >= 0 && left > 0; at = text.indexOf(old, start)) {
      out.append(text.substring(start, at)).append(now);
      start = at + old.length();
      left--;
      r.step();
    }
    return out.append(text.substring(start)).toString();
  }

  private static Object removePrefix(String self, Args args, Rendering r) {
    String prefix = args.bind("removeprefix", "prefix").text("prefix");
    return self.startsWith(prefix) ? self.substring(prefix.length()) : self;
  }

  private static Object removeSuffix(String self, Args args, Rendering r) {
    String suffix = args.bind("removesuffix", "suffix").text("suffix");
    return self.endsWith(suffix) ? self.substring(0, self.length() - suffix.length()) : self;
  }

  private static Object justify(String self, Args args, String method, Rendering r) {
    Args.Bound bound = args.bind(method, "width", "fillchar");
    long width = Numbers.index(bound.need("width"));
    String fill = bound.text("fillchar", " ");
    if (Text.length(fill) != 1) {
      throw new TemplateError("The fill character must be exactly one character long");
    }
    long missing = Math.max(width - Text.length(self), 0);
    return switch (method) {
      case "ljust" -> self + Text.repeat(fill, missing, r);
      case "rjust" -> Text.repeat(fill, missing, r) + self;
      default -> center(self, width, fill, r);
    };
  }

  static String center(String text, long width, String fill, Rendering r) {
    long missing = Math.max(width - Text.length(text), 0);
    // Python gives the odd one to the left where the width is odd too.
    long left = missing / 2 + (missing & width & 1);
    return Text.repeat(fill, left, r) + text + Text.repeat(fill, missing - left, r);
  }

  private static Object zeroFill(String self, Args args, Rendering r) {
    long width = Numbers.index(args.bind("zfill", "width").need("width"));
    String zeros = Text.repeat("0", width - Text.length(self), r);
    boolean signed = self.startsWith("-") || self.startsWith("+");
    return signed ? self.charAt(0) + zeros + self.substring(1) : zeros + self;
  }

  private static Object expandTabs(String self, Args args, Rendering r) {
    long size = args.bind("expandtabs", "tabsize").index("tabsize", 8);
    var out = new Output(r);
    long column = 0;
    for (int i = 0; i < self.length(); i++) {
      char c = self.charAt(i);
      if (c == '\t') {
        long blanks = size <= 0 ? 0 : size - column % size;
        out.append(Text.repeat(" ", blanks, r));
        column += blanks;
      } else {
        out.append(String.valueOf(c));
        column = c == '\n' || c == '\r' ? 0 : column + (Character.isLowSurrogate(c) ? 0 : 1);
      }
    }
    return out.toString();
  }

  private static Object formatMap(String self, Args args, Rendering r) {
    Object mapping = args.bind("format_map", "mapping").need("mapping");
    if (!(mapping instanceof DictValue dict)) {
      throw new TemplateError("format_map() argument must be a mapping");
    }
    Map<String, Object> named = new HashMap<>();
    dict.entries().forEach(entry -> named.put(Repr.str(entry.key(), r), entry.value()));
    return BraceFormat.format(self, new Args(List.of(), named), r);
  }
}
