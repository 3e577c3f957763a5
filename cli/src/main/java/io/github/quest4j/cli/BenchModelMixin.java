package io.github.quest4j.cli;

import io.github.quest4j.benchmarks.ModelShape;
import io.github.quest4j.benchmarks.RandomModel;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineOptions;
import io.github.quest4j.engine.MachineMemory;
import io.github.quest4j.model.gguf.GgmlType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The model of a benchmark: a real one, or random weights of a known shape. */
final class BenchModelMixin {

  @Mixin ModelMixin model = new ModelMixin();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--shape",
      paramLabel = "NAME",
      description =
          "random weights instead of a model: llama2-7b, llama3-8b, llama3.2-1b, qwen2.5-0.5b, qwen2.5-7b or smollm2-135m")
  @Nullable String shape;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "with --shape: decoder layers (default: the shape's own)")
  int layers;

  @Option(
      names = "--weights",
      paramLabel = "T",
      description = "with --shape: type of the weights, q4_0 or f16 (default: q4_0)")
  @Nullable String weights;

  /**
   * Opens the model.
   *
   * @param tokens that a sequence will have
   */
  Engine open(AttentionMixin attention, long tokens, long seed, CommonMixin common) {
    if (shape == null) {
      if (layers != 0 || weights != null) {
        throw new ParameterException(
            command.commandLine(), "--layers and --weights belong to --shape: give it too");
      }
      return model.open(attention, common);
    }
    if (command.commandLine().getParseResult().hasMatchedOption("--model")) {
      throw new ParameterException(
          command.commandLine(), "--shape makes a model of its own: leave --model out");
    }
    ModelShape known = ModelShape.of(shape);
    ModelShape wanted = layers == 0 ? known : known.withLayers(layers);
    GgmlType type = RandomModel.type(weights == null ? "q4_0" : weights);
    EngineOptions defaults = EngineOptions.defaults();
    EngineOptions options = model.options(defaults, attention.over(defaults.attention()));
    attention.selection.noteUnmeasured(wanted.name(), Optional.empty(), common);
    RandomModel.Fit fit =
        RandomModel.fit(wanted, type, options, (int) Math.min(tokens, Integer.MAX_VALUE));
    if (!fit.fits()) {
      throw new IllegalArgumentException(
          fit.sentence()
              + (fit.layersThatFit() > 0 ? ": give --layers " + fit.layersThatFit() : ""));
    }
    common.note(fit.sentence());
    return RandomModel.open(
        wanted,
        type,
        model.cache.kvMemory == null ? options.withKvLimit(MachineMemory.total()) : options,
        seed);
  }
}
