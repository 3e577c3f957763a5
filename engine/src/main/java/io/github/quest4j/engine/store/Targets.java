package io.github.quest4j.engine.store;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where each model's files lie in the store. */
final class Targets {
  private static final Pattern FIRST_OF_SPLIT = Pattern.compile("(.*-)00001-of-(\\d{5})\\.gguf");
  private static final int MAX_SPLIT = 999;

  private final Path models;

  Targets(Path models) {
    this.models = models;
  }

  /** The files of a model that is not local, the first of a split one first. */
  List<Target> of(ModelReference reference) {
    return switch (reference) {
      case ModelReference.Known known -> List.of(known(known.model()));
      case ModelReference.Remote remote -> split(remote);
      case ModelReference.Local local -> throw new IllegalArgumentException("local: " + local);
    };
  }

  private Target known(CatalogueModel model) {
    return new Target(
        model.name(),
        models.resolve(model.name()).resolve(model.file()),
        model.bytes(),
        Optional.of(model.sha256()),
        model.sources());
  }

  private List<Target> split(ModelReference.Remote remote) {
    Matcher matcher = FIRST_OF_SPLIT.matcher(remote.file());
    Path folder = folder(remote.source());
    if (!matcher.matches()) {
      return List.of(
          new Target(
              remote.word(),
              folder.resolve(remote.file()),
              -1,
              remote.sha256(),
              List.of(remote.source())));
    }
    int parts = Integer.parseInt(matcher.group(2));
    if (parts < 1 || parts > MAX_SPLIT) {
      throw new ModelStoreException("a model in " + parts + " files: " + remote.word());
    }
    List<Target> targets = new ArrayList<>();
    for (int part = 1; part <= parts; part++) {
      String file =
          String.format(Locale.ROOT, "%s%05d-of-%05d.gguf", matcher.group(1), part, parts);
      targets.add(
          new Target(
              remote.word().replace(remote.file(), file),
              folder.resolve(file),
              -1,
              part == 1 ? remote.sha256() : Optional.empty(),
              List.of(renamed(remote.source(), remote.file(), file))));
    }
    return targets;
  }

  private Path folder(Source source) {
    return switch (source) {
      case Source.HuggingFace hf ->
          models.resolve("hf").resolve(hf.owner()).resolve(hf.repository()).resolve(hf.revision());
      case Source.Url url -> {
        // All files of one folder of a server share a folder here, so that split files meet.
        String address = url.uri().toString();
        String upTo = address.substring(0, address.lastIndexOf('/') + 1);
        String query = String.valueOf(url.uri().getRawQuery());
        String sum = Sha256.of((upTo + "?" + query).getBytes(StandardCharsets.UTF_8));
        yield models.resolve("url").resolve(url.uri().getHost() + "-" + sum.substring(0, 12));
      }
      case Source.Pypi pypi -> throw new IllegalArgumentException("only in catalogues: " + pypi);
    };
  }

  private static Source renamed(Source source, String from, String to) {
    return switch (source) {
      case Source.HuggingFace hf ->
          new Source.HuggingFace(hf.owner(), hf.repository(), hf.revision(), to);
      case Source.Url url -> new Source.Url(URI.create(url.uri().toString().replace(from, to)));
      case Source.Pypi pypi -> throw new IllegalArgumentException("only in catalogues: " + pypi);
    };
  }
}
