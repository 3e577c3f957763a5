package io.github.quest4j.model.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Filters on sequences as wholes: their size, ends, order and parts. */
final class SequenceFilters {
  static final Map<String, Filters.Filter> ALL =
      Map.ofEntries(
          Map.entry("length", (input, args, r) -> (long) Types.length(input)),
          Map.entry("count", (input, args, r) -> (long) Types.length(input)),
          Map.entry("list", (input, args, r) -> new ListValue(Types.items(input, r))),
          Map.entry("first", SequenceFilters::first),
          Map.entry("last", SequenceFilters::last),
          Map.entry("reverse", SequenceFilters::reverse),
          Map.entry("join", SequenceFilters::join),
          Map.entry("items", SequenceFilters::items),
          Map.entry("dictsort", SequenceFilters::dictSort),
          Map.entry("sort", SequenceFilters::sort),
          Map.entry("unique", SequenceFilters::unique),
          Map.entry("sum", SequenceFilters::sum),
          Map.entry("min", (input, args, r) -> extreme(input, args, "min", r)),
          Map.entry("max", (input, args, r) -> extreme(input, args, "max", r)),
          Map.entry("batch", SequenceFilters::batch),
          Map.entry("slice", SequenceFilters::slice),
          Map.entry("groupby", SequenceFilters::groupBy));

  private SequenceFilters() {}

  private static Object first(Object input, Args args, Rendering r) {
    Iterator<Object> items = Types.iterator(input, r);
    return items.hasNext() ? items.next() : Undefined.because("No first item, sequence was empty.");
  }

  private static Object last(Object input, Args args, Rendering r) {
    if (input instanceof Generator || Types.lengthOrNone(input) < 0) {
      throw new TemplateError("'" + Types.name(input) + "' object is not reversible");
    }
    List<Object> items = Types.items(input, r);
    return items.isEmpty()
        ? Undefined.because("No last item, sequence was empty.")
        : items.getLast();
  }

  private static Object reverse(Object input, Args args, Rendering r) {
    String text = Types.string(input);
    if (text != null) {
      return new StringBuilder(text).reverse().toString();
    }
    if (!Types.isIterable(input)) {
      throw new TemplateError("argument must be iterable");
    }
    List<Object> items = Types.items(input, r);
    Collections.reverse(items);
    return input instanceof Generator
        ? new ListValue(items)
        : new Generator(
            input instanceof ListValue ? "list_reverseiterator" : "reversed", items.iterator());
  }

  private static Object join(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("join", "d", "attribute");
    String separator = Repr.str(bound.get("d", ""), r);
    Function<Object, Object> pick = Attributes.getter(bound.get("attribute"), r);
    var out = new Output(r);
    Iterator<Object> items = Types.iterator(input, r);
    for (boolean first = true; items.hasNext(); first = false) {
      out.append(first ? "" : separator).append(Repr.str(pick.apply(items.next()), r));
    }
    return out.toString();
  }

  private static Object items(Object input, Args args, Rendering r) {
    return switch (input) {
      case Undefined undefined -> Generator.of(Collections.emptyIterator());
      case DictValue dict -> Generator.of(new DictView(dict, DictView.Part.ITEMS).iterator());
      default -> throw new TemplateError("Can only get item pairs from a mapping.");
    };
  }

