package io.github.quest4j.server.openai;

import io.github.quest4j.attention.AttentionOptions;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Fields;
import java.util.Optional;
import java.util.Set;

/** The field {@code quest}: how this request attends. A name that is not known is refused. */
final class QuestFields {

  private static final String QUEST = "quest";
  private static final Set<String> NAMES =
      Set.of(
          "attention",
          "token_budget",
          "scorer",
          "dense_layers",
          "sink_pages",
          "recent_pages",
          "missed_mass",
          "gqa",
          "trace");
  private static final int MAX_COUNT = 1 << 24;

  private QuestFields() {}

  /** What the request says of its attention, over what the server does. */
  static Optional<AttentionOptions> of(Fields body, Engine engine) {
    Optional<Fields> object = body.object(QUEST);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = object.get();
    fields.only(NAMES);
    AttentionOptions how = read(fields, engine.options().attention());
    try {
      engine.check(how);
    } catch (IllegalArgumentException | EngineException e) {
      boolean scorer = !how.scorer().equals(engine.options().attention().scorer());
      String name = scorer ? fields.name("scorer") : QUEST;
      throw ApiException.field(name, name + ": " + e.getMessage());
    }
    return Optional.of(how);
  }

  private static AttentionOptions read(Fields fields, AttentionOptions base) {
    AttentionOptions how = base;
    String field = "attention";
    try {
      how = how.withPolicy(fields.string(field).orElse(how.policy()));
      field = "scorer";
      how = how.withScorer(fields.string(field).orElse(how.scorer()));
      field = "gqa";
      how = how.withGqa(fields.string(field).map(AttentionOptions.Gqa::of).orElse(how.gqa()));
      field = "missed_mass";
      how = how.withMissedMass(fields.number(field, 0, 1).orElse(how.missedMass()));
    } catch (IllegalArgumentException e) {
      throw fields.wrong(field, "cannot be served: " + e.getMessage());
    }
    return how.withTokenBudget(count(fields, "token_budget", how.tokenBudget()))
        .withDenseLayers(count(fields, "dense_layers", how.denseLayers()))
        .withSinkPages(count(fields, "sink_pages", how.sinkPages()))
        .withRecentPages(count(fields, "recent_pages", how.recentPages()));
  }

  private static int count(Fields fields, String field, int otherwise) {
    return fields.integer(field, 0, MAX_COUNT).orElse(otherwise);
  }
}
