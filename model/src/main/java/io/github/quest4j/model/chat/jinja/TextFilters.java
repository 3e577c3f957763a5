package io.github.quest4j.model.chat.jinja;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Filters that make texts. */
final class TextFilters {
  static final Map<String, Filters.Filter> ALL =
      Map.ofEntries(
          Map.entry("upper", plain("upper", Text::upper)),
          Map.entry("lower", plain("lower", Text::lower)),
          Map.entry("capitalize", plain("capitalize", Text::capitalize)),
          Map.entry("title", plain("title", TextFilters::title)),
          Map.entry("trim", TextFilters::trim),
          Map.entry("string", (input, args, r) -> soft(input, r)),
          Map.entry("safe", (input, args, r) -> new Markup(Repr.str(input, r))),
          Map.entry("escape", (input, args, r) -> Markup.of(input, r)),
          Map.entry("e", (input, args, r) -> Markup.of(input, r)),
          Map.entry(
              "forceescape", (input, args, r) -> new Markup(Markup.escape(Repr.str(input, r)))),
          Map.entry("striptags", (input, args, r) -> stripTags(Repr.str(input, r))),
          Map.entry("replace", TextFilters::replace),
          Map.entry("indent", TextFilters::indent),
          Map.entry("truncate", TextFilters::truncate),
          Map.entry("center", TextFilters::center),
          Map.entry("format", TextFilters::format),
          Map.entry("urlencode", (input, args, r) -> urlEncode(input, r)),
          Map.entry("wordcount", (input, args, r) -> wordCount(Repr.str(input, r))),
          Map.entry("xmlattr", TextFilters::xmlAttributes));

  private static final Pattern WORD_START = Pattern.compile("[-\\s({\\[<]+");
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  private static Filters.Filter plain(String name, UnaryOperator<String> change) {
    return (input, args, r) -> {
      args.bind(name);
      return like(input, change.apply(Repr.str(input, r)));
    };
  }

  private static Object like(Object input, String text) {
    return input instanceof Markup ? new Markup(text) : text;
  }

  private static Object soft(Object input, Rendering r) {
    return input instanceof Markup ? input : Repr.str(input, r);
  }

  private static String title(String text) {
    var titled = new StringBuilder();
    int start = 0;
    var separators = WORD_START.matcher(text);
    while (separators.find()) {
      titled.append(upperFirst(text.substring(start, separators.start())));
      titled.append(separators.group());
      start = separators.end();
    }
    return titled.append(upperFirst(text.substring(start))).toString();
  }

  private static String upperFirst(String word) {
    int first = word.isEmpty() ? 0 : Text.offset(word, 1);
    return Text.upper(word.substring(0, first)) + Text.lower(word.substring(first));
  }

  private static Object trim(Object input, Args args, Rendering r) {
    Object chars = args.bind("trim", "chars").get("chars");
    String text = Repr.str(input, r);
    if (chars == None.NONE) {
      return like(input, Text.strip(text));
    }
    String set = Types.needString(chars, "strip");
    r.search(text.length(), set.length());
    return like(input, Text.stripLeft(Text.stripRight(text, set), set));
  }

  private static Object replace(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("replace", "old", "new", "count");
    Object count = bound.get("count");
    return TextMethods.replace(
        Repr.str(input, r),
        Repr.str(bound.need("old"), r),
        Repr.str(bound.need("new"), r),
        count == None.NONE ? -1 : Numbers.index(count),
        r);
  }

  private static Object indent(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("indent", "width", "first", "blank");
    Object width = bound.get("width", 4L);
    String by = Types.string(width);
    if (by == null) {
      by = Text.repeat(" ", Numbers.index(width), r);
    }
    String text = Types.string(input);
    if (text == null) {
      throw input instanceof Undefined undefined
          ? undefined.error()
          : new TemplateError(
              "unsupported operand type(s) for +=: '" + Types.name(input) + "' and 'str'");
    }
    boolean blank = bound.flag("blank", false);
    var out = new Output(r);
    List<String> lines = Text.lines(text + "\n", false);
    for (int i = 0; i < lines.size(); i++) {
      boolean indented = i == 0 ? bound.flag("first", false) : blank || !lines.get(i).isEmpty();
      out.append(i == 0 ? "" : "\n").append(indented ? by : "").append(lines.get(i));
    }
    return like(input, out.toString());
  }

