package io.github.quest4j.server.openai;

import io.github.quest4j.engine.GenerateRequest;
import java.util.List;

/**
 * A request to generate, checked.
 *
 * @param promptField the field that holds the prompt, for errors
 * @param prompts what to generate from; several only for completions
 * @param samples texts for each of them
 * @param stream whether tokens are told as they come
 * @param includeUsage whether a stream ends with the usage
 * @param logprobs most likely tokens to tell of with each token; {@link
 *     io.github.quest4j.engine.sample.TextSampler#NO_LOGPROBS} for none at all
 * @param echoes for each prompt the text that its answers begin with; empty where there is no echo
 * @param tools that the answer may call
 * @param trace what is told of the passages that tokens are read from
 */
public record Ask(
    String promptField,
    List<GenerateRequest> prompts,
    int samples,
    boolean stream,
    boolean includeUsage,
    int logprobs,
    List<String> echoes,
    Tools tools,
    Trace trace) {

  /** Keeps own copies. */
  public Ask {
    prompts = List.copyOf(prompts);
    echoes = List.copyOf(echoes);
  }

  /** Texts in all. */
  public int choices() {
    return prompts.size() * samples;
  }

  /** What a choice's answer begins with. */
  public String echo(int choice) {
    return echoes.isEmpty() ? "" : echoes.get(choice / samples);
  }
}
