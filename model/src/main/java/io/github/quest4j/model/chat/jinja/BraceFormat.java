package io.github.quest4j.model.chat.jinja;

/** Python's {@code str.format}. */
final class BraceFormat {
  private static final int MAX_NESTING = 2;

  private final Args args;
  private final Rendering r;
  private int automatic;

  private BraceFormat(Args args, Rendering r) {
    this.args = args;
    this.r = r;
  }

  static Object format(String format, Args args, Rendering r) {
    return new BraceFormat(args, r).run(format, MAX_NESTING);
  }

  private String run(String format, int nesting) {
    if (nesting == 0) {
      throw new TemplateError("Max string recursion exceeded");
    }
    var out = new Output(r);
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i);
      boolean doubled = i + 1 < format.length() && format.charAt(i + 1) == c;
      if ((c == '{' || c == '}') && doubled) {
        out.append(String.valueOf(c));
        i += 2;
      } else if (c == '}') {
        throw new TemplateError("Single '}' encountered in format string");
      } else if (c == '{') {
        int end = closing(format, i + 1);
        out.append(field(format.substring(i + 1, end), nesting));
        i = end + 1;
      } else {
        int end = i;
        while (end < format.length() && format.charAt(end) != '{' && format.charAt(end) != '}') {
          end++;
        }
        out.append(format.substring(i, end));
        i = end;
      }
    }
    return out.toString();
  }

  private static int closing(String format, int start) {
    int open = 1;
    for (int i = start; i < format.length(); i++) {
      char c = format.charAt(i);
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (open == 0) {
        return i;
      }
    }
    throw new TemplateError(
        start == format.length()
            ? "Single '{' encountered in format string"
            : "expected '}' before end of string");
  }

  private String field(String field, int nesting) {
    int nameEnd = 0;
    boolean inBrackets = false;
    while (nameEnd < field.length()) {
      char c = field.charAt(nameEnd);
      if (!inBrackets && (c == '!' || c == ':')) {
        break;
      }
      inBrackets = c == '[' || (inBrackets && c != ']');
      nameEnd++;
    }
    Object value = value(field.substring(0, nameEnd));
    String rest = field.substring(nameEnd);
    if (rest.startsWith("!")) {
      if (rest.length() < 2 || (rest.length() > 2 && rest.charAt(2) != ':')) {
        throw new TemplateError("expected ':' after conversion specifier");
      }
      value = convert(value, rest.charAt(1));
      rest = rest.substring(2);
    }
    String spec = rest.isEmpty() ? "" : run(rest.substring(1), nesting - 1 == 0 ? 1 : nesting - 1);
    return spec.isEmpty() ? Repr.str(value, r) : FormatSpec.parse(spec).apply(value, r);
  }

  private Object convert(Object value, char conversion) {
    return switch (conversion) {
      case 's' -> Repr.str(value, r);
      case 'r' -> Repr.repr(value, r);
      case 'a' -> ascii(Repr.repr(value, r));
      default -> throw new TemplateError("Unknown conversion specifier '" + conversion + "'");
    };
  }

  static String ascii(String text) {
    var out = new StringBuilder();
    text.codePoints().forEach(c -> out.append(c < 0x80 ? Character.toString(c) : Repr.escape(c)));
    return out.toString();
  }

  private Object value(String path) {
    int end = 0;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end++;
    }
    Object value = first(path.substring(0, end));
    int i = end;
    while (i < path.length()) {
      if (path.charAt(i) == '.') {
        int stop = i + 1;
        while (stop < path.length() && path.charAt(stop) != '.' && path.charAt(stop) != '[') {
          stop++;
        }
        value = Subscript.attribute(value, path.substring(i + 1, stop), r);
        i = stop;
      } else {
        int stop = path.indexOf(']', i);
        if (stop < 0) {
          throw new TemplateError("Missing ']' in format string");
        }
        String key = path.substring(i + 1, stop);
        value = Subscript.get(value, isNumber(key) ? Long.valueOf(key) : key, r);
        i = stop + 1;
      }
      if (value instanceof Undefined undefined) {
        throw undefined.error();
      }
    }
    return value;
  }

  private Object first(String name) {
    if (name.isEmpty() || isNumber(name)) {
      int index = name.isEmpty() ? automatic++ : Integer.parseInt(name);
      if (index >= args.positional().size()) {
        throw new TemplateError("tuple index out of range");
      }
      return args.positional().get(index);
    }
    Object value = args.named().get(name);
    if (value == null) {
      throw new TemplateError(Repr.repr(name, r));
    }
    return value;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() < 10
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