  private static Object dictSort(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("dictsort", "case_sensitive", "by", "reverse");
    String by = bound.text("by", "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateError("You can only sort by either \"key\" or \"value\"");
    }
    if (input instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!(input instanceof DictValue dict)) {
      throw new TemplateError("'%s' object has no attribute 'items'".formatted(Types.name(input)));
    }
    boolean exact = bound.flag("case_sensitive", false);
    List<Object> pairs = Types.items(new DictView(dict, DictView.Part.ITEMS), r);
    sort(
        pairs,
        pair -> {
          Object key = ((TupleValue) pair).get(by.equals("key") ? 0 : 1);
          return exact ? key : Attributes.ignoreCase(key);
        },
        bound.flag("reverse", false),
        r);
    return new ListValue(pairs);
  }

  private static Object sort(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("sort", "reverse", "case_sensitive", "attribute");
    List<Object> items = Types.items(input, r);
    Function<Object, Object> key =
        Attributes.keys(bound.get("attribute"), !bound.flag("case_sensitive", false), r);
    sort(items, key, bound.flag("reverse", false), r);
    return new ListValue(items);
  }

  static void sort(List<Object> items, Function<Object, Object> key, boolean reverse, Rendering r) {
    record Keyed(Object key, Object item) {}
    List<Keyed> keyed = new ArrayList<>();
    items.forEach(item -> keyed.add(new Keyed(key.apply(item), item)));
    Comparator<Object> order = reverse ? Comparison.order(r).reversed() : Comparison.order(r);
    try {
      keyed.sort((left, right) -> order.compare(left.key(), right.key()));
    } catch (IllegalArgumentException e) {
      // Java notices at times that NaN has no place in the order; Python leaves some order.
      throw new TemplateError("the values cannot be sorted: they have no order");
    }
    for (int i = 0; i < keyed.size(); i++) {
      items.set(i, keyed.get(i).item());
    }
  }

  private static Object unique(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("unique", "case_sensitive", "attribute");
    Function<Object, Object> key =
        Attributes.key(bound.get("attribute"), None.NONE, !bound.flag("case_sensitive", false), r);
    Set<Object> seen = new HashSet<>();
    List<Object> kept = new ArrayList<>();
    for (Object item : Types.items(input, r)) {
      if (seen.add(DictValue.hashKey(key.apply(item), r))) {
        kept.add(item);
      }
    }
    return Generator.of(kept.iterator());
  }

  private static Object sum(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("sum", "attribute", "start");
    Function<Object, Object> pick = Attributes.getter(bound.get("attribute"), r);
    Object total = bound.get("start", 0L);
    if (Types.isString(total)) {
      throw new TemplateError("sum() can't sum strings [use ''.join(seq) instead]");
    }
    Iterator<Object> items = Types.iterator(input, r);
    while (items.hasNext()) {
      total = Arithmetic.binary("+", total, pick.apply(items.next()), r);
    }
    return total;
  }

  private static Object extreme(Object input, Args args, String which, Rendering r) {
    Args.Bound bound = args.bind(which, "case_sensitive", "attribute");
    Function<Object, Object> key =
        Attributes.key(bound.get("attribute"), None.NONE, !bound.flag("case_sensitive", false), r);
    Iterator<Object> items = Types.iterator(input, r);
    if (!items.hasNext()) {
      return Undefined.because("No aggregated item, sequence was empty.");
    }
    Object best = items.next();
    Object bestKey = key.apply(best);
    String operator = which.equals("min") ? "<" : ">";
    while (items.hasNext()) {
      Object item = items.next();
      Object itemKey = key.apply(item);
      if (Comparison.ordered(operator, itemKey, bestKey, r)) {
        best = item;
        bestKey = itemKey;
      }
    }
    return best;
  }

  private static Object batch(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("batch", "linecount", "fill_with");
    Object wanted = bound.need("linecount");
    Object fill = bound.get("fill_with");
    List<Object> batches = new ArrayList<>();
    ListValue batch = new ListValue();
    for (Object item : Types.items(input, r)) {
      if (Comparison.equal((long) batch.size(), wanted, r)) {
        batches.add(batch);
        batch = new ListValue();
      }
      batch.items.add(item);
    }
    if (batch.size() > 0) {
      long missing = fill == None.NONE ? 0 : Numbers.index(wanted) - batch.size();
      r.reserveItems(missing);
      for (long i = 0; i < missing; i++) {
        batch.items.add(fill);
      }
      batches.add(batch);
    }
    return Generator.of(batches.iterator());
  }

  private static Object slice(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("slice", "slices", "fill_with");
    long slices = Numbers.index(bound.need("slices"));
    Object fill = bound.get("fill_with");
    List<Object> items = Types.items(input, r);
    if (slices == 0) {
      throw new TemplateError("integer division or modulo by zero");
    }
    r.reserveItems(slices);
    List<Object> columns = new ArrayList<>();
    long size = Math.floorDiv(items.size(), slices);
    long longer = Math.floorMod(items.size(), slices);
    int start = 0;
    for (long i = 0; i < slices; i++) {
      int end = (int) (start + size + (i < longer ? 1 : 0));
      var column = new ListValue(items.subList(start, end));
      if (fill != None.NONE && i >= longer) {
        column.items.add(fill);
      }
      columns.add(column);
      start = end;
    }
    return Generator.of(columns.iterator());
  }

  private static Object groupBy(Object input, Args args, Rendering r) {
    Args.Bound bound = args.bind("groupby", "attribute", "default", "case_sensitive");
    Object attribute = bound.need("attribute");
    boolean ignoreCase = !bound.flag("case_sensitive", false);
    var key = Attributes.key(attribute, bound.get("default"), ignoreCase, r);
    var shown = Attributes.key(attribute, bound.get("default"), false, r);
    List<Object> items = Types.items(input, r);
    sort(items, key, false, r);
    var groups = new ListValue();
    for (int start = 0, end = 0; start < items.size(); start = end) {
      Object group = key.apply(items.get(start));
      while (end < items.size() && Comparison.equal(key.apply(items.get(end)), group, r)) {
        end++;
      }
      end = Math.max(end, start + 1);
      Object grouper = shown.apply(items.get(start));
      var members = new ListValue(items.subList(start, end));
      groups.items.add(new TupleValue(List.of(grouper, members), List.of("grouper", "list")));
    }
    return groups;
  }
}
