package io.github.quest4j.model.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies plain Java values into the interpreter's, so that no template can change its caller's. */
final class JavaValues {
  private JavaValues() {}

  static Object convert(@Nullable Object value, Rendering r) {
    return switch (value) {
      case null -> None.NONE;
      case String text -> text;
      case Boolean flag -> flag;
      case Long number -> number;
      case Integer number -> number.longValue();
      case Short number -> number.longValue();
      case Byte number -> number.longValue();
      case BigInteger number -> Numbers.normal(number);
      case Double number -> number;
      case Float number -> Double.parseDouble(number.toString());
      case BigDecimal number -> number.doubleValue();
      case Map<?, ?> map -> {
        r.enter();
        var dict = new DictValue();
        map.forEach((key, item) -> dict.put(convert(key, r), convert(item, r), r));
        r.exit();
        yield dict;
      }
      case Collection<?> items -> {
        r.enter();
        var list = new ListValue();
        items.forEach(item -> list.items.add(convert(item, r)));
        r.exit();
        yield list;
      }
      default ->
          throw new IllegalArgumentException(
              "a template takes Map, Collection, String, Number, Boolean and null, not "
                  + value.getClass().getName());
    };
  }
}
