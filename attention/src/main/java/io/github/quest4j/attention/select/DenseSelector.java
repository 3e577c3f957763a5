package io.github.quest4j.attention.select;

/** Reads every page. */
public final class DenseSelector implements PageSelector {

  private static final State STATE =
      new State() {
        @Override
        public boolean selects(int layer, int pages) {
          return false;
        }

        @Override
        public void select(
            int layer, int list, int pages, float[] scores, int offset, TopK topK, PageList out) {
          for (int page = 0; page < pages; page++) {
            out.add(page);
          }
        }

        @Override
        public State fork() {
          return this;
        }
      };

  @Override
  public String name() {
    return "dense";
  }

  @Override
  public boolean needsScores() {
    return false;
  }

  @Override
  public State open(int layers, int kvHeads, int queryHeads, int pageSize) {
    return STATE;
  }
}