  private static Object truncate(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("truncate", "length", "killwords", "end", "leeway");
    String end = bound.text("end", "...");
    long length = bound.index("length", 255);
    Object leeway = bound.get("leeway");
    long allowance = leeway == None.NONE ? 5 : Numbers.index(leeway);
    int endLength = Text.length(end);
    if (length < endLength || allowance < 0) {
      throw new TemplateError(
          allowance < 0
              ? "expected leeway >= 0, got " + allowance
              : "expected length >= " + endLength + ", got " + length);
    }
    if (Types.length(input) - length <= allowance) {
      return input;
    }
    String text = Types.needString(input, "truncate");
    String kept = text.substring(0, Text.offset(text, (int) (length - endLength)));
    int space = kept.lastIndexOf(' ');
    return (bound.flag("killwords", false) || space < 0 ? kept : kept.substring(0, space)) + end;
  }

  private static Object center(Object input, Args args, Rendering r) {
    long width = args.bind("center", "width").index("width", 80);
    return like(input, TextMethods.center(Repr.str(input, r), width, " ", r));
  }

  private static Object format(Object input, Args args, Rendering r) {
    if (!args.positional().isEmpty() && !args.named().isEmpty()) {
      throw new TemplateError("can't handle positional and keyword arguments at the same time");
    }
    Object values =
        args.named().isEmpty() ? new TupleValue(args.positional()) : Globals.dict(args, r);
    return PercentFormat.format(soft(input, r), values, r);
  }

  private static String urlEncode(Object input, Rendering r) {
    if (Types.isString(input) || !Types.isIterable(input)) {
      return quote(Repr.str(input, r), "/");
    }
    Object pairs =
        input instanceof DictValue dict ? new DictView(dict, DictView.Part.ITEMS) : input;
    return Types.items(pairs, r).stream()
        .map(pair -> Types.unpack(pair, 2, r))
        .map(pair -> queryPart(pair.getFirst(), r) + "=" + queryPart(pair.getLast(), r))
        .collect(Collectors.joining("&"));
  }

  private static String queryPart(Object value, Rendering r) {
    return quote(Repr.str(value, r), "").replace("%20", "+");
  }

  private static String quote(String text, String unquoted) {
    var quoted = new StringBuilder();
    for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (unit & 0xff);
      boolean safe = c < 0x80 && (Character.isLetterOrDigit(c) || "_.-~".indexOf(c) >= 0);
      quoted.append(
          safe || unquoted.indexOf(c) >= 0 ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return quoted.toString();
  }

  private static Object wordCount(String text) {
    return WORD.matcher(text).results().count();
  }

  private static Object stripTags(String text) {
    var plain = new StringBuilder();
    int position = 0;
    for (int open = text.indexOf('<'); open >= 0; open = text.indexOf('<', position)) {
      int close =
          text.startsWith("<!--", open) ? text.indexOf("-->", open) : text.indexOf('>', open);
      if (close < 0) {
        break;
      }
      plain.append(text, position, open);
      position = text.indexOf('>', close) + 1;
    }
    plain.append(text.substring(position));
    String spaced = TextMethods.words(plain.toString()).stream().collect(Collectors.joining(" "));
    return spaced
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }

  private static Object xmlAttributes(Object input, Args args, Rendering r) {
    if (!(input instanceof DictValue dict)) {
      throw input instanceof Undefined undefined
          ? undefined.error()
          : new TemplateError("'" + Types.name(input) + "' object has no attribute 'items'");
    }
    var out = new Output(r);
    for (DictValue.Entry entry : dict.entries()) {
      if (entry.value() == None.NONE || entry.value() instanceof Undefined) {
        continue;
      }
      String key = Repr.str(entry.key(), r);
      if (key.codePoints().anyMatch(c -> (c < 0x80 && Text.isSpace(c)) || "/>=".indexOf(c) >= 0)) {
        throw new TemplateError("Invalid character in attribute name: " + Repr.quoted(key));
      }
      out.append(out.isEmpty() ? "" : " ");
      out.append(Markup.escape(key) + "=\"" + Markup.of(entry.value(), r).text() + "\"");
    }
    boolean space = args.bind("xmlattr", "autospace").flag("autospace", true) && !out.isEmpty();
    return space ? " " + out : out.toString();
  }
}
