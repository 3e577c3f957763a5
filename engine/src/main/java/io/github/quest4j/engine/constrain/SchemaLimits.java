package io.github.quest4j.engine.constrain;

/** Counts what a schema has, against limits that are those of OpenAI's structured outputs. */
final class SchemaLimits {

  /** Objects and arrays in each other. */
  static final int LEVELS = 10;

  /** {@code anyOf} in each other without an object or array between them. */
  static final int STEPS = 32;

  /** Alternatives of one value. */
  static final int ALTERNATIVES = 128;

  private static final int PROPERTIES = 5_000;
  private static final int ENUM_VALUES = 1_000;
  private static final int CHARACTERS = 120_000;
  private static final int SCHEMAS = 20_000;

  private int properties;
  private int enumValues;
  private int characters;
  private int schemas;

  void property(String name, Schema where) {
    check(++properties, PROPERTIES, "properties", where);
    characters(name.length(), where);
  }

  void enumValue(int length, Schema where) {
    check(++enumValues, ENUM_VALUES, "values of enum and const", where);
    characters(length, where);
  }

  void schema(Schema where) {
    check(++schemas, SCHEMAS, "schemas inside", where);
  }

  private void characters(int more, Schema where) {
    characters += more;
    check(characters, CHARACTERS, "characters in names and enum values", where);
  }

  static void check(int count, int limit, String what, Schema where) {
    if (count > limit) {
      throw new ConstraintException(
          "the schema is too large at "
              + where.place()
              + ": it has more than "
              + limit
              + " "
              + what);
    }
  }
}
