package io.github.quest4j.model.gguf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model split over files named {@code NAME-00001-of-00003.gguf}. Each says its number from 0 in
 * {@code split.no} and how many there are in {@code split.count}; the first has the model's
 * metadata. {@code split.tensors.count} counts the tensors of all.
 */
final class GgufSplit {
  private static final String COUNT = "split.count";
  private static final String NUMBER = "split.no";
  private static final String TENSORS = "split.tensors.count";
  private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

  private GgufSplit() {}

  /**
   * All parts of the model that a part belongs to, in order; only itself if it is not split.
   *
   * @param open opens a sibling
   */
  static List<GgufPart> parts(GgufPart opened, Function<Path, GgufPart> open) {
    int count = opened.metadata().integer(COUNT, 1);
    if (count == 0 || count == 1) {
      return List.of(opened);
    }
    Path fileName = opened.path().getFileName();
    Matcher name = NAME.matcher(fileName == null ? "" : fileName.toString());
    if (!name.matches()) {
      throw new GgufException(
          "%s: is a part of a model split in %d, but is not named NAME-00001-of-%05d.gguf, so the other parts cannot be found"
              .formatted(opened.path(), count, count));
    }
    if (Integer.parseInt(name.group(3)) != count) {
      throw new GgufException(
          "%s: %s is %d, but the file's name says %s"
              .formatted(opened.path(), COUNT, count, name.group(3)));
    }
    int openedIndex = Integer.parseInt(name.group(2)) - 1;
    List<GgufPart> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GgufPart part = opened;
      if (i != openedIndex) {
        part =
            sibling(
                opened.path(), "%s-%05d-of-%05d.gguf".formatted(name.group(1), i + 1, count), open);
      }
      check(part, i, count);
      parts.add(part);
    }
    checkTensors(parts);
    return List.copyOf(parts);
  }

  private static GgufPart sibling(Path opened, String name, Function<Path, GgufPart> open) {
    Path path = opened.resolveSibling(name);
    if (!Files.exists(path)) {
      throw new GgufException(
          "%s: is missing beside %s; all parts of a split model must be in one folder"
              .formatted(path, opened.getFileName()));
    }
    return open.apply(path);
  }

  private static void check(GgufPart part, int index, int count) {
    int partCount = part.metadata().integer(COUNT);
    if (partCount != count) {
      throw new GgufException(
          "%s: %s is %d, but another part says %d".formatted(part.path(), COUNT, partCount, count));
    }
    int number = part.metadata().integer(NUMBER);
    if (number != index) {
      throw new GgufException(
          "%s: %s is %d, but the file's name says %d"
              .formatted(part.path(), NUMBER, number, index));
    }
  }

  private static void checkTensors(List<GgufPart> parts) {
    GgufPart first = parts.getFirst();
    long found = parts.stream().mapToLong(part -> part.tensors().size()).sum();
    long expected = first.metadata().longInteger(TENSORS, found);
    if (found != expected) {
      throw new GgufException(
          "%s: %s is %d, but the %d parts have %d tensors"
              .formatted(first.path(), TENSORS, expected, parts.size(), found));
    }
  }
}
