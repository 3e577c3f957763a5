package io.github.quest4j.cli;

import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What stands after {@code --token-budget}.
 *
 * @param tokens a number, or empty for {@code auto}: what was measured for the model
 */
record TokenBudget(OptionalInt tokens) {

  /** Reads a number or {@code auto}. */
  static final class Converter implements ITypeConverter<TokenBudget> {
    @Override
    public TokenBudget convert(String value) {
      if (value.equals("auto")) {
        return new TokenBudget(OptionalInt.empty());
      }
      try {
        return new TokenBudget(OptionalInt.of(Integer.parseInt(value)));
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + value + "' is neither a number nor auto");
      }
    }
  }
}
