package io.github.quest4j.cli;

import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.GenerateRequest;
import io.github.quest4j.engine.Generation;
import io.github.quest4j.engine.GenerationResult;
import io.github.quest4j.engine.Prompt;
import io.github.quest4j.engine.sample.SamplingOptions;
import io.github.quest4j.model.chat.Message;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A model in this process. Owns the engine. */
final class LocalPartner implements ChatPartner {

  private final Engine engine;
  private final SamplingOptions sampling;
  private final int maxTokens;
  private final CommonMixin common;

  LocalPartner(Engine engine, SamplingOptions sampling, int maxTokens, CommonMixin common) {
    this.engine = engine;
    this.sampling = sampling;
    this.maxTokens = maxTokens;
    this.common = common;
  }

  @Override
  public Reply answer(List<Message> messages, Consumer<String> pieces) {
    GenerateRequest request =
        GenerateRequest.of(Prompt.chat(messages)).withMaxTokens(maxTokens).withSampling(sampling);
    try (PromptProgress progress = new PromptProgress(common);
        Generation generation = engine.start(request, progress);
        Interrupt interrupt = Interrupt.on(generation::cancel)) {
      while (generation.finishReason().isEmpty()) {
        Optional<Generation.Token> token = generation.next();
        progress.end();
        token.ifPresent(t -> pieces.accept(t.text()));
      }
      GenerationResult result = generation.result();
      return new Reply(result.text(), interrupt.came(), RunReport.summary(result));
    } catch (EngineException e) {
      throw new RefusedException(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
