package io.github.quest4j.server.http;

import io.github.quest4j.server.api.ApiException;
import io.github.quest4j.server.api.Json;
import io.github.quest4j.server.model.ModelHolder;
import io.github.quest4j.server.model.ServedModel;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/models} and {@code /v1/models/{name}}. */
final class ModelsEndpoint {

  static final String PATH = "/v1/models";

  private final ModelHolder models;

  ModelsEndpoint(ModelHolder models) {
    this.models = models;
  }

  void list(Exchange exchange) {
    ObjectNode json = Json.object().put("object", "list");
    ServedModel model = models.use();
    try {
      json.putArray("data").add(json(model));
    } finally {
      models.done();
    }
    exchange.send(200, json);
  }

  void one(Exchange exchange) {
    String name = exchange.path().substring(PATH.length() + 1);
    ServedModel model = models.use();
    ObjectNode json;
    try {
      if (!model.names().contains(name)) {
        throw ApiException.model(
            "there is no model " + name + " here: this server has " + model.name());
      }
      json = json(model);
    } finally {
      models.done();
    }
    exchange.send(200, json);
  }

  private static ObjectNode json(ServedModel model) {
    return Json.object()
        .put("id", model.name())
        .put("object", "model")
        .put("created", model.created().getEpochSecond())
        .put("owned_by", "quest4j")
        .put("max_model_len", model.engine().context());
  }
}
