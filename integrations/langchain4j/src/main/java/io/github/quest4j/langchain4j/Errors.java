package io.github.quest4j.langchain4j;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.constrain.ConstraintException;
import io.github.quest4j.engine.schedule.DrainingException;
import io.github.quest4j.engine.schedule.QueueFullException;
import io.github.quest4j.model.chat.ChatTemplateException;

/** The engine's exceptions as those that LangChain4j's callers handle. */
final class Errors {

  private Errors() {}

  /** Why a request was not taken. */
  static RuntimeException refused(RuntimeException cause) {
    return switch (cause) {
      case QueueFullException full -> new RateLimitException(full.getMessage(), full);
      case EngineException bad -> new InvalidRequestException(bad.getMessage(), bad);
      case ConstraintException bad -> new InvalidRequestException(bad.getMessage(), bad);
      case ChatTemplateException bad -> new InvalidRequestException(bad.getMessage(), bad);
      case IllegalArgumentException bad -> new InvalidRequestException(bad.getMessage(), bad);
      default -> failed(cause);
    };
  }

  /** Why a request that was taken has no answer. */
  static RuntimeException failed(RuntimeException cause) {
    return switch (cause) {
      case LangChain4jException known -> known;
      case DrainingException closed -> new NonRetriableException("the model is closed", closed);
      default -> new InternalServerException(cause.getMessage(), cause);
    };
  }

  /** A thread was interrupted that waited for an answer; it still is. */
  static RuntimeException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new NonRetriableException("interrupted while waiting for the answer", cause);
  }
}
