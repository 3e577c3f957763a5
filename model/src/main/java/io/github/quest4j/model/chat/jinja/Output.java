package io.github.quest4j.model.chat.jinja;

/** A text being built, never longer than the rendering allows. */
final class Output {
  private final StringBuilder text = new StringBuilder();
  private final Rendering rendering;

  Output(Rendering rendering) {
    this.rendering = rendering;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  Output append(String piece) {
    rendering.extend(text.length(), piece.length());
    text.append(piece);
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
