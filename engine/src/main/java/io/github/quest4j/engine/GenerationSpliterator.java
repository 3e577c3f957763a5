package io.github.quest4j.engine;

import java.util.Optional;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;

/** A generation as a stream of tokens; gives its pages back at the end. */
final class GenerationSpliterator extends AbstractSpliterator<Generation.Token> {

  private final Generation generation;

  GenerationSpliterator(Generation generation) {
    super(Long.MAX_VALUE, ORDERED | NONNULL);
    this.generation = generation;
  }

  @Override
  public boolean tryAdvance(Consumer<? super Generation.Token> action) {
    if (generation.finishReason().isPresent()) {
      generation.close();
      return false;
    }
    Optional<Generation.Token> token = generation.next();
    if (token.isEmpty()) {
      generation.close();
      return false;
    }
    action.accept(token.get());
    return true;
  }
}
