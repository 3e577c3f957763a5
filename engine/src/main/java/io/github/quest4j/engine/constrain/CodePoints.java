package io.github.quest4j.engine.constrain;

import java.util.ArrayList;
import java.util.List;

/** A set of Unicode characters, surrogates left out, as ranges in order that do not touch. */
record CodePoints(List<Range> ranges) {

  private static final int LAST = 0x10ffff;

  /** Both ends belong to it. */
  record Range(int from, int to) {}

  static final CodePoints ALL = of(0, LAST);

  /** The digits of ECMA-262's {@code \d}. */
  static final CodePoints DIGIT = of('0', '9');

  /** ECMA-262's {@code \w}. */
  static final CodePoints WORD = of('0', '9').or(of('A', 'Z')).or(of('a', 'z')).or(of('_', '_'));

  /** ECMA-262's {@code \s}: white space and line terminators. */
  static final CodePoints SPACE =
      of('\t', '\r')
          .or(of(' ', ' '))
          .or(of(0xa0, 0xa0))
          .or(of(0x1680, 0x1680))
          .or(of(0x2000, 0x200a))
          .or(of(0x2028, 0x2029))
          .or(of(0x202f, 0x202f))
          .or(of(0x205f, 0x205f))
          .or(of(0x3000, 0x3000))
          .or(of(0xfeff, 0xfeff));

  /** ECMA-262's dot: all but line terminators. */
  static final CodePoints DOT = of('\n', '\n').or(of('\r', '\r')).or(of(0x2028, 0x2029)).not();

  CodePoints {
    ranges = List.copyOf(ranges);
  }

  /** The characters of a range; surrogates in it are left out. */
  static CodePoints of(int from, int to) {
    List<Range> ranges = new ArrayList<>();
    if (from < Character.MIN_SURROGATE) {
      ranges.add(new Range(from, Math.min(to, Character.MIN_SURROGATE - 1)));
    }
    if (to > Character.MAX_SURROGATE) {
      ranges.add(new Range(Math.max(from, Character.MAX_SURROGATE + 1), to));
    }
    return new CodePoints(ranges);
  }

  /** Those of either set. */
  CodePoints or(CodePoints other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    all.sort((a, b) -> Integer.compare(a.from, b.from));
    List<Range> merged = new ArrayList<>();
    for (Range range : all) {
      if (!merged.isEmpty() && merged.getLast().to >= range.from - 1) {
        Range last = merged.removeLast();
        merged.add(new Range(last.from, Math.max(last.to, range.to)));
      } else {
        merged.add(range);
      }
    }
    return new CodePoints(merged);
  }

  /** All others. */
  CodePoints not() {
    CodePoints rest = new CodePoints(List.of());
    int from = 0;
    for (Range range : ranges) {
      rest = rest.or(from < range.from ? of(from, range.from - 1) : rest);
      from = range.to + 1;
    }
    return from <= LAST ? rest.or(of(from, LAST)) : rest;
  }
}
