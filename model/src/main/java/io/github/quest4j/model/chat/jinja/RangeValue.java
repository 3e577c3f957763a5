package io.github.quest4j.model.chat.jinja;

/** A Python range of at most {@link #MAX_SIZE} numbers, as jinja2's sandbox allows. */
final class RangeValue implements Sequence {
  static final int MAX_SIZE = 100_000;

  final long start;
  final long stop;
  final long step;
  private final int size;

  RangeValue(long start, long stop, long step) {
    if (step == 0) {
      throw new TemplateError("range() arg 3 must not be zero");
    }
    this.start = start;
    this.stop = stop;
    this.step = step;
    long count = 0;
    if (step > 0 ? start < stop : start > stop) {
      // As doubles first: the exact difference may overflow.
      double span = Math.abs((double) stop - (double) start) / Math.abs((double) step);
      count = span > 2.0 * MAX_SIZE ? Long.MAX_VALUE : Math.ceilDiv(stop - start, step);
    }
    if (count > MAX_SIZE) {
      throw new TemplateError(
          "Range too big. The sandbox blocks ranges larger than MAX_RANGE (" + MAX_SIZE + ").");
    }
    this.size = (int) count;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Object get(int index) {
    return start + index * step;
  }
}
