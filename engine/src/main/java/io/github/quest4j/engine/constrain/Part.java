package io.github.quest4j.engine.constrain;

import java.util.List;

/** A part of a text that is still to come: one of several blocks. */
interface Part {

  /** The blocks that it may be; never empty once a schema is compiled. */
  List<Block> blocks();
}
