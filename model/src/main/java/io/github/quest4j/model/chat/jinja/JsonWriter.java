package io.github.quest4j.model.chat.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Python's {@code json.dumps}. */
final class JsonWriter {
  private final Output out;
  private final boolean ascii;
  private final String indent;
  private final boolean indented;
  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sorted;
  private final Rendering r;

  private JsonWriter(boolean ascii, Object indent, Object separators, boolean sorted, Rendering r) {
    this.out = new Output(r);
    this.ascii = ascii;
    this.indented = indent != None.NONE;
    String by = Types.string(indent);
    this.indent = !indented ? "" : by != null ? by : Text.repeat(" ", Numbers.index(indent), r);
    this.sorted = sorted;
    this.r = r;
    if (separators == None.NONE) {
      this.itemSeparator = indented ? "," : ", ";
      this.keySeparator = ": ";
    } else {
      List<Object> pair = Types.unpack(separators, 2, r);
      this.itemSeparator = Types.needString(pair.get(0), "separators");
      this.keySeparator = Types.needString(pair.get(1), "separators");
    }
  }

  /**
   * Writes a value.
   *
   * @param indent None for one line, else a number of blanks or the text to indent by
   * @param separators None, or the texts between items and after keys
   */
  static String write(
      Object value, boolean ascii, Object indent, Object separators, boolean sorted, Rendering r) {
    var writer = new JsonWriter(ascii, indent, separators, sorted, r);
    writer.write(value, 1);
    return writer.out.toString();
  }

  private void write(Object value, int level) {
    r.enter();
    switch (value) {
      case None none -> out.append("null");
      case Boolean flag -> out.append(flag ? "true" : "false");
      case Long number -> out.append(number.toString());
      case BigInteger number -> out.append(number.toString());
      case Double number -> out.append(real(number));
      case String text -> out.append(quoted(text));
      case Markup markup -> out.append(quoted(markup.text()));
      case ListValue list -> array(list, level);
      case TupleValue tuple -> array(tuple, level);
      case DictValue dict -> object(dict, level);
      default ->
          throw new TemplateError(
              "Object of type " + Types.name(value) + " is not JSON serializable");
    }
    r.exit();
  }

  private void array(Sequence items, int level) {
    if (items.size() == 0) {
      out.append("[]");
      return;
    }
    out.append("[");
    for (int i = 0; i < items.size(); i++) {
      out.append(i == 0 ? "" : itemSeparator);
      newLine(level);
      write(items.get(i), level + 1);
    }
    newLine(level - 1);
    out.append("]");
  }

  private void object(DictValue dict, int level) {
    if (dict.size() == 0) {
      out.append("{}");
      return;
    }
    out.append("{");
    Iterator<DictValue.Entry> entries = entries(dict).iterator();
    for (boolean first = true; entries.hasNext(); first = false) {
      DictValue.Entry entry = entries.next();
      out.append(first ? "" : itemSeparator);
      newLine(level);
      out.append(quoted(key(entry.key()))).append(keySeparator);
      write(entry.value(), level + 1);
    }
    newLine(level - 1);
    out.append("}");
  }

  private List<DictValue.Entry> entries(DictValue dict) {
    if (!sorted) {
      return dict.entries();
    }
    List<Object> keys = new ArrayList<>();
    dict.entries().forEach(entry -> keys.add(entry.key()));
    SequenceFilters.sort(keys, key -> key, false, r);
    List<DictValue.Entry> entries = new ArrayList<>();
    for (Object key : keys) {
      Object value = dict.get(key, r);
      entries.add(new DictValue.Entry(key, value == null ? None.NONE : value));
    }
    return entries;
  }

  private void newLine(int level) {
    if (indented) {
      out.append("\n");
      for (int i = 0; i < level; i++) {
        out.append(indent);
      }
    }
  }

  private static String key(Object key) {
    return switch (key) {
      case String text -> text;
      case Markup markup -> markup.text();
      case Boolean flag -> flag ? "true" : "false";
      case None none -> "null";
      case Long number -> number.toString();
      case BigInteger number -> number.toString();
      case Double number -> real(number);
      default ->
          throw new TemplateError(
              "keys must be str, int, float, bool or None, not " + Types.name(key));
    };
  }

  private static String real(double value) {
    return Double.isNaN(value)
        ? "NaN"
        : Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : Repr.real(value);
  }

  private String quoted(String text) {
    var quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\f' -> quoted.append("\\f");
        case '\b' -> quoted.append("\\b");
        default -> {
          if (c < 0x20 || (ascii && c > 0x7f)) {
            quoted.append("\\u%04x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
