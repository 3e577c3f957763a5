package io.github.quest4j.evaluation.report;

import java.util.List;

/** What a report shows of one kind of task. */
interface Section {

  /**
   * Tables and pictures of one model, without its heading.
   *
   * @param palette the look of each selector
   */
  List<Block> blocks(Slice slice, Palette palette);

  /** What the columns and cells mean, said once for the task. */
  String explanation();
}
