package io.github.quest4j.attention.select;

import java.util.SplittableRandom;

/**
 * Pages drawn at random anew in each step, layer and list, with the current page and the first ones
 * always: what a policy must be better than. The same seed draws the same pages whatever the
 * threads.
 *
 * @param pageBudget pages that a list has, the current one and the forced ones among them
 * @param denseLayers first layers that read everything
 * @param sinkPages first pages that are always read
 */
public record RandomSelector(int pageBudget, int denseLayers, int sinkPages, long seed)
    implements PageSelector {

  /** Checks the budget. */
  public RandomSelector {
    if (pageBudget < 2) {
      throw new IllegalArgumentException("page budget is smaller than two: " + pageBudget);
    }
  }

  @Override
  public String name() {
    return "random";
  }

  @Override
  public boolean needsScores() {
    return false;
  }

  @Override
  public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
    return new Drawn(this, new int[layers]);
  }

  /** Knows where each layer is. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Drawn(RandomSelector how, int[] positions) implements State {

    @Override
    public void begin(int layer, int position) {
      positions[layer] = position;
    }

    @Override
    public boolean selects(int layer, int pages) {
      return layer >= how.denseLayers && pages > how.pageBudget;
    }

    @Override
    public void select(
        int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
      long place = ((long) positions[layer] << 20 | layer) << 16 | list;
      SplittableRandom random =
          new SplittableRandom(new SplittableRandom(how.seed ^ place).nextLong());
      int current = pages - 1;
      int wanted = how.pageBudget - 1;
      for (int page = 0; page < current && wanted > 0; page++) {
        boolean sink = page < how.sinkPages;
        if (sink || random.nextInt(current - page) < wanted) {
          out.add(page);
          wanted--;
        }
      }
      out.add(current);
    }

    @Override
    public State fork() {
      return new Drawn(how, positions.clone());
    }
  }
}
