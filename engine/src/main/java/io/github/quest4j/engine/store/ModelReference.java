package io.github.quest4j.engine.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the word after {@code -m} means. */
sealed interface ModelReference {

  /** A catalogue entry. */
  record Known(CatalogueModel model) implements ModelReference {}

  /**
   * A file elsewhere.
   *
   * @param word what the user types for it
   * @param source where it is
   * @param file its name, folders included where the source has some
   * @param sha256 the sum that the user demands, if any
   */
  record Remote(String word, Source source, String file, Optional<String> sha256)
      implements ModelReference {}

  /** A file on this machine. */
  record Local(Path path) implements ModelReference {}

  /** A name that may stand in an address or become a file name: no separators, no dots first. */
  Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  Pattern HUGGING_FACE = Pattern.compile("hf:([^/@]+)/([^/@]+)(?:@([^/]+))?/(.+)");

  Pattern SUM = Pattern.compile("sha256=([0-9A-Fa-f]{64})");

  /**
   * Reads {@code word}. Names go before files of the same name; {@code ./name} means the file.
   *
   * @throws ModelStoreException if it is none of the four kinds; the message lists the known names
   */
  static ModelReference parse(String word, Catalogue catalogue) {
    if (word.startsWith("hf:")) {
      return huggingFace(word);
    }
    if (word.startsWith("http://") || word.startsWith("https://")) {
      return url(word);
    }
    Optional<CatalogueModel> known = catalogue.find(word.toLowerCase(Locale.ROOT));
    if (known.isPresent()) {
      return new Known(known.get());
    }
    return local(word, catalogue);
  }

  private static ModelReference local(String word, Catalogue catalogue) {
    Path path = pathOrNull(word);
    if (path != null && Files.isDirectory(path)) {
      throw new ModelStoreException("a directory, not a GGUF file: " + word);
    }
    if (path != null && Files.exists(path)) {
      return new Local(path.toAbsolutePath().normalize());
    }
    if (path != null && (path.getNameCount() > 1 || word.endsWith(".gguf"))) {
      throw new ModelStoreException("there is no such model file: " + word);
    }
    throw new ModelStoreException(
        "unknown model '"
            + word
            + "': the known names are "
            + catalogue.names()
            + "; a path to a GGUF file, hf:OWNER/REPO/FILE.gguf or an http(s) address works too");
  }

  private static @Nullable Path pathOrNull(String word) {
    try {
      return word.isBlank() ? null : Path.of(word);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static ModelReference huggingFace(String word) {
    Matcher matcher = HUGGING_FACE.matcher(word);
    if (!matcher.matches() || !word.endsWith(".gguf")) {
      throw new ModelStoreException(
          "not of the form hf:OWNER/REPO/FILE.gguf or hf:OWNER/REPO@REVISION/FILE.gguf: " + word);
    }
    String owner = matcher.group(1);
    String repository = matcher.group(2);
    String revision = matcher.group(3) == null ? "main" : matcher.group(3);
    String file = matcher.group(4);
    requireSegment(word, owner);
    requireSegment(word, repository);
    requireSegment(word, revision);
    for (String segment : file.split("/", -1)) {
      requireSegment(word, segment);
    }
    return new Remote(
        word, new Source.HuggingFace(owner, repository, revision, file), file, Optional.empty());
  }

  private static void requireSegment(String word, String segment) {
    if (!SEGMENT.matcher(segment).matches()) {
      throw new ModelStoreException("'" + segment + "' is not a valid name in " + word);
    }
  }

  private static ModelReference url(String word) {
    URI uri;
    try {
      uri = new URI(word);
    } catch (URISyntaxException e) {
      throw new ModelStoreException("not a valid address: " + word, e);
    }
    if (uri.getHost() == null) {
      throw new ModelStoreException("an address without a host: " + word);
    }
    Optional<String> sum = Optional.empty();
    String fragment = uri.getFragment();
    if (fragment != null) {
      Matcher matcher = SUM.matcher(fragment);
      if (!matcher.matches()) {
        throw new ModelStoreException(
            "only #sha256=… with 64 hexadecimal digits may follow an address: " + word);
      }
      sum = Optional.of(matcher.group(1).toLowerCase(Locale.ROOT));
      uri = URI.create(word.substring(0, word.indexOf('#')));
    }
    String path = String.valueOf(uri.getRawPath());
    String last = path.substring(path.lastIndexOf('/') + 1);
    String file = SEGMENT.matcher(last).matches() && last.endsWith(".gguf") ? last : nameless(uri);
    return new Remote(word, new Source.Url(uri), file, sum);
  }

  /** A file name for an address that gives none, its own so that two such never meet. */
  private static String nameless(URI uri) {
    byte[] address = uri.toString().getBytes(StandardCharsets.UTF_8);
    return "model-" + Sha256.of(address).substring(0, 12) + ".gguf";
  }
}
