package io.github.quest4j.evaluation.report;

import java.util.List;

/** A part of a report, whatever it is written as. */
sealed interface Block {

  /**
   * Opens a section.
   *
   * @param level 2 for a task, 3 for a model, 4 for what is below
   */
  record Heading(int level, String text) implements Block {}

  /** A sentence or some. */
  record Paragraph(String text) implements Block {}

  /**
   * Numbers by row and column.
   *
   * @param caption what they are
   * @param head of each column; the first heads the rows' names
   * @param text how many columns from the left hold words, not numbers
   * @param rows of as many cells as there are heads
   */
  record Table(String caption, List<String> head, int text, List<List<Cell>> rows)
      implements Block {}

  /**
   * A cell of a table.
   *
   * @param text what matters
   * @param below lines that qualify it
   * @param marked stands out
   */
  record Cell(String text, List<String> below, boolean marked) {

    static Cell of(String text) {
      return new Cell(text, List.of(), false);
    }

    static Cell of(String text, List<String> below) {
      return new Cell(text, below, false);
    }
  }

  /** Pictures side by side. */
  record Figures(List<Figure> figures) implements Block {}

  /** A picture and its caption. */
  record Figure(String caption, Drawing drawing) {}

  /** A picture. */
  @FunctionalInterface
  interface Drawing {
    /**
     * Writes one {@code svg} element.
     *
     * @param caption read to those who do not see it
     */
    void draw(Markup to, String caption);
  }

  /**
   * Shown on demand.
   *
   * @param pageOnly too long for a text that cannot fold it
   */
  record Details(String summary, boolean pageOnly, List<Block> blocks) implements Block {}
}
