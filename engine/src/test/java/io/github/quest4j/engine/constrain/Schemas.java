package io.github.quest4j.engine.constrain;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Schemas of the kinds that structured outputs document, and of each keyword. */
final class Schemas {

  private Schemas() {}

  /** By name. */
  static Map<String, JsonNode> all() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(
        "event",
        """
        {"type":"object","title":"Event","properties":{"name":{"type":"string","description":"Its name"},
         "date":{"type":"string"},"participants":{"type":"array","items":{"type":"string"}}},
         "required":["name","date","participants"],"additionalProperties":false}\
        """);
    all.put(
        "steps",
        """
        {"type":"object","properties":{"steps":{"type":"array","items":{"type":"object","properties":
         {"explanation":{"type":"string"},"output":{"type":"string"}},"required":["explanation","output"],
         "additionalProperties":false}},"final_answer":{"type":"string"}},
         "required":["steps","final_answer"],"additionalProperties":false}\
        """);
    all.put(
        "interface",
        """
        {"type":"object","properties":{"type":{"type":"string","enum":["div","button","header","section","field","form"]},
         "label":{"type":"string"},"children":{"type":"array","items":{"$ref":"#"}},
         "attributes":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},
         "value":{"type":"string"}},"additionalProperties":false,"required":["name","value"]}}},
         "required":["type","label","children","attributes"],"additionalProperties":false}\
        """);
    all.put(
        "moderation",
        """
        {"type":"object","properties":{"is_violating":{"type":"boolean"},
         "category":{"type":["string","null"],"enum":["violence","sexual","self_harm",null]},
         "explanation_if_violating":{"type":["string","null"]}},
         "required":["is_violating","category","explanation_if_violating"],"additionalProperties":false}\
        """);
    all.put(
        "linked list",
        """
        {"type":"object","properties":{"linked_list":{"$ref":"#/$defs/linked_list_node"}},
         "$defs":{"linked_list_node":{"type":"object","properties":{"value":{"type":"number"},
         "next":{"anyOf":[{"$ref":"#/$defs/linked_list_node"},{"type":"null"}]}},
         "additionalProperties":false,"required":["next","value"]}},
         "additionalProperties":false,"required":["linked_list"]}\
        """);
    all.put(
        "anyOf",
        """
        {"type":"object","properties":{"item":{"anyOf":[{"type":"object","description":"a user",
         "properties":{"name":{"type":"string"},"age":{"type":"number"}},"additionalProperties":false,
         "required":["name","age"]},{"type":"object","properties":{"number":{"type":"string"},
         "name":{"type":"integer"},"city":{"type":"string"}},"additionalProperties":false,
         "required":["number","name","city"]}]}},"additionalProperties":false,"required":["item"]}\
        """);
    all.put(
        "alike",
        """
        {"anyOf":[{"type":"object","properties":{"kind":{"type":"string"},"size":{"type":"integer"}},"required":["kind","size"]},
         {"type":"object","properties":{"kind":{"type":"string"},"size":{"type":"string"}},"required":["kind","size"]},
         {"type":"object","properties":{"kind":{"const":"none"}},"required":["kind"]}, {"type":"string"}]}\
        """);
    all.put(
        "restricted",
        """
        {"type":"object","properties":{"name":{"type":"string","description":"The user's name"},
         "username":{"type":"string","pattern":"^@[a-zA-Z0-9_]+$"},
         "email":{"type":"string","format":"email"}},"additionalProperties":false,
         "required":["name","username","email"]}\
        """);
    all.put(
        "weather",
        """
        {"type":"object","properties":{"location":{"type":"string","description":"Where"},
         "unit":{"type":["string","null"],"enum":["F","C"]},
         "temperature":{"type":"number","minimum":-130,"maximum":130}},
         "additionalProperties":false,"required":["location","unit","temperature"]}\
        """
            .replace("[\"F\",\"C\"]", "[\"F\",\"C\",null]"));
    all.put(
        "optional",
        """
        {"type":"object","properties":{"a":{"type":"integer"},"ab":{"type":"boolean"},"é\\n\\"":{"type":"null"},
         "b":{"type":"string","maxLength":5},"c":{"type":"array","items":{"type":"integer"}}},
         "required":["b"]}\
        """);
    all.put(
        "others",
        """
        {"type":"object","properties":{"a":{"type":"integer"},"ab":{"type":"boolean"},"b":{"type":"null"}},
         "required":["ab"],"additionalProperties":{"type":"array","items":{"type":"boolean"},"maxItems":2}}\
        """);
    all.put(
        "map",
        """
        {"type":"object","additionalProperties":{"type":"integer","minimum":0,"maximum":12}}\
        """);
    all.put("anything", "{}");
    all.put(
        "empty object",
        """
        {"type":"object","properties":{},"additionalProperties":false}\
        """);
    all.put(
        "items",
        """
        {"type":"array","minItems":2,"maxItems":4,"items":{"type":"array","minItems":1,"items":{"type":["boolean","integer"]}}}\
        """);
    all.put(
        "lengths",
        """
        {"type":"array","maxItems":6,"items":{"type":"string","minLength":3,"maxLength":6}}\
        """);
    all.put(
        "long",
        """
        {"type":"string","minLength":40,"maxLength":4000}\
        """);
    all.put(
        "pattern anywhere",
        """
        {"type":"string","pattern":"[0-9]{2}x|^é+$","maxLength":30}\
        """);
    all.put(
        "pattern and format",
        """
        {"type":"string","pattern":"^19|-31$","format":"date"}\
        """);
    all.put(
        "escapes",
        """
        {"type":"string","pattern":"^[ \\"\\\\\\\\\\\\u0000-\\\\u001f€😀-🙏]{1,12}$"}\
        """);
    for (String format :
        new String[] {
          "date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"
        }) {
      all.put(format, "{\"type\":\"string\",\"format\":\"" + format + "\"}");
    }
    all.put(
        "between",
        """
        {"type":"number","minimum":-1.5,"exclusiveMaximum":20.25}\
        """);
    all.put(
        "small steps",
        """
        {"type":"number","exclusiveMinimum":0,"maximum":1,"multipleOf":0.05}\
        """);
    all.put(
        "steps of seven",
        """
        {"type":"integer","multipleOf":7,"minimum":-100,"maximum":1000}\
        """);
    all.put(
        "negative",
        """
        {"type":"integer","exclusiveMaximum":-17}\
        """);
    all.put(
        "constants",
        """
        {"enum":[1,12,1.5,"a","ab",null,{"x":[1,{}]},[],"\\u0007é\\"/",true]}\
        """);
    Map<String, JsonNode> parsed = new LinkedHashMap<>();
    all.forEach((name, text) -> parsed.put(name, Json.parse(text)));
    return parsed;
  }
}
